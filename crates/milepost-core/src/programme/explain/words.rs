//! Numbers, times and conditions in words.

use chrono::{NaiveTime, Weekday};

use crate::decimal::{Decimal, MAX_DIGITS};
use crate::programme::{
    Birthday, ByTier, Choices, GrantItem, LimitPeriod, LineFilter, Most, Programme, Unit, UnitIx,
    When,
};
use crate::ratio::Ratio;
use crate::time::{Instant, Period, Span};

/// A number as a decimal if it has an end as one, else as a fraction.
pub(super) fn number(number: Ratio) -> String {
    decimal(number, 0).map_or_else(|| number.to_string(), |decimal| decimal.to_string())
}

fn decimal(number: Ratio, at_least: u8) -> Option<Decimal> {
    number.decimal(at_least, u8::try_from(MAX_DIGITS).ok()?)
}

/// Money in the programme's currency.
pub(super) fn money(programme: &Programme, money: Ratio) -> String {
    let decimals = programme.currency.decimals();
    let number = decimal(money, decimals).map_or_else(|| money.to_string(), |d| d.to_string());
    format!("{number} {}", programme.currency)
}

/// What a unit is called.
pub(super) fn unit(programme: &Programme, ix: UnitIx) -> &str {
    programme.unit(ix).map_or("?", |unit| &unit.title.text)
}

/// An amount of a unit, such as `500 Points`.
pub(super) fn amount(programme: &Programme, ix: UnitIx, steps: i64) -> String {
    let decimals = programme.unit(ix).map_or(0, |unit| unit.decimals);
    let number = Decimal::from_steps(steps, decimals).normalized();
    format!("{number} {}", unit(programme, ix))
}

/// Exact steps of a unit as an amount of it.
pub(super) fn exact_amount(programme: &Programme, ix: UnitIx, steps: Ratio) -> String {
    let decimals = programme.unit(ix).map_or(0, |unit: &Unit| unit.decimals);
    let scale = 10_i64.checked_pow(u32::from(decimals)).map(Ratio::whole);
    let whole = scale.and_then(|scale| steps.over(scale)).map_or("?".to_owned(), number);
    format!("{whole} {}", unit(programme, ix))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn or<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "or")
}

fn joined<T: AsRef<str>>(items: &[T], last: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.as_ref().to_owned(),
        Some((end, rest)) => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", rest.join(", "), end.as_ref())
        }
    }
}

/// A sentence, with a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// A day, or a time of a day, by the programme's calendar.
pub(super) fn date(programme: &Programme, at: Instant) -> String {
    let local = programme.zone.local(at);
    match local.time() {
        NaiveTime::MIN => local.date().to_string(),
        time => format!("{} {}", local.date(), time.format("%H:%M:%S")),
    }
}

/// The end of a period, such as `the end of the month`.
pub(super) const fn end_of(period: Period) -> &'static str {
    match period {
        Period::Day => "the end of the day",
        Period::Week => "the end of the week",
        Period::Month => "the end of the month",
        Period::Quarter => "the end of the quarter",
        Period::Year => "the end of the year",
    }
}

/// The period of a limit, such as `a month`.
pub(super) const fn per(period: LimitPeriod) -> &'static str {
    match period {
        LimitPeriod::Local(Period::Day) => "a day",
        LimitPeriod::Local(Period::Week) => "a week",
        LimitPeriod::Local(Period::Month) => "a month",
        LimitPeriod::Local(Period::Quarter) => "a quarter",
        LimitPeriod::Local(Period::Year) => "a year",
        LimitPeriod::MembershipYear => "a membership year",
        LimitPeriod::Ever => "ever",
    }
}

/// `later`, if there is a span at all.
pub(super) fn later(span: Span) -> Option<String> {
    (!span.is_zero()).then(|| format!("{span} later"))
}

/// What a limit allows, such as `300 Points`.
pub(super) fn most(programme: &Programme, unit: UnitIx, most: Most) -> String {
    match most {
        Most::Amount(steps) => amount(programme, unit, steps),
        Most::Count(count) => times(count),
    }
}

