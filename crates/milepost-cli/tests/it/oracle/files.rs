//! The oracle files: what was computed from the same data by a script that knows nothing of
//! milepost. All points in them are integer hundredths.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use csv::StringRecord;

/// The folder of the oracle files, beside the repository; `None` if it is not there.
pub(crate) fn folder() -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = repository.join("../shared/data/airline_loyalty/oracle");
    folder.is_dir().then_some(folder)
}

/// What the published data says of a member.
pub(crate) struct MemberRow {
    pub(crate) number: String,
    pub(crate) card: String,
    fields: Row,
}

/// What it says of a month: year and month.
pub(crate) struct MonthRow {
    pub(crate) month: (i64, i64),
    fields: Row,
}

impl MemberRow {
    pub(crate) fn figure(&self, column: &str) -> i64 {
        self.fields.figure(column)
    }
}

impl MonthRow {
    pub(crate) fn figure(&self, column: &str) -> i64 {
        self.fields.figure(column)
    }
}

/// A row of an oracle file, by column.
struct Row(BTreeMap<String, String>);

impl Row {
    fn figure(&self, column: &str) -> i64 {
        self.0[column].parse().unwrap_or_else(|_| panic!("{column}: {}", self.0[column]))
    }
}

/// `member_totals.csv.xz`
pub(crate) fn members(folder: &Path) -> Vec<MemberRow> {
    let path = folder.join("member_totals.csv.xz");
    let unpacked = Command::new("xz").arg("-dc").arg(&path).output();
    let unpacked = unpacked.expect("this test needs the program `xz`");
    assert!(unpacked.status.success(), "xz -dc {}", path.display());
    let member = |fields: Row| MemberRow {
        number: fields.0["loyalty_number"].clone(),
        card: fields.0["loyalty_card"].to_lowercase(),
        fields,
    };
    rows(&unpacked.stdout).map(member).collect()
}

/// `month_totals.csv`
pub(crate) fn months(folder: &Path) -> Vec<MonthRow> {
    let text = fs::read(folder.join("month_totals.csv")).unwrap();
    let month =
        |fields: Row| MonthRow { month: (fields.figure("year"), fields.figure("month")), fields };
    rows(&text).map(month).collect()
}

/// `report.txt`
pub(crate) fn report(folder: &Path) -> String {
    fs::read_to_string(folder.join("report.txt")).unwrap()
}

fn rows(text: &[u8]) -> impl Iterator<Item = Row> {
    let mut reader = csv::Reader::from_reader(text);
    let columns = reader.headers().unwrap().clone();
    let records: Vec<StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    records.into_iter().map(move |record| {
        let named = columns.iter().zip(&record);
        Row(named.map(|(column, field)| (column.to_owned(), field.to_owned())).collect())
    })
}
