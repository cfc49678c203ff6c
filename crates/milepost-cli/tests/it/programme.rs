//! `milepost programme`: a file checked and explained without a ledger.

use crate::support::{Home, PLAIN, run};

#[test]
fn a_file_is_checked() {
    let home = Home::empty();
    let sound = home.write("sound.toml", PLAIN.as_bytes());
    let ran = run(&["programme", "check", &sound]);
    assert_eq!((ran.status, ran.out), (0, format!("{sound}: sound\n")));

    let unused = home.write("unused.toml", format!("{PLAIN}\n[units.spare]\n").as_bytes());
    let ran = run(&["programme", "check", &unused]);
    let expected = format!(
        "{unused}:15:1: warning: units.spare: it is never used: no rule gives it and no reward \
         takes it\n{unused}: sound, 1 warning\n"
    );
    assert_eq!((ran.status, ran.out), (0, expected));

    let faulty = home.write("faulty.toml", PLAIN.replace("[\"stay\"]", "[]").as_bytes());
    let ran = run(&["programme", "check", &faulty]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.starts_with(&format!("{faulty}:12:6: earn[0].on: ")), "{}", ran.out);
    let json = run(&["programme", "check", "--json", &faulty]);
    assert_eq!((json.status, &json.lines()[0]["faults"][0]["line"]), (1, &12.into()));
}

#[test]
fn a_file_is_explained() {
    let home = Home::empty();
    let file = home.write("plain.toml", PLAIN.as_bytes());
    let ran = run(&["programme", "explain", &file]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("- base: 1 points for each 1.00 EUR of a stay.\n"), "{}", ran.out);
    let json = run(&["programme", "explain", "--json", &file]);
    assert_eq!(json.lines()[0]["chapters"][0]["title"], "The scheme");
    let faulty = home.write("faulty.toml", b"name = 1");
    assert_eq!(run(&["programme", "explain", &faulty]).status, 2);
}
