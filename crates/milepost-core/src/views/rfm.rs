//! Scores by recency, frequency and money, and the segments that members fall into by them.
//!
//! First every member is looked at by a [`Scorer`], each for itself and in any order, into a
//! [`Survey`]; surveys are joined; and then the survey of all is concluded: only now it is known
//! who else there is to be compared with.

mod cuts;
mod measure;
mod window;

use crate::names::{MemberId, MemberKey, Name};
use crate::programme::{Programme, Segment};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::state::{Broken, Member};
use crate::time::Instant;
use cuts::{Edges, Sample};
use window::Window;

pub use cuts::Cuts;
pub use measure::Figures;
use measure::Measure;

/// Looks at members as of a time.
#[derive(Clone, Debug)]
pub struct Scorer<'a> {
    measure: Measure<'a>,
    programme: &'a Programme,
    /// One for each segment that says how long nothing was done.
    inactive: Vec<Option<Window>>,
    purpose: Option<&'a Name>,
    as_of: Instant,
}

/// Whom an answer is to tell of. Everybody who has scores is in the population all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Of everybody.
    All,
    /// Of one member.
    Only(MemberKey),
}

/// What was found of the members that were looked at.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    sample: Sample,
    found: Vec<Found>,
    left_out: u64,
}

/// What was found of a member.
#[derive(Clone, Debug)]
struct Found {
    id: MemberId,
    figures: Option<Figures>,
    last: Option<Instant>,
    /// The last such activity, or else the enrolment.
    since: Instant,
}

/// The scores of a population, and how they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    /// As of when.
    pub as_of: Instant,
    /// The version of the programme that was in force then.
    pub programme_version: u16,
    /// How many members have scores: those with an activity in the window, not wholly reversed,
    /// whoever of them the answer tells of.
    pub population: u64,
    /// Where one score ends and the next begins.
    pub cuts: Cuts,
    /// How many of the members told of are in each segment, in file order.
    pub segments: Vec<(Box<str>, u64)>,
    /// How many the answer leaves out because they have not consented to its purpose (R-PRIV-2).
    pub left_out: u64,
    /// Who has scores or is in a segment, in the order of their ids.
    pub members: Vec<Scored>,
}

/// One member among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Its id.
    pub member: MemberId,
    /// What the scores are of; `None`: it has none, because it has done nothing in the window.
    pub figures: Option<Figures>,
    /// The scores for recency, frequency and money, from 1.
    pub scores: Option<[u8; 3]>,
    /// Its segment.
    pub segment: Option<Box<str>>,
    /// Its last such activity, of any age.
    pub last_activity: Option<Instant>,
}

