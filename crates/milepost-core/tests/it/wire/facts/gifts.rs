//! What is given for rewards, broken promises and referrals.

use proptest::option::of;
use proptest::prelude::*;

use milepost_core::command::Actor;
use milepost_core::event::{ActivityNo, CasePaid, Drawn, Fact, GiftOf, RedemptionNo};
use milepost_core::names::MemberKey;
use milepost_core::programme::{CauseIx, UnitIx};

use super::{amount, index, lot, number, parts};
use crate::wire::commands::{instant, name, reference};

pub(super) fn gifts() -> impl Strategy<Value = Fact> {
    let given = (lot(), gift_of(), of(paid())).prop_map(|(lot, of, paid)| Fact::Given {
        lot,
        of,
        paid: paid.map(Box::new),
    });
    let lists = (parts(), parts(), parts());
    let taken_back = (gift_of(), index(), lists, amount(), amount()).prop_map(
        |(of, unit, (parts, gifts, set_off), debt, forgiven)| Fact::TakenBack {
            of,
            unit: UnitIx(unit),
            parts,
            gifts,
            set_off,
            debt,
            forgiven,
        },
    );
    let case_reversed = (reference(), of(reference()))
        .prop_map(|(case, reference)| Fact::CaseReversed { case, reference });
    let paid = (member_key(), of(number())).prop_map(|(with, activity)| Fact::ReferralPaid {
        with,
        activity: activity.map(ActivityNo),
    });
    prop_oneof![
        given.boxed(),
        taken_back.boxed(),
        case_reversed.boxed(),
        member_key().prop_map(|by| Fact::Referred { by }).boxed(),
        paid.boxed(),
        member_key().prop_map(|with| Fact::ReferralFell { with }).boxed(),
    ]
}

fn gift_of() -> impl Strategy<Value = GiftOf> {
    let case = (reference(), index())
        .prop_map(|(case, cause)| GiftOf::Case { case, cause: CauseIx(cause) });
    prop_oneof![
        number().prop_map(|number| GiftOf::Redemption(RedemptionNo(number))).boxed(),
        case.boxed(),
        member_key().prop_map(GiftOf::Referral).boxed(),
        member_key().prop_map(GiftOf::Friend).boxed(),
    ]
}

fn paid() -> impl Strategy<Value = CasePaid> {
    let actor = || of((name(), name()).prop_map(|(id, role)| Actor { id, role }));
    let kept = || of(any::<bool>());
    let drawn =
        of((any::<i32>(), any::<i64>()).prop_map(|(period, amount)| Drawn { period, amount }));
    (of(instant()), (any::<i64>(), any::<i64>()), (actor(), actor()), (kept(), kept()), drawn)
        .prop_map(|(incident_at, (policy_amount, extra), (by, approved_by), kept, drawn)| {
            let (responded_in_time, settled_in_time) = kept;
            CasePaid {
                incident_at,
                policy_amount,
                extra,
                by,
                approved_by,
                responded_in_time,
                settled_in_time,
                drawn,
            }
        })
}

fn member_key() -> impl Strategy<Value = MemberKey> {
    any::<[u8; 16]>().prop_map(MemberKey)
}
