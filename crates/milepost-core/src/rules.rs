//! The rules of a ledger: every version of its programme, and which was in force when (R-TIME-8).

use uuid::Uuid;

use crate::event::FormIx;
use crate::names::{MemberId, MemberKey};
use crate::programme::{Expiry, ExpiryRound, Programme, Symbols};
use crate::time::{Instant, Span};

/// All versions of a ledger's programme.
#[derive(Clone, Debug)]
pub struct Rules {
    namespace: Uuid,
    first: Version,
    later: Vec<Version>,
    forms: Vec<Form>,
}

/// One version of the programme.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number, from 1.
    pub number: u16,
    /// From when it is in force; the first also before.
    pub effective_at: Instant,
    /// What it says.
    pub programme: Programme,
    /// The file it was read from.
    pub text: Box<str>,
}

/// A renewable way to expire: lots of one form are renewed together.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// How long without a renewing activity.
    pub span: Span,
    /// How the end is rounded.
    pub round: ExpiryRound,
    /// What renews; `None`: every recorded activity.
    pub renewed_by: Option<Vec<Box<str>>>,
}

impl Rules {
    /// The rules of a ledger with one version.
    pub fn new(ledger_id: [u8; 16], text: &str, programme: Programme, from: Instant) -> Rules {
        let first = Version { number: 1, effective_at: from, programme, text: text.into() };
        let mut forms = Vec::new();
        for form in Form::all_of(&first.programme) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Rules { namespace: Uuid::from_bytes(ledger_id), first, later: Vec::new(), forms }
    }

    fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The version in force at an instant: the greatest `effective_at` not later than it, of equal
    /// ones the later recorded; before the first, the first.
    pub fn in_force(&self, at: Instant) -> &Version {
        let applies = |version: &&Version| version.effective_at <= at;
        let best = self.later.iter().filter(applies).max_by_key(|version| version.effective_at);
        best.unwrap_or(&self.first)
    }

    /// The version with this number.
    pub fn version(&self, number: u16) -> Option<&Version> {
        self.versions().find(|version| version.number == number)
    }

    /// The names of the ledger.
    pub fn symbols(&self) -> &Symbols {
        &self.latest().programme.symbols
    }

    /// The version recorded last.
    pub fn latest(&self) -> &Version {
        self.later.last().unwrap_or(&self.first)
    }

    /// The number of a renewable way to expire, if `expiry` is one.
    pub fn form_of(&self, expiry: &Expiry) -> Option<FormIx> {
        let form = Form::of(expiry)?;
        let position = self.forms.iter().position(|known| *known == form)?;
        u16::try_from(position).ok().map(FormIx)
    }

    /// Every renewable way to expire, with its number.
    pub fn forms(&self) -> impl Iterator<Item = (FormIx, &Form)> {
        self.forms.iter().zip(0..).map(|(form, ix)| (FormIx(ix), form))
    }

    /// The UUID of a member of this ledger.
    pub fn member_key(&self, id: &MemberId) -> MemberKey {
        id.key(self.namespace)
    }
}

impl Form {
    fn all_of(programme: &Programme) -> impl Iterator<Item = Form> {
        let units = programme.units.iter().map(|unit| &unit.expiry);
        let rules = programme.earn.iter().filter_map(|rule| rule.expiry.as_ref());
        let tiers = programme.tiers.iter().flat_map(|tier| &tier.expiry).map(|(_, expiry)| expiry);
        units.chain(rules).chain(tiers).filter_map(Form::of)
    }

    fn of(expiry: &Expiry) -> Option<Form> {
        match expiry {
            Expiry::Inactivity { span, round, renewed_by } => {
                Some(Form { span: *span, round: *round, renewed_by: renewed_by.clone() })
            }
            Expiry::Never | Expiry::After { .. } | Expiry::On { .. } => None,
        }
    }

    /// Whether something of this kind renews; `redeem` and `grant` only if they are named, and
    /// every recorded activity if nothing is.
    pub fn renewed_by_activity(&self, kind: &str) -> bool {
        self.renewed_by.as_ref().is_none_or(|kinds| kinds.iter().any(|name| &**name == kind))
    }

    /// Whether a use (`redeem`) or a grant (`grant`) renews.
    pub fn renewed_by_command(&self, name: &str) -> bool {
        self.renewed_by.as_ref().is_some_and(|kinds| kinds.iter().any(|kind| &**kind == name))
    }
}
