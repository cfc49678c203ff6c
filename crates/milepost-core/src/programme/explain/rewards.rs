//! What can be had for what was collected.

use super::words;
use crate::programme::{MoneyOff, Partner, Price, Programme, Reward};

pub(super) fn all(programme: &Programme) -> Vec<String> {
    programme.rewards.iter().map(|reward| of(programme, reward)).collect()
}

fn of(programme: &Programme, reward: &Reward) -> String {
    let price = match &reward.price {
        Price::Money(money) => money_off(programme, reward, money),
        Price::Cost(cost) => {
            let cost = words::by_tier(programme, cost, |steps| {
                words::amount(programme, reward.unit, *steps)
            });
            format!("for {cost}")
        }
        Price::Partner(partner) => of_partner(programme, reward, partner),
    };
    let provided = words::provided(programme, &reward.when);
    let mut all = vec![format!("{}: {price}{provided}.", reward.title.text)];
    if !reward.grants.is_empty() {
        all.push(format!("It gives {}.", words::grants(programme, &reward.grants)));
    }
    let limits = reward.limits.iter().map(|limit| {
        let most = words::most(programme, reward.unit, limit.most);
        format!("{most} {}", words::per(limit.per))
    });
    let limits: Vec<String> = limits.collect();
    if !limits.is_empty() {
        all.push(words::sentence(&words::at_most(&limits)));
    }
    if let Some(stock) = reward.stock {
        all.push(format!("There are {stock} for all members together."));
    }
    all.join(" ")
}

fn money_off(programme: &Programme, reward: &Reward, money: &MoneyOff) -> String {
    let amount = |steps: i64| words::amount(programme, reward.unit, steps);
    let value = words::by_tier(programme, &money.value, |value| words::money(programme, *value));
    let mut text = format!("{value} off for each {}", amount(money.per));
    text.extend(money.min.map(|min| format!(", from {} on", amount(min))));
    text.extend(money.multiple_of.map(|of| format!(", in multiples of {}", amount(of))));
    text.extend(money.max_share.map(|share| format!(", up to {} of the order", percent(share))));
    text
}

/// A share as a percentage.
pub(super) fn percent(share: crate::ratio::Ratio) -> String {
    let hundred = crate::ratio::Ratio::whole(100);
    share
        .times(hundred)
        .map_or_else(|| share.to_string(), |share| format!("{}%", words::number(share)))
}

fn of_partner(programme: &Programme, reward: &Reward, partner: &Partner) -> String {
    let amount = |steps: i64| words::amount(programme, reward.unit, steps);
    let (gives, what) = (words::number(partner.gives), &partner.what);
    let mut text = format!("{gives} {what} of {} for each {}", partner.name, amount(partner.per));
    text.extend(partner.multiple_of.map(|of| format!(", in multiples of {}", amount(of))));
    text
}
