//! The members of a shard, in blocks: a new one is made when the last is full, so nothing is ever
//! moved and hardly any room is to spare.

use milepost_core::state::Member;

/// Members in a block: so many fill 7 KiB, of which allocators have blocks, nearly whole.
const BLOCK: usize = 34;

/// Members by place: the first inserted has place 0.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// All full but the last.
    blocks: Vec<Vec<Member>>,
}

impl Members {
    pub(super) fn len(&self) -> usize {
        let last = self.blocks.last().map_or(0, Vec::len);
        self.blocks.len().saturating_sub(1) * BLOCK + last
    }

    pub(super) fn get(&self, place: usize) -> Option<&Member> {
        self.blocks.get(place / BLOCK)?.get(place % BLOCK)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Member> {
        self.blocks.get_mut(place / BLOCK)?.get_mut(place % BLOCK)
    }

    /// Two members at two places.
    pub(super) fn two(
        &mut self,
        one: usize,
        other: usize,
    ) -> (Option<&mut Member>, Option<&mut Member>) {
        if one / BLOCK == other / BLOCK {
            let block = self.blocks.get_mut(one / BLOCK);
            return match block.map(|block| block.get_disjoint_mut([one % BLOCK, other % BLOCK])) {
                Some(Ok([one, other])) => (Some(one), Some(other)),
                Some(Err(_)) | None => (None, None),
            };
        }
        match self.blocks.get_disjoint_mut([one / BLOCK, other / BLOCK]) {
            Ok([first, second]) => (first.get_mut(one % BLOCK), second.get_mut(other % BLOCK)),
            Err(_) => (None, None),
        }
    }

    pub(super) fn push(&mut self, member: Member) {
        if let Some(last) = self.blocks.last_mut().filter(|last| last.len() < BLOCK) {
            last.push(member);
        } else {
            let mut block = Vec::with_capacity(BLOCK);
            block.push(member);
            self.blocks.push(block);
        }
    }

    /// Takes the one pushed last away again.
    pub(super) fn pop(&mut self) -> Option<Member> {
        let member = self.blocks.last_mut()?.pop();
        if self.blocks.last().is_some_and(Vec::is_empty) {
            self.blocks.pop();
        }
        member
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.blocks.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.blocks.iter_mut().flatten()
    }
}

#[cfg(test)]
mod tests {
    use milepost_core::event::Fact;
    use milepost_core::names::{MemberId, MemberKey};
    use milepost_core::time::Instant;

    use super::*;

    fn member(number: u8) -> Member {
        let id = MemberId::new(&format!("m{number}")).unwrap();
        let fact = Fact::Enrolled { id, tier: None, birth_month: None, attributes: Vec::new() };
        Member::enrolled(MemberKey([number; 16]), Instant::MIN, &fact).unwrap()
    }

    #[test]
    fn members_stand_where_they_were_put() {
        let mut all = Members::default();
        for number in 0..100 {
            assert_eq!(all.len(), usize::from(number));
            all.push(member(number));
        }
        for _ in 0..10 {
            all.pop();
        }
        assert_eq!(all.len(), 90);
        for place in 0..100 {
            let key = u8::try_from(place).ok().filter(|n| *n < 90).map(|n| MemberKey([n; 16]));
            assert_eq!(all.get(place).map(Member::key), key);
            assert_eq!(all.get_mut(place).map(|member| member.key()), key);
        }
        for (one, other) in [(3, 4), (32, 33), (89, 0)] {
            let (first, second) = all.two(one, other);
            assert_eq!(usize::from(first.unwrap().key().0[0]), one);
            assert_eq!(usize::from(second.unwrap().key().0[0]), other);
        }
        assert!(matches!(all.two(5, 5), (None, None)));
        assert_eq!((all.iter().count(), all.iter_mut().count()), (90, 90));
        while all.pop().is_some() {}
        assert_eq!((all.len(), all.iter().count()), (0, 0));
    }
}
