//! `programme_file` in a line of `revise`: the text of the file takes its place before the line is
//! read, so that the log has the text and needs no file.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use milepost::line::{LineError, Object};
use serde_json::{Map, Value};

const FILE: &str = "programme_file";
const TEXT: &str = "programme";

/// Opens the files that lines name, relative to where the lines come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opener {
    folder: PathBuf,
}

impl Opener {
    /// For the lines of a file; of the standard input, files are relative to the working folder.
    pub(crate) fn beside(file: Option<&Path>) -> Opener {
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        Opener { folder: folder.to_owned() }
    }

    /// The line, with the text of the file that it names in its place.
    ///
    /// # Errors
    /// [`LineError::Malformed`] if the file cannot be read, or if the line has the text as well.
    pub(crate) fn open<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, LineError> {
        // Most lines name no file, and are not looked at closer.
        if !text.contains(FILE) {
            return Ok(Cow::Borrowed(text));
        }
        let mut object = Object::parse(text)?;
        let (Some(Value::String(file)), false) = (object.take(FILE)?, object.has(TEXT)) else {
            // What is wrong with it, who reads the line says.
            return Ok(Cow::Borrowed(text));
        };
        let key = object.take("key")?.and_then(|key| key.as_str()?.parse().ok());
        let malformed = |reason: String| LineError::Malformed { key, field: FILE.into(), reason };
        let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(text) else {
            return Ok(Cow::Borrowed(text));
        };
        let path = self.folder.join(file);
        let read = fs::read_to_string(&path);
        let programme =
            read.map_err(|error| malformed(format!("{} is not read: {error}", path.display())))?;
        fields.remove(FILE);
        fields.insert(TEXT.to_owned(), Value::String(programme));
        Ok(Cow::Owned(Value::Object(fields).to_string()))
    }
}
