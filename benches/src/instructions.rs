//! `instructions`: how many instructions the hot functions take, as callgrind counts them. Unlike
//! times they are the same in every run, so that a rise can be told from noise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Args, ValueEnum};
use milepost::{Ledger, Options, Request, Snapshots};
use milepost_bench::Outcome;
use milepost_bench::ledgers::{driven, submit_mix, with_members};
use milepost_bench::mix::{Mix, pace};
use milepost_bench::workload::{Random, TRAVEL, later, start, trip, visit};
use milepost_bench::world::{Placed, World};

use crate::show;

const MEMBERS: u32 = 500;
const COMMANDS: u32 = 4_000;
/// A count may differ by so much, in hundredths of what is stored.
const TOLERANCE: u64 = 5;

/// Count instructions (with valgrind) and hold them against those that are stored.
///
/// Example: milepost-bench instructions --check
#[derive(Debug, Args)]
pub(crate) struct InstructionsArgs {
    /// Fail if a count is more than 5 % from the stored one
    #[arg(long, conflicts_with = "store")]
    check: bool,
    /// Store the counts: say in the commit why one has changed
    #[arg(long)]
    store: bool,
    /// Do one job and count nothing: what valgrind runs
    #[arg(long, hide = true)]
    only: Option<Job>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Job {
    DecideMix,
    DecideFixedRate,
    DecideAgency,
    Write,
    Fold,
}

impl Job {
    fn name(self) -> &'static str {
        match self {
            Job::DecideMix => "decide and apply a command of the mix",
            Job::DecideFixedRate => "decide and apply an earn at one fixed rate",
            Job::DecideAgency => "decide and apply an earn by an agency's 12 rules",
            Job::Write => {
                "write a command in batches, up to the disk (the mix behind enrolments and grants)"
            }
            Job::Fold => "fold an entry (the same)",
        }
    }

    /// The functions in which instructions are counted.
    fn counted(self) -> &'static str {
        match self {
            Job::DecideMix | Job::DecideFixedRate | Job::DecideAgency => "*instructions::decided*",
            Job::Write => "*milepost::writer::Writer::handle*",
            Job::Fold => "*milepost::fold::Fold::run*",
        }
    }

    /// Does it, and says how many things were done.
    fn run(self) -> Outcome<u64> {
        let mut random = Random::new(5);
        let mut somebody = |serial| (random.below(MEMBERS), serial, 4_000 + random.below(60_000));
        match self {
            Job::DecideMix => {
                let mut world = World::travel(MEMBERS)?;
                world.pace = pace(MEMBERS);
                decide_all(&mut world, Mix::new(3, MEMBERS)?.take(COMMANDS.try_into()?))
            }
            Job::DecideFixedRate => {
                let visits = (0..COMMANDS).map(|serial| {
                    let (member, serial, _) = somebody(serial);
                    visit(member, serial)
                });
                decide_all(&mut World::fixed(MEMBERS)?, visits)
            }
            Job::DecideAgency => {
                let trips = (0..COMMANDS).map(|serial| {
                    let (member, serial, cents) = somebody(serial);
                    trip(member, serial, cents)
                });
                decide_all(&mut World::agency(MEMBERS, 0)?, trips)
            }
            Job::Write => {
                let folder = tempfile::tempdir()?;
                let path = folder.path().join("ledger");
                let ledger = with_members(&path, TRAVEL, driven()?, MEMBERS)?;
                submit_mix(&ledger, mix()?)?;
                ledger.close()?;
                // Each member is enrolled and granted something first.
                Ok(u64::from(2 * MEMBERS + COMMANDS))
            }
            Job::Fold => {
                let folder = tempfile::tempdir()?;
                let path = folder.path().join("ledger");
                let ledger = with_members(&path, TRAVEL, driven()?, MEMBERS)?;
                submit_mix(&ledger, mix()?)?;
                ledger.close()?;
                let ledger =
                    Ledger::open(&path, Options::default().with_snapshots(Snapshots::Off))?;
                let folded = ledger.opening().entries_folded;
                ledger.close()?;
                Ok(folded)
            }
        }
    }
}

