//! Names that are near to another: what somebody meant who wrote one that nothing bears.

/// `; did you mean "X"?` when a known name is near.
pub fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
}

/// The known name that is nearest to a name, when it is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    near(name, known).into_iter().min().map(|(_, known)| known)
}

/// The known name that is meant by a name, when no other is as near.
pub(crate) fn only_near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let near = near(name, known);
    let least = near.iter().map(|(distance, _)| *distance).min()?;
    let mut nearest = near.into_iter().filter(|(distance, _)| *distance == least);
    nearest.next().filter(|_| nearest.next().is_none()).map(|(_, known)| known)
}

/// The known names that are near enough to a name to be meant, with their distances.
fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Vec<(usize, &'n str)> {
    let lower = name.to_lowercase();
    let enough = (name.chars().count() / 3).max(1);
    // A very long name is no misspelling, and comparing it would cost the product of the lengths.
    if name.len() > 100 {
        return Vec::new();
    }
    let distance = |known: &str| strsim::osa_distance(&lower, &known.to_lowercase());
    known.map(|known| (distance(known), known)).filter(|(distance, _)| *distance <= enough).collect()
}
