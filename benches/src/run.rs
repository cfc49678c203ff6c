//! One run of one bench: how much it does, and where it puts its files.
//!
//! Three programs start benches: `cargo bench` passes `--bench` and whatever stands behind its
//! `--`; `cargo test` passes nothing; nextest asks with `--list` and then passes the name it was
//! given. Only the first means to measure.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Outcome;

/// How much a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Everything, as often as a steady median needs.
    Full,
    /// A tenth, for a first look: `MILEPOST_BENCH=quick` or `--quick`.
    Quick,
    /// Next to nothing, once: that the bench works is a test.
    Smoke,
}

/// One run of one bench.
#[derive(Debug)]
pub struct Run {
    bench: &'static str,
    scale: Scale,
    jobs: Vec<String>,
    folder: PathBuf,
}

impl Run {
    /// The run that the arguments and the environment ask for; `None` if they ask only for a list,
    /// which is then printed. `folder` is for files: the disk that it is on is the one measured,
    /// unless `MILEPOST_BENCH_DIR` names another.
    ///
    /// # Errors
    /// If the list cannot be printed.
    pub fn start(bench: &'static str, folder: &str) -> Outcome<Option<Run>> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let has = |name: &str| arguments.iter().any(|argument| argument == name);
        if has("--list") {
            if !has("--ignored") {
                list()?;
            }
            return Ok(None);
        }
        let quick = has("--quick") || std::env::var("MILEPOST_BENCH").is_ok_and(|it| it == "quick");
        let scale = match (has("--bench") && !has("--test"), quick) {
            (false, _) => Scale::Smoke,
            (true, true) => Scale::Quick,
            (true, false) => Scale::Full,
        };
        let named = arguments.into_iter().filter(|argument| !argument.starts_with('-'));
        let jobs = if scale == Scale::Smoke { Vec::new() } else { named.collect() };
        let folder = std::env::var_os("MILEPOST_BENCH_DIR").map_or(folder.into(), PathBuf::from);
        Ok(Some(Run { bench, scale, jobs, folder }))
    }

    /// How much it does.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Whether a job was asked for: any if none was named, else those in whose name a named one
    /// stands.
    pub fn wants(&self, job: &str) -> bool {
        self.jobs.is_empty() || self.jobs.iter().any(|named| job.contains(named.as_str()))
    }

    /// How many things to do, of so many in full.
    pub fn scaled(&self, full: u32) -> u32 {
        match self.scale {
            Scale::Full => full,
            Scale::Quick => (full / 10).max(1),
            Scale::Smoke => (full / 1000).clamp(1, 200),
        }
    }

    /// How often to do a long job, of so many times in full.
    pub fn repetitions(&self, full: u32) -> u32 {
        if self.scale == Scale::Full { full } else { 1 }
    }

    /// A new empty folder, deleted when it is dropped.
    ///
    /// # Errors
    /// If there is no room for it.
    pub fn new_folder(&self) -> Outcome<TempDir> {
        std::fs::create_dir_all(&self.folder)?;
        Ok(tempfile::Builder::new().prefix("milepost-bench-").tempdir_in(&self.folder)?)
    }

    /// The command that makes the same figures again.
    pub fn command(&self) -> String {
        let quick = if self.scale == Scale::Quick { "MILEPOST_BENCH=quick " } else { "" };
        format!("{quick}cargo bench -p milepost-bench --bench {}", self.bench)
    }

    pub(crate) fn bench(&self) -> &'static str {
        self.bench
    }

    pub(crate) fn rows_folder(&self) -> PathBuf {
        Path::new(&self.folder).join("milepost-bench-rows")
    }
}

/// Tells nextest of one test, which is to run the bench in little.
fn list() -> Outcome<()> {
    Ok(writeln!(std::io::stdout().lock(), "works: test")?)
}
