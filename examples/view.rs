//! A view of the host's own: points issued per month, kept current with the entries of the ledger.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::collections::BTreeMap;
use std::sync::Arc;

use milepost::command::{Enrol, Grant};
use milepost::event::Fact;
use milepost::rules::Rules;
use milepost::{
    CommandClock, EntryView, Instant, Ledger, MemberId, NotAView, Options, Request, View,
};

/// Points issued, by month such as `2026-03`.
#[derive(Debug, Default)]
struct IssuedPerMonth(BTreeMap<String, i64>);

impl View for IssuedPerMonth {
    fn name(&self) -> &'static str {
        "issued-per-month"
    }

    fn fingerprint(&self) -> u64 {
        1
    }

    fn fold(&mut self, _: &Rules, entry: &EntryView<'_>) {
        let month: String = entry.recorded_at().to_string().chars().take(7).collect();
        for event in entry.events() {
            if let Fact::Earned { lot, .. } | Fact::Granted { lot, .. } = &event.fact {
                *self.0.entry(month.clone()).or_default() += lot.amount;
            }
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let lines = self.0.iter().map(|(month, issued)| format!("{month} {issued}\n"));
        out.extend(lines.collect::<String>().as_bytes());
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), NotAView> {
        let text = str::from_utf8(bytes).map_err(|_| NotAView)?;
        for line in text.lines() {
            let (month, issued) = line.split_once(' ').ok_or(NotAView)?;
            self.0.insert(month.to_string(), issued.parse().map_err(|_| NotAView)?);
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

const PROGRAMME: &str = r#"
name = "Harbour Hotels"
timezone = "Europe/Lisbon"
currency = "EUR"
[units.points]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(CommandClock::at("2026-01-01T00:00:00Z".parse()?));
    let options = || Options::default().with_clock(clock.clone());
    let with_view = || options().with_view(IssuedPerMonth::default());
    let ledger = Ledger::create(folder.path(), PROGRAMME, with_view())?;
    let guest: MemberId = "guest-1".parse()?;
    ledger.submit_blocking(Enrol::new(guest.clone()))?;
    for (day, amount) in [("2026-01-05", 100), ("2026-02-01", 30), ("2026-02-20", 12)] {
        let at: Instant = format!("{day}T12:00:00Z").parse()?;
        let (unit, reason) = ("points".parse()?, "welcome".parse()?);
        let grant = Grant::new(guest.clone(), unit, amount.into(), reason);
        ledger.submit_blocking(Request::new(grant).at(at))?;
    }
    let months =
        |ledger: &Ledger| ledger.view("issued-per-month", |view: &IssuedPerMonth| view.0.clone());
    let live = months(&ledger)?;
    for (month, issued) in &live {
        println!("{month}: {issued} points");
    }
    ledger.close()?;

    let ledger = Ledger::open(folder.path(), with_view())?;
    assert_eq!(months(&ledger)?, live);
    println!(
        "the same after it was opened again, with {} entries folded",
        ledger.opening().entries_folded
    );
    Ok(())
}
