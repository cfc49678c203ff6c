//! Any event.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::event::{
    ActivityNo, CountedIn, Event, ExtendCause, Fact, FormIx, HoldNo, Judgement, LotNo, MovedLot,
    NewLot, Occurrence, Part, Pool, RedemptionNo, ReversedShare, Spend, TierReason, Worth,
};
use milepost_core::names::MemberKey;
use milepost_core::programme::{
    CountIx, MilestoneIx, RewardIx, RuleIx, Threshold, TierIx, UnitIx, Window,
};
use milepost_core::ratio::Rounding;
use milepost_core::time::Instant;

use super::commands::{instant, member, name, ratio, reference, tags, text, wide};

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0..10_u32, 250..260_u32, 65_530..65_540_u32, any::<u32>()]
}

fn index() -> impl Strategy<Value = u16> {
    prop_oneof![0..10_u16, 250..260_u16, any::<u16>()]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(14490), any::<i64>()]
}

fn part() -> impl Strategy<Value = Part> {
    (number(), any::<i64>()).prop_map(|(lot, amount)| Part { lot: LotNo(lot), amount })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    prop_oneof![9 => vec(part(), 0..4).boxed(), 1 => vec(part(), 250..260).boxed()]
}

fn lot() -> impl Strategy<Value = NewLot> {
    let numbers = (number(), index(), amount(), of(index()), index());
    (numbers, instant(), of(instant()), of(instant())).prop_map(
        |((lot, unit, amount, form, programme_version), earned_at, available_at, expires_at)| {
            NewLot {
                lot: LotNo(lot),
                unit: UnitIx(unit),
                amount,
                earned_at,
                available_at,
                expires_at,
                form: form.map(FormIx),
                programme_version,
            }
        },
    )
}

fn moved_lot() -> impl Strategy<Value = MovedLot> {
    (lot(), any::<bool>(), of(index()), of(reference())).prop_map(|(lot, graced, rule, origin)| {
        MovedLot { lot, graced, rule: rule.map(RuleIx), origin }
    })
}

fn worth() -> impl Strategy<Value = Option<Worth>> {
    of((index(), any::<i64>())
        .prop_map(|(reward, minor)| Worth { reward: RewardIx(reward), minor }))
}

fn spend() -> impl Strategy<Value = Option<Spend>> {
    let currency = prop_oneof![Just("EUR"), Just("JPY"), Just("KWD")];
    (of((amount(), currency)), of(ratio())).prop_map(|(spend, rate)| {
        spend.map(|(minor, code)| Spend { minor, currency: code.parse().unwrap(), rate })
    })
}

fn rounding() -> impl Strategy<Value = Rounding> {
    use Rounding::{Down, HalfEven, HalfUp, Up};
    prop_oneof![Just(Down), Just(Up), Just(HalfUp), Just(HalfEven)]
}

fn arrivals() -> impl Strategy<Value = Fact> {
    let enrolled = (member(), of(index()), of(1..=12_u8), tags()).prop_map(
        |(id, tier, birth_month, attributes)| Fact::Enrolled {
            id,
            tier: tier.map(TierIx),
            birth_month,
            attributes,
        },
    );
    let occurrence = (name(), instant()).prop_map(|(kind, at)| Occurrence { kind, at });
    let recorded = (reference(), occurrence, spend())
        .prop_map(|(activity, occurrence, spend)| Fact::Recorded { activity, occurrence, spend });
    let earned =
        (lot(), number(), index(), rounding()).prop_map(|(lot, activity, rule, rounding)| {
            Fact::Earned { lot, activity: ActivityNo(activity), rule: RuleIx(rule), rounding }
        });
    let granted = (lot(), text()).prop_map(|(lot, reason)| Fact::Granted { lot, reason });
    prop_oneof![enrolled.boxed(), recorded.boxed(), earned.boxed(), granted.boxed()]
}

