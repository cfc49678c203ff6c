//! An event of every kind, beside a command that causes it.

use milepost_core::breakdown::{Breakdown, Cuts, Factor};
use milepost_core::command::{Body, Command};
use milepost_core::context::{Context, LineLeft, Turned};
use milepost_core::event::{
    ActivityNo, CountedIn, Event, ExtendCause, Fact, FormIx, Gain, HoldNo, Judgement, LotNo,
    MovedLot, NewLot, Occurrence, Part, Pool, RedemptionNo, ReversedShare, Spend, TierReason,
    Worth,
};
use milepost_core::names::MemberKey;
use milepost_core::pools::PoolKey;
use milepost_core::programme::{CountIx, MilestoneIx, RewardIx, RuleIx, TierIx, UnitIx, Window};
use milepost_core::ratio::{Ratio, Rounding};
use milepost_core::wire::Recorded;

use super::commands::{
    advance, assign_tier, capture, confirm, debit, enrol, extend, full_record, grant, hold,
    occurred_at, record, redeem, refund, release, reverse, transfer,
};
use super::{Sample, sample};
use crate::wire::{at, member, name, recorded_at, reference, text};

pub(super) fn all() -> Vec<Sample> {
    let mut events = member_facts();
    events.extend(tier_facts());
    events.extend(use_facts());
    events.extend(reversal_facts());
    events.extend(transfer_facts());
    events.extend(date_facts());
    events.extend(pool_facts());
    events.extend(context_facts());
    events
}

pub(super) fn part(lot: u32, amount: i64) -> Part {
    Part { lot: LotNo(lot), amount }
}

pub(super) fn lot() -> NewLot {
    NewLot {
        lot: LotNo(3),
        unit: UnitIx(0),
        amount: 144,
        earned_at: occurred_at(),
        available_at: Some(occurred_at()),
        expires_at: Some(at("2028-01-01T00:00:00Z")),
        form: None,
        programme_version: 1,
    }
}

fn lot_of_a_form() -> NewLot {
    NewLot {
        lot: LotNo(254),
        unit: UnitIx(300),
        earned_at: at("2020-01-01T00:00:00Z"),
        available_at: None,
        expires_at: None,
        form: Some(FormIx(2)),
        ..lot()
    }
}

/// What `record` says of its activity.
pub(super) fn recorded(activity: &str, spend: Option<Spend>) -> Fact {
    let occurrence = Occurrence { kind: name("flight"), at: occurred_at() };
    Fact::Recorded { activity: reference(activity), occurrence, spend }
}

fn event(command: Command, fact: Fact) -> Sample {
    let late = matches!(fact, Fact::Earned { .. } | Fact::Recorded { .. } | Fact::Cut { .. });
    let due = matches!(fact, Fact::Matured { .. } | Fact::Expired { .. });
    let due_at = if due { at("2026-03-01T00:00:00Z") } else { recorded_at() };
    let effective_at = if late { occurred_at() } else { due_at };
    let name = format!("event-{}", fact.name());
    sample(&name, Recorded::Command(command), vec![Event { who: 0, effective_at, fact }])
}

fn member_facts() -> Vec<Sample> {
    let attributes = vec![(name("market"), text("de"))];
    let factors = vec![Factor { multiplier: 0, factor: Ratio::whole(2) }];
    let cuts = Cuts { limit: 144, budget: 0, max_balance: 1 };
    let spend = Some(Spend { minor: 14490, currency: "EUR".parse().unwrap(), rate: None });
    vec![
        event(
            enrol(),
            Fact::Enrolled {
                id: member("m-100042"),
                tier: Some(TierIx(1)),
                birth_month: Some(2),
                attributes,
            },
        ),
        event(record(), recorded("F-100042", spend)),
        event(
            record(),
            Fact::Earned {
                lot: lot(),
                activity: ActivityNo(1),
                rule: RuleIx(4),
                rounding: Rounding::HalfEven,
                how: Breakdown::plain(Ratio::new(14490, 100).unwrap()),
            },
        ),
        event(
            record(),
            Fact::Cut {
                activity: ActivityNo(1),
                rule: RuleIx(4),
                unit: UnitIx(0),
                programme_version: 1,
                how: Breakdown::new(Ratio::whole(1239), Ratio::whole(2), factors, cuts),
            },
        ),
        event(grant(), Fact::Granted { lot: lot_of_a_form(), reason: text("delay") }),
        event(
            assign_tier(),
            Fact::TierAssigned {
                tier: TierIx(2),
                until: Some(at("2027-01-01T00:00:00Z")),
                reason: text("match"),
            },
        ),
        event(
            assign_tier(),
            Fact::TierChanged {
                from: TierIx(0),
                to: TierIx(2),
                reason: TierReason::Qualified,
                valid_until: None,
                judged: None,
            },
        ),
    ]
}

