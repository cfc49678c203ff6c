//! A booking system embeds a ledger: earn, hold, capture, redeem, refund, balance.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use milepost::command::{Activity, Capture, Enrol, Hold, Record, Redeem, Refund};
use milepost::{AsOf, Decimal, Ledger, MemberId, Options, SubmitError};

const PROGRAMME: &str = r#"
name = "Harbour Hotels"
timezone = "Europe/Lisbon"
currency = "EUR"

[units.points]
expiry = { after = "24 months", round = "end-of-month" }

[[earn]]
id = "stays"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "10" }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let ledger = Ledger::create(folder.path(), PROGRAMME, Options::default())?;
    let guest: MemberId = "guest-1".parse()?;
    ledger.submit_blocking(Enrol::new(guest.clone()))?;

    let stay = Activity::new("stay".parse()?, "BK-1".parse()?);
    let stay = stay.with_spend("152.00".parse::<Decimal>()?);
    let earned = ledger.submit_blocking(Record::new(guest.clone(), stay))?;
    println!("a stay of 152.00 EUR is entry {}", earned.seq);

    let points = || "points".parse();
    let hold = Hold::new(guest.clone(), points()?, 1000.into(), "BK-2".parse()?);
    ledger.submit_blocking(hold)?;
    let capture = Capture::new(guest.clone(), "BK-2".parse()?, "UPGRADE-1".parse()?);
    ledger.submit_blocking(capture.with_amount(800.into()))?;
    println!("of 1000 points held, 800 paid an upgrade");

    let greedy = Redeem::new(guest.clone(), "DINNER-1".parse()?, points()?, 900.into());
    match ledger.submit_blocking(greedy) {
        Err(SubmitError::Refused(refusal)) => println!("{refusal}"),
        other => return Err(format!("{other:?} was expected to be refused").into()),
    }
    ledger.submit_blocking(Redeem::new(guest.clone(), "WINE-1".parse()?, points()?, 300.into()))?;
    let refund = Refund::new(guest.clone(), "WINE-1".parse()?).with_amount(100.into());
    ledger.submit_blocking(refund)?;

    let balance = ledger.balance(&guest, AsOf::NEWEST)?;
    let figures = &balance.of(ledger.unit("points")?).ok_or("a declared unit")?.figures;
    assert_eq!((figures.available, figures.held), (520, 0));
    println!("{} points are left, in {} entries", figures.available, ledger.durable_end() - 1);
    ledger.close()?;
    Ok(())
}
