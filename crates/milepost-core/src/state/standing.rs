//! What a member has agreed to, and whether it still is one: consents (R-PRIV-2), the end of the
//! membership (R-CLOSE-1), and the member of whom this one has become a part (R-MERGE-1).

use super::change::{Broken, Change};
use super::encode::{MemberError, Reader, Writer};
use super::member::Member;
use crate::names::{MemberKey, Name, Text};
use crate::programme::OnClose;

/// What most members do not have: a consent that was asked for, or an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// By purpose, sorted.
    pub(super) consents: Vec<(Name, bool)>,
    pub(super) closed: Option<OnClose>,
    pub(super) merged_into: Option<MemberKey>,
}

impl Member {
    /// To what purposes consent was given (`true`) or withdrawn, sorted by purpose (R-PRIV-2).
    pub fn consents(&self) -> &[(Name, bool)] {
        self.standing().map_or(&[], |standing| &standing.consents)
    }

    /// If the membership has ended: what became of its points, and becomes of those that come back
    /// (R-CLOSE-1).
    pub fn closed(&self) -> Option<OnClose> {
        self.standing()?.closed
    }

    /// The member of whom this one has become a part. What is asked of this one is asked of that
    /// one from then on (R-MERGE-1).
    pub fn merged_into(&self) -> Option<MemberKey> {
        self.standing()?.merged_into
    }

    fn standing(&self) -> Option<&Standing> {
        self.more.as_ref().map(|more| &more.standing)
    }
}

impl Change<'_> {
    pub(super) fn change_attributes(&mut self, set: &[(Name, Text)], unset: &[Name]) {
        let attributes = self.attributes();
        attributes.retain(|(name, _)| !unset.contains(name));
        for (name, value) in set {
            match attributes.binary_search_by(|(known, _)| known.cmp(name)) {
                Ok(at) => {
                    if let Some((_, known)) = attributes.get_mut(at) {
                        known.clone_from(value);
                    }
                }
                Err(at) => attributes.insert(at, (name.clone(), value.clone())),
            }
        }
    }

    pub(super) fn change_consent(&mut self, (purpose, given): (&Name, bool)) {
        let consents = &mut self.standing().consents;
        match consents.binary_search_by(|(known, _)| known.cmp(purpose)) {
            Ok(at) => {
                if let Some((_, known)) = consents.get_mut(at) {
                    *known = given;
                }
            }
            Err(at) => consents.insert(at, (purpose.clone(), given)),
        }
    }

    pub(super) fn close(&mut self, on_close: OnClose) -> Result<(), Broken> {
        match self.standing().closed.replace(on_close) {
            None => Ok(()),
            Some(_) => Err(Broken::Inconsistent("a membership ends twice")),
        }
    }
}

impl Standing {
    pub(super) fn encode(&self, w: &mut Writer<'_>) {
        w.list(&self.consents, |w, (purpose, given)| {
            w.text(purpose.as_str());
            w.u8(u8::from(*given));
        });
        w.u8(match self.closed {
            None => 0,
            Some(OnClose::Forfeit) => 1,
            Some(OnClose::Keep) => 2,
        });
        w.option(self.merged_into, |w, into| w.raw(&into.0));
    }

    pub(super) fn decode(r: &mut Reader<'_>) -> Result<Standing, MemberError> {
        let consents = r.list(|r| {
            let purpose = r.parsed("a purpose", str::parse::<Name>)?;
            let given = match r.u8("a consent")? {
                0 => false,
                1 => true,
                _ => return Err(r.error("a consent")),
            };
            Ok((purpose, given))
        })?;
        let closed = match r.u8("an end")? {
            0 => None,
            1 => Some(OnClose::Forfeit),
            2 => Some(OnClose::Keep),
            _ => return Err(r.error("an end")),
        };
        let merged_into = r.option(|r| r.array("a member key").map(MemberKey))?;
        Ok(Standing { consents, closed, merged_into })
    }
}
