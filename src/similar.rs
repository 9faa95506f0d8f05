//! Names that are near to another: what somebody meant who wrote one that nothing bears.

/// `; did you mean "X"?` when a known name is near.
pub fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
}

/// The known name that is nearest to a name, when it is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let enough = (name.chars().count() / 3).max(1);
    // A very long name is no misspelling, and comparing it would cost the product of the lengths.
    if name.len() > 100 {
        return None;
    }
    let distance = |known: &str| strsim::osa_distance(&lower, &known.to_lowercase());
    known
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= enough)
        .min()
        .map(|(_, known)| known)
}