impl<'a> Scorer<'a> {
    /// Looks as of a time, by the version in force then; with a purpose only those are told of who
    /// have consented to it (R-PRIV-2). `None` if that version has no scores.
    pub fn new(rules: &'a Rules, as_of: Instant, purpose: Option<&'a Name>) -> Option<Scorer<'a>> {
        let programme = &rules.in_force(as_of).programme;
        let rfm = programme.rfm.as_ref()?;
        let zone = programme.zone;
        let inactive = programme.segments.iter().map(|segment| segment.inactive_for);
        let inactive = inactive.map(|span| span.map(|span| Window::new(zone, span, as_of)));
        let measure = Measure::new(rules, programme, rfm, as_of);
        Some(Scorer { measure, programme, inactive: inactive.collect(), purpose, as_of })
    }

    /// Looks at a member. One that has become a part of another counts with that one (R-MERGE-1).
    ///
    /// # Errors
    /// [`Broken`] if its money cannot be counted together.
    pub fn look(&self, survey: &mut Survey, member: &Member, tell: Tell) -> Result<(), Broken> {
        if member.merged_into().is_some() || member.enrolled_at() > self.as_of {
            return Ok(());
        }
        let (last, figures) = self.measure.of(member)?;
        if let Some(figures) = &figures {
            survey.sample.push(figures);
        }
        if matches!(tell, Tell::Only(key) if key != member.key()) {
            return Ok(());
        }
        // R-PRIV-2: who has not consented is compared with, as everybody, and not told of.
        if !self.purpose.is_none_or(|purpose| consents(member, purpose)) {
            survey.left_out += 1;
            return Ok(());
        }
        let since = last.unwrap_or(member.enrolled_at());
        let found = Found { id: member.id().clone(), figures, last, since };
        if found.figures.is_some() || tell != Tell::All || self.segment(None, &found).is_some() {
            survey.found.push(found);
        }
        Ok(())
    }

    /// What the members looked at come to together.
    ///
    /// # Errors
    /// [`Broken`] if a cut cannot be reckoned exactly.
    pub fn conclude(&self, survey: Survey) -> Result<Scores, Broken> {
        let Survey { mut sample, mut found, left_out } = survey;
        // Stable sorting sees what is in order already.
        found.sort_by(|one, other| one.id.cmp(&other.id));
        let (rfm, currency) = (self.measure.rfm, self.programme.currency);
        let population = sample.len();
        let (cuts, edges) = sample.cuts(rfm, currency).ok_or(Broken::Overflow)?;
        let mut counts = vec![0_u64; self.programme.segments.len()];
        let mut members: Vec<Scored> = Vec::with_capacity(found.len());
        for found in found {
            let scores = found.figures.as_ref().map(|figures| scores(&edges, figures, rfm.bins));
            let segment = self.segment(scores, &found);
            if let Some(count) = segment.and_then(|(at, _)| counts.get_mut(at)) {
                *count += 1;
            }
            let segment = segment.map(|(_, segment)| segment.name.clone());
            let Found { id: member, figures, last: last_activity, .. } = found;
            members.push(Scored { member, figures, scores, segment, last_activity });
        }
        let names = self.programme.segments.iter().map(|segment| segment.name.clone());
        Ok(Scores {
            as_of: self.as_of,
            programme_version: self.measure.rules.in_force(self.as_of).number,
            population,
            cuts,
            segments: names.zip(counts).collect(),
            left_out,
            members,
        })
    }

    /// The first segment that takes a member, and its place.
    fn segment(&self, scores: Option<[u8; 3]>, found: &Found) -> Option<(usize, &'a Segment)> {
        let takes = |segment: &Segment, inactive: &Option<Window>| {
            let by_scores = match scores {
                Some(scores) => segment.takes(scores),
                None => !segment.needs_scores(),
            };
            by_scores && inactive.as_ref().is_none_or(|window| !window.contains(found.since))
        };
        let segments = self.programme.segments.iter().zip(&self.inactive).enumerate();
        let mut segments = segments.filter(|(_, (segment, window))| takes(segment, window));
        segments.next().map(|(at, (segment, _))| (at, segment))
    }
}

fn scores(edges: &[Edges; 3], figures: &Figures, bins: u8) -> [u8; 3] {
    let [recency, frequency, monetary] = edges;
    let days = Ratio::whole(i64::from(figures.recency_days));
    [
        // The longer ago, the worse.
        bins.saturating_sub(recency.below(days)),
        frequency.below(Ratio::whole(i64::from(figures.frequency))).saturating_add(1),
        monetary.below(figures.minor).saturating_add(1),
    ]
}

fn consents(member: &Member, purpose: &Name) -> bool {
    let known = member.consents().iter().find(|(known, _)| known == purpose);
    known.is_some_and(|(_, given)| *given)
}

impl Survey {
    /// Puts what was found in order, so that this much is done already when surveys are joined: for
    /// who looks at parts of the members at the same time.
    pub fn arrange(&mut self) {
        self.sample.arrange();
        self.found.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    }

    /// Takes in what was found of others.
    pub fn join(&mut self, other: Survey) {
        let Survey { sample, mut found, left_out } = other;
        self.sample.join(sample);
        self.found.append(&mut found);
        self.left_out += left_out;
    }
}
