//! Which name was meant: the known one with the fewest letters changed.

/// The nearest of `known`, if it is near enough to be a slip of the pen: one change in a short
/// name, up to a third of a longer one.
pub(super) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let most = name.chars().count().div_euclid(3).clamp(1, 3);
    // The distance is at least the difference in length, which spares long names the work.
    let candidates = known.into_iter().filter(|other| other.len().abs_diff(name.len()) <= 3 * most);
    let measured = candidates.map(|other| (distance(name, other), other));
    measured
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|n| n.1)
}

/// How many letters must be put in, left out or changed to make one name of the other
/// (Levenshtein), one row of the table at a time.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above, a) in from.chars().enumerate() {
        let mut next = vec![above + 1];
        let mut left = above + 1;
        for (b, pair) in to.chars().zip(row.windows(2)) {
            let [diagonal, up] = *pair else { continue };
            left = (diagonal + usize::from(a != b)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_changed_letters() {
        let cases = [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("expiri", "expiry", 1),
            ("unti", "unit", 2),
        ];
        for (from, to, expected) in cases {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let known = ["expiry", "unit", "id"];
        assert_eq!(nearest("expire", known), Some("expiry"));
        assert_eq!(nearest("units", known), Some("unit"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
