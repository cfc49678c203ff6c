//! `reverse` of a case: takes back what was paid for it, for all of its causes.

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{Command, ReverseCase};
use crate::event::{Drawn, Fact, GiftOf};
use crate::pools::PoolKey;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Case, Stands};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    reverse: &ReverseCase,
) -> Result<(), Undecided> {
    // R-CLOSE-1: also after the end of the membership.
    let member = scene.known_or_closed(command, &reverse.member)?;
    let of_case = member.cases().iter().filter(|case| case.case == reverse.case);
    let cases: Vec<Case> = of_case.cloned().collect();
    if cases.is_empty() {
        let message = format!("member {} was paid for no case {}", reverse.member, reverse.case);
        return Err(refused(Code::UnknownActivity, reverse, message).into());
    }
    let standing: Vec<Case> = cases.into_iter().filter(|case| case.state == Stands::Yes).collect();
    if standing.is_empty() {
        let message = format!("case {}: it is taken back already", reverse.case);
        return Err(refused(Code::ExceedsActivity, reverse, message).into());
    }
    let (case, reference) = (reverse.case.clone(), reverse.reference.clone());
    scene.emit(FIRST, Fact::CaseReversed { case, reference })?;
    for Case { case, cause, drawn, .. } in standing {
        // R-REV-4: the budget gets back what was drawn from it, in its own period.
        if let Some(Drawn { period, amount }) = drawn {
            let pool = PoolKey::Promise(cause, period);
            scene.emit(FIRST, Fact::Drawn { pool, amount: -amount })?;
        }
        scene.take_back_gifts(FIRST, &GiftOf::Case { case, cause })?;
    }
    Ok(())
}

fn refused(code: Code, reverse: &ReverseCase, message: String) -> Refusal {
    Refusal::new(code, message).with("case", Detail::Text(reverse.case.to_string()))
}
