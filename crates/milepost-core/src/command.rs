//! Commands: what a host asks of the ledger, as checked types. The line format is their serde form.
//!
//! A command that exists is well formed. Whether its names and amounts make sense is decided against
//! the programme and the member.

mod returned;

use crate::decimal::Decimal;
use crate::money::Money;
use crate::names::{Key, MemberId, Name, Reference, Text};
use crate::time::Instant;

pub use returned::{LinePart, ReturnedLine, WhichLine};

/// A command with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The idempotency key (R-CMD-2).
    pub key: Option<Key>,
    /// Who acts (R-CMD-6).
    pub by: Option<Actor>,
    /// Who approved (R-CMD-6).
    pub approved_by: Option<Actor>,
    /// The member's version the caller has seen (R-CMD-4).
    pub expected_version: Option<u32>,
    /// Free text, personal (R-PRIV-1).
    pub note: Option<Text>,
    /// What is asked.
    pub body: Body,
}

/// Somebody who acts, with a role of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: Name,
    /// In which role.
    pub role: Name,
}

/// What a command asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Opens a member.
    Enrol(Enrol),
    /// Earns by the rules.
    Record(Record),
    /// Makes `until-confirmed` lots available.
    Confirm(Confirm),
    /// Gives a lot by hand.
    Grant(Grant),
    /// Takes by hand.
    Debit(Debit),
    /// Pays a broken promise.
    Compensate(Compensate),
    /// Sets aside.
    Hold(Hold),
    /// Makes a hold a redemption.
    Capture(Capture),
    /// Gives back what is held.
    Release(Release),
    /// Takes points.
    Redeem(Redeem),
    /// Gives back what a redemption took.
    Refund(Refund),
    /// Takes back what an activity earned.
    Reverse(Reverse),
    /// Takes back what was paid for a case.
    ReverseCase(ReverseCase),
    /// Moves lots to another member.
    Transfer(Transfer),
    /// Sets a floor for the tier by hand.
    AssignTier(AssignTier),
    /// Changes tags used by rules and reports.
    Attributes(Attributes),
    /// Records that consent is given or withdrawn.
    Consent(Consent),
    /// Ends a membership.
    Close(Close),
    /// Makes one member a part of another.
    Merge(Merge),
    /// Moves the expiry of existing lots.
    Extend(Extend),
    /// Gives the programme a new version.
    Revise(Revise),
    /// Writes down all that is due.
    Advance(Advance),
}

/// Opens a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrol {
    /// The member to be.
    pub member: MemberId,
    /// The member who referred it.
    pub referrer: Option<MemberId>,
    /// Tags used by rules and reports, sorted by name.
    pub attributes: Vec<(Name, Text)>,
    /// Personal; only what follows from it is ever used (R-PRIV-1).
    pub birth_date: Option<BirthDate>,
    /// The tier to begin with, as if qualified now.
    pub tier: Option<Name>,
}

/// A date of birth; of it only the month ever decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BirthDate {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
}

/// Earns by the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Who.
    pub member: MemberId,
    /// What happened.
    pub activity: Activity,
}

/// What happened in the booking system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its kind, such as `stay`.
    pub kind: Name,
    /// Its reference, unique for the member.
    pub reference: Reference,
    /// When it happened; left out: when it is recorded.
    pub occurred_at: Option<Instant>,
    /// What was paid; left out: the sum of the lines.
    pub spend: Option<Money>,
    /// Counted things, such as `nights`, sorted by name.
    pub quantities: Vec<(Name, Decimal)>,
    /// The lines of the bill.
    pub lines: Vec<Line>,
    /// Tags used by rules and reports, sorted by name.
    pub attributes: Vec<(Name, Text)>,
    /// Other times, such as `booked_at`, sorted by name.
    pub times: Vec<(Name, Instant)>,
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was sold.
    pub sku: Option<Name>,
    /// Its money in the activity's currency; negative for a discount.
    pub amount: Decimal,
    /// How many; left out: 1.
    pub quantity: Option<Decimal>,
    /// Tags used by rules, sorted by name.
    pub attributes: Vec<(Name, Text)>,
}

/// Makes `until-confirmed` lots of an activity available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// Whose.
    pub member: MemberId,
    /// The activity's reference.
    pub activity: Reference,
}

/// Gives a lot by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// Why.
    pub reason: Text,
    /// The age of an opening balance.
    pub occurred_at: Option<Instant>,
    /// When it dies; left out: as the unit says.
    pub expires_at: Option<Instant>,
    /// When it becomes available; left out: at once.
    pub available_at: Option<Instant>,
    /// What it counts for; left out: nothing, unless the unit only qualifies.
    pub qualifies: Option<Qualifies>,
}

/// Under which name a grant counts for tiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifies {
    /// Under the name of its unit.
    UnitName,
    /// Under this name.
    Name(Name),
}

/// Takes by hand, in the order of use; what is missing follows the unit's shortfall policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debit {
    /// From whom.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// Why.
    pub reason: Text,
}

