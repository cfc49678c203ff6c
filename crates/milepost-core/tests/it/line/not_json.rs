//! Texts that are no JSON objects, and texts of any kind.

use milepost_core::line::{LineError, read_command, read_command_bytes};
use proptest::prelude::*;

/// A text must not be JSON at this column, with this in the message.
fn check_not_json(text: impl AsRef<[u8]>, column: usize, message: &str) {
    match read_command_bytes(text.as_ref()) {
        Err(LineError::NotJson { column: found, message: said }) => {
            assert_eq!(found, column, "{said}");
            assert!(said.contains(message) && !said.contains("line 1"), "{said}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_a_json_object() {
    check_not_json("", 1, "EOF");
    check_not_json("hello", 1, "expected");
    check_not_json(r#"{"cmd":"enrol",}"#, 16, "trailing comma");
    check_not_json(r#"{"cmd":"enrol""#, 14, "EOF");
    check_not_json(r#"{"cmd":01}"#, 9, "invalid number");
    check_not_json(r#"{"cmd":"enrol","member":"a"} x"#, 30, "trailing characters");
    check_not_json(b"{\"cmd\":\"\xff\"}", 9, "not UTF-8");
    for text in ["[1]", "5", "\"enrol\"", "null", "true"] {
        let error = read_command(text).unwrap_err();
        assert!(matches!(error, LineError::NotJson { .. }), "{text}: {error:?}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*", bytes in any::<Vec<u8>>()) {
        let _ = read_command(&text);
        let _ = read_command_bytes(&bytes);
        let not_json = format!("x{text}");
        prop_assert!(read_command(&not_json).is_err());
    }

    #[test]
    fn json_like_text_never_panics(text in r#"[\[\]{}",:\\0-9a-eu.+\- ]{0,60}"#) {
        prop_assert!(read_command(&text).is_err(), "no command is as short as that: {}", text);
    }
}
