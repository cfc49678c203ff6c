//! Events: the facts inside an entry. Only events change state.
//!
//! Each event names its lots, so that nothing is inferred later (R-LOT-4), and the instant at which
//! it took effect (R-TIME-7). The enum is exhaustive on purpose: a new fact must break every fold
//! that has not heard of it.

use crate::breakdown::Breakdown;
use crate::command::Actor;
use crate::context::{Context, LineLeft};
use crate::money::Currency;
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::pools::PoolKey;
use crate::programme::{
    CauseIx, CountIx, MilestoneIx, OnClose, RewardIx, RuleIx, Threshold, TierIx, UnitIx, Window,
};
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

/// One fact about one member, or about the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which of the members that the entry touches: 0 is the first.
    pub who: u32,
    /// When it took effect (R-TIME-7).
    pub effective_at: Instant,
    /// What happened.
    pub fact: Fact,
}

/// The number of a lot of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotNo(pub u32);

/// The number of a hold of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldNo(pub u32);

/// The number of an activity of a member, from 1, in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityNo(pub u32);

/// The number of a redemption of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedemptionNo(pub u32);

/// The number of a renewable way to expire, in the ledger's table of them (see
/// [`Symbols`](crate::programme::Symbols)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormIx(pub u16);

/// An amount of one lot, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The lot.
    pub lot: LotNo,
    /// Steps of its unit; above 0.
    pub amount: i64,
}

/// The lot that an award, a grant or a transfer makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLot {
    /// Its number: always the member's next.
    pub lot: LotNo,
    /// Its unit.
    pub unit: UnitIx,
    /// Steps; above 0.
    pub amount: i64,
    /// When it was earned: its place in the order of use (R-LOT-2).
    pub earned_at: Instant,
    /// When it becomes available; `None`: when it is confirmed. Not later than `effective_at`: it
    /// is available at once.
    pub available_at: Option<Instant>,
    /// When it dies; `None`: never.
    pub expires_at: Option<Instant>,
    /// The renewable way in which it expires, if it is one.
    pub form: Option<FormIx>,
    /// The programme version whose terms it carries, from 1.
    pub programme_version: u16,
}

/// What a transfer keeps of a lot (R-XFER-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedLot {
    /// The lot at the receiver.
    pub lot: NewLot,
    /// Whether its grace is used up (R-DEAD).
    pub graced: bool,
    /// The earn rule it came from, if it came from one.
    pub rule: Option<RuleIx>,
    /// The reference of the activity it came from, at the member who earned it.
    pub origin: Option<Reference>,
}

/// What a redemption was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// The reward.
    pub reward: RewardIx,
    /// How many pieces of it; above 0, and 1 where it is not sold by the piece.
    pub quantity: u32,
    /// What it brought beside what the reward grants.
    pub gain: Gain,
    /// Whether its pieces are drawn from a stock.
    pub from_stock: bool,
}

/// What a reward brought beside what it grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gain {
    /// The thing itself.
    Thing,
    /// Money off: minor units of the programme currency.
    Money(i64),
    /// Something of a partner's.
    Partner {
        /// How many whole ones.
        quantity: i64,
        /// Of what.
        what: Name,
    },
}

/// What a lot was given for, other than an activity, a reason or a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GiftOf {
    /// A reward of this redemption grants it.
    Redemption(RedemptionNo),
    /// A promise was broken.
    Case {
        /// The case.
        case: Reference,
        /// The promise.
        cause: CauseIx,
    },
    /// The member was referred by this one.
    Referral(MemberKey),
    /// The member referred this one.
    Friend(MemberKey),
}

/// How a broken promise was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePaid {
    /// When it was broken, if it was said.
    pub incident_at: Option<Instant>,
    /// Steps that the promise itself pays in the lot's unit.
    pub policy_amount: i64,
    /// Steps that were given on top.
    pub extra: i64,
    /// Who gave.
    pub by: Option<Actor>,
    /// Who approved.
    pub approved_by: Option<Actor>,
    /// Whether it was answered in time; `None`: nothing was promised of it, or the incident's time
    /// is not known.
    pub responded_in_time: Option<bool>,
    /// Whether it was settled in time; `None` likewise.
    pub settled_in_time: Option<bool>,
    /// What was drawn from the promise's budget for it.
    pub drawn: Option<Drawn>,
}

