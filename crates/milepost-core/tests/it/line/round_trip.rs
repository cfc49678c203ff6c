//! What is written is read back as the same command.

use std::fs;
use std::path::{Path, PathBuf};

use milepost_core::command::Command;
use milepost_core::line::{
    Line, LineError, Mode, Object, read_command, read_command_bytes, write_command, write_line,
};
use milepost_core::names::Name;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::command;
use super::strategies::commands;

/// A command is written as this and read back.
fn check(text: &str, expected: &Value) {
    let command = command(text);
    let written = write_command(&command);
    assert_eq!(written.to_string(), expected.to_string());
    assert_eq!(read_command(&written.to_string()), Ok(Line::from(command)));
}

#[test]
fn fields_in_the_order_of_the_specification_without_defaults() {
    check(
        r#"{"keep_rest":false,"ref":"R-1","hold":"H-1","member":"a","note":"n","key":"k","cmd":"capture"}"#,
        &json!({"cmd": "capture", "key": "k", "note": "n", "member": "a", "hold": "H-1", "ref": "R-1"}),
    );
    check(
        r#"{"cmd":"enrol","attributes":{"b":"2","a":"1"},"birth_date":"0980-02-29","member":"a"}"#,
        &json!({"cmd": "enrol", "member": "a", "attributes": {"a": "1", "b": "2"}, "birth_date": "0980-02-29"}),
    );
}

