//! The same workload on milepost and on what else one would pick, in one run on one machine, and
//! one table. `README.md` says what each row does, and what it does not.

mod balances;
mod group;
mod measure;
mod pairs;
mod peer;
mod peers;
mod table;
mod workload;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use milepost_bench::Outcome;
use milepost_bench::disk::BareFile;
use tempfile::TempDir;

use self::measure::{Figures, Measure};
use self::peer::Place;
use self::peers::server::{NoServer, Server};
use self::peers::{OURS, PEERS};
use self::workload::Weights;

/// Measures milepost and its peers with the same workload.
#[derive(Debug, Parser)]
struct Arguments {
    /// One round of one second for each figure, for a first look.
    #[arg(long)]
    quick: bool,

    /// Only these peers, and milepost, which all others are compared with.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = names())]
    only: Vec<String>,

    /// How many members there are.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    members: u32,

    /// All members travel alike, instead of some far more than others.
    #[arg(long)]
    even: bool,

    /// How long each figure is measured in each round [default: 3, with --quick 1].
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u32>,

    /// How often all is measured; the table has the medians [default: 3, with --quick 1].
    #[arg(long, value_name = "COUNT")]
    rounds: Option<u32>,

    /// Where the stores are: on the disk that is to be measured.
    #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target"))]
    folder: PathBuf,
}

/// What became of a peer.
struct Peer {
    name: &'static str,
    open: peers::Open,
    rounds: Vec<Figures>,
    /// Why it is no longer measured.
    failure: Option<Failure>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Arguments {
    /// Whether a peer is to be measured: all, if none was named. We always are.
    fn wants(&self, name: &str) -> bool {
        name == OURS || self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

fn names() -> PossibleValuesParser {
    PEERS.map(|(name, _)| name).into()
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder)?;
    let peers = run(&arguments)?;
    show(&peers)?;
    // That this machine has no server is no fault of a peer's.
    let fault = |failure: &Failure| !failure.is::<NoServer>();
    if peers.iter().filter_map(|peer| peer.failure.as_ref()).any(fault) {
        return Err("not every peer could be measured".into());
    }
    Ok(())
}

/// Measures all that is wanted, round by round.
fn run(arguments: &Arguments) -> Outcome<Vec<Peer>> {
    let usual = if arguments.quick { 1 } else { 3 };
    let distribution = if arguments.even { Weights::even } else { Weights::zipf };
    let weights = distribution(arguments.members);
    let span = Duration::from_secs(arguments.seconds.unwrap_or(usual).max(1).into());
    let measure = Measure { members: arguments.members, weights: &weights, span };
    let (server, files) = (Server::new(&arguments.folder), new_folder(&arguments.folder)?);
    let mut bare = BareFile::create(files.path())?;
    let peer = |(name, open)| Peer { name, open, rounds: Vec::new(), failure: None };
    let wanted = PEERS.into_iter().filter(|(name, _)| arguments.wants(name));
    let mut peers: Vec<Peer> = wanted.map(peer).collect();
    for round in 1..=arguments.rounds.unwrap_or(usual).max(1) {
        for peer in peers.iter_mut().filter(|peer| peer.failure.is_none()) {
            say(&format!("round {round}: {}", peer.name))?;
            let folder = new_folder(&arguments.folder)?;
            let (path, members) = (folder.path().to_path_buf(), arguments.members);
            let place = Place { folder: path, members, server: &server };
            match (peer.open)(&place).and_then(|opened| measure.all(opened, &mut bare)) {
                Ok(figures) => peer.rounds.push(figures),
                Err(failure) => peer.failure = Some(failure),
            }
        }
    }
    Ok(peers)
}

/// A new empty folder, deleted when it is dropped.
fn new_folder(folder: &Path) -> Outcome<TempDir> {
    Ok(tempfile::Builder::new().prefix("milepost-peers-").tempdir_in(folder)?)
}

/// Prints the table, and who is not in it.
fn show(peers: &[Peer]) -> Outcome<()> {
    let row = |peer: &Peer| Some((peer.name, table::medians(&peer.rounds)?));
    let rows: Vec<_> = peers.iter().filter_map(row).collect();
    let mut out = std::io::stdout().lock();
    for line in table::lines(&rows) {
        writeln!(out, "{line}")?;
    }
    if let Some((least, most)) = table::drift(&rows) {
        writeln!(
            out,
            "The disk was not the same for all: its floor went from {least:.0} to {most:.0}."
        )?;
        writeln!(out, "The ratios of appends are worth nothing; run it again.")?;
    }
    for peer in peers {
        if let Some(failure) = &peer.failure {
            writeln!(out, "{}: left out: {failure}", peer.name)?;
        }
    }
    Ok(())
}

/// Says how far it has come.
fn say(line: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stderr().lock(), "{line}")?)
}