fn due() -> impl Strategy<Value = Fact> {
    let matured =
        (index(), part()).prop_map(|(unit, part)| Fact::Matured { unit: UnitIx(unit), part });
    let confirmed = (index(), part(), of(instant())).prop_map(|(unit, part, expires_at)| {
        Fact::Confirmed { unit: UnitIx(unit), part, expires_at }
    });
    let pool = prop_oneof![Just(Pool::Available), Just(Pool::Pending)];
    let expired = (index(), pool, part()).prop_map(|(unit, pool, part)| Fact::Expired {
        unit: UnitIx(unit),
        pool,
        part,
    });
    let lapsed = (index(), number(), parts()).prop_map(|(unit, hold, parts)| Fact::Lapsed {
        unit: UnitIx(unit),
        hold: HoldNo(hold),
        parts,
    });
    let repaid =
        (index(), part()).prop_map(|(unit, part)| Fact::DebtRepaid { unit: UnitIx(unit), part });
    prop_oneof![matured.boxed(), confirmed.boxed(), expired.boxed(), lapsed.boxed(), repaid.boxed(),]
}

fn holds() -> impl Strategy<Value = Fact> {
    let held = (number(), reference(), index(), instant(), parts()).prop_map(
        |(hold, reference, unit, until, parts)| Fact::Held {
            hold: HoldNo(hold),
            reference,
            unit: UnitIx(unit),
            until,
            parts,
        },
    );
    let captured = (index(), number(), reference(), parts(), worth()).prop_map(
        |(unit, hold, reference, parts, worth)| Fact::Captured {
            unit: UnitIx(unit),
            hold: HoldNo(hold),
            reference,
            parts,
            worth,
        },
    );
    let released = (index(), number(), parts()).prop_map(|(unit, hold, parts)| Fact::Released {
        unit: UnitIx(unit),
        hold: HoldNo(hold),
        parts,
    });
    prop_oneof![held.boxed(), captured.boxed(), released.boxed()]
}

fn uses() -> impl Strategy<Value = Fact> {
    let redeemed =
        (reference(), index(), parts(), worth()).prop_map(|(reference, unit, parts, worth)| {
            Fact::Redeemed { reference, unit: UnitIx(unit), parts, worth }
        });
    let refunded = (index(), number(), of(reference()), parts()).prop_map(
        |(unit, redemption, reference, parts)| Fact::Refunded {
            unit: UnitIx(unit),
            redemption: RedemptionNo(redemption),
            reference,
            parts,
        },
    );
    let debited = (index(), parts(), amount(), amount(), text()).prop_map(
        |(unit, parts, debt, forgiven, reason)| Fact::Debited {
            unit: UnitIx(unit),
            parts,
            debt,
            forgiven,
            reason,
        },
    );
    prop_oneof![redeemed.boxed(), refunded.boxed(), debited.boxed()]
}

fn reversals() -> impl Strategy<Value = Fact> {
    let money = (wide(), wide().prop_filter("above zero", |den| *den > 0));
    let money = money.prop_map(|(num, den)| ReversedShare::Money { num, den });
    let share = prop_oneof![Just(ReversedShare::Full).boxed(), money.boxed()];
    let whole = (number(), of(reference()), share).prop_map(|(activity, reference, reversed)| {
        Fact::ActivityReversed { activity: ActivityNo(activity), reference, reversed }
    });
    let amounts = (amount(), amount(), amount());
    let unit = (number(), index(), (parts(), parts(), parts()), amounts).prop_map(
        |(activity, unit, (parts, awards, set_off), (pending, debt, forgiven))| Fact::Reversed {
            activity: ActivityNo(activity),
            unit: UnitIx(unit),
            parts,
            awards,
            set_off,
            pending,
            debt,
            forgiven,
        },
    );
    prop_oneof![whole.boxed(), unit.boxed()]
}

fn transfers() -> impl Strategy<Value = Fact> {
    let out = (any::<[u8; 16]>(), reference(), index(), parts(), any::<i32>(), any::<i32>());
    let out = out.prop_map(|(to, reference, unit, parts, day, year)| Fact::TransferredOut {
        to: MemberKey(to),
        reference,
        unit: UnitIx(unit),
        parts,
        day,
        year,
    });
    let into = (any::<[u8; 16]>(), reference(), vec(moved_lot(), 0..4)).prop_map(
        |(from, reference, lots)| Fact::TransferredIn { from: MemberKey(from), reference, lots },
    );
    prop_oneof![out.boxed(), into.boxed()]
}

fn dates() -> impl Strategy<Value = Fact> {
    let renewed = (index(), instant(), vec((number().prop_map(LotNo), instant()), 0..4))
        .prop_map(|(form, last, lots)| Fact::Renewed { form: FormIx(form), last, lots });
    let cause = prop_oneof![Just(ExtendCause::Command), Just(ExtendCause::Grace)];
    let extended = (number(), instant(), cause)
        .prop_map(|(lot, expires_at, cause)| Fact::Extended { lot: LotNo(lot), expires_at, cause });
    prop_oneof![renewed.boxed(), extended.boxed()]
}

