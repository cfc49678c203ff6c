//! Real and published customers. What is compared with whom stands at each test.
//!
//! - `rfm_r`: 4,906 orders of 995 customers, with the scores and segments that R's package `rfm`
//!   published for them.
//! - `online_retail`: 18,536 invoices of 4,339 customers of a real shop, with scores by quantiles
//!   reckoned without milepost; and its cancellations as reversals.
//! - `cdnow`: 69,659 purchases of 23,570 real customers, with their totals.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use milepost::command::{Activity, Enrol, Extent, Record, Reverse};
use milepost::log::MemDisk;
use milepost::views::rfm::Scores;
use milepost::{
    AsOf, Atomicity, CommandClock, Decimal, Instant, Ledger, Money, Options, Request, Snapshots,
};

/// A purchase: whose, which, on what day or at what time, and for how many minor units.
struct Sale {
    member: String,
    reference: String,
    at: Instant,
    minor: i64,
}

/// A row of a file, by column.
type Row = HashMap<String, String>;

fn data(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = folder.join(path);
    if !path.exists() {
        eprintln!("SKIPPED: there is nothing to compare with at {}", path.display());
        return None;
    }
    Some(path)
}

fn unpacked(path: &Path) -> Vec<u8> {
    if path.extension().is_none_or(|end| end != "xz") {
        return fs::read(path).unwrap();
    }
    let unpacked = Command::new("xz").arg("-dc").arg(path).output();
    let unpacked = unpacked.expect("this test needs the program `xz`");
    assert!(unpacked.status.success(), "xz -dc {}", path.display());
    unpacked.stdout
}

