//! What the benches share: workloads of a fixed seed, the floors they are held against, and the
//! table they end in.
//!
//! Every figure stands beside its floor: the least that the same disk or the same memory takes for
//! the same bytes, measured in turns with it in the same run. The ratio of the two says more than
//! either, because it hardly depends on the machine or on what else runs on it.
//!
//! `cargo bench` measures in full and `MILEPOST_BENCH=quick cargo bench` in little; tests run every
//! bench once with next to nothing to do. No bench fails because it was slow.
//!
//! The package's program is a load generator: `cargo run --release -p milepost-bench -- load`, or
//! `-- grow`.

pub mod airline;
pub mod callers;
pub mod disk;
pub mod latency;
pub mod ledgers;
pub mod memory;
pub mod mix;
pub mod records;
pub mod report;
pub mod run;
pub mod sample;
pub mod workload;
pub mod world;

/// As the program `milepost` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a bench comes to. A bench is a program: it only shows an error, and nobody matches on it.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
