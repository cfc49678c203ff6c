//! The rules of a ledger: every version of its programme, and which was in force when (R-TIME-8).

use std::sync::Arc;

use uuid::Uuid;

use crate::event::FormIx;
use crate::names::{MemberId, MemberKey};
use crate::programme::{
    CauseIx, Compensation, Expiry, ExpiryRound, Programme, RuleIx, Symbols, Unit, UnitIx,
};
use crate::time::{Instant, Span};

/// All versions of a ledger's programme. It never changes: a revision makes new ones, so that who
/// decides, asks or folds with some goes on with the same.
#[derive(Clone, Debug)]
pub struct Rules {
    namespace: Uuid,
    first: Arc<Version>,
    later: Vec<Arc<Version>>,
    forms: Vec<Form>,
}

/// One version of the programme.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number, from 1.
    pub number: u16,
    /// The entry that recorded it; 0 for the first.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: Instant,
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
        let first = Version {
            number: 1,
            seq: 0,
            recorded_at: from,
            effective_at: from,
            programme,
            text: text.into(),
        };
        let namespace = Uuid::from_bytes(ledger_id);
        Rules::of(namespace, Arc::new(first), Vec::new())
    }

    fn of(namespace: Uuid, first: Arc<Version>, later: Vec<Arc<Version>>) -> Rules {
        // A form has its number from the version that was the first to be recorded with it.
        let mut forms = Vec::new();
        for version in std::iter::once(&first).chain(&later) {
            for form in Form::all_of(&version.programme) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        Rules { namespace, first, later, forms }
    }

    /// The rules with one version more, recorded after all that are there. Its programme was parsed
    /// with their symbols.
    #[must_use]
    pub fn with(&self, version: Version) -> Rules {
        let mut later = self.later.clone();
        later.push(Arc::new(version));
        Rules::of(self.namespace, Arc::clone(&self.first), later)
    }

    /// What was known of the rules when the entry with this sequence number was the last (R-ASOF-1).
    #[must_use]
    pub fn known_to_seq(&self, seq: u64) -> Rules {
        self.known(|version| version.seq <= seq)
    }

    /// What was known of the rules at an instant (R-ASOF-1).
    #[must_use]
    pub fn known_at(&self, at: Instant) -> Rules {
        self.known(|version| version.recorded_at <= at)
    }

    fn known(&self, is_known: impl Fn(&Version) -> bool) -> Rules {
        let later = self.later.iter().filter(|version| is_known(version)).cloned().collect();
        Rules::of(self.namespace, Arc::clone(&self.first), later)
    }

    /// Every version in the order of recording.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later).map(|version| &**version)
    }

    /// The version in force at an instant: the greatest `effective_at` not later than it, of equal
    /// ones the later recorded; before the first, the first (R-TIME-8).
    pub fn in_force(&self, at: Instant) -> &Version {
        let applies = |version: &&Arc<Version>| version.effective_at <= at;
        let best = self.later.iter().filter(applies).max_by_key(|version| version.effective_at);
        best.unwrap_or(&self.first)
    }

    /// A unit as the version in force at an instant has it. What that version has dropped goes on
    /// as the version had it that was in force last and had it: nobody had a lot of it when it was
    /// dropped (R-TIME-8), but an activity of before can still arrive and earn one.
    pub fn unit_at(&self, ix: UnitIx, at: Instant) -> Option<&Unit> {
        let present = self.in_force(at).programme.unit(ix);
        let others = || self.units_of_versions(ix, at).max_by_key(|(rank, _)| *rank);
        present.or_else(|| others().map(|(_, unit)| unit))
    }

    fn units_of_versions(
        &self,
        ix: UnitIx,
        at: Instant,
    ) -> impl Iterator<Item = ((bool, Instant), &Unit)> {
        self.versions().filter_map(move |version| {
            let rank = (version.effective_at <= at, version.effective_at);
            version.programme.unit(ix).map(|unit| (rank, unit))
        })
    }

    /// The number of a unit that any version has.
    pub fn unit_named(&self, name: &str) -> Option<UnitIx> {
        let at = self.symbols().units.iter().position(|known| **known == *name)?;
        u16::try_from(at).ok().map(UnitIx)
    }

    /// Whether any version names an attribute as personal (R-PRIV-1): what was said of it under one
    /// stays personal under the next.
    pub fn is_personal(&self, attribute: &str) -> bool {
        let named = |version: &Version| {
            version.programme.personal.iter().any(|name| name.as_str() == attribute)
        };
        self.versions().any(named)
    }

    /// The version with this number.
    pub fn version(&self, number: u16) -> Option<&Version> {
        self.versions().find(|version| version.number == number)
    }

    /// The names of the ledger.
    pub fn symbols(&self) -> &Symbols {
        &self.latest().programme.symbols
    }

    /// Whether any version pays for referrals. If none does, nobody has to be at hand for them.
    pub fn pays_referrals(&self) -> bool {
        self.versions().any(|version| version.programme.referral.is_some())
    }

    /// The version recorded last: not always the one in force.
    pub fn latest(&self) -> &Version {
        self.later.last().unwrap_or(&self.first)
    }

    /// The unit that an earn rule gives, in the last version that has it.
    pub fn unit_of_rule(&self, rule: RuleIx) -> Option<UnitIx> {
        let versions = std::iter::once(&self.first).chain(&self.later).rev();
        let mut earn = versions.flat_map(|version| &version.programme.earn);
        earn.find(|known| known.ix == rule).map(|known| known.unit)
    }

    /// The unit in which a promise counts its budget, in the last version that has it.
    pub fn unit_of_promise(&self, cause: CauseIx) -> Option<UnitIx> {
        let versions = std::iter::once(&self.first).chain(&self.later).rev();
        let mut promises = versions.flat_map(|version| &version.programme.compensation);
        promises.find(|known| known.ix == cause).and_then(Compensation::unit)
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
