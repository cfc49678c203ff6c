//! Prints one table of everything that the other benches measured since it was printed last.

use milepost_bench::Outcome;
use milepost_bench::run::Run;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("table", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    run.table()
}
