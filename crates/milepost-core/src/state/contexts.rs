//! The contexts of activities that may have to be judged again, and what is left of their lines.
//!
//! A context is kept as the bytes of its encoding: it is read once at the most, and members that
//! have some have many.

use super::change::{Broken, Change};
use super::member::{Member, More};
use crate::context::{Context, LineLeft};
use crate::event::ActivityNo;
use crate::wire::{context_bytes, context_of_bytes};

/// The context of one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) number: ActivityNo,
    pub(super) bytes: Box<[u8]>,
    /// What is left of each line; empty: all of it.
    pub(super) left: Vec<LineLeft>,
}

impl Member {
    /// The context of an activity, if it is kept: it has lines or may be judged again, and is not
    /// wholly reversed.
    ///
    /// # Errors
    /// [`Broken`] if what is kept cannot be read.
    pub fn context(&self, number: ActivityNo) -> Result<Option<Context>, Broken> {
        let Some(kept) = self.kept(number) else { return Ok(None) };
        let read = context_of_bytes(&kept.bytes);
        read.map(Some).map_err(|_| Broken::Inconsistent("a context cannot be read"))
    }

    /// What is left of the lines of an activity, in the order of its bill; empty: all of them.
    pub fn lines_left(&self, number: ActivityNo) -> &[LineLeft] {
        self.kept(number).map_or(&[], |kept| &kept.left)
    }

    fn kept(&self, number: ActivityNo) -> Option<&Kept> {
        let contexts = &self.more.as_ref()?.contexts;
        contexts.get(contexts.binary_search_by_key(&number, |kept| kept.number).ok()?)
    }
}

impl More {
    /// Puts the context of an activity back as it was.
    pub(super) fn set_context(&mut self, number: ActivityNo, kept: Option<Kept>) {
        let found = self.contexts.binary_search_by_key(&number, |kept| kept.number);
        match (found, kept) {
            (Ok(at), Some(kept)) => {
                if let Some(slot) = self.contexts.get_mut(at) {
                    *slot = kept;
                }
            }
            (Ok(at), None) => drop(self.contexts.remove(at)),
            (Err(at), Some(kept)) => self.contexts.insert(at, kept),
            (Err(_), None) => {}
        }
    }
}

impl Change<'_> {
    /// Keeps the context of an activity.
    pub(super) fn keep_context(&mut self, number: ActivityNo, context: &Context) {
        let bytes = context_bytes(context).into_boxed_slice();
        self.replace_context(number, Some(Kept { number, bytes, left: Vec::new() }));
    }

    /// Forgets the context of an activity that is wholly reversed.
    pub(super) fn forget_context(&mut self, number: ActivityNo) {
        if self.member.kept(number).is_some() {
            self.replace_context(number, None);
        }
    }

    /// Notes what is left of the lines of an activity. Of one that was passed over nothing is kept.
    pub(super) fn set_lines_left(&mut self, number: ActivityNo, left: &[LineLeft]) {
        if let Some(kept) = self.member.kept(number).cloned() {
            self.replace_context(number, Some(Kept { left: left.to_vec(), ..kept }));
        }
    }

    fn replace_context(&mut self, number: ActivityNo, kept: Option<Kept>) {
        let before = self.member.kept(number).cloned();
        self.journal.note_context(number, before);
        self.member.more_mut().set_context(number, kept);
    }
}
