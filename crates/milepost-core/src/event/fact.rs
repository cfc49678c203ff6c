//! The facts, as one list. It is longer than a file should be, because an enum cannot be split.

use crate::breakdown::Breakdown;
use crate::context::{Context, LineLeft};
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::pools::PoolKey;
use crate::programme::{CountIx, MilestoneIx, OnClose, RuleIx, Threshold, TierIx, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

use super::{
    ActivityNo, CasePaid, CountedIn, ExtendCause, FormIx, GiftOf, HoldNo, Judgement, LotNo,
    MergedState, MovedLot, NewLot, Occurrence, Part, Pool, RedemptionNo, ReversedShare, Spend,
    TierReason, Worth,
};

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
