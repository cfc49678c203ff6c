//! Every member and every month of the airline, under its three programmes, against what was
//! computed from the same data without milepost.
//!
//! Compared of `member_totals.csv.xz`, for each of the 16,737 members:
//! - all programmes: `loyalty_card` (as the tier), `earned_c`, `earn_events`;
//! - never: `guarded_net_c`, `guarded_redeemed_c`, `refused_n`, `refused_c`; and `dollar_cost` of
//!   those of whom nothing was refused;
//! - year: `fifo12_balance_c`, `fifo12_redeemed_c`, `fifo12_expired_c`, `fifo12_refused_n`,
//!   `fifo12_refused_c`; and `dollar_cost` likewise;
//! - debit: `net_c` (as available less debt), `redeemed_c`, `redeem_events`.
//!
//! Of `month_totals.csv`, for each of the 24 months: `earn_events` and `earned_c` under all; under
//! debit also `redeem_events`, `redeemed_c` and `outstanding_c`; under the others `dollar_cost` of
//! the months in which nothing was refused. Of `report.txt`: the lines of the totals.

mod files;
mod tally;

use std::sync::Arc;

use milepost::state::{Counter, Figures};
use milepost::{AsOf, CommandClock, Ledger, MemberId, Options, Snapshots};

use self::files::{MemberRow, MonthRow};
use self::tally::{Sums, Tally};
use crate::support::{Home, run};

/// One programme, imported.
struct Imported {
    ledger: Ledger,
    members: Vec<MemberRow>,
    months: Vec<MonthRow>,
    report: String,
    _home: Home,
}

/// A member as the ledger has it: figures, what the view says, and what is published.
struct Compared<'a> {
    figures: Figures,
    sums: Sums,
    published: &'a MemberRow,
}