/// What was drawn from the budget of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The period, as [`PoolKey::Promise`] names it.
    pub period: i32,
    /// Steps; above 0.
    pub amount: i64,
}

/// Why a tier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TierReason {
    /// It was set as a floor by hand.
    Assigned,
    /// The floor ended.
    AssignmentEnded,
    /// The counts reached it, or the member was enrolled with it as if they had.
    Qualified,
    /// A review kept it, or it was reached again in its grace.
    Requalified,
    /// A review did not keep the tier before.
    Downgraded,
    /// An all-time count keeps it.
    Lifetime,
    /// A reversal took the ground from the tier before (R-REV-3).
    Reversal,
}

/// What a change of tier was judged on, and how the member stands from then on, but for a floor set
/// by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The tier that the counts give.
    pub tier: TierIx,
    /// To when it is valid; `None`: without end.
    pub valid_until: Option<Instant>,
    /// An instant of the window judged, which names it.
    pub at: Instant,
    /// The window judged.
    pub window: Window,
    /// How often the counts had started again before those judged.
    pub restarts: u16,
    /// The counts, in the order of the programme.
    pub counts: Vec<Threshold>,
    /// What was paid for it off the counts.
    pub paid: Vec<Threshold>,
    /// The window that the payment counts in; without one the window judged.
    pub paid_in: Window,
    /// Whether the counts start again after the entry.
    pub starts_again: bool,
    /// Whether the tier was given as if it had been reached.
    pub given: bool,
}

/// Which window an amount counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedIn {
    /// The window.
    pub window: Window,
    /// How often the counts had started again by then.
    pub restarts: u16,
}

/// Money of an activity, in its own currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Minor units, not negative.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
    /// Programme currency per 1 of it, if the activity brought its own rate.
    pub rate: Option<Ratio>,
}

/// What an activity was, and when it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The activity kind, such as `stay`.
    pub kind: Name,
    /// `occurred_at` (R-TIME-1); up to 24 hours later than the entry (R-TIME-6).
    pub at: Instant,
}

