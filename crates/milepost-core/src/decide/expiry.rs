//! When a lot dies, and what moves that.

use super::tiers::expiry_in;
use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::event::{Fact, FormIx, LotNo};
use crate::programme::{Expiry, ExpiryRound};
use crate::rules::Form;
use crate::state::{Broken, Member};
use crate::time::{Instant, Period, Span, Zone};

/// The life of a lot: when it dies, and the renewable way in which it does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    pub(super) expires_at: Option<Instant>,
    pub(super) form: Option<FormIx>,
}

impl Scene<'_> {
    /// The life of a lot of a member, by the form that its unit or rule names. What would end after
    /// the year 9999 does not end.
    pub(super) fn life(
        &self,
        member: &Member,
        expiry: &Expiry,
        base: Instant,
        available_at: Option<Instant>,
    ) -> Life {
        let zone = self.programme().zone;
        let start = |from_available: bool| if from_available { available_at } else { Some(base) };
        let expires_at = match expiry {
            Expiry::Never => None,
            Expiry::After { span, round, from_available } => start(*from_available)
                .and_then(|start| zone.add(start, *span))
                .and_then(|end| rounded(zone, end, *round, member.birth_month())),
            Expiry::On { day, after_years, from_available } => start(*from_available)
                .and_then(|start| zone.end_of_day_in_year(start, *day, *after_years)),
            Expiry::Inactivity { span, round, .. } => {
                let form = self.rules.form_of(expiry);
                let renewed = form.and_then(|form| member.last_renewal(form));
                let start = renewed.map_or(base, |renewed| renewed.max(base));
                let expires_at = ends(zone, start, *span, *round, member.birth_month());
                return Life { expires_at, form };
            }
        };
        Life { expires_at, form: None }
    }

    /// An activity of a kind renews what lives by it, counted from when it happened.
    pub(super) fn renew_by_activity(
        &mut self,
        kind: &str,
        occurred_at: Instant,
    ) -> Result<(), Undecided> {
        self.renew(occurred_at, |form| form.renewed_by_activity(kind))
    }

    /// A use (`redeem`) or a grant (`grant`) renews what names it.
    pub(super) fn renew_by_command(&mut self, name: &str, at: Instant) -> Result<(), Undecided> {
        self.renew(at, |form| form.renewed_by_command(name))
    }

    fn renew(&mut self, at: Instant, by: impl Fn(&Form) -> bool) -> Result<(), Undecided> {
        let rules = self.rules;
        for (ix, form) in rules.forms().filter(|(_, form)| by(form)) {
            let member = self.present(FIRST)?;
            if member.last_renewal(ix).is_some_and(|last| last >= at) {
                continue;
            }
            let lots = self.renewed_lots(member, ix, form, at);
            self.emit(FIRST, Fact::Renewed { form: ix, last: at, lots })?;
        }
        Ok(())
    }

    /// The lots of a form that are not dead, used-up ones too, as far as they would live longer.
    fn renewed_lots(
        &self,
        member: &Member,
        ix: FormIx,
        form: &Form,
        at: Instant,
    ) -> Vec<(LotNo, Instant)> {
        let zone = self.programme().zone;
        let Some(end) = ends(zone, at, form.span, form.round, member.birth_month()) else {
            return Vec::new();
        };
        let moves = |lot: &crate::state::Lot| {
            lot.form() == Some(ix)
                && !lot.is_dead(self.now)
                && lot.expires_at().is_some_and(|present| present < end)
        };
        member.lots().filter(|(_, lot)| moves(lot)).map(|(number, _)| (number, end)).collect()
    }

    /// How long an `until-confirmed` lot lives once it is confirmed: as its unit or rule said in
    /// the version that it carries.
    pub(super) fn life_when_confirmed(&self, number: LotNo) -> Result<Life, Broken> {
        const NO_TERMS: Broken = Broken::Inconsistent("a lot's terms are not recorded");
        let member = self.present(FIRST)?;
        let lot = member.lot(number).ok_or(NO_TERMS)?;
        let version = self.rules.version(lot.programme_version()).ok_or(NO_TERMS)?;
        let of_rule = lot.rule().and_then(|ix| {
            let rule = version.programme.earn.iter().find(|rule| rule.ix == ix)?;
            rule.expiry.as_ref()
        });
        let of_unit = version.programme.unit(lot.unit()).map(|unit| {
            let tier = version.programme.tier_or_first(member.tier_at(lot.earned_at()));
            expiry_in(&version.programme, tier, unit)
        });
        let expiry = of_rule.or(of_unit).ok_or(NO_TERMS)?;
        match expiry {
            Expiry::After { from_available: true, .. }
            | Expiry::On { from_available: true, .. } => {
                Ok(self.life(member, expiry, lot.earned_at(), Some(self.now)))
            }
            Expiry::Never
            | Expiry::After { .. }
            | Expiry::On { .. }
            | Expiry::Inactivity { .. } => {
                Ok(Life { expires_at: lot.expires_at(), form: lot.form() })
            }
        }
    }
}

fn ends(
    zone: Zone,
    start: Instant,
    span: Span,
    round: ExpiryRound,
    birth_month: Option<u8>,
) -> Option<Instant> {
    rounded(zone, zone.add(start, span)?, round, birth_month)
}

fn rounded(
    zone: Zone,
    end: Instant,
    round: ExpiryRound,
    birth_month: Option<u8>,
) -> Option<Instant> {
    match (round, birth_month) {
        (ExpiryRound::Exact, _) => Some(end),
        (ExpiryRound::EndOf(period), _) => zone.end_of(end, period),
        (ExpiryRound::EndOfBirthMonth, Some(month)) => zone.end_of_month_named(end, month),
        (ExpiryRound::EndOfBirthMonth, None) => zone.end_of(end, Period::Month),
    }
}