fn year() -> Window {
    Window { from: at("2026-01-01T00:00:00Z"), until: at("2027-01-01T00:00:00Z") }
}

/// What counts for tiers, and what follows from it.
fn tier_facts() -> Vec<Sample> {
    let place = CountedIn { window: year(), restarts: 0 };
    let nights = (CountIx(2), Ratio::whole(10));
    let judged = Judgement {
        tier: TierIx(1),
        valid_until: Some(at("2028-01-01T00:00:00Z")),
        at: year().from,
        window: year(),
        restarts: 1,
        counts: vec![nights],
        paid: vec![nights],
        paid_in: year(),
        starts_again: true,
        given: false,
    };
    let changed = event(
        record(),
        Fact::TierChanged {
            from: TierIx(0),
            to: TierIx(1),
            reason: TierReason::Qualified,
            valid_until: judged.valid_until,
            judged: Some(Box::new(judged)),
        },
    );
    let changed = Sample { name: "event-tier_changed-judged".to_owned(), ..changed };
    let benefit = event(record(), Fact::Benefit { lot: lot(), tier: TierIx(1), year: 0 });
    let benefit = Sample { name: "event-granted-benefit".to_owned(), ..benefit };
    let milestone = MilestoneIx(0);
    let reached = Fact::MilestoneReached { lot: lot(), milestone, step: nights, place };
    let reached = Sample { name: "event-granted-milestone".to_owned(), ..event(record(), reached) };
    let taken = Fact::MilestoneTaken {
        lot: LotNo(3),
        milestone,
        unit: UnitIx(0),
        parts: vec![part(3, 40)],
        set_off: 1,
        debt: 0,
        forgiven: 2,
    };
    let taken = Sample { name: "event-reversed-milestone".to_owned(), ..event(reverse(), taken) };
    let amount = Ratio::new(5, 2).unwrap();
    vec![
        event(record(), Fact::Qualified { count: CountIx(2), amount, place }),
        changed,
        event(advance(), Fact::TierGrace { until: at("2026-04-01T00:00:00Z") }),
        benefit,
        reached,
        taken,
    ]
}

fn use_facts() -> Vec<Sample> {
    let (unit, hold_no) = (UnitIx(0), HoldNo(1));
    let (one, two) = (vec![part(1, 50)], vec![part(1, 1000), part(2, 200)]);
    let gain = Gain::Money(995);
    let worth = Some(Worth { reward: RewardIx(1), quantity: 1, gain, from_stock: false });
    let until = at("2026-03-06T00:00:00Z");
    let held = reference("H-7");
    vec![
        event(
            hold(),
            Fact::Held { hold: hold_no, reference: held, unit, until, parts: two.clone() },
        ),
        event(
            capture(),
            Fact::Captured {
                unit,
                hold: hold_no,
                reference: reference("R-8"),
                parts: one.clone(),
                worth,
            },
        ),
        event(release(), Fact::Released { unit, hold: hold_no, parts: one.clone() }),
        event(advance(), Fact::Lapsed { unit, hold: hold_no, parts: one.clone() }),
        event(
            redeem(),
            Fact::Redeemed { reference: reference("R-100042"), unit, parts: two, worth: None },
        ),
        event(
            refund(),
            Fact::Refunded {
                unit,
                redemption: RedemptionNo(1),
                reference: Some(reference("B-1")),
                parts: one,
            },
        ),
    ]
}

