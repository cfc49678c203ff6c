//! `[rfm]` and `[[segments]]`.

use super::item::Item;
use super::report::{Read, all};
use super::scope::Ids;
use super::table::Table;
use crate::money::Currency;
use crate::programme::{Method, Rfm, Segment, Thresholds};
use crate::ratio::Ratio;

/// Scores go from 1 to at most this: a per cent of the members each.
const MAX_BINS: u8 = 100;
/// How many scores there are if the file does not say.
const BINS: u8 = 5;

/// `[rfm]`
pub(super) fn rfm(item: &Item<'_>, currency: Read<Currency>) -> Read<Rfm> {
    let mut table = item.table()?;
    let window = table.required("window", Item::lasting);
    let on = table.required("on", |item| item.some(Item::name));
    let bins = table.optional("bins", |item| score(item, 2, MAX_BINS));
    let bins = bins.map(|bins| bins.unwrap_or(BINS));
    let method = table.optional("method", |item| method(item, bins, currency));
    table.finish()?;
    let method = method?.unwrap_or(Method::Quantile);
    Ok(Rfm { window: window?, on: on?, bins: bins?, method })
}

fn score(item: &Item<'_>, from: u8, to: u8) -> Read<u8> {
    let number = item.whole(&(i64::from(from)..=i64::from(to)))?;
    u8::try_from(number).map_err(|_| item.is_not("a score"))
}

fn method(item: &Item<'_>, bins: Read<u8>, currency: Read<Currency>) -> Read<Method> {
    if item.value().as_table().is_none() {
        let words =
            [("quantile", Method::Quantile), ("quantile-plus-one", Method::QuantilePlusOne)];
        let found = words.iter().find(|(word, _)| item.value().as_str() == Some(word));
        return found.map(|(_, method)| method.clone()).ok_or_else(|| {
            item.is_not("\"quantile\", \"quantile-plus-one\" or a table of thresholds")
        });
    }
    let mut table = item.table()?;
    let days = |item: &Item<'_>| whole(item, 0);
    let recency_days = table.required("recency_days", |item| ascending(item, bins, days));
    let times = |item: &Item<'_>| whole(item, 1);
    let frequency = table.required("frequency", |item| ascending(item, bins, times));
    let monetary = table
        .required("monetary", |item| ascending(item, bins, |item| money_or_none(item, currency)));
    table.finish()?;
    Ok(Method::Thresholds(Thresholds {
        recency_days: recency_days?,
        frequency: frequency?,
        monetary: monetary?,
    }))
}

fn whole(item: &Item<'_>, from: i64) -> Read<u32> {
    let number = item.whole(&(from..=i64::from(u32::MAX)))?;
    u32::try_from(number).map_err(|_| item.is_not("a whole number"))
}

/// Money in the programme's currency that may be zero.
fn money_or_none(item: &Item<'_>, currency: Read<Currency>) -> Read<Ratio> {
    match item.number()?.split_once(' ') {
        Some(_) => item.worth(currency),
        None => item.ratio_or_zero(),
    }
}

/// A cut between each two neighbouring scores, each above the one before.
fn ascending<T: PartialOrd>(
    item: &Item<'_>,
    bins: Read<u8>,
    read: impl Fn(&Item<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let items = item.list_of("a list of numbers")?;
    let cuts = all(items.iter().map(read).collect())?;
    let pairs = cuts.windows(2).zip(items.iter().skip(1));
    let falls = |pair: &[T]| matches!(pair, [one, next] if one >= next);
    if let Some((_, item)) = pairs.clone().find(|(pair, _)| falls(pair)) {
        return Err(item.is_not("above the number before it"));
    }
    let (bins, count) = (usize::from(bins?), cuts.len());
    if count + 1 != bins {
        let expected = bins - 1;
        return Err(item.fault(format!("{count} thresholds, expected {expected} for {bins} bins")));
    }
    Ok(cuts)
}

/// `[[segments]]`
pub(super) fn segments(top: &mut Table<'_>, rfm: &Read<Option<Rfm>>) -> Read<Vec<Segment>> {
    let mut ids = Ids::default();
    // What is said of scores is checked as far as it is known how many there are.
    let bins = rfm.as_ref().ok().and_then(Option::as_ref).map_or(MAX_BINS, |rfm| rfm.bins);
    let segments = top.each("segments", |item| segment(item, &mut ids, bins));
    if top.has("segments") && matches!(rfm, Ok(None)) {
        return top
            .refuse_one("segments", "segments are of scores, expected a table `rfm` as well");
    }
    segments
}

fn segment(item: &Item<'_>, ids: &mut Ids, bins: u8) -> Read<Segment> {
    let mut table = item.table()?;
    let id = table.required("id", |item| ids.new_id(item));
    let scores = |item: &Item<'_>| item.some(|item| score(item, 1, bins));
    let r = table.or_default("r", scores);
    let f = table.or_default("f", scores);
    let m = table.or_default("m", scores);
    let inactive_for = table.optional("inactive_for", Item::lasting);
    table.finish()?;
    Ok(Segment { name: id?, r: r?, f: f?, m: m?, inactive_for: inactive_for? })
}
