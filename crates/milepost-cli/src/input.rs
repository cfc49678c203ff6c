//! Reading lines from a file or the standard input, as many at once as are there.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::exit::Failure;

/// So much is asked of the system at once.
const READ: usize = 64 << 10;
/// The longest line in bytes. A line of the format has at most some 4,096 fields and bill lines of
/// texts of at most 4 KiB; what is longer is no line of it, and should not fill the memory.
const LONGEST: usize = 32 << 20;

/// Lines of a file or of the standard input, numbered from 1.
pub(crate) struct Input {
    name: String,
    source: Box<dyn Read>,
    buffer: Vec<u8>,
    /// What is before it in the buffer has been given out.
    given: usize,
    /// The number of the line at `given`.
    next_line: u64,
    ended: Ended,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
}

/// Lines that were there at once. What follows them may take its time.
pub(crate) struct Block<'a> {
    bytes: &'a [u8],
    first_line: u64,
}

impl Input {
    /// Opens a file; none, or `-`, is the standard input.
    pub(crate) fn open(file: Option<&Path>) -> Result<Input, Failure> {
        match file.filter(|file| *file != Path::new("-")) {
            None => Ok(Input::new("the standard input", Box::new(io::stdin().lock()))),
            Some(file) => {
                let source = File::open(file).map_err(|error| Failure::read(file, error))?;
                Ok(Input::new(&file.display().to_string(), Box::new(source)))
            }
        }
    }

    fn new(name: &str, source: Box<dyn Read>) -> Input {
        Input {
            name: name.to_owned(),
            source,
            buffer: Vec::new(),
            given: 0,
            next_line: 1,
            ended: Ended::No,
        }
    }

    /// How messages call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A line that is not what has to stand there.
    pub(crate) fn fault(&self, line: u64, reason: &impl ToString) -> Failure {
        Failure::Line { file: self.name.clone(), line, reason: reason.to_string() }
    }

    /// The next lines, whole ones; `None` at the end.
    pub(crate) fn block(&mut self) -> Result<Option<Block<'_>>, Failure> {
        self.buffer.drain(..self.given);
        self.given = 0;
        let mut searched = 0;
        let end = loop {
            if let Some(at) = last_line_end(self.buffer.get(searched..).unwrap_or_default()) {
                break searched + at;
            }
            if self.ended == Ended::Yes {
                break self.buffer.len();
            }
            if self.buffer.len() > LONGEST {
                return Err(self.fault(self.next_line, &"the line is longer than 32 MiB"));
            }
            searched = self.buffer.len();
            self.fill()?;
        };
        let bytes = self.buffer.get(..end).unwrap_or_default();
        let first_line = self.next_line;
        self.given = end;
        self.next_line += lines_in(bytes);
        Ok((!bytes.is_empty()).then_some(Block { bytes, first_line }))
    }

    fn fill(&mut self) -> Result<(), Failure> {
        let before = self.buffer.len();
        self.buffer.resize(before + READ, 0);
        let read = loop {
            match self.source.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.map_err(|source| Failure::Read { file: self.name.clone(), source })?;
        self.buffer.truncate(before + read);
        if read == 0 {
            self.ended = Ended::Yes;
        }
        Ok(())
    }
}

impl<'a> Block<'a> {
    /// Its lines with their numbers, without their ends.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &'a [u8])> + use<'a> {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(self.bytes);
        (self.first_line..).zip(bytes.split(|byte| *byte == b'\n'))
    }
}

fn last_line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1)
}

fn lines_in(bytes: &[u8]) -> u64 {
    (0..)
        .zip(bytes.split_inclusive(|byte| *byte == b'\n'))
        .map(|(at, _)| at + 1)
        .last()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives so many bytes at once.
    struct Dripping(&'static [u8], usize);

    impl Read for Dripping {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn lines(text: &'static [u8], at_once: usize) -> Vec<(u64, Vec<u8>)> {
        let mut input = Input::new("test", Box::new(Dripping(text, at_once)));
        let mut all = Vec::new();
        while let Some(block) = input.block().unwrap() {
            all.extend(block.lines().map(|(number, line)| (number, line.to_vec())));
        }
        all
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let expected = [(1, b"one".to_vec()), (2, Vec::new()), (3, b"three".to_vec())];
        for at_once in 1..12 {
            assert_eq!(lines(b"one\n\nthree\n", at_once), expected);
            assert_eq!(lines(b"one\n\nthree", at_once), expected);
        }
        assert_eq!(lines(b"", 1), []);
    }
}
