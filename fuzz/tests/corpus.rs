//! Every fuzz target over its corpus: what once was found, and examples of each kind.

#[cfg(test)]
mod corpus {
    use std::path::PathBuf;

    use milepost_core::state::Member;
    use milepost_core::time::Instant;
    use milepost_core::wire;

    fn over_corpus(name: &str, target: fn(&[u8])) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let files = std::fs::read_dir(&folder).expect("the corpus is in the repository");
        let mut count = 0;
        for file in files {
            let bytes = std::fs::read(file.expect("a file").path()).expect("it can be read");
            target(&bytes);
            for length in 0..bytes.len().min(300) {
                target(&bytes[..length]);
            }
            count += 1;
        }
        assert!(count > 0, "the corpus of {name} is empty");
    }

    /// What nobody reads would show nothing.
    #[test]
    fn kept_bodies_and_members_are_whole() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let kept = |name| {
            let files = std::fs::read_dir(folder.join(name)).expect("a folder");
            files.map(|file| std::fs::read(file.expect("a file").path()).expect("it can be read"))
        };
        for bytes in kept("body") {
            let ([kind, schema], body) = bytes.split_first_chunk().expect("a kind and a schema");
            wire::decode(*kind, *schema, Instant::MIN, body).expect("a body");
        }
        for bytes in kept("member") {
            let (_, taken) = Member::decode(&bytes).expect("a member");
            assert_eq!(taken, bytes.len());
        }
    }

    #[test]
    fn programmes() {
        over_corpus("programme", milepost_fuzz::programme);
    }

    #[test]
    fn lines() {
        over_corpus("line", milepost_fuzz::line);
    }

    #[test]
    fn bodies() {
        over_corpus("body", milepost_fuzz::body);
    }

    #[test]
    fn members() {
        over_corpus("member", milepost_fuzz::member);
    }

    #[test]
    fn logs() {
        over_corpus("log", milepost_fuzz::log);
    }
}
