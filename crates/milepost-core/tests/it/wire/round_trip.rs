//! What is written is read, by all readers.

use proptest::prelude::*;

use milepost_core::event::EventRef;
use milepost_core::wire::{self, Genesis, Recorded};

use super::commands::{command, instant};
use super::facts::events;
use super::{encoded, recorded_at, shown};

fn recorded() -> impl Strategy<Value = Recorded> {
    let genesis = ("\\PC{0,300}", instant()).prop_map(|(programme, effective_at)| {
        Recorded::Genesis(Genesis { programme: programme.into(), effective_at })
    });
    prop_oneof![
        1 => genesis.boxed(),
        9 => command().prop_map(Recorded::Command).boxed(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_body_comes_back(recorded in recorded(), events in events()) {
        let bytes = encoded(&recorded, &events);
        let kind = wire::kind(&recorded).number();
        let body = wire::decode(kind, wire::SCHEMA, recorded_at(), &bytes).unwrap();
        prop_assert_eq!(&body.command, &recorded);
        prop_assert_eq!(&body.events, &events);
        // Equal decimals may be written differently: the bytes show that the spelling came back.
        prop_assert_eq!(encoded(&body.command, &body.events), bytes);
    }

    #[test]
    fn the_short_way_reads_the_same_events(recorded in recorded(), events in events()) {
        let bytes = encoded(&recorded, &events);
        let kind = wire::kind(&recorded).number();
        let mut read = events.clone();
        wire::decode_events_into(kind, wire::SCHEMA, recorded_at(), &bytes, &mut read).unwrap();
        prop_assert_eq!(&read[..events.len()], &events);
        prop_assert_eq!(&read[events.len()..], &events);
    }

    #[test]
    fn folds_are_shown_the_same_events(recorded in recorded(), events in events()) {
        let bytes = encoded(&recorded, &events);
        let kind = wire::kind(&recorded).number();
        let shown = shown(kind, wire::SCHEMA, &bytes).unwrap();
        prop_assert_eq!(shown, events.iter().map(EventRef::from).collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        kind in 0..20_u8,
        bytes in proptest::collection::vec(prop_oneof![0..24_u8, any::<u8>()], 0..80),
    ) {
        if let Ok(body) = wire::decode(kind, wire::SCHEMA, recorded_at(), &bytes) {
            let again = encoded(&body.command, &body.events);
            let read = wire::decode(kind, wire::SCHEMA, recorded_at(), &again);
            prop_assert_eq!(read, Ok(body));
        }
    }
}
