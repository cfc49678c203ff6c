//! The second workload: two years of an airline, which the demo imports too. What each member flew
//! and redeemed, month by month, in the order of time, under the programme of points that live
//! twelve months. `examples/airline/NOTICE` tells where the data comes from.

use std::io::Read;
use std::sync::Arc;

use milepost::command::{Activity, Command, Enrol, Record, Redeem, RedeemPrice};
use milepost::{CommandClock, Instant, MemberId, Options, Request};

use crate::Outcome;
use crate::ledgers::server;
use crate::run::{Run, Scale};

const HISTORY: &[u8] = include_bytes!("../../examples/airline/history.csv.zst");
const ACTIVITY: &[u8] = include_bytes!("../../examples/airline/activity.csv.zst");

/// Members and months.
#[derive(Clone, Debug)]
pub struct Airline {
    members: Vec<(MemberId, String)>,
    months: Vec<Month>,
}

/// What a member did in a month.
#[derive(Clone, Debug)]
struct Month {
    row: u32,
    member: MemberId,
    at: Instant,
    km: i64,
    redeemed: i64,
}

impl Airline {
    /// Its programme: points live twelve months.
    pub const PROGRAMME: &str = include_str!("../../examples/airline/year.toml");

    /// All of it; a tenth of its members if the run is quick.
    ///
    /// # Errors
    /// Never: the data is in the program.
    pub fn read(run: &Run) -> Outcome<Airline> {
        let part = match run.scale() {
            Scale::Full => 1,
            Scale::Quick => 10,
            Scale::Smoke => 1_000,
        };
        let members = rows(HISTORY, ["Loyalty Number", "Loyalty Card"])?;
        let all = members
            .iter()
            .step_by(part)
            .map(|[member, card]| Outcome::Ok((member.parse::<MemberId>()?, card.to_lowercase())));
        let members = all.collect::<Outcome<Vec<_>>>()?;
        let mut known: Vec<&str> = members.iter().map(|(member, _)| member.as_str()).collect();
        known.sort_unstable();
        let columns = ["Loyalty Number", "Year", "Month", "Distance", "Points Redeemed"];
        let activity = (1_u32..).zip(rows(ACTIVITY, columns)?);
        let kept =
            activity.filter(|(_, [member, ..])| known.binary_search(&member.as_str()).is_ok());
        let mut months =
            kept.map(|(row, fields)| month(row, &fields)).collect::<Outcome<Vec<_>>>()?;
        // In a month they stay in the order of the file.
        months.sort_by_key(|month| month.at);
        Ok(Airline { members, months })
    }

    /// Options with a clock that the commands drive.
    pub fn options(&self) -> Options {
        server().with_clock(Arc::new(CommandClock::default()))
    }

    /// How many members there are.
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// Every member is enrolled with its card as tier, before the first month.
    pub fn enrolments(&self) -> impl Iterator<Item = Outcome<Request>> {
        self.members.iter().map(|(member, card)| {
            let enrol = Enrol { tier: Some(card.parse()?), ..Enrol::new(member.clone()) };
            let key = format!("history-{}", member.as_str()).parse()?;
            let command = Command::new(enrol).with_key(key);
            Ok(Request::new(command).at("2017-01-01T05:00:00Z".parse()?))
        })
    }

    /// Month after month, what was flown and then what was redeemed. Some redemptions will be
    /// refused, because the data has more of them than points that are still alive.
    pub fn months(&self) -> impl Iterator<Item = Outcome<Request>> {
        self.months.iter().flat_map(|month| {
            let flown = (month.km > 0).then(|| month.flown());
            let redeemed = (month.redeemed > 0).then(|| month.redeemed());
            flown.into_iter().chain(redeemed)
        })
    }
}

impl Month {
    fn flown(&self) -> Outcome<Request> {
        let activity = Activity::new("flight".parse()?, format!("f-{}", self.row).parse()?);
        let activity = activity.with_quantity("km".parse()?, self.km);
        self.request("earn", Command::new(Record::new(self.member.clone(), activity)))
    }

    fn redeemed(&self) -> Outcome<Request> {
        let (reward, amount) = ("cash".parse()?, Some(self.redeemed.into()));
        let price = RedeemPrice::Reward { reward, quantity: None, amount, order: None };
        let (member, reference) = (self.member.clone(), format!("r-{}", self.row).parse()?);
        self.request("redeem", Command::new(Redeem { member, reference, price }))
    }

    fn request(&self, what: &str, command: Command) -> Outcome<Request> {
        let key = format!("activity-{}-{what}", self.row).parse()?;
        Ok(Request::new(command.with_key(key)).at(self.at))
    }
}

fn month(row: u32, [member, year, month, km, redeemed]: &[String; 5]) -> Outcome<Month> {
    let month: u8 = month.parse()?;
    Ok(Month {
        row,
        member: member.parse()?,
        // Midnight in the airline's winter.
        at: format!("{year}-{month:02}-01T05:00:00Z").parse()?,
        km: km.parse()?,
        redeemed: redeemed.parse()?,
    })
}

/// Some columns of a compressed file.
fn rows<const N: usize>(file: &[u8], columns: [&str; N]) -> Outcome<Vec<[String; N]>> {
    let mut text = String::new();
    zstd::Decoder::new(file)?.read_to_string(&mut text)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let place = |column: &str| headers.iter().position(|header| header == column);
    let places = columns.map(place);
    let row = |record: csv::StringRecord| {
        places.map(|place| place.and_then(|place| record.get(place)).unwrap_or_default().into())
    };
    reader.into_records().map(|record| Ok(row(record?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_columns_that_were_asked_for() {
        let rows = rows(HISTORY, ["Loyalty Number", "Loyalty Card"]).unwrap();
        assert_eq!(rows.len(), 16_737);
        assert_eq!(rows.first().unwrap(), &["480934".to_string(), "Star".to_string()]);
    }
}
