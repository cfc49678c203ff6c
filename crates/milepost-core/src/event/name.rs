//! What the facts are called in the line format.

use super::Fact;

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
