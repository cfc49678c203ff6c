//! Any event.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::breakdown::{Breakdown, Cuts, Factor};
use milepost_core::command::Actor;
use milepost_core::context::{Context, LineLeft, Turned};
use milepost_core::event::{
    ActivityNo, CasePaid, CountedIn, Drawn, Event, ExtendCause, Fact, FormIx, Gain, GiftOf, HoldNo,
    Judgement, LotNo, MergedState, MovedLot, NewLot, Occurrence, Part, Pool, RedemptionNo,
    ReversedShare, Spend, TierReason, Worth,
};
use milepost_core::names::MemberKey;
use milepost_core::pools::PoolKey;
use milepost_core::programme::{
    CauseIx, CountIx, MilestoneIx, OnClose, RewardIx, RuleIx, Threshold, TierIx, UnitIx, Window,
};
use milepost_core::ratio::Rounding;
use milepost_core::time::Instant;

use super::commands::{activity, instant, member, name, ratio, reference, tags, text, wide};

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

fn breakdown() -> impl Strategy<Value = Breakdown> {
    let factor = (index(), ratio());
    let factor = factor.prop_map(|(multiplier, factor)| Factor { multiplier, factor });
    let cuts = (amount(), amount(), amount());
    let cuts = cuts.prop_map(|(limit, budget, max_balance)| Cuts { limit, budget, max_balance });
    (ratio(), ratio(), vec(factor, 0..3), cuts)
        .prop_map(|(base, factor, factors, cuts)| Breakdown::new(base, factor, factors, cuts))
}

fn moved_lot() -> impl Strategy<Value = MovedLot> {
    (lot(), any::<bool>(), of(index()), of(reference())).prop_map(|(lot, graced, rule, origin)| {
        MovedLot { lot, graced, rule: rule.map(RuleIx), origin }
    })
}

fn worth() -> impl Strategy<Value = Option<Worth>> {
    let partner =
        (any::<i64>(), name()).prop_map(|(quantity, what)| Gain::Partner { quantity, what });
    let gain = prop_oneof![
        Just(Gain::Thing).boxed(),
        any::<i64>().prop_map(Gain::Money).boxed(),
        partner.boxed()
    ];
    of((index(), number(), gain, any::<bool>()).prop_map(|(reward, quantity, gain, from_stock)| {
        Worth { reward: RewardIx(reward), quantity, gain, from_stock }
    }))
}

fn member_key() -> impl Strategy<Value = MemberKey> {
    any::<[u8; 16]>().prop_map(MemberKey)
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

fn gifts() -> impl Strategy<Value = Fact> {
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
    let earned = (lot(), number(), index(), rounding(), breakdown()).prop_map(
        |(lot, activity, rule, rounding, how)| {
            let (activity, rule) = (ActivityNo(activity), RuleIx(rule));
            Fact::Earned { lot, activity, rule, rounding, how }
        },
    );
    let cut = (number(), index(), index(), index(), breakdown()).prop_map(
        |(activity, rule, unit, programme_version, how)| {
            let (activity, rule, unit) = (ActivityNo(activity), RuleIx(rule), UnitIx(unit));
            Fact::Cut { activity, rule, unit, programme_version, how }
        },
    );
    let granted = (lot(), text()).prop_map(|(lot, reason)| Fact::Granted { lot, reason });
    prop_oneof![enrolled.boxed(), recorded.boxed(), earned.boxed(), cut.boxed(), granted.boxed()]
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

fn contexts() -> impl Strategy<Value = Fact> {
    let turned = prop_oneof![
        index().prop_map(|rule| Turned::Rule(RuleIx(rule))),
        index().prop_map(Turned::Multiplier),
    ];
    let rooms = vec((index().prop_map(RuleIx), amount()), 0..3);
    let balances = vec((index().prop_map(UnitIx), amount()), 0..3);
    let seen = (index(), of(index().prop_map(TierIx)), of(1..13_u8), tags());
    let context = (activity(), seen, vec(turned, 0..3), rooms, balances).prop_map(
        |(activity, (programme_version, tier, birth_month, attributes), turns, rooms, balances)| {
            let (activity, tier) = (activity, tier);
            Context {
                activity,
                programme_version,
                tier,
                birth_month,
                attributes,
                turns,
                rooms,
                balances,
            }
        },
    );
    let recorded = (number(), context).prop_map(|(activity, context)| {
        let (activity, context) = (ActivityNo(activity), Box::new(context));
        Fact::ContextRecorded { activity, context }
    });
    let line = (ratio(), ratio()).prop_map(|(amount, quantity)| LineLeft { amount, quantity });
    let left = (number(), vec(line, 0..4))
        .prop_map(|(activity, lines)| Fact::LinesLeft { activity: ActivityNo(activity), lines });
    prop_oneof![recorded.boxed(), left.boxed()]
}

fn pools() -> impl Strategy<Value = Fact> {
    let rule = index().prop_map(|rule| PoolKey::Budget(RuleIx(rule)));
    let reward = index().prop_map(|reward| PoolKey::Stock(RewardIx(reward)));
    let pool = prop_oneof![rule.boxed(), reward.boxed()];
    (pool, amount()).prop_map(|(pool, amount)| Fact::Drawn { pool, amount })
}

fn standing() -> impl Strategy<Value = Fact> {
    let attributes =
        (tags(), vec(name(), 0..3)).prop_map(|(set, unset)| Fact::AttributesChanged { set, unset });
    let consent = (name(), any::<bool>())
        .prop_map(|(purpose, given)| Fact::ConsentChanged { purpose, given });
    let closed = prop_oneof![Just(OnClose::Forfeit), Just(OnClose::Keep)]
        .prop_map(|on_close| Fact::Closed { on_close });
    let into = any::<[u8; 16]>().prop_map(|into| Fact::MergedInto { into: MemberKey(into) });
    let from = (any::<[u8; 16]>(), number(), vec(any::<u8>(), 0..300)).prop_map(
        |(from, first_lot, state)| Fact::MergedFrom {
            from: MemberKey(from),
            first_lot: LotNo(first_lot),
            state: MergedState(state.into()),
        },
    );
    let revised = index().prop_map(|version| Fact::ProgrammeRevised { version });
    prop_oneof![
        attributes.boxed(),
        consent.boxed(),
        closed.boxed(),
        into.boxed(),
        from.boxed(),
        revised.boxed()
    ]
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
        gifts().boxed(),
        pools().boxed(),
        contexts().boxed(),
        standing().boxed(),
    ];
    let who = prop_oneof![4 => Just(0).boxed(), 1 => number().boxed()];
    let event = (who, instant(), fact).prop_map(|(who, effective_at, fact)| Event {
        who,
        effective_at,
        fact,
    });
    vec(event, 0..5)
}