/// What happened to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The member was opened.
    Enrolled {
        /// The external id.
        id: MemberId,
        /// The tier to begin with, if the programme has tiers.
        tier: Option<TierIx>,
        /// The month of birth, 1 to 12, if a birth date was given.
        birth_month: Option<u8>,
        /// Tags, sorted by name.
        attributes: Vec<(Name, Text)>,
    },
    /// An activity was recorded; what it earned follows as events of its own.
    Recorded {
        /// Its reference.
        activity: Reference,
        /// What it was, and when.
        occurrence: Occurrence,
        /// What was paid, if anything was said of it.
        spend: Option<Spend>,
    },
    /// A rule gave an award for the activity recorded in this entry.
    Earned {
        /// The lot.
        lot: NewLot,
        /// The activity.
        activity: ActivityNo,
        /// The rule.
        rule: RuleIx,
        /// The rule's rounding, for taking back in parts (R-NUM-4).
        rounding: Rounding,
        /// How the amount came about.
        how: Breakdown,
    },
    /// A lot was given by hand.
    Granted {
        /// The lot.
        lot: NewLot,
        /// Why.
        reason: Text,
    },
    /// A pending lot became available.
    Matured {
        /// The unit.
        unit: UnitIx,
        /// What became available.
        part: Part,
    },
    /// A lot that waited for it was confirmed.
    Confirmed {
        /// The unit.
        unit: UnitIx,
        /// What became available.
        part: Part,
        /// Its expiry from now on; `None`: never.
        expires_at: Option<Instant>,
    },
    /// What was free in a lot died.
    Expired {
        /// The unit.
        unit: UnitIx,
        /// Where it was.
        pool: Pool,
        /// What died.
        part: Part,
    },
    /// An amount was set aside.
    Held {
        /// Its number: always the member's next.
        hold: HoldNo,
        /// What the host calls it.
        reference: Reference,
        /// The unit.
        unit: UnitIx,
        /// Its deadline.
        until: Instant,
        /// What of which lot.
        parts: Vec<Part>,
    },
    /// A hold, or a part of it, became a redemption.
    Captured {
        /// The unit.
        unit: UnitIx,
        /// The hold.
        hold: HoldNo,
        /// The redemption's reference.
        reference: Reference,
        /// What of which lot.
        parts: Vec<Part>,
        /// What it is worth, for a reward.
        worth: Option<Worth>,
    },
    /// A hold, or a part of it, was given back.
    Released {
        /// The unit.
        unit: UnitIx,
        /// The hold.
        hold: HoldNo,
        /// What of which lot.
        parts: Vec<Part>,
    },
    /// A hold's deadline passed: what was left of it was given back.
    Lapsed {
        /// The unit.
        unit: UnitIx,
        /// The hold.
        hold: HoldNo,
        /// What of which lot.
        parts: Vec<Part>,
    },
    /// Points were taken.
    Redeemed {
        /// The redemption's reference.
        reference: Reference,
        /// The unit.
        unit: UnitIx,
        /// What of which lot.
        parts: Vec<Part>,
        /// What it is worth, for a reward.
        worth: Option<Worth>,
    },
    /// Points of a redemption were given back.
    Refunded {
        /// The unit.
        unit: UnitIx,
        /// The redemption.
        redemption: RedemptionNo,
        /// What the host calls the refund.
        reference: Option<Reference>,
        /// What to which lot.
        parts: Vec<Part>,
    },
    /// An activity was reversed, in whole or in part; what is taken follows as events of its own.
    ActivityReversed {
        /// The activity.
        activity: ActivityNo,
        /// What the host calls the reversal.
        reference: Option<Reference>,
        /// How much of the activity has been reversed from now on.
        reversed: ReversedShare,
    },
    /// In one unit, what the activity had earned was taken back.
    Reversed {
        /// The activity.
        activity: ActivityNo,
        /// The unit.
        unit: UnitIx,
        /// What of which lot was taken.
        parts: Vec<Part>,
        /// What is taken of which award's lot, set-offs and shortfalls included.
        awards: Vec<Part>,
        /// What of which award's lot had expired already and counts as taken.
        set_off: Vec<Part>,
        /// How much of `parts` was still pending.
        pending: i64,
        /// What became debt.
        debt: i64,
        /// What was forgiven.
        forgiven: i64,
    },
    /// Points were taken by hand.
    Debited {
        /// The unit.
        unit: UnitIx,
        /// What of which lot.
        parts: Vec<Part>,
        /// What became debt.
        debt: i64,
        /// What was forgiven.
        forgiven: i64,
        /// Why.
        reason: Text,
    },
    /// A debt was repaid by what became available.
    DebtRepaid {
        /// The unit.
        unit: UnitIx,
        /// What of which lot.
        part: Part,
    },
    /// Lots were sent to another member.
    TransferredOut {
        /// To whom.
        to: MemberKey,
        /// What the host calls it.
        reference: Reference,
        /// The unit.
        unit: UnitIx,
        /// What of which lot.
        parts: Vec<Part>,
        /// The local day of the transfer, for limits: days since 1970-01-01.
        day: i32,
        /// The local year of the transfer, for limits.
        year: i32,
    },
    /// Lots came from another member.
    TransferredIn {
        /// From whom.
        from: MemberKey,
        /// What the host calls it.
        reference: Reference,
        /// The lots, in the order moved.
        lots: Vec<MovedLot>,
    },
    /// An activity renewed the lots that live by inactivity.
    Renewed {
        /// The way of expiring that was renewed.
        form: FormIx,
        /// The member's last renewing activity from now on.
        last: Instant,
        /// The lots that moved and their new expiry.
        lots: Vec<(LotNo, Instant)>,
    },
    /// The expiry of one lot was moved.
    Extended {
        /// The lot.
        lot: LotNo,
        /// Its new expiry.
        expires_at: Instant,
        /// Why.
        cause: ExtendCause,
    },
    /// A floor for the tier was set by hand.
    TierAssigned {
        /// The floor.
        tier: TierIx,
        /// Its end; `None`: for ever.
        until: Option<Instant>,
        /// Why.
        reason: Text,
    },
    /// The tier changed.
    TierChanged {
        /// The tier before.
        from: TierIx,
        /// The tier from now on.
        to: TierIx,
        /// Why.
        reason: TierReason,
        /// To when it is valid; `None`: without end.
        valid_until: Option<Instant>,
        /// What the counts give from now on; `None`: as before.
        judged: Option<Box<Judgement>>,
    },
    /// An amount counts for tiers, or no longer does.
    Qualified {
        /// The count.
        count: CountIx,
        /// How much more, in whole units; below 0: how much less.
        amount: Ratio,
        /// Where it counts.
        place: CountedIn,
    },
    /// A review did not keep the tier, and its grace began.
    TierGrace {
        /// The end of the grace.
        until: Instant,
    },
    /// A lot was given as a benefit of a tier.
    Benefit {
        /// The lot.
        lot: NewLot,
        /// The tier.
        tier: TierIx,
        /// Which year in the tier begins: 0 at the entry into it.
        year: u16,
    },
    /// A lot was given for a milestone.
    MilestoneReached {
        /// The lot.
        lot: NewLot,
        /// The milestone.
        milestone: MilestoneIx,
        /// Its count and the step.
        step: Threshold,
        /// Where the step was reached.
        place: CountedIn,
    },
    /// A milestone was taken back.
    MilestoneTaken {
        /// The lot that it had given.
        lot: LotNo,
        /// The milestone.
        milestone: MilestoneIx,
        /// The unit.
        unit: UnitIx,
        /// What of which lot was taken.
        parts: Vec<Part>,
        /// What of the lot had expired already and counts as taken.
        set_off: i64,
        /// What became debt.
        debt: i64,
        /// What was forgiven.
        forgiven: i64,
    },
    /// What an activity may have to be judged again with was recorded beside it (R-REV-1).
    ContextRecorded {
        /// The activity.
        activity: ActivityNo,
        /// The activity as it was said, and what the rules saw beside it.
        context: Box<Context>,
    },
    /// Some of an activity was reversed; its lines are from now on what this says.
    LinesLeft {
        /// The activity.
        activity: ActivityNo,
        /// What is left of each, in the order of the bill.
        lines: Vec<LineLeft>,
    },
    /// A rule fired for the activity recorded in this entry, and gave nothing: all was cut off.
    Cut {
        /// The activity.
        activity: ActivityNo,
        /// The rule.
        rule: RuleIx,
        /// Its unit.
        unit: UnitIx,
        /// The programme version of the rule.
        programme_version: u16,
        /// How the amount would have come about, and what cut it off.
        how: Breakdown,
    },
    /// A lot was given for a reward, a broken promise or a referral.
    Given {
        /// The lot.
        lot: NewLot,
        /// What for.
        of: GiftOf,
        /// How a promise was paid, if it is for one.
        paid: Option<Box<CasePaid>>,
    },
    /// In one unit, what was given for a reward, a broken promise or a referral was taken back.
    TakenBack {
        /// What it was given for.
        of: GiftOf,
        /// The unit.
        unit: UnitIx,
        /// What of which lot was taken.
        parts: Vec<Part>,
        /// What is taken of which given lot, set-offs and shortfalls included.
        gifts: Vec<Part>,
        /// What of which given lot had expired already and counts as taken.
        set_off: Vec<Part>,
        /// What became debt.
        debt: i64,
        /// What was forgiven.
        forgiven: i64,
    },
    /// What was paid for a case was taken back; what is taken follows as events of its own.
    CaseReversed {
        /// The case.
        case: Reference,
        /// What the host calls the reversal.
        reference: Option<Reference>,
    },
    /// The member came because of another.
    Referred {
        /// The other.
        by: MemberKey,
    },
    /// A referral qualified; what is given for it follows as events of its own.
    ReferralPaid {
        /// The other member: of the friend the referrer, of the referrer the friend.
        with: MemberKey,
        /// Of the friend: the activity that qualified.
        activity: Option<ActivityNo>,
    },
    /// A referral fell with its activity; what is taken back follows as events of its own.
    ReferralFell {
        /// The other member.
        with: MemberKey,
    },
    /// Something was drawn from what all members use together, or given back to it.
    Drawn {
        /// What it was drawn from.
        pool: PoolKey,
        /// Above 0: so much was drawn; below: given back.
        amount: i64,
    },
    /// Tags were changed. What the programme names `personal` is in no event (R-PRIV-1): a personal
    /// tag that was open before is taken away here, and stands in the command alone.
    AttributesChanged {
        /// The new values, sorted by name.
        set: Vec<(Name, Text)>,
        /// The tags taken away, sorted.
        unset: Vec<Name>,
    },
    /// Consent to a purpose was given or withdrawn (R-PRIV-2).
    ConsentChanged {
        /// The purpose.
        purpose: Name,
        /// Whether it is given from now on.
        given: bool,
    },
    /// The membership ended (R-CLOSE-1).
    Closed {
        /// What becomes of points, then and of those that come back later.
        on_close: OnClose,
    },
    /// The member became a part of another one: nothing is left of it (R-MERGE-1).
    MergedInto {
        /// The other.
        into: MemberKey,
    },
    /// Another member became a part of this one (R-MERGE-1).
    MergedFrom {
        /// The other.
        from: MemberKey,
        /// The number of the first lot that moved: always the member's next. The others follow in
        /// their order.
        first_lot: LotNo,
        /// All that it was.
        state: MergedState,
    },
    /// The programme has a new version, in force from when the event takes effect (R-TIME-8). It is
    /// about no member: it stands in an entry that touches none.
    ProgrammeRevised {
        /// Its number.
        version: u16,
    },
}

