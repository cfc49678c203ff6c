//! A command for a member that has become a part of another is one for the other (R-MERGE-1).

use crate::command::{Body, Command};
use crate::names::MemberId;

impl Command {
    /// The same command for whom it is to reach; `None`: for the members that it names itself. A
    /// member cannot be enrolled again under an id that was merged away, so `enrol` stays.
    ///
    /// `reaches` says which member a named one has become a part of, if it has.
    #[must_use]
    pub fn redirected(&self, reaches: impl Fn(&MemberId) -> Option<MemberId>) -> Option<Command> {
        if !self.names().into_iter().any(|named| reaches(named).is_some()) {
            return None;
        }
        let mut command = self.clone();
        for named in command.names_mut() {
            if let Some(into) = reaches(named) {
                *named = into;
            }
        }
        Some(command)
    }
}

macro_rules! members {
    ($names:ident($($mutable:tt)?) $iter:ident) => {
        /// The members that the command names, but for the one that `enrol` opens.
        fn $names(&$($mutable)? self) -> Vec<&$($mutable)? MemberId> {
            match &$($mutable)? self.body {
                Body::Enrol(_) | Body::Advance(_) | Body::Revise(_) => Vec::new(),
                Body::Record(it) => vec![&$($mutable)? it.member],
                Body::Confirm(it) => vec![&$($mutable)? it.member],
                Body::Grant(it) => vec![&$($mutable)? it.member],
                Body::Debit(it) => vec![&$($mutable)? it.member],
                Body::Hold(it) => vec![&$($mutable)? it.member],
                Body::Capture(it) => vec![&$($mutable)? it.member],
                Body::Release(it) => vec![&$($mutable)? it.member],
                Body::Redeem(it) => vec![&$($mutable)? it.member],
                Body::Refund(it) => vec![&$($mutable)? it.member],
                Body::Reverse(it) => vec![&$($mutable)? it.member],
                Body::ReverseCase(it) => vec![&$($mutable)? it.member],
                Body::Compensate(it) => vec![&$($mutable)? it.member],
                Body::AssignTier(it) => vec![&$($mutable)? it.member],
                Body::Attributes(it) => vec![&$($mutable)? it.member],
                Body::Consent(it) => vec![&$($mutable)? it.member],
                Body::Close(it) => vec![&$($mutable)? it.member],
                Body::Transfer(it) => vec![&$($mutable)? it.from, &$($mutable)? it.to],
                Body::Merge(it) => vec![&$($mutable)? it.from, &$($mutable)? it.into],
                Body::Extend(it) => it.members.$iter().flatten().collect(),
            }
        }
    };
}

impl Command {
    members!(names() iter);
    members!(names_mut(mut) iter_mut);
}
