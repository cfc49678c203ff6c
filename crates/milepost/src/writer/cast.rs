//! Who has to be at hand for a command.

use std::sync::Arc;

use milepost_core::command::Command;
use milepost_core::decide::{Cast, companion};
use milepost_core::names::MemberKey;
use milepost_core::rules::Rules;

use super::transaction::Transaction;
use crate::store::Store;

/// The members that have to be at hand for each request; the default stands for none.
pub(super) type Members = [MemberKey; 2];

/// The members that a command names.
pub(super) fn named_by(rules: &Rules, command: &Command) -> Members {
    match command.cast() {
        Cast::One(member) => [rules.member_key(member), MemberKey::default()],
        Cast::Two(one, other) | Cast::With(one, other) => {
            [rules.member_key(one), rules.member_key(other)]
        }
        Cast::Many(_) | Cast::Ledger => Members::default(),
    }
}

/// The members that a command names, and who else has to be at hand for it.
pub(super) fn keys_of(rules: &Rules, store: &Store, command: &Command) -> Members {
    let [member, other] = named_by(rules, command);
    match command.cast() {
        Cast::One(_) if rules.pays_referrals() => {
            [member, companion_in(store, &member, command).unwrap_or_default()]
        }
        Cast::One(_) | Cast::Two(..) | Cast::With(..) | Cast::Many(_) | Cast::Ledger => {
            [member, other]
        }
    }
}

/// Who has to be at hand beside a member. Only the writer changes members, so it is the same when
/// they are locked. Within a batch it may be another: then a command before has named it.
fn companion_in(store: &Store, key: &MemberKey, command: &Command) -> Option<MemberKey> {
    let shard = store.read(Store::shard_of(key));
    shard.get(key).and_then(|member| companion(member, command))
}

impl Transaction<'_> {
    /// The command for whom it reaches, if somebody that it names has become a part of another
    /// member (R-MERGE-1).
    pub(super) fn redirected(&mut self, command: &Command, members: &Members) -> Option<Command> {
        let concerns_many = matches!(command.cast(), Cast::Many(Some(_)));
        if !concerns_many && members.iter().all(|key| self.locked.reached(key).is_none()) {
            return None;
        }
        let rules = Arc::clone(&self.rules);
        let locked = std::cell::RefCell::new(&mut self.locked);
        command.redirected(|named| {
            let mut locked = locked.borrow_mut();
            let into = locked.reached(&rules.member_key(named))?;
            locked.member(&into).map(|member| member.id().clone())
        })
    }

    /// Who has to be at hand beside a member, as it stands now.
    pub(super) fn companion(&mut self, key: &MemberKey, command: &Command) -> MemberKey {
        if !self.rules.pays_referrals() {
            return MemberKey::default();
        }
        let found = self.locked.member(key).and_then(|member| companion(member, command));
        let found = found.map(|other| self.locked.reached(&other).unwrap_or(other));
        found.filter(|other| self.locked.has(other)).unwrap_or_default()
    }
}
