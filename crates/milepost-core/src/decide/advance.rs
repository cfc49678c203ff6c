//! `advance`: writes down what is due, and nothing else.

use super::{Scene, Undecided};
use crate::command::Advance;
use crate::state::Broken;

/// What was due is written down already, as before every command.
pub(super) fn decide_one(scene: &mut Scene<'_>, advance: &Advance) -> Result<(), Undecided> {
    if scene.now < advance.to {
        return Err(Broken::Inconsistent("an advance beyond the ledger's clock").into());
    }
    Ok(())
}
