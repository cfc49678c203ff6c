//! A `PostgreSQL` server of the run's own, started by `postgres.sh` when the first peer asks for it.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use milepost_bench::Outcome;
use postgres::{Client, Config, NoTls};
use tempfile::TempDir;

/// The script beside `Cargo.toml`.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgres.sh");
/// Who the script lets in.
pub(crate) const USER: &str = "milepost";

/// A server that runs as soon as it is needed, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    running: OnceLock<Result<Running, String>>,
    databases: AtomicU32,
}

/// A database of one peer.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// The folder of the server's socket.
    pub(crate) socket: PathBuf,
    /// Its name.
    pub(crate) name: String,
}

/// There is no server, and so nothing to measure.
#[derive(Debug)]
pub(crate) struct NoServer(String);

impl fmt::Display for NoServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL cannot be started: {}", self.0)
    }
}

impl std::error::Error for NoServer {}

#[derive(Debug)]
struct Running {
    script: Child,
    socket: PathBuf,
    _folder: TempDir,
}

impl Running {
    fn start(folder: &Path) -> Outcome<Running> {
        let folder = tempfile::Builder::new().prefix("milepost-postgres-").tempdir_in(folder)?;
        let mut script = Command::new(SCRIPT)
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = script.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let Some(socket) = line.trim_end().strip_prefix("ready ").map(PathBuf::from) else {
            script.wait()?;
            return Err("postgres.sh failed".into());
        };
        Ok(Running { script, socket, _folder: folder })
    }
}

impl Drop for Running {
    /// The script stops the server when nobody can write to it any more.
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

impl Server {
    /// A server that will put its files into a new folder in this one.
    pub(crate) fn new(folder: &Path) -> Server {
        let folder = folder.to_path_buf();
        Server { folder, running: OnceLock::new(), databases: AtomicU32::new(0) }
    }

    /// Makes an empty database, with what these statements make.
    ///
    /// # Errors
    /// [`NoServer`], or what the database says.
    pub(crate) fn database(&self, schema: &str) -> Outcome<Database> {
        let start = || Running::start(&self.folder).map_err(|error| error.to_string());
        let running = self.running.get_or_init(start);
        let socket = running.as_ref().map_err(|why| NoServer(why.clone()))?.socket.clone();
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let database = Database { socket, name: format!("peer{number}") };
        database.admin()?.batch_execute(&format!("CREATE DATABASE {}", database.name))?;
        database.connect()?.batch_execute(schema)?;
        Ok(database)
    }
}

impl Database {
    /// A connection of one's own.
    ///
    /// # Errors
    /// If the server lets nobody in.
    pub(crate) fn connect(&self) -> Outcome<Client> {
        self.client(&self.name)
    }

    /// What a table takes on the disk with its indexes. The server's own log is not in it.
    ///
    /// # Errors
    /// If there is no such table.
    pub(crate) fn bytes_of(&self, table: &str) -> Outcome<u64> {
        let row = self
            .connect()?
            .query_one("SELECT pg_total_relation_size($1::text::regclass)", &[&table])?;
        Ok(u64::try_from(row.try_get::<_, i64>(0)?)?)
    }

    /// Deletes it, and lets the server write what it still has to, so that whoever comes next has
    /// the disk for itself.
    ///
    /// # Errors
    /// If somebody is still connected.
    pub(crate) fn delete(self) -> Outcome<()> {
        let mut admin = self.admin()?;
        admin.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name))?;
        Ok(admin.batch_execute("CHECKPOINT")?)
    }

    fn admin(&self) -> Outcome<Client> {
        self.client("postgres")
    }

    fn client(&self, database: &str) -> Outcome<Client> {
        let mut config = Config::new();
        config.host_path(&self.socket).user(USER).dbname(database);
        Ok(config.connect(NoTls)?)
    }
}