/// How often, such as `once`.
pub(super) fn times(count: i64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// `at most once a day and at most 5 times a month`
pub(super) fn at_most(limits: &[String]) -> String {
    let each: Vec<String> = limits.iter().map(|limit| format!("at most {limit}")).collect();
    and(&each)
}

/// A value of everybody, or of each tier.
pub(super) fn by_tier<T>(
    programme: &Programme,
    by_tier: &ByTier<T>,
    value: impl Fn(&T) -> String,
) -> String {
    let title = |tier| {
        let found = programme.tiers.iter().find(|known| known.ix == tier);
        found.map_or("?", |found| &*found.title.text)
    };
    let named = by_tier.tiers.iter().map(|(tier, of)| format!("{} as {}", value(of), title(*tier)));
    let mut all: Vec<String> = named.collect();
    match (&by_tier.default, all.is_empty()) {
        (Some(same), true) => return value(same),
        (Some(other), false) => all.push(format!("{} otherwise", value(other))),
        (None, _) => {}
    }
    and(&all)
}

/// The items of a list of grants.
pub(super) fn grants(programme: &Programme, items: &[GrantItem]) -> String {
    let each: Vec<String> =
        items.iter().map(|item| amount(programme, item.unit, item.amount)).collect();
    and(&each)
}

fn choices(choices: &Choices) -> Vec<String> {
    choices.iter().map(|(name, values)| format!("{name} is {}", or(values))).collect()
}

/// Which lines count; `None`: all.
pub(super) fn lines(filter: &LineFilter) -> Option<String> {
    let only = (!filter.only.is_empty()).then(|| format!("whose {}", and(&choices(&filter.only))));
    let except = (!filter.except.is_empty())
        .then(|| format!("other than those whose {}", or(&choices(&filter.except))));
    let parts: Vec<String> = [only, except].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("items {}", parts.join(", ")))
}

/// All conditions, each so that it can stand behind `if`.
pub(super) fn conditions(programme: &Programme, when: &When) -> Vec<String> {
    let time =
        when.window_on.as_deref().map_or("it happens".to_owned(), |time| format!("its {time} is"));
    let mut all = Vec::new();
    match (when.from, when.until) {
        (Some(from), Some(until)) => {
            let (from, until) = (date(programme, from), date(programme, until));
            all.push(format!("{time} from {from} until before {until}"));
        }
        (Some(from), None) => all.push(format!("{time} from {} on", date(programme, from))),
        (None, Some(until)) => all.push(format!("{time} before {}", date(programme, until))),
        (None, None) => {}
    }
    if !when.months.is_empty() {
        let months: Vec<&str> = when.months.iter().map(|month| month_name(*month)).collect();
        all.push(format!("{time} in {}", or(&months)));
    }
    if !when.weekdays.is_empty() {
        let days: Vec<&str> = when.weekdays.iter().map(|day| weekday(*day)).collect();
        all.push(format!("{time} on a {}", or(&days)));
    }
    if when.birthday == Birthday::InMonth {
        all.push("it is the month of your birthday".to_owned());
    }
    if !when.tiers.is_empty() {
        let titles = programme.tiers.iter().filter(|tier| when.tiers.contains(&tier.ix));
        let titles: Vec<&str> = titles.map(|tier| &*tier.title.text).collect();
        all.push(format!("you are {}", or(&titles)));
    }
    all.extend(when.min_spend.map(|min| format!("you pay at least {}", money(programme, min))));
    all.extend(when.max_spend.map(|max| format!("you pay at most {}", money(programme, max))));
    let quantity =
        |(name, min): &(Box<str>, Ratio)| format!("there are at least {} {name}", number(*min));
    all.extend(when.min_quantity.iter().map(quantity));
    all.extend(choices(&when.attributes));
    all.extend(when.absent.iter().map(|name| format!("there is no {name}")));
    if when.turn.first {
        all.push("it is your first".to_owned());
    }
    all.extend(when.turn.nth.map(|nth| format!("it is number {nth} of its year")));
    all.extend(
        when.turn.every.map(|every| format!("its number in its year is a multiple of {every}")),
    );
    all
}

/// The conditions as the end of a sentence.
pub(super) fn provided(programme: &Programme, when: &When) -> String {
    match conditions(programme, when).as_slice() {
        [] => String::new(),
        all => format!(", if {}", and(all)),
    }
}

const fn month_name(number: u8) -> &'static str {
    match number {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