fn reversal_facts() -> Vec<Sample> {
    let (unit, activity) = (UnitIx(0), ActivityNo(1));
    let reversed = ReversedShare::Money { num: 4490, den: 1 };
    vec![
        event(
            reverse(),
            Fact::ActivityReversed { activity, reference: Some(reference("C-1")), reversed },
        ),
        event(
            reverse(),
            Fact::Reversed {
                activity,
                unit,
                parts: vec![part(3, 40)],
                awards: vec![part(3, 44)],
                set_off: vec![part(3, 1)],
                pending: 2,
                debt: 3,
                forgiven: 0,
            },
        ),
        event(
            debit(),
            Fact::Debited {
                unit,
                parts: vec![part(1, 10)],
                debt: 0,
                forgiven: 2,
                reason: text("mistake"),
            },
        ),
        event(record(), Fact::DebtRepaid { unit, part: part(3, 3) }),
    ]
}

fn transfer_facts() -> Vec<Sample> {
    let moved = MovedLot {
        lot: lot(),
        graced: true,
        rule: Some(RuleIx(4)),
        origin: Some(reference("F-100042")),
    };
    let granted = MovedLot { lot: lot_of_a_form(), graced: false, rule: None, origin: None };
    let into = Fact::TransferredIn {
        from: MemberKey([1; 16]),
        reference: reference("T-1"),
        lots: vec![moved, granted],
    };
    let mut into = event(transfer(), into);
    into.events[0].who = 1;
    vec![
        event(
            transfer(),
            Fact::TransferredOut {
                to: MemberKey([2; 16]),
                reference: reference("T-1"),
                unit: UnitIx(0),
                parts: vec![part(1, 100)],
                day: 20_517,
                year: 2026,
            },
        ),
        into,
    ]
}

fn context_facts() -> Vec<Sample> {
    let command = full_record();
    let Body::Record(record) = &command.body else { panic!("no record") };
    let context = Context {
        activity: record.activity.clone(),
        programme_version: 1,
        tier: Some(TierIx(1)),
        birth_month: Some(2),
        attributes: vec![(name("market"), text("de"))],
        turns: vec![Turned::Rule(RuleIx(4)), Turned::Multiplier(0)],
        rooms: vec![(RuleIx(4), 300)],
        balances: vec![(UnitIx(0), 1000)],
    };
    let lines = vec![
        LineLeft { amount: Ratio::new(10_000, 3).unwrap(), quantity: Ratio::ONE },
        LineLeft { amount: Ratio::ZERO, quantity: Ratio::ZERO },
    ];
    let context = Box::new(context);
    let activity = ActivityNo(1);
    vec![
        event(command, Fact::ContextRecorded { activity, context }),
        event(reverse(), Fact::LinesLeft { activity, lines }),
    ]
}

fn pool_facts() -> Vec<Sample> {
    vec![
        event(record(), Fact::Drawn { pool: PoolKey::Budget(RuleIx(4)), amount: 144 }),
        Sample {
            name: "event-drawn-stock".into(),
            ..event(refund(), Fact::Drawn { pool: PoolKey::Stock(RewardIx(1)), amount: -1 })
        },
    ]
}

fn date_facts() -> Vec<Sample> {
    let unit = UnitIx(0);
    let expires_at = at("2027-01-01T00:00:00Z");
    let lots = vec![(LotNo(1), expires_at), (LotNo(70_000), expires_at)];
    vec![
        event(advance(), Fact::Matured { unit, part: part(2, 20) }),
        event(confirm(), Fact::Confirmed { unit, part: part(2, 20), expires_at: Some(expires_at) }),
        event(advance(), Fact::Expired { unit, pool: Pool::Pending, part: part(1, 7) }),
        event(record(), Fact::Renewed { form: FormIx(0), last: occurred_at(), lots }),
        event(extend(), Fact::Extended { lot: LotNo(1), expires_at, cause: ExtendCause::Command }),
    ]
}