fn tiers() -> impl Strategy<Value = Fact> {
    use TierReason::{
        Assigned, AssignmentEnded, Downgraded, Lifetime, Qualified, Requalified, Reversal,
    };
    let assigned = (index(), of(instant()), text())
        .prop_map(|(tier, until, reason)| Fact::TierAssigned { tier: TierIx(tier), until, reason });
    let reason = prop_oneof![
        Just(Assigned),
        Just(AssignmentEnded),
        Just(Qualified),
        Just(Requalified),
        Just(Downgraded),
        Just(Lifetime),
        Just(Reversal),
    ];
    let changed = (index(), index(), reason, of(instant()), of(judgement())).prop_map(
        |(from, to, reason, valid_until, judged)| {
            let (from, to, judged) = (TierIx(from), TierIx(to), judged.map(Box::new));
            Fact::TierChanged { from, to, reason, valid_until, judged }
        },
    );
    let grace = instant().prop_map(|until| Fact::TierGrace { until });
    prop_oneof![assigned.boxed(), changed.boxed(), grace.boxed(), counted().boxed()]
}

/// What counts, and what is given for it.
fn counted() -> impl Strategy<Value = Fact> {
    let qualified = (threshold(), place()).prop_map(|((count, amount), place)| Fact::Qualified {
        count,
        amount,
        place,
    });
    let benefit = (lot(), index(), index()).prop_map(|(lot, tier, year)| Fact::Benefit {
        lot,
        tier: TierIx(tier),
        year,
    });
    let reached = (lot(), index(), threshold(), place()).prop_map(|(lot, ix, step, place)| {
        Fact::MilestoneReached { lot, milestone: MilestoneIx(ix), step, place }
    });
    let taken = (number(), index(), index(), parts(), (amount(), amount(), amount())).prop_map(
        |(lot, ix, unit, parts, (set_off, debt, forgiven))| Fact::MilestoneTaken {
            lot: LotNo(lot),
            milestone: MilestoneIx(ix),
            unit: UnitIx(unit),
            parts,
            set_off,
            debt,
            forgiven,
        },
    );
    prop_oneof![qualified.boxed(), benefit.boxed(), reached.boxed(), taken.boxed()]
}

fn threshold() -> impl Strategy<Value = Threshold> {
    (index(), ratio()).prop_map(|(count, amount)| (CountIx(count), amount))
}

fn place() -> impl Strategy<Value = CountedIn> {
    (window(), index()).prop_map(|(window, restarts)| CountedIn { window, restarts })
}

fn window() -> impl Strategy<Value = Window> {
    let from = prop_oneof![Just(Instant::MIN), instant()];
    let until = prop_oneof![Just(Instant::MAX), instant()];
    (from, until).prop_map(|(from, until)| Window { from, until })
}

fn judgement() -> impl Strategy<Value = Judgement> {
    let counts = (vec(threshold(), 0..3), vec(threshold(), 0..3));
    let windows = (instant(), window(), window());
    (index(), of(instant()), windows, index(), counts, any::<[bool; 2]>()).prop_map(
        |(tier, valid_until, (at, window, paid_in), restarts, (counts, paid), flags)| {
            let [starts_again, given] = flags;
            let tier = TierIx(tier);
            // Where nothing is paid, nothing says where.
            let paid_in = if paid.is_empty() { window } else { paid_in };
            Judgement {
                tier,
                valid_until,
                at,
                window,
                restarts,
                counts,
                paid,
                paid_in,
                starts_again,
                given,
            }
        },
    )
}

/// Any events of one entry.
pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    let fact = prop_oneof![
        arrivals().boxed(),
        due().boxed(),
        holds().boxed(),
        uses().boxed(),
        reversals().boxed(),
        transfers().boxed(),
        dates().boxed(),
        tiers().boxed(),
    ];
    let who = prop_oneof![4 => Just(0).boxed(), 1 => number().boxed()];
    let event = (who, instant(), fact).prop_map(|(who, effective_at, fact)| Event {
        who,
        effective_at,
        fact,
    });
    vec(event, 0..5)
}
