//! The standard output: JSON lines and tables.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde_json::Value;

/// The standard output, buffered.
pub(crate) fn out() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Writes one JSON object on a line.
pub(crate) fn line(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
