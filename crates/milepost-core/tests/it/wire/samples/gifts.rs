//! What is given for rewards, broken promises and referrals, and taken back.

use milepost_core::command::{Actor, Command};
use milepost_core::event::{
    ActivityNo, CasePaid, Drawn, Event, Fact, Gain, GiftOf, HoldNo, RedemptionNo, Worth,
};
use milepost_core::names::MemberKey;
use milepost_core::pools::PoolKey;
use milepost_core::programme::{CauseIx, RewardIx, UnitIx};
use milepost_core::wire::Recorded;

use super::commands::{
    capture, compensate, enrol_referred, record, refund, reverse, reverse_case, reward,
};
use super::events::{lot, part};
use super::{Sample, sample};
use crate::wire::{at, name, recorded_at, reference};

pub(super) fn all() -> Vec<Sample> {
    rewards().into_iter().chain(cases()).chain(referrals()).collect()
}

fn event(name: &str, command: Command, who: u32, fact: Fact) -> Sample {
    let event = Event { who, effective_at: recorded_at(), fact };
    sample(&format!("event-{name}"), Recorded::Command(command), vec![event])
}

fn taken_back(of: GiftOf) -> Fact {
    Fact::TakenBack {
        of,
        unit: UnitIx(0),
        parts: vec![part(3, 40)],
        gifts: vec![part(3, 44)],
        set_off: vec![part(3, 1)],
        debt: 3,
        forgiven: 0,
    }
}

fn rewards() -> Vec<Sample> {
    let unit = UnitIx(0);
    let of = GiftOf::Redemption(RedemptionNo(1));
    let thing = Worth { reward: RewardIx(1), quantity: 2, gain: Gain::Thing, from_stock: true };
    let gain = Gain::Partner { quantity: 300, what: name("mile") };
    let partner = Worth { reward: RewardIx(2), quantity: 1, gain, from_stock: false };
    let redeemed = Fact::Redeemed {
        reference: reference("R-100042"),
        unit,
        parts: vec![part(1, 80)],
        worth: Some(thing),
    };
    let captured = Fact::Captured {
        unit,
        hold: HoldNo(1),
        reference: reference("R-8"),
        parts: vec![part(1, 200)],
        worth: Some(partner),
    };
    vec![
        event("redeemed-reward", reward(), 0, redeemed),
        event("captured-partner", capture(), 0, captured),
        event("given-reward", reward(), 0, Fact::Given { lot: lot(), of: of.clone(), paid: None }),
        event("taken-back-reward", refund(), 0, taken_back(of)),
    ]
}

fn cases() -> Vec<Sample> {
    let actor = |id, role| Some(Actor { id: name(id), role: name(role) });
    let of = GiftOf::Case { case: reference("K-1"), cause: CauseIx(2) };
    let paid = CasePaid {
        incident_at: Some(at("2026-03-05T09:00:00Z")),
        policy_amount: 500,
        extra: 300,
        by: actor("anna", "desk"),
        approved_by: actor("bert", "lead"),
        responded_in_time: Some(false),
        settled_in_time: Some(true),
        drawn: Some(Drawn { period: 20_454, amount: 800 }),
    };
    let given = Fact::Given { lot: lot(), of: of.clone(), paid: Some(Box::new(paid)) };
    let pool = PoolKey::Promise(CauseIx(2), 20_454);
    let reversed = Fact::CaseReversed { case: reference("K-1"), reference: Some(reference("C-2")) };
    vec![
        event("given-case", compensate(), 0, given),
        event("drawn-promise", compensate(), 0, Fact::Drawn { pool, amount: 800 }),
        event("case_reversed", reverse_case(), 0, reversed),
        event("taken-back-case", reverse_case(), 0, taken_back(of)),
    ]
}

fn referrals() -> Vec<Sample> {
    let (friend, referrer) = (MemberKey([1; 16]), MemberKey([2; 16]));
    let activity = Some(ActivityNo(1));
    let of = GiftOf::Friend(friend);
    let given = Fact::Given { lot: lot(), of: of.clone(), paid: None };
    vec![
        event("referred", enrol_referred(), 0, Fact::Referred { by: referrer }),
        event("referral_paid", record(), 0, Fact::ReferralPaid { with: referrer, activity }),
        event("given-friend", record(), 1, given),
        event(
            "given-referral",
            record(),
            0,
            Fact::Given { lot: lot(), of: GiftOf::Referral(referrer), paid: None },
        ),
        event("referral_fell", reverse(), 0, Fact::ReferralFell { with: referrer }),
        event("taken-back-friend", reverse(), 1, taken_back(of)),
    ]
}