/// Pays a broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compensate {
    /// To whom.
    pub member: MemberId,
    /// Which promise.
    pub cause: Name,
    /// What the host calls the case; with one cause it is paid once per member.
    pub case: Reference,
    /// When the promise was broken.
    pub incident_at: Option<Instant>,
    /// What was spent, where the promise pays a share of it.
    pub spend: Option<Money>,
    /// What is given on top, in the unit of the promise.
    pub extra: Option<Decimal>,
}

/// Sets an amount aside for a booking that is not final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// What the host calls it; unique for the member.
    pub reference: Reference,
    /// Its deadline; left out: as the unit says.
    pub until: Option<Instant>,
}

/// Makes a hold, or a part of it, a redemption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Whose.
    pub member: MemberId,
    /// The hold's reference.
    pub hold: Reference,
    /// The redemption's reference; unique for the member.
    pub reference: Reference,
    /// How much; left out: all that is held.
    pub amount: Option<Decimal>,
    /// What becomes of the rest.
    pub rest: Rest,
    /// The reward it is for.
    pub reward: Option<Name>,
    /// The money of the order it is used on.
    pub order: Option<Money>,
}

/// What becomes of the part of a hold that is not captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// It is released; the default.
    #[default]
    Release,
    /// The hold goes on with it.
    Keep,
}

/// Gives back what is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Whose.
    pub member: MemberId,
    /// The hold's reference.
    pub hold: Reference,
    /// How much; left out: all.
    pub amount: Option<Decimal>,
}

/// Takes points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeem {
    /// From whom.
    pub member: MemberId,
    /// What the host calls it; unique for the member.
    pub reference: Reference,
    /// What for.
    pub price: RedeemPrice,
}

/// What is taken: an amount of a unit, or the price of a reward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedeemPrice {
    /// An amount of a unit.
    Unit {
        /// The unit.
        unit: Name,
        /// How much.
        amount: Decimal,
    },
    /// A reward of the programme.
    Reward {
        /// The reward.
        reward: Name,
        /// How many of an item; left out: 1.
        quantity: Option<u32>,
        /// How much, where the reward is worth money.
        amount: Option<Decimal>,
        /// The money of the order it is used on.
        order: Option<Money>,
    },
}

/// Gives back what a redemption took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// To whom.
    pub member: MemberId,
    /// The redemption's reference.
    pub redemption: Reference,
    /// What the host calls the refund.
    pub reference: Option<Reference>,
    /// How much; left out: all that is left.
    pub amount: Option<Decimal>,
}

/// Takes back what an activity earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// From whom.
    pub member: MemberId,
    /// The activity's reference.
    pub activity: Reference,
    /// What the host calls the reversal.
    pub reference: Option<Reference>,
    /// How much of it.
    pub extent: Extent,
}

/// Takes back what was paid for a case, for all of its causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReverseCase {
    /// From whom.
    pub member: MemberId,
    /// The case.
    pub case: Reference,
    /// What the host calls the reversal.
    pub reference: Option<Reference>,
}

/// How much of an activity is reversed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that is left.
    Full,
    /// So much of its money.
    Money(Money),
    /// Some of its lines, at least one.
    Lines(Vec<ReturnedLine>),
}

/// Moves lots to another member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// From whom.
    pub from: MemberId,
    /// To whom.
    pub to: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// What the host calls it.
    pub reference: Reference,
}

/// Sets a floor for the tier by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignTier {
    /// Whose.
    pub member: MemberId,
    /// The floor.
    pub tier: Name,
    /// Its end; left out: for ever.
    pub until: Option<Instant>,
    /// Why.
    pub reason: Text,
}

/// Changes tags used by rules and reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Whose.
    pub member: MemberId,
    /// New values, sorted by name.
    pub set: Vec<(Name, Text)>,
    /// Tags to take away, sorted; none of them is in `set`.
    pub unset: Vec<Name>,
}

/// Records that consent to a purpose is given or withdrawn (R-PRIV-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Whose.
    pub member: MemberId,
    /// What for, such as `mail`.
    pub purpose: Name,
    /// Whether it is given.
    pub given: bool,
}

/// Ends a membership (R-CLOSE-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Whose.
    pub member: MemberId,
}

/// Makes one member a part of another (R-MERGE-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The member that ends.
    pub from: MemberId,
    /// The member that goes on with all that the first had.
    pub into: MemberId,
}

/// Gives the programme a new version (R-TIME-8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revise {
    /// The whole programme, as TOML text.
    pub programme: Box<str>,
    /// From when on it is in force; left out: from now on.
    pub effective_at: Option<Instant>,
}

/// Moves the expiry of existing lots (R-LOT-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extend {
    /// Lots of this unit.
    pub unit: Name,
    /// That expire at or after this; left out: at any time.
    pub expiring_from: Option<Instant>,
    /// And at or before this.
    pub expiring_until: Instant,
    /// To this instant.
    pub to: Instant,
    /// Of these members; `None`: of all.
    pub members: Option<Vec<MemberId>>,
}

/// Writes down all that is due, for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Up to this instant, included.
    pub to: Instant,
}

impl Command {
    /// A command without key, actor, version or note.
    pub fn new(body: impl Into<Body>) -> Command {
        Command {
            key: None,
            by: None,
            approved_by: None,
            expected_version: None,
            note: None,
            body: body.into(),
        }
    }