fn imported(programme: &str) -> Option<Imported> {
    let Some(folder) = files::folder() else {
        eprintln!("skipped: ../shared/data/airline_loyalty/oracle is not there to compare with");
        return None;
    };
    let home = Home::empty();
    let dir = home.path("airline");
    let ran = run(&["demo", "--programme", programme, "--dir", dir.to_str().unwrap(), "--json"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let options = Options::default().with_clock(Arc::new(CommandClock::default()));
    let options = options.with_snapshots(Snapshots::OnDemand).with_view(Tally::default());
    let ledger = Ledger::open(dir.join(programme), options).unwrap();
    let (members, months) = (files::members(&folder), files::months(&folder));
    assert_eq!((members.len(), months.len()), (16_737, 24));
    Some(Imported { ledger, members, months, report: files::report(&folder), _home: home })
}

impl Imported {
    /// Checks each member; gives the sums of what is published in some columns.
    fn each_member<const N: usize>(
        &self,
        totals: [&str; N],
        check: impl Fn(&Compared<'_>),
    ) -> [i64; N] {
        let points = self.ledger.unit("points").unwrap();
        let mut sums = [0; N];
        for published in &self.members {
            let id: MemberId = published.number.parse().unwrap();
            let balance = self.ledger.balance(&id, AsOf::NEWEST).unwrap();
            let figures = balance.of(points).unwrap().figures.clone();
            let key = self.ledger.rules().member_key(&id);
            let sums_of_one = self.ledger.view(Tally::NAME, |tally: &Tally| tally.member(key));
            let compared = Compared { figures, sums: sums_of_one.unwrap(), published };
            let tier = self.ledger.member(&id, AsOf::NEWEST).unwrap().tier;
            assert_eq!(tier.as_deref(), Some(published.card.as_str()), "{}", published.number);
            compared.same("earned_c", compared.counter(Counter::Earned));
            compared.same("earned_c", compared.sums.earned);
            compared.same("earn_events", compared.sums.earn_events);
            check(&compared);
            for (sum, column) in sums.iter_mut().zip(totals) {
                *sum += published.figure(column);
            }
        }
        sums
    }

    /// Checks each month.
    fn each_month(&self, check: impl Fn(&MonthRow, Sums)) {
        let months = self.ledger.view(Tally::NAME, Tally::months).unwrap();
        assert_eq!(months, 24);
        for published in &self.months {
            let sums = self.ledger.view(Tally::NAME, |tally: &Tally| tally.month(published.month));
            let sums = sums.unwrap();
            assert_eq!(sums.earn_events, published.figure("earn_events"), "{:?}", published.month);
            assert_eq!(sums.earned, published.figure("earned_c"), "{:?}", published.month);
            check(published, sums);
        }
    }

    /// A line of the report has to be there word for word.
    fn reports(&self, line: &str) {
        assert!(self.report.lines().any(|found| found == line), "{line}\nnot in\n{}", self.report);
    }
}

impl Compared<'_> {
    fn same(&self, column: &str, found: i64) {
        let number = &self.published.number;
        assert_eq!(found, self.published.figure(column), "{column} of {number}");
    }

    fn counter(&self, counter: Counter) -> i64 {
        self.figures.counter(counter).try_into().unwrap()
    }

    /// The columns of a programme that refuses overdrafts: what is left, what was redeemed, and how
    /// often and how much was refused.
    fn guarded(&self, [left, redeemed, refused_n, refused_c]: [&str; 4]) {
        assert_eq!((self.figures.pending, self.figures.held, self.figures.debt), (0, 0, 0));
        self.same(left, self.figures.available);
        self.same(redeemed, self.counter(Counter::Spent));
        self.same(redeemed, self.sums.redeemed);
        self.same(refused_n, self.published.figure("redeem_events") - self.sums.redeem_events);
        self.same(refused_c, self.published.figure("redeemed_c") - self.sums.redeemed);
        if self.published.figure(refused_n) == 0 {
            self.same("dollar_cost", self.sums.paid / 100);
            assert_eq!(self.sums.paid % 100, 0, "whole dollars");
        }
    }
}

/// The money of a month, if every redemption of it was accepted.
fn whole_month_paid(published: &MonthRow, sums: Sums) {
    if sums.redeem_events == published.figure("redeem_events") {
        assert_eq!(sums.paid, published.figure("dollar_cost") * 100, "{:?}", published.month);
    }
}

/// Hundredths as the report writes whole points.
fn whole(hundredths: i64) -> i64 {
    assert_eq!(hundredths % 100, 0);
    hundredths / 100
}

fn points(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[test]
fn points_that_never_expire() {
    let Some(airline) = imported("never") else { return };
    let columns = ["guarded_net_c", "guarded_redeemed_c", "refused_n", "refused_c"];
    let [left, redeemed, refused_n, refused_c] =
        airline.each_member(columns, |member| member.guarded(columns));
    airline.each_month(whole_month_paid);
    let members = airline.members.iter().filter(|member| member.figure("refused_n") > 0).count();
    airline.reports(&format!(
        "no-overdraft policy: redeemed / refused (points), refused events, members refused, \
         closing: {} / {}, {refused_n}, {members}, {}",
        whole(redeemed),
        whole(refused_c),
        points(left)
    ));
}

#[test]
fn points_that_live_twelve_months() {
    let Some(airline) = imported("year") else { return };
    let columns = ["fifo12_balance_c", "fifo12_redeemed_c", "fifo12_refused_n", "fifo12_refused_c"];
    let [left, redeemed, refused_n, refused_c] = airline.each_member(columns, |member| {
        member.guarded(columns);
        member.same("fifo12_expired_c", member.counter(Counter::Expired));
    });
    airline.each_month(whole_month_paid);
    let expired: i64 = airline.members.iter().map(|m| m.figure("fifo12_expired_c")).sum();
    airline.reports(&format!(
        "FIFO 12-month expiry + no-overdraft: redeemed / expired / refused (points), refused \
         events, closing: {} / {} / {}, {refused_n}, {}",
        whole(redeemed),
        points(expired),
        whole(refused_c),
        points(left)
    ));
}

#[test]
fn overdrafts_that_become_debt() {
    let Some(airline) = imported("debit") else { return };
    let columns = ["earned_c", "redeemed_c", "net_c"];
    let [earned, redeemed, net] = airline.each_member(columns, |member| {
        member.same("net_c", member.figures.available - member.figures.debt);
        member.same("redeemed_c", member.counter(Counter::Debited));
        member.same("redeemed_c", member.sums.redeemed);
        member.same("redeem_events", member.sums.redeem_events);
    });
    let outstanding = std::cell::Cell::new(0);
    airline.each_month(|published, sums| {
        assert_eq!(sums.redeem_events, published.figure("redeem_events"), "{:?}", published.month);
        assert_eq!(sums.redeemed, published.figure("redeemed_c"), "{:?}", published.month);
        outstanding.set(outstanding.get() + sums.earned - sums.redeemed);
        assert_eq!(outstanding.get(), published.figure("outstanding_c"), "{:?}", published.month);
    });
    airline.reports(&format!("earned total (points): {}", points(earned)));
    airline.reports(&format!("redeemed total (points): {}", whole(redeemed)));
    airline.reports(&format!("net total (points): {}", points(net)));
}
