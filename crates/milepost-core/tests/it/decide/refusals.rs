//! R-CMD-1: a refusal names the first code that applies. Each line has several faults; the one that
//! is named stands first in the list of commands.md.

use milepost_core::refusal::Code;

use super::check;

const PROGRAMME: &str = "tiers = [{ id = \"blue\" }, { id = \"gold\" }]
claim_window = \"30 days\"
units.points = { transfer = { amount_per_day = 5 } }
units.fixed = { shortfall = \"refuse\" }
units.nights = { qualifying_only = true }
[[rewards]]
id = \"cash\"
unit = \"points\"
money = { per = 100, value = \"0.50\" }
[[rewards]]
id = \"golden\"
unit = \"points\"
money = { per = 100, value = { gold = \"0.50\" } }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[earn]]
id = \"other\"
unit = \"fixed\"
on = [\"trip\"]
rate = { per = \"1.00\", earn = \"1\" }
";

/// Member `a`, with a redemption R-1, an activity S-1, holds that are open, closed and lapsed, and
/// another member `b`.
const BEFORE: &str = "@2026-01-01
     enrol b
     enrol a
     grant a unit=points amount=100 reason=x
     redeem a unit=points amount=10 ref=R-1
     record a kind=stay ref=S-1 spend=10
     record a kind=trip ref=S-2 spend=10
     redeem a unit=fixed amount=10 ref=R-2
     hold a unit=points amount=10 ref=H-open until=2027-01-01
     hold a unit=points amount=10 ref=H-closed
     release a hold=H-closed
     hold a unit=points amount=10 ref=H-lapsed until=2026-01-02
     @2026-03-01";

/// More than 64 bits.
const HUGE: &str = "99999999999999999999";

/// Lines of a command with several faults, and the code of the first.
const CASES: &[(&str, Code)] = &[
    ("enrol a tier=nope expected_version=9", Code::UnknownTier),
    ("enrol a expected_version=9", Code::MemberExists),
    ("enrol new expected_version=9", Code::VersionConflict),
    ("grant no unit=nope amount=0 reason=x occurred_at=2027-01-01", Code::UnknownUnit),
    ("grant no unit=points amount=0 reason=x occurred_at=2027-01-01", Code::InvalidAmount),
    ("grant no unit=points amount=HUGE reason=x occurred_at=2027-01-01", Code::InvalidTime),
    ("grant no unit=points amount=HUGE reason=x expected_version=9", Code::UnknownMember),
    ("grant a unit=points amount=HUGE reason=x expected_version=9", Code::VersionConflict),
    ("grant a unit=points amount=HUGE reason=x", Code::AmountOverflow),
    ("debit no unit=nope amount=0 reason=x", Code::UnknownUnit),
    ("debit no unit=fixed amount=0 reason=x", Code::InvalidAmount),
    ("debit no unit=fixed amount=1 reason=x expected_version=9", Code::UnknownMember),
    ("debit a unit=fixed amount=1 reason=x expected_version=9", Code::VersionConflict),
    ("debit a unit=fixed amount=HUGE reason=x", Code::AlreadySpent),
    ("debit a unit=points amount=HUGE reason=x", Code::AmountOverflow),
    ("record no kind=stay ref=S spend.amount=-1 spend.currency=USD", Code::UnknownCurrency),
    ("record no kind=stay ref=S spend=-1", Code::InvalidAmount),
    ("record no kind=stay ref=S spend=1 expected_version=9", Code::UnknownMember),
    ("record a kind=stay ref=S-1 spend=1 expected_version=9", Code::VersionConflict),
    ("record a kind=stay ref=S-1 spend=HUGE occurred_at=2025-01-01", Code::DuplicateReference),
    ("record a kind=stay ref=S spend=HUGE occurred_at=2025-01-01", Code::ActivityTooOld),
    ("record a kind=stay ref=S spend=HUGE occurred_at=2027-01-01", Code::ActivityInFuture),
    ("record a kind=stay ref=S spend=HUGE", Code::AmountOverflow),
    ("confirm no activity=S expected_version=9", Code::UnknownMember),
    ("confirm a activity=S expected_version=9", Code::VersionConflict),
    ("confirm a activity=S", Code::UnknownActivity),
    ("confirm a activity=S-1", Code::DuplicateReference),
    ("hold no unit=nope amount=0 ref=H-open until=2025-01-01", Code::UnknownUnit),
    ("hold no unit=nights amount=0 ref=H-open until=2025-01-01", Code::InvalidAmount),
    ("hold no unit=nights amount=1 ref=H-open until=2025-01-01", Code::InvalidTime),
    ("hold no unit=nights amount=1 ref=H-open expected_version=9", Code::UnknownMember),
    ("hold a unit=nights amount=1 ref=H-open expected_version=9", Code::VersionConflict),
    ("hold a unit=nights amount=1 ref=H-open", Code::DuplicateReference),
    ("hold a unit=nights amount=1 ref=H", Code::NotRedeemable),
    ("hold a unit=points amount=HUGE ref=H", Code::InsufficientBalance),
    (
        "capture no hold=H ref=R-1 reward=nope order.amount=1 order.currency=USD",
        Code::UnknownReward,
    ),
    ("capture no hold=H ref=R-1 amount=0 order.amount=1 order.currency=USD", Code::UnknownCurrency),
    ("capture no hold=H ref=R-1 amount=0", Code::InvalidAmount),
    ("capture no hold=H ref=R-1 expected_version=9", Code::UnknownMember),
    ("capture a hold=H-open ref=R-1 amount=0.5 expected_version=9", Code::InvalidAmount),
    ("capture a hold=H ref=R-1 expected_version=9", Code::VersionConflict),
    ("capture a hold=H ref=R-1", Code::DuplicateReference),
    ("capture a hold=H ref=R", Code::UnknownHold),
    ("capture a hold=H-lapsed ref=R amount=HUGE", Code::HoldLapsed),
    ("capture a hold=H-closed ref=R amount=HUGE", Code::HoldClosed),
    ("capture a hold=H-open ref=R amount=HUGE reward=golden", Code::ExceedsHold),
    ("capture a hold=H-open ref=R reward=golden", Code::RewardUnavailable),
    ("release no hold=H amount=0", Code::InvalidAmount),
    ("release no hold=H expected_version=9", Code::UnknownMember),
    ("release a hold=H expected_version=9", Code::VersionConflict),
    ("release a hold=H", Code::UnknownHold),
    ("release a hold=H-lapsed amount=HUGE", Code::HoldLapsed),
    ("release a hold=H-closed amount=HUGE", Code::HoldClosed),
    ("release a hold=H-open amount=HUGE", Code::ExceedsHold),
    ("redeem no ref=R-1 unit=nope amount=0", Code::UnknownUnit),
    ("redeem no ref=R-1 unit=nights amount=0", Code::InvalidAmount),
    ("redeem no ref=R-1 unit=nights amount=1 expected_version=9", Code::UnknownMember),
    ("redeem a ref=R-1 unit=nights amount=1 expected_version=9", Code::VersionConflict),
    ("redeem a ref=R-1 unit=nights amount=1", Code::DuplicateReference),
    ("redeem a ref=R unit=nights amount=1", Code::NotRedeemable),
    ("redeem a ref=R unit=points amount=HUGE", Code::InsufficientBalance),
    ("redeem no ref=R-1 reward=nope order.amount=1 order.currency=USD", Code::UnknownReward),
    ("redeem no ref=R-1 reward=golden order.amount=1 order.currency=USD", Code::UnknownCurrency),
    ("redeem no ref=R-1 reward=golden amount=0", Code::InvalidAmount),
    ("redeem a ref=R-1 reward=golden amount=HUGE", Code::DuplicateReference),
    ("redeem a ref=R reward=golden amount=HUGE", Code::RewardUnavailable),
    ("redeem a ref=R reward=cash amount=HUGE", Code::InsufficientBalance),
    ("refund no redemption=R amount=0", Code::InvalidAmount),
    ("refund no redemption=R expected_version=9", Code::UnknownMember),
    ("refund a redemption=R-1 amount=0.5 expected_version=9", Code::InvalidAmount),
    ("refund a redemption=R expected_version=9", Code::VersionConflict),
    ("refund a redemption=R amount=HUGE", Code::UnknownRedemption),
    ("refund a redemption=R-1 amount=HUGE", Code::ExceedsRedemption),
    ("reverse no activity=S amount.amount=0 amount.currency=USD", Code::UnknownCurrency),
    ("reverse no activity=S amount=0", Code::InvalidAmount),
    ("reverse no activity=S amount=1 expected_version=9", Code::UnknownMember),
    ("reverse a activity=S amount=1 expected_version=9", Code::VersionConflict),
    ("reverse a activity=S amount=HUGE", Code::UnknownActivity),
    ("reverse a activity=S-2 amount=HUGE", Code::ExceedsActivity),
    ("reverse a activity=S-2", Code::AlreadySpent),
    ("transfer a a unit=nope amount=0 ref=T", Code::UnknownUnit),
    ("transfer a a unit=nights amount=0 ref=T", Code::InvalidAmount),
    ("transfer no no unit=nights amount=1 ref=T", Code::InvalidTarget),
    ("transfer a no unit=nights amount=1 ref=T expected_version=9", Code::UnknownMember),
    ("transfer no a unit=nights amount=1 ref=T expected_version=9", Code::UnknownMember),
    ("transfer a b unit=nights amount=1 ref=T expected_version=9", Code::VersionConflict),
    ("transfer a b unit=nights amount=HUGE ref=T", Code::NotTransferable),
    ("transfer a b unit=points amount=HUGE ref=T", Code::LimitExceeded),
    ("transfer b a unit=points amount=5 ref=T", Code::InsufficientBalance),
    ("assign_tier no tier=nope until=2025-01-01 reason=x", Code::UnknownTier),
    ("assign_tier no tier=gold until=2025-01-01 reason=x", Code::InvalidTime),
    ("assign_tier no tier=gold reason=x expected_version=9", Code::UnknownMember),
    ("assign_tier a tier=gold reason=x expected_version=9", Code::VersionConflict),
    ("extend unit=nope expiring_until=2026-06-01 to=2025-01-01", Code::UnknownUnit),
    ("extend unit=points expiring_until=2026-06-01 to=2025-01-01", Code::InvalidTime),
];

#[test]
fn r_cmd_1_the_first_code_that_applies_is_named() {
    let lines =
        CASES.iter().map(|(line, code)| format!("{} -> !{code}", line.replace("HUGE", HUGE)));
    let script: Vec<String> = std::iter::once(BEFORE.to_owned()).chain(lines).collect();
    check(PROGRAMME, &script.join("\n"));
}

/// Codes that no decision of one or two members gives: some are given before it is asked, the
/// others belong to commands and rules that are not there yet.
const ELSEWHERE: [Code; 9] = [
    Code::Malformed,
    Code::KeyReused,
    Code::ProgrammeInvalid,
    Code::NotPermitted,
    Code::UnknownCause,
    Code::MemberClosed,
    Code::BudgetExhausted,
    Code::ApprovalRequired,
    Code::BatchRefused,
];

#[test]
fn r_cmd_1_every_code_of_a_decision_has_its_case() {
    let given = |code: &Code| CASES.iter().any(|(_, given)| given == code);
    for code in Code::ALL {
        let elsewhere = ELSEWHERE.contains(code);
        assert_eq!(given(code), !elsewhere, "{code}");
    }
}
