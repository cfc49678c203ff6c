//! Running the program, and ledgers to run it on.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A programme with one unit of points, some of which can be transferred.
pub(crate) const PLAIN: &str = r#"
name = "Plain"
timezone = "UTC"
currency = "EUR"

[units.points]
expiry = { after = "1 year" }

[[earn]]
id = "base"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "1" }
"#;

/// The program, not yet started.
pub(crate) fn milepost(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The lines of the output, each of them JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Ran {
    run_with(args, b"")
}

/// Runs the program to its end with a standard input.
pub(crate) fn run_with(args: &[&str], input: &[u8]) -> Ran {
    let mut child = milepost(args).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that ends early does not read its input.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A temporary folder with a ledger in it.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty folder.
    pub(crate) fn empty() -> Home {
        Home { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with a ledger of the plain programme.
    pub(crate) fn new() -> Home {
        Home::with(PLAIN)
    }

    /// A folder with a ledger of a programme.
    pub(crate) fn with(programme: &str) -> Home {
        let home = Home::empty();
        let file = home.write("programme.toml", programme.as_bytes());
        let made = run(&["init", &home.ledger(), "--programme", &file]);
        assert_eq!((made.status, made.err.as_str()), (0, ""));
        home
    }

    /// A folder with a ledger of a programme, on which lines have been applied.
    pub(crate) fn applied(programme: &str, lines: &str) -> Home {
        let home = Home::with(programme);
        let applied = home.apply(lines);
        assert_eq!(applied.status, 0, "{}", applied.out);
        home
    }

    /// A ledger with a member `a` that has 100 points, and a member `b`.
    pub(crate) fn with_members() -> Home {
        Home::applied(PLAIN, MEMBERS)
    }

    /// The ledger's folder.
    pub(crate) fn ledger(&self) -> String {
        self.path("ledger").display().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// Applies lines.
    pub(crate) fn apply(&self, lines: &str) -> Ran {
        run_with(&["apply", &self.ledger()], lines.as_bytes())
    }

    /// Asks questions, one a line.
    pub(crate) fn ask(&self, lines: &str) -> Ran {
        run_with(&["query", &self.ledger()], lines.as_bytes())
    }
}

const MEMBERS: &str = r#"{"cmd":"enrol","member":"a","at":"2026-01-05T10:00:00Z"}
{"cmd":"grant","member":"a","unit":"points","amount":100,"reason":"welcome"}
{"cmd":"enrol","member":"b"}
"#;