/// All that a member was when it became a part of another: the canonical encoding of its state
/// ([`Member::encode`](crate::state::Member::encode)), so that who folds the other one needs no
/// other member at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedState(pub Box<[u8]>);

/// Where an amount of a lot is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Usable now.
    Available,
    /// Not yet usable.
    Pending,
}

/// Why one lot's expiry was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExtendCause {
    /// By the command `extend`.
    Command,
    /// By the one grace of R-DEAD.
    Grace,
}

/// How much of an activity has been reversed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversedShare {
    /// All of it.
    Full,
    /// So much of its money: an exact number of minor units, as numerator and denominator.
    Money {
        /// Numerator.
        num: i128,
        /// Denominator, above 0.
        den: i128,
    },
}

impl Fact {
    /// The event's name in the line format.
    pub const fn name(&self) -> &'static str {
        match self {
            Fact::Enrolled { .. } => "enrolled",
            Fact::Recorded { .. } => "recorded",
            Fact::Earned { .. } => "earned",
            Fact::Matured { .. } => "matured",
            Fact::Confirmed { .. } => "confirmed",
            Fact::Expired { .. } => "expired",
            Fact::Held { .. } => "held",
            Fact::Captured { .. } => "captured",
            Fact::Released { .. } => "released",
            Fact::Lapsed { .. } => "lapsed",
            Fact::Redeemed { .. } => "redeemed",
            Fact::Refunded { .. } => "refunded",
            Fact::ActivityReversed { .. } => "activity_reversed",
            Fact::Debited { .. } => "debited",
            Fact::DebtRepaid { .. } => "debt_repaid",
            Fact::TransferredOut { .. } => "transferred_out",
            Fact::TransferredIn { .. } => "transferred_in",
            Fact::Renewed { .. } => "renewed",
            Fact::Extended { .. } => "extended",
            Fact::TierAssigned { .. } => "tier_assigned",
            Fact::TierChanged { .. } => "tier_changed",
            Fact::ContextRecorded { .. } => "context_recorded",
            Fact::LinesLeft { .. } => "lines_left",
            Fact::Cut { .. } => "cut",
            Fact::CaseReversed { .. } => "case_reversed",
            Fact::Referred { .. } => "referred",
            Fact::ReferralPaid { .. } => "referral_paid",
            Fact::ReferralFell { .. } => "referral_fell",
            Fact::Drawn { .. } => "drawn",
            Fact::AttributesChanged { .. } => "attributes_changed",
            Fact::ConsentChanged { .. } => "consent_changed",
            Fact::Closed { .. } => "closed",
            Fact::MergedInto { .. } | Fact::MergedFrom { .. } => "merged",
            Fact::ProgrammeRevised { .. } => "programme_revised",
            Fact::Qualified { .. } => "qualified",
            Fact::TierGrace { .. } => "tier_grace",
            Fact::Granted { .. }
            | Fact::Given { .. }
            | Fact::Benefit { .. }
            | Fact::MilestoneReached { .. } => "granted",
            Fact::Reversed { .. } | Fact::TakenBack { .. } | Fact::MilestoneTaken { .. } => {
                "reversed"
            }
        }
    }
}
