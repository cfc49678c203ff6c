//! What a member did: when last, how often, for how much.

use chrono::NaiveDate;

use super::window::Window;
use crate::event::ReversedShare;
use crate::money::Currency;
use crate::programme::{Programme, Rfm};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::state::{Broken, Glimpse, Member};
use crate::time::{Instant, Zone};

/// What the scores of a member are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Whole local calendar days since the last activity.
    pub recency_days: u32,
    /// How many activities.
    pub frequency: u32,
    /// What was paid for them, net of reversals: minor units of the programme currency, exactly.
    pub minor: Ratio,
}

impl Figures {
    /// What was paid, net of reversals, in whole programme currency, exactly; `None` if that does
    /// not fit.
    pub fn monetary(&self, currency: Currency) -> Option<Ratio> {
        self.minor.over(scale(currency))
    }
}

/// Minor units in one whole.
pub(super) fn scale(currency: Currency) -> Ratio {
    Ratio::whole(10_i64.checked_pow(u32::from(currency.decimals())).unwrap_or(1))
}

#[derive(Clone, Debug)]
pub(super) struct Measure<'a> {
    pub(super) rules: &'a Rules,
    pub(super) rfm: &'a Rfm,
    zone: Zone,
    currency: Currency,
    window: Window,
    as_of: Instant,
    today: NaiveDate,
}

const NO_RATE: Broken = Broken::Inconsistent("an activity is of a currency without a rate");

impl<'a> Measure<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        programme: &Programme,
        rfm: &'a Rfm,
        as_of: Instant,
    ) -> Measure<'a> {
        let (zone, currency) = (programme.zone, programme.currency);
        let window = Window::new(zone, rfm.window, as_of);
        Measure { rules, rfm, zone, currency, window, as_of, today: zone.date(as_of) }
    }

    /// The last activity of any age, and the figures, if there is anything in the window. What is
    /// wholly reversed is as if it had not been (R-REV-4), and so is what has not happened yet.
    pub(super) fn of(&self, member: &Member) -> Result<(Option<Instant>, Option<Figures>), Broken> {
        let (mut last, mut frequency) = (None, 0_u32);
        let (mut minor, mut other) = (0_i128, Ratio::ZERO);
        let of_kind = member.glimpses().filter(|seen| seen.is_of(&self.rfm.on));
        for seen in of_kind.filter(|seen| seen.occurred_at() <= self.as_of) {
            let reversed = seen.reversed();
            if reversed == Some(ReversedShare::Full) {
                continue;
            }
            let at = seen.occurred_at();
            last = last.max(Some(at));
            if !self.window.contains(at) {
                continue;
            }
            frequency = frequency.saturating_add(1);
            match (seen.spend_in(self.currency), reversed) {
                (Some(paid), None) => {
                    minor = minor.checked_add(i128::from(paid)).ok_or(Broken::Overflow)?;
                }
                (_, share) => {
                    let net = self.net(&seen, share)?;
                    other = other.plus(net).ok_or(Broken::Overflow)?;
                }
            }
        }
        let Some(latest) = last.filter(|_| frequency > 0) else { return Ok((last, None)) };
        let whole = Ratio::new(minor, 1).ok_or(Broken::Overflow)?;
        let minor = whole.plus(other).ok_or(Broken::Overflow)?;
        Ok((last, Some(Figures { recency_days: self.days_since(latest), frequency, minor })))
    }

    /// Whole local calendar days.
    fn days_since(&self, at: Instant) -> u32 {
        let days = self.today.signed_duration_since(self.zone.date(at)).num_days();
        u32::try_from(days).unwrap_or(0)
    }

    /// What was paid for an activity and not reversed, in minor units of the programme currency: by
    /// its own rate, else by the one in force when it happened (R-TIME-7).
    fn net(&self, seen: &Glimpse<'_>, share: Option<ReversedShare>) -> Result<Ratio, Broken> {
        let Some((paid, currency)) = seen.spend() else { return Ok(Ratio::ZERO) };
        let gone = match share {
            Some(ReversedShare::Money { num, den }) => num.checked_neg().zip(Some(den)),
            Some(ReversedShare::Full) | None => Some((0, 1)),
        };
        let gone = gone.and_then(|(num, den)| Ratio::new(num, den)).ok_or(Broken::Overflow)?;
        let net = Ratio::whole(paid).plus(gone).ok_or(Broken::Overflow)?;
        if currency == self.currency {
            return Ok(net);
        }
        let programme = || &self.rules.in_force(seen.occurred_at()).programme;
        let rate = seen.rate().or_else(|| programme().exchange_rate(currency)).ok_or(NO_RATE)?;
        net.over(scale(currency))
            .and_then(|whole| whole.times(rate))
            .and_then(|whole| whole.times(scale(self.currency)))
            .ok_or(Broken::Overflow)
    }
}