    /// The same command under an idempotency key (R-CMD-2).
    #[must_use]
    pub fn with_key(self, key: Key) -> Command {
        Command { key: Some(key), ..self }
    }
}

impl Enrol {
    /// Opens a member with nothing but its id.
    pub fn new(member: MemberId) -> Enrol {
        Enrol { member, referrer: None, attributes: Vec::new(), birth_date: None, tier: None }
    }
}

impl Record {
    /// An activity of a member.
    pub fn new(member: MemberId, activity: Activity) -> Record {
        Record { member, activity }
    }
}

impl Activity {
    /// An activity of a kind, with nothing but its reference.
    pub fn new(kind: Name, reference: Reference) -> Activity {
        Activity {
            kind,
            reference,
            occurred_at: None,
            spend: None,
            quantities: Vec::new(),
            lines: Vec::new(),
            attributes: Vec::new(),
            times: Vec::new(),
        }
    }

    /// The same, with what was paid.
    #[must_use]
    pub fn with_spend(self, spend: impl Into<Money>) -> Activity {
        Activity { spend: Some(spend.into()), ..self }
    }

    /// The same, with a counted thing such as `nights`.
    #[must_use]
    pub fn with_quantity(mut self, name: Name, quantity: impl Into<Decimal>) -> Activity {
        let at = self.quantities.partition_point(|(known, _)| *known < name);
        self.quantities.insert(at, (name, quantity.into()));
        self
    }

    /// The same, at a time of its own.
    #[must_use]
    pub fn at(self, occurred_at: Instant) -> Activity {
        Activity { occurred_at: Some(occurred_at), ..self }
    }
}

impl Grant {
    /// An amount of a unit, for a reason, with the unit's own dates.
    pub fn new(member: MemberId, unit: Name, amount: Decimal, reason: Text) -> Grant {
        let (occurred_at, expires_at, available_at) = (None, None, None);
        let qualifies = None;
        Grant { member, unit, amount, reason, occurred_at, expires_at, available_at, qualifies }
    }
}

impl Revise {
    /// A programme that is in force from now on.
    pub fn new(programme: impl Into<Box<str>>) -> Revise {
        Revise { programme: programme.into(), effective_at: None }
    }
}

impl Compensate {
    /// What a promise says, for a case.
    pub fn new(member: MemberId, cause: Name, case: Reference) -> Compensate {
        Compensate { member, cause, case, incident_at: None, spend: None, extra: None }
    }
}

impl Hold {
    /// An amount of a unit, until the unit's own deadline.
    pub fn new(member: MemberId, unit: Name, amount: Decimal, reference: Reference) -> Hold {
        Hold { member, unit, amount, reference, until: None }
    }
}

impl Capture {
    /// All of a hold.
    pub fn new(member: MemberId, hold: Reference, reference: Reference) -> Capture {
        let rest = Rest::Release;
        Capture { member, hold, reference, amount: None, rest, reward: None, order: None }
    }

    /// The same, but only so much of it.
    #[must_use]
    pub fn with_amount(self, amount: Decimal) -> Capture {
        Capture { amount: Some(amount), ..self }
    }
}

impl Redeem {
    /// An amount of a unit.
    pub fn new(member: MemberId, reference: Reference, unit: Name, amount: Decimal) -> Redeem {
        Redeem { member, reference, price: RedeemPrice::Unit { unit, amount } }
    }
}

impl Refund {
    /// All that is left of a redemption.
    pub fn new(member: MemberId, redemption: Reference) -> Refund {
        Refund { member, redemption, reference: None, amount: None }
    }

    /// The same, but only so much of it.
    #[must_use]
    pub fn with_amount(self, amount: Decimal) -> Refund {
        Refund { amount: Some(amount), ..self }
    }
}

impl Reverse {
    /// All that is left of an activity.
    pub fn new(member: MemberId, activity: Reference) -> Reverse {
        Reverse { member, activity, reference: None, extent: Extent::Full }
    }
}

macro_rules! bodies {
    ($($body:ident = $text:literal,)*) => {
        impl Body {
            /// The command's name in the line format.
            pub const fn name(&self) -> &'static str {
                match self { $(Body::$body(_) => $text),* }
            }
        }

        $(impl From<$body> for Body {
            fn from(body: $body) -> Body {
                Body::$body(body)
            }
        })*

        $(impl From<$body> for Command {
            fn from(body: $body) -> Command {
                Command::new(body)
            }
        })*
    };
}

bodies! {
    Enrol = "enrol",
    Record = "record",
    Confirm = "confirm",
    Grant = "grant",
    Debit = "debit",
    Compensate = "compensate",
    Hold = "hold",
    Capture = "capture",
    Release = "release",
    Redeem = "redeem",
    Refund = "refund",
    Reverse = "reverse",
    ReverseCase = "reverse",
    Transfer = "transfer",
    AssignTier = "assign_tier",
    Attributes = "attributes",
    Consent = "consent",
    Close = "close",
    Merge = "merge",
    Extend = "extend",
    Revise = "revise",
    Advance = "advance",
}
