//! The answer of `rfm`.

use serde_json::Value;

use super::fields::{Fields, decimal};
use crate::decimal::{Decimal, MAX_DIGITS};
use crate::money::Currency;
use crate::names::MemberId;
use crate::programme::{Programme, Rfm};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::views::rfm::{Scored, Scores};

/// The answer of `rfm` for everybody: how the scores came about, the segments, then the members.
pub fn rfm(rules: &Rules, scores: &Scores) -> Value {
    let programme = programme(rules, scores);
    let members: Vec<Value> =
        scores.members.iter().map(|member| of(programme, member).into()).collect();
    let segment = |(name, members): &(Box<str>, u64)| -> Value {
        Fields::new().put("segment", &**name).put("members", *members).into()
    };
    about(Fields::new(), programme, scores)
        .put("segments", scores.segments.iter().map(segment).collect::<Vec<Value>>())
        .put("left_out", scores.left_out)
        .put("members", members)
        .into()
}

/// The answer of `rfm` for one member: its figures, then how the scores came about. Of who may not
/// be told of, or has no scores, the figures are null.
pub fn rfm_of(rules: &Rules, member: &MemberId, scores: &Scores) -> Value {
    let programme = programme(rules, scores);
    let nothing = Scored {
        member: member.clone(),
        figures: None,
        scores: None,
        segment: None,
        last_activity: None,
    };
    let told = of(programme, scores.members.first().unwrap_or(&nothing));
    about(told, programme, scores).into()
}

/// The figures of a member as texts: `recency_days`, `frequency`, `monetary`, `r`, `f`, `m`,
/// `segment`; empty where there is nothing.
pub fn rfm_figures(rules: &Rules, scores: &Scores, member: &Scored) -> [String; 7] {
    let told = Value::from(of(programme(rules, scores), member));
    let text = |name: &str| match told.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    ["recency_days", "frequency", "monetary", "r", "f", "m", "segment"].map(text)
}

fn programme<'a>(rules: &'a Rules, scores: &Scores) -> &'a Programme {
    &rules.in_force(scores.as_of).programme
}

/// Goes on with how the scores came about.
fn about(fields: Fields, programme: &Programme, scores: &Scores) -> Fields {
    let decimals = programme.currency.decimals();
    let list = |cuts: &[Ratio], decimals: u8| -> Value {
        cuts.iter().map(|cut| exact(*cut, decimals)).collect::<Vec<Value>>().into()
    };
    let cuts = Fields::new()
        .put("recency_days", list(&scores.cuts.recency_days, 0))
        .put("frequency", list(&scores.cuts.frequency, 0))
        .put("monetary", list(&scores.cuts.monetary, decimals));
    let kinds = |rfm: &Rfm| rfm.on.iter().map(|kind| Value::from(&**kind)).collect::<Vec<_>>();
    let rfm = programme.rfm.as_ref();
    fields
        .at("as_of", scores.as_of)
        .put("programme_version", scores.programme_version)
        .put("population", scores.population)
        .put("method", rfm.map(|rfm| rfm.method.name()))
        .put("bins", rfm.map(|rfm| rfm.bins))
        .put("window", rfm.map(|rfm| rfm.window.to_string()))
        .put("on", rfm.map(kinds))
        .put("cuts", cuts)
}

fn of(programme: &Programme, member: &Scored) -> Fields {
    let figures = member.figures.as_ref();
    let [r, f, m] = match member.scores {
        Some(scores) => scores.map(Some),
        None => [None; 3],
    };
    let money = figures.and_then(|figures| figures.monetary(programme.currency));
    let money = money.map(|money| exact(money, programme.currency.decimals()));
    Fields::new()
        .put("member", member.member.as_str())
        .put("recency_days", figures.map(|figures| figures.recency_days))
        .put("frequency", figures.map_or(0, |figures| figures.frequency))
        .put("monetary", money.unwrap_or_else(|| nothing(programme.currency)))
        .put("r", r)
        .put("f", f)
        .put("m", m)
        .put("segment", member.segment.as_deref())
        .at_or_null("last_activity_at", member.last_activity)
}

fn nothing(currency: Currency) -> Value {
    decimal(Decimal::from_steps(0, currency.decimals()))
}

/// A number exactly: as a decimal with at least so many digits after the point, or, if it has no
/// end as one, as a fraction.
fn exact(number: Ratio, at_least: u8) -> Value {
    let most = u8::try_from(MAX_DIGITS).unwrap_or(u8::MAX);
    number.decimal(at_least, most).map_or_else(|| number.to_string().into(), decimal)
}