/// The mix as requests, each a little later than the one before.
fn mix() -> Outcome<impl Iterator<Item = Outcome<Request>>> {
    let (start, pace) = (start()?, pace(MEMBERS));
    let commands = Mix::new(3, MEMBERS)?.take(COMMANDS.try_into()?).zip(1_i64..);
    Ok(commands.map(move |(command, n)| Ok(Request::new(command?).at(later(start, n * pace)?))))
}

fn decide_all(
    world: &mut World,
    commands: impl Iterator<Item = Outcome<milepost::command::Command>>,
) -> Outcome<u64> {
    let commands =
        commands.map(|command| Placed::new(command?)).collect::<Outcome<Vec<Placed>>>()?;
    decided(world, &commands)?;
    Ok(commands.len().try_into()?)
}

/// Has a name of its own, by which callgrind knows it.
#[inline(never)]
fn decided(world: &mut World, commands: &[Placed]) -> Outcome<()> {
    world.decide_all(commands.iter()).map(|_| ())
}

pub(crate) fn run(args: &InstructionsArgs) -> Outcome<ExitCode> {
    if let Some(job) = args.only {
        show::line(&job.run()?.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.csv");
    let stored = if args.store { BTreeMap::new() } else { stored(&path)? };
    let (mut rows, mut counts, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for job in Job::value_variants() {
        let count = count(*job)?;
        let before = stored.get(job.name()).copied();
        let ratio = before.map(|before| hundredths(count, before));
        let ratio = ratio.map_or_else(String::new, |r| format!("{}.{:02}", r / 100, r % 100));
        let shown = before.map_or_else(String::new, |before| before.to_string());
        rows.push([job.name().to_string(), count.to_string(), shown, ratio]);
        if before.is_none_or(|before| has_changed(count, before)) {
            changed.push(job.name());
        }
        counts.push((job.name(), count));
    }
    show::table(["job", "instructions each", "stored", "ratio"], rows)?;
    if args.store {
        store(&path, &counts)?;
    } else if args.check && !changed.is_empty() {
        let message = format!(
            "more than {TOLERANCE} % from {}: {}; if that is meant, store the counts and say why",
            path.display(),
            changed.join("; ")
        );
        return Err(message.into());
    }
    Ok(ExitCode::SUCCESS)
}

/// A fall that nobody has stored would hide the next rise; and if something is not counted any more,
/// that is a fall.
fn has_changed(count: u64, before: u64) -> bool {
    count * 100 > before * (100 + TOLERANCE) || count * 100 < before * (100 - TOLERANCE)
}

fn hundredths(count: u64, before: u64) -> u64 {
    count * 100 / before.max(1)
}

/// What callgrind counts for one thing of a job.
fn count(job: Job) -> Outcome<u64> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("callgrind.out");
    let name = job.to_possible_value().ok_or("a job without a name")?;
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(argument("--callgrind-out-file=", &out));
    command.arg(format!("--toggle-collect={}", job.counted()));
    command.arg(std::env::current_exe()?).args(["instructions", "--only", name.get_name()]);
    let output = command.output().map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}: {said}", job.name()).into());
    }
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let collected: u64 = collected.ok_or("valgrind says no count")?.1.trim().parse()?;
    let things: u64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    if collected == 0 || things == 0 {
        return Err(format!("{}: nothing was counted", job.name()).into());
    }
    Ok(collected / things)
}

fn argument(option: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(option);
    argument.push(path);
    argument
}

fn stored(path: &PathBuf) -> Outcome<BTreeMap<String, u64>> {
    let mut reader = csv::Reader::from_path(path)?;
    reader.deserialize().map(|row| Ok(row?)).collect()
}

fn store(path: &PathBuf, counts: &[(&str, u64)]) -> Outcome<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["job", "instructions each"])?;
    counts.iter().try_for_each(|(job, count)| writer.serialize((job, count)))?;
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_five_in_a_hundred_is_a_change() {
        let changed = [949, 950, 1_000, 1_050, 1_051].map(|count| has_changed(count, 1_000));
        assert_eq!(changed, [true, false, false, false, true]);
    }

    #[test]
    fn every_job_has_a_count() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.csv");
        let stored = stored(&path).unwrap();
        let jobs: Vec<&str> = Job::value_variants().iter().map(|job| job.name()).collect();
        assert_eq!(stored.len(), jobs.len());
        assert!(jobs.iter().all(|job| stored[*job] > 0));
    }
}
