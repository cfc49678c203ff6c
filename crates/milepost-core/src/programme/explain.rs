//! The scheme in plain sentences, as a member could read them.
//!
//! Nothing is decided by these words: they say what the checked rules say, each rule once, so that
//! who writes a file can read whether it says what was meant.

mod earn;
mod promises;
mod rewards;
mod scores;
mod tiers;
mod units;
mod words;

use super::Programme;

/// A part of the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What it is about.
    pub title: &'static str,
    /// One after another; never empty.
    pub sentences: Vec<String>,
}

/// Explains a scheme: what it counts, what is earned, and what it is good for.
pub fn explain(programme: &Programme) -> Vec<Chapter> {
    let chapters = [
        ("The scheme", scheme(programme)),
        ("What is collected", units::all(programme)),
        ("What is earned", earn::all(programme)),
        ("What counts more", earn::multipliers(programme)),
        ("Tiers", tiers::all(programme)),
        ("Milestones", tiers::milestones(programme)),
        ("Rewards", rewards::all(programme)),
        ("When a promise is broken", promises::compensation(programme)),
        ("Friends", promises::referral(programme)),
        ("Who may do what", promises::roles(programme)),
        ("Scores and segments", scores::all(programme)),
    ];
    let chapters = chapters.into_iter().filter(|(_, sentences)| !sentences.is_empty());
    chapters.map(|(title, sentences)| Chapter { title, sentences }).collect()
}

fn scheme(programme: &Programme) -> Vec<String> {
    let mut all = vec![format!(
        "{} counts in {} and by the calendar of {}.",
        programme.name.text,
        programme.currency,
        programme.zone.name()
    )];
    for (currency, rate) in &programme.exchange {
        let rate = words::number(*rate);
        all.push(format!("1 {currency} counts as {rate} {}.", programme.currency));
    }
    if let Some(window) = programme.claim_window {
        all.push(format!("What is told {window} after it happened, or later, earns nothing."));
    }
    if let Some(before) = programme.claim_before_enrolment {
        all.push(format!("What happened more than {before} before joining earns nothing."));
    }
    all.push(match programme.order {
        super::UseOrder::EarliestExpiry => "What expires first is used first.".to_owned(),
        super::UseOrder::OldestFirst => "What was earned first is used first.".to_owned(),
    });
    all.push(match programme.on_close {
        super::OnClose::Forfeit => "Who leaves loses what is there.".to_owned(),
        super::OnClose::Keep => "Who leaves keeps what is there.".to_owned(),
    });
    all
}