fn rows(path: &Path) -> Vec<Row> {
    let text = unpacked(path);
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let columns = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        columns.iter().zip(&record).map(|(c, f)| (c.to_owned(), f.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &Row, column: &str) -> i64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {}", row[column]))
}

fn programme(currency: &str, rest: &str) -> String {
    format!(
        "name = \"Oracle\"\ntimezone = \"UTC\"\ncurrency = \"{currency}\"\n[units.points]\n\
         [rfm]\nwindow = \"20 years\"\non = [\"order\"]\nbins = 5\n{rest}\n"
    )
}

/// A ledger with the customers and what they bought, all recorded at one time.
fn imported(programme: &str, at: &str, sales: &[Sale]) -> Ledger {
    let clock = Arc::new(CommandClock::at(at.parse().unwrap()));
    let options = Options::default().with_clock(clock).with_snapshots(Snapshots::Off);
    let options = options.with_disk(Arc::new(MemDisk::new()));
    let ledger = Ledger::create("/ledger", programme, options).unwrap();
    let mut members: Vec<&str> = sales.iter().map(|sale| &*sale.member).collect();
    members.sort_unstable();
    members.dedup();
    let enrol = |member: &&str| Enrol::new(member.parse().unwrap()).into();
    submit(&ledger, members.iter().map(enrol).collect());
    submit(&ledger, sales.iter().map(record).collect());
    ledger
}

fn record(sale: &Sale) -> Request {
    let mut activity = Activity::new("order".parse().unwrap(), sale.reference.parse().unwrap());
    activity.occurred_at = Some(sale.at);
    // Every programme here has its currency's decimals.
    activity.spend = Some(Money::from(sale.money(sale.minor)));
    Record::new(sale.member.parse().unwrap(), activity).into()
}

impl Sale {
    /// Online retail counts in thousandths, R in whole ones, CDNOW in cents.
    fn money(&self, minor: i64) -> Decimal {
        let decimals = match self.reference.as_bytes()[0] {
            b'I' => 3,
            b'R' => 0,
            _ => 2,
        };
        Decimal::new(minor, decimals).unwrap()
    }
}

fn submit(ledger: &Ledger, requests: Vec<Request>) {
    let mut requests = requests.into_iter();
    loop {
        let batch: Vec<Request> = requests.by_ref().take(4000).collect();
        if batch.is_empty() {
            return;
        }
        for answer in ledger.submit_batch_blocking(batch, Atomicity::Each).unwrap() {
            answer.unwrap();
        }
    }
}

fn midnight(day: &str) -> Instant {
    format!("{day}T00:00:00Z").parse().unwrap()
}

/// What others say of a customer: days, orders, money; then scores.
type Published = ([i64; 3], [u8; 3]);

fn figures(scores: &Scores) -> BTreeMap<String, Published> {
    let of = |scored: &milepost::views::rfm::Scored| {
        let figures = scored.figures.unwrap();
        assert_eq!(figures.minor.denominator(), 1);
        let minor = i64::try_from(figures.minor.numerator()).unwrap();
        let three = [figures.recency_days.into(), figures.frequency.into(), minor];
        (scored.member.to_string(), (three, scored.scores.unwrap()))
    };
    scores.members.iter().map(of).collect()
}

/// The segments of the published page, as this language writes them: `1-3` is 1, 2, 3.
const R_SEGMENTS: [(&str, [&str; 3]); 10] = [
    ("Champions", ["5-5", "5-5", "5-5"]),
    ("Potential Loyalist", ["3-5", "3-5", "2-5"]),
    ("Loyal Customers", ["2-4", "2-4", "2-4"]),
    ("Promising", ["3-4", "1-3", "3-5"]),
    ("New Customers", ["4-5", "1-3", "1-5"]),
    ("Can't Lose Them", ["1-2", "3-4", "4-5"]),
    ("At Risk", ["1-2", "2-5", "4-5"]),
    ("Need Attention", ["1-3", "3-4", "3-5"]),
    ("About To Sleep", ["2-3", "1-3", "1-4"]),
    ("Lost", ["1-1", "1-5", "1-5"]),
];

fn r_segments() -> String {
    let list = |range: &str| {
        let (from, to) = range.split_once('-').unwrap();
        format!("{:?}", (from.parse::<u8>().unwrap()..=to.parse().unwrap()).collect::<Vec<_>>())
    };
    let segment = |(id, [r, f, m]): &(&str, [&str; 3])| {
        format!("[[segments]]\nid = \"{id}\"\nr = {}\nf = {}\nm = {}\n", list(r), list(f), list(m))
    };
    R_SEGMENTS.iter().map(segment).collect()
}

/// The orders of R's package, each customer under a number, and what is published of everybody. Some
/// names of the published page have titles, so customers are found by their figures: the scores of
/// equal figures are equal.
fn r_orders() -> Option<(Vec<Sale>, Vec<Row>)> {
    let folder = data("rfm_r")?;
    let orders = rows(&folder.join("rfm_data_orders.csv"));
    let mut names: Vec<&String> = orders.iter().map(|row| &row["customer_id"]).collect();
    names.sort_unstable();
    names.dedup();
    let sale = |(at, row): (usize, &Row)| Sale {
        member: format!("C{}", names.binary_search(&&row["customer_id"]).unwrap()),
        reference: format!("R-{at}"),
        at: midnight(&row["order_date"]),
        minor: number(row, "revenue"),
    };
    let sales = orders.iter().enumerate().map(sale).collect();
    Some((sales, rows(&folder.join("oracle/published_scores_orders.csv"))))
}

fn published(rows: &[Row]) -> HashMap<[i64; 3], ([u8; 3], &str)> {
    let of = |row: &Row| ["recency_days", "orders", "amount"].map(|column| number(row, column));
    let scores = |row: &Row| ["r", "f", "m"].map(|name| row[name].parse().unwrap());
    rows.iter()
        .map(|row| (of(row), (scores(row), row.get("segment").map_or("", |name| name))))
        .collect()
}

/// How many customers have other scores than those published, and other segments.
fn r_differences(method: &str, rows: &[Row], sales: &[Sale]) -> (usize, usize) {
    let rest = format!("method = {method}\n{}", r_segments());
    let ledger = imported(&programme("JPY", &rest), "2006-12-31T00:00:00Z", sales);
    let scores = ledger.rfm(None, AsOf::NEWEST).unwrap();
    assert_eq!((scores.population, scores.members.len()), (995, 995));
    let published = published(rows);
    let (mut other_scores, mut other_segments) = (0, 0);
    for member in &scores.members {
        let figures = member.figures.unwrap();
        let minor = i64::try_from(figures.minor.numerator()).unwrap();
        let key = [figures.recency_days.into(), figures.frequency.into(), minor];
        let (scores, segment) = published.get(&key).unwrap_or_else(|| panic!("{key:?}"));
        other_scores += usize::from(member.scores != Some(*scores));
        other_segments += usize::from(member.segment.as_deref() != Some(segment));
    }
    ledger.close().unwrap();
    (other_scores, other_segments)
}

#[test]
fn quantile_plus_one_is_what_r_publishes() {
    let Some((sales, rows)) = r_orders() else { return };
    assert_eq!((sales.len(), rows.len()), (4906, 995));
    assert_eq!(r_differences("\"quantile-plus-one\"", &rows, &sales), (0, 0));
}

#[test]
fn quantiles_themselves_differ_from_r_in_three_customers() {
    let Some((sales, rows)) = r_orders() else { return };
    assert_eq!(r_differences("\"quantile\"", &rows, &sales).0, 3);
}

#[test]
fn thresholds_are_those_that_r_takes() {
    let Some((sales, _)) = r_orders() else { return };
    let Some(file) = data("rfm_r/oracle/recomputed_scores_orders_custom_cuts.csv") else { return };
    // R's cuts are the first of what is above: 115 there is what is above 114 here.
    let method = "{ recency_days = [114, 180, 296, 481], frequency = [3, 4, 5, 7], \
                  monetary = [\"255\", \"381\", \"505\", \"665\"] }";
    assert_eq!(r_differences(method, &rows(&file), &sales).0, 0);
}

fn invoices(kind: &str) -> Option<Vec<Sale>> {
    let rows = rows(&data("online_retail/oracle/invoices.csv.xz")?);
    let sale = |row: &Row| Sale {
        member: row["cust"].clone(),
        reference: format!("I-{}", row["InvoiceNo"]),
        at: format!("{}Z", row["t"]).parse().unwrap(),
        minor: number(row, "amount_m"),
    };
    Some(rows.iter().filter(|row| row["kind"] == kind).map(sale).collect())
}

const SHOP_DAY: &str = "2011-12-10T00:00:00Z";

#[test]
fn quantiles_of_a_shop_are_those_reckoned_without_milepost() {
    let (Some(sales), Some(file)) = (invoices("sale"), data("online_retail/oracle/rfm_sales.csv"))
    else {
        return;
    };
    // A currency of three decimals has room for tenths of a penny.
    let ledger = imported(&programme("KWD", "method = \"quantile\""), SHOP_DAY, &sales);
    let found = figures(&ledger.rfm(None, AsOf::NEWEST).unwrap());
    let rows = rows(&file);
    assert_eq!((found.len(), rows.len()), (4339, 4339));
    for row in &rows {
        let figures = ["recency", "frequency", "monetary_m"].map(|column| number(row, column));
        let scores = ["r", "f", "m"].map(|column| row[column].parse().unwrap());
        assert_eq!(found[&row["cust"]], (figures, scores), "{}", row["cust"]);
    }
}

/// A cancellation names no invoice: it is taken off the customer's last ones before it.
fn reversals(sales: &[Sale], cancelled: &[Sale]) -> (Vec<Request>, Vec<i64>) {
    let mut of_member: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut left: Vec<i64> = sales.iter().map(|sale| sale.minor).collect();
    for (at, sale) in sales.iter().enumerate() {
        of_member.entry(&sale.member).or_default().push(at);
    }
    let mut requests = Vec::new();
    for cancel in cancelled {
        let mut rest = -cancel.minor;
        let own = of_member.get(&*cancel.member).map_or(&[][..], |own| own);
        for at in own.iter().rev().filter(|at| sales[**at].at <= cancel.at) {
            let taken = rest.min(left[*at]);
            if taken > 0 {
                left[*at] -= taken;
                rest -= taken;
                let sale = &sales[*at];
                let extent = Extent::Money(Money::from(sale.money(taken)));
                let (member, activity) = (sale.member.parse(), sale.reference.parse());
                let (member, activity) = (member.unwrap(), activity.unwrap());
                requests.push(Reverse { member, activity, reference: None, extent }.into());
            }
        }
    }
    (requests, left)
}

#[test]
fn r_rev_4_cancellations_of_a_shop_are_reversals() {
    let (Some(sales), Some(cancelled)) = (invoices("sale"), invoices("cancel")) else { return };
    let ledger = imported(&programme("KWD", ""), SHOP_DAY, &sales);
    let (requests, left) = reversals(&sales, &cancelled);
    assert!(requests.len() > 3000, "{}", requests.len());
    submit(&ledger, requests);
    let mut expected: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    let day = 86_400_000_000;
    let today = SHOP_DAY.parse::<Instant>().unwrap().micros() / day;
    // What had no money cannot be wholly reversed by money.
    for (sale, left) in sales.iter().zip(&left).filter(|(sale, left)| **left > 0 || sale.minor == 0)
    {
        let days = today - sale.at.micros() / day;
        let own = expected.entry(sale.member.clone()).or_insert([days, 0, 0]);
        *own = [own[0].min(days), own[1] + 1, own[2] + left];
    }
    let found = figures(&ledger.rfm(None, AsOf::NEWEST).unwrap());
    assert_eq!(found.len(), expected.len());
    for (member, expected) in &expected {
        assert_eq!(&found[member].0, expected, "{member}");
    }
}

#[test]
fn a_cohort_of_23_570_customers() {
    let Some(folder) = data("cdnow") else { return };
    let text = String::from_utf8(unpacked(&folder.join("raw/CDNOW_master.txt.xz"))).unwrap();
    let sale = |(at, line): (usize, &str)| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let day = format!("{}-{}-{}", &fields[1][..4], &fields[1][4..6], &fields[1][6..]);
        Sale {
            member: fields[0].trim_start_matches('0').to_owned(),
            reference: format!("D-{at}"),
            at: midnight(&day),
            minor: fields[3].replace('.', "").parse().unwrap(),
        }
    };
    let sales: Vec<Sale> = text.lines().enumerate().skip(1).map(sale).collect();
    assert_eq!(sales.len(), 69_659);
    let ledger = imported(&programme("USD", ""), "1998-07-01T00:00:00Z", &sales);
    let found = figures(&ledger.rfm(None, AsOf::NEWEST).unwrap());
    let rows = rows(&folder.join("oracle/master_customer_totals.csv.xz"));
    assert_eq!((found.len(), rows.len()), (23_570, 23_570));
    let today = midnight("1998-07-01").micros();
    for row in &rows {
        let last = &row["last"];
        let last = midnight(&format!("{}-{}-{}", &last[..4], &last[4..6], &last[6..]));
        let days = (today - last.micros()) / 86_400_000_000;
        let expected = [days, number(row, "purchases"), number(row, "cents")];
        assert_eq!(found[&row["customer_id"]].0, expected, "{}", row["customer_id"]);
    }
}
