//! What moves the expiry of existing lots: renewal by activity, and `extend` (R-LOT-5).

use super::check;

/// Lots that live by inactivity: a year without a stay or a use.
const LIVELY: &str = "
units.points = { expiry = { inactivity = \"12 months\", renewed_by = [\"stay\", \"redeem\"] } }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\", \"survey\"]
rate = { per = \"1.00\", earn = \"1\" }
";

#[test]
fn a_renewal_moves_the_lots_of_its_form() {
    check(
        LIVELY,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x -> granted(expires_at=2027-01-01)
         grant a unit=points amount=10 reason=x expires_at=2026-12-01
         @2026-03-01
         record a kind=survey ref=S-1 spend=1 -> earned(expires_at=2027-03-01)
         lots a points 2:10@2026-12-01 1:10@2027-01-01 3:1@2027-03-01
         @2026-04-01
         record a kind=stay ref=S-2 spend=1 -> renewed(renewed_at=2026-04-01) earned(expires_at=2027-04-01)
         lots a points 2:10@2026-12-01 1:10@2027-04-01 3:1@2027-04-01 4:1@2027-04-01
         record a kind=stay ref=S-3 spend=1 occurred_at=2026-02-01 -> earned(expires_at=2027-04-01)
         @2026-05-01
         redeem a unit=points amount=1 ref=R-1 -> redeemed renewed
         lots a points 2:9@2026-12-01 1:10@2027-05-01 5:1@2027-05-01 3:1@2027-05-01 4:1@2027-05-01",
    );
}

#[test]
fn a_renewal_counts_from_when_it_happened_and_revives_nothing() {
    check(
        LIVELY,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         @2027-01-01
         record a kind=stay ref=S-1 spend=5 occurred_at=2026-12-31 -> expired(amount=10) renewed earned(expires_at=2027-12-31)
         @2027-06-01
         record a kind=stay ref=S-2 spend=5 occurred_at=2027-02-01 -> renewed(renewed_at=2027-02-01) earned(expires_at=2028-02-01)
         lots a points 2:5@2028-02-01 3:5@2028-02-01",
    );
}

#[test]
fn a_renewal_moves_used_up_lots_so_that_refunds_follow() {
    check(
        LIVELY,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         redeem a unit=points amount=10 ref=R-1
         @2026-06-01
         record a kind=stay ref=S-1 spend=5
         @2027-03-01
         refund a redemption=R-1 -> refunded
         lots a points 1:10@2027-06-01 2:5@2027-06-01",
    );
}

#[test]
fn r_lot_5_extend_moves_living_lots_in_its_range() {
    check(
        "units.points = {}\nunits.other = {}",
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=1 reason=x expires_at=2026-02-01
         grant a unit=points amount=2 reason=x expires_at=2026-03-01
         grant a unit=points amount=3 reason=x expires_at=2026-04-01
         grant a unit=points amount=4 reason=x expires_at=2026-05-01
         grant a unit=points amount=5 reason=x
         grant a unit=other amount=6 reason=x expires_at=2026-04-01
         grant b unit=points amount=7 reason=x expires_at=2026-04-01
         redeem a unit=points amount=3 ref=R-1
         @2026-03-01
         extend unit=points expiring_from=2026-03-01 expiring_until=2026-04-01 to=2026-06-01 members=a -> extended(lot=3,expires_at=2026-06-01,cause=command)
         lots a points 4:4@2026-05-01 3:3@2026-06-01 5:5@null
         refund a redemption=R-1 -> refunded(lots=2:2+1:1) expired(lot=2) expired(lot=1)
         extend unit=points expiring_until=2026-06-01 to=2026-03-02 -> extended extended extended
         lots a points 3:3@2026-03-02 4:4@2026-03-02 5:5@null
         lots b points 1:7@2026-03-02
         lots a other 6:6@2026-04-01",
    );
}

#[test]
fn r_lot_5_extend_is_refused_and_previewable() {
    check(
        "units.points = {}",
        "@2026-01-01
         enrol a
         extend unit=nope expiring_until=2026-06-01 to=2025-01-01 -> !unknown_unit(unit=nope)
         extend unit=points expiring_from=2026-07-01 expiring_until=2026-06-01 to=2027-01-01 -> !invalid_time
         extend unit=points expiring_until=2026-06-01 to=2026-01-01 -> !invalid_time
         extend unit=points expiring_until=2026-06-01 to=2026-09-01
         grant a unit=points amount=1 reason=x expected_version=1",
    );
}