#[test]
fn r_num_1_amounts_keep_the_digits_they_were_written_with() {
    let grant = |amount: &str| {
        let text =
            format!(r#"{{"cmd":"grant","member":"a","unit":"p","amount":{amount},"reason":"r"}}"#);
        write_command(&command(&text))["amount"].to_string()
    };
    for amount in ["5", "-5", "9223372036854775807", r#""5.0""#, r#""144.90""#, r#""-0.05""#] {
        assert_eq!(grant(amount), amount);
    }
    assert_eq!(grant(r#""5""#), "5");
    assert_eq!(grant("9223372036854775808"), r#""9223372036854775808""#);
    assert_eq!(grant(&"9".repeat(30)), format!("\"{}\"", "9".repeat(30)));
}

#[test]
fn money_is_short_where_it_can_be() {
    let spend = |spend: &str| {
        let text = format!(
            r#"{{"cmd":"record","member":"a","activity":{{"kind":"k","ref":"B","spend":{spend}}}}}"#
        );
        write_command(&command(&text))["activity"]["spend"].to_string()
    };
    assert_eq!(spend(r#""1.50""#), r#""1.50""#);
    assert_eq!(spend("7"), "7");
    assert_eq!(
        spend(r#"{"rate":"1.470","currency":"CNY","amount":"1.50"}"#),
        r#"{"amount":"1.50","currency":"CNY","rate":"1.47"}"#
    );
    assert_eq!(
        spend(r#"{"rate":"1/3","currency":"CNY","amount":1}"#),
        r#"{"amount":1,"currency":"CNY","rate":"1/3"}"#
    );
}

#[test]
fn a_line_has_a_time_a_batch_and_a_mode() {
    let text = r#"{"cmd":"enrol","at":"2026-01-01T01:00:00+01:00","atomic":"b","dry_run":true,"member":"a"}"#;
    let line = read_command(text).unwrap();
    assert_eq!(line.at, Some("2026-01-01T00:00:00Z".parse().unwrap()));
    assert_eq!(line.atomic, Some(Name::new("b").unwrap()));
    assert_eq!(line.mode, Mode::DryRun);
    let written = write_line(&line).to_string();
    assert_eq!(
        written,
        r#"{"cmd":"enrol","at":"2026-01-01T00:00:00Z","atomic":"b","dry_run":true,"member":"a"}"#
    );
    assert_eq!(read_command(&written), Ok(line));
    let real = read_command(r#"{"cmd":"enrol","dry_run":false,"member":"a"}"#).unwrap();
    assert_eq!(real.mode, Mode::Real);
}

#[test]
fn the_serde_form_is_the_line_format() {
    let text = r#"{"cmd":"release","member":"a","hold":"H-1","amount":"1.50"}"#;
    let command: Command = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&command).unwrap(), text);
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::from_value::<Command>(value).unwrap(), command);
    let list: Vec<Command> = serde_json::from_str(&format!("[{text},{text}]")).unwrap();
    assert_eq!(list, [command.clone(), command]);
    for (bad, reason) in [
        (r#"{"cmd":"enrol","member":"a","member":"a"}"#, "member: the field is repeated"),
        (r#"{"cmd":"enrol","member":"a","dry_run":true}"#, "belong to a line"),
        (r#"{"cmd":"enrol","member":"a","at":"2026-01-01T00:00:00Z"}"#, "belong to a line"),
    ] {
        let error = serde_json::from_str::<Command>(bad).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_script_takes_its_own_fields_out() {
    let text = r#"{"cmd":"enrol","member":"a","expect":{"status":"refused"}}"#;
    let mut object = Object::parse(text).unwrap();
    assert!(object.has("cmd") && !object.has("check"));
    assert_eq!(object.take("expect"), Ok(Some(json!({"status": "refused"}))));
    assert_eq!(object.take("expect"), Ok(None));
    assert_eq!(object.read(), read_command(r#"{"cmd":"enrol","member":"a"}"#));
    let mut object = Object::parse(r#"{"cmd":"enrol","expect":"\ud800","key":"k"}"#).unwrap();
    let error = object.take("expect").unwrap_err();
    assert!(matches!(error, LineError::Malformed { key: Some(_), field, .. } if field == "expect"));
}

/// The scenario scripts, which live beside the repository and may be absent.
fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/scenarios");
    let Ok(areas) = fs::read_dir(&folder) else {
        eprintln!("skipped: no scenario scripts in {}", folder.display());
        return Vec::new();
    };
    let areas = areas.map(|area| area.unwrap().path()).filter(|path| path.is_dir());
    areas
        .flat_map(|area| fs::read_dir(area).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "jsonl"))
        .collect()
}

/// Reads a command of a script and writes it back; whether this version knows it.
fn check_scripted(text: &str) -> bool {
    let mut object = Object::parse(text).unwrap();
    if !object.has("cmd") {
        return false;
    }
    let expected_malformed = object.take("expect").unwrap() == Some(json!("malformed"));
    match object.read() {
        Ok(line) => {
            assert!(!expected_malformed, "{text}");
            assert_eq!(read_command(&write_line(&line).to_string()), Ok(line), "{text}");
            true
        }
        // A file is opened by who reads the script.
        Err(LineError::Malformed { field, .. }) if field == "programme_file" => false,
        Err(LineError::Malformed { reason, .. }) if !expected_malformed => {
            assert!(reason.contains("is not supported by this version"), "{text}: {reason}");
            false
        }
        Err(error) => {
            assert!(matches!(error, LineError::Malformed { .. }), "{text}: {error}");
            false
        }
    }
}

#[test]
fn every_command_of_the_scenario_scripts() {
    let scripts = scripts();
    let texts = scripts.iter().map(|script| fs::read_to_string(script).unwrap());
    let known: usize =
        texts.map(|text| text.lines().filter(|line| check_scripted(line)).count()).sum();
    assert!(scripts.is_empty() || known > 1000, "only {known} commands were read");
}

proptest! {
    #[test]
    fn every_command_comes_back(command in commands()) {
        let written = write_command(&command).to_string();
        let line = read_command(&written).unwrap();
        // The digits, too, not only the numbers.
        prop_assert_eq!(format!("{:?}", line.command), format!("{command:?}"));
        prop_assert_eq!(line, Line::from(command));
    }

    #[test]
    fn a_damaged_line_never_panics(
        command in commands(), position in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = write_command(&command).to_string().into_bytes();
        let index = position.index(bytes.len());
        bytes[index] = byte;
        if let Ok(line) = read_command_bytes(&bytes) {
            prop_assert_eq!(read_command(&write_line(&line).to_string()), Ok(line));
        }
        bytes.truncate(index);
        prop_assert!(read_command_bytes(&bytes).is_err());
    }
}
