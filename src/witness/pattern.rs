//! Texts that a regular expression matches: few, short ones, always the same.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest text that is made, in characters.
const MAX_LENGTH: usize = 400;
/// How deep a pattern is followed; the compiler of rule files bounds its size already.
const MAX_DEPTH: usize = 50;

/// A few texts that should match: shortest repetitions first, then longer ones.
pub(super) fn samples(pattern: &str) -> Vec<String> {
    let Ok(parsed) = regex_syntax::parse(pattern) else { return Vec::new() };
    let mut samples: Vec<String> = Vec::new();
    for variant in 0..6 {
        let mut text = String::new();
        write(&parsed, variant, 0, &mut text);
        if !samples.contains(&text) {
            samples.push(text);
        }
    }
    samples
}

/// Whether a pattern matches ASCII texts only.
pub(crate) fn is_ascii_pattern(pattern: &str) -> bool {
    fn is_ascii(part: &Hir, depth: usize) -> bool {
        depth <= MAX_DEPTH
            && match part.kind() {
                HirKind::Empty | HirKind::Look(_) => true,
                HirKind::Literal(literal) => literal.0.is_ascii(),
                HirKind::Class(class) => class.is_utf8() && class.maximum_len() <= Some(1),
                HirKind::Repetition(repetition) => is_ascii(&repetition.sub, depth + 1),
                HirKind::Capture(capture) => is_ascii(&capture.sub, depth + 1),
                HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                    parts.iter().all(|part| is_ascii(part, depth + 1))
                }
            }
    }
    regex_syntax::parse(pattern).is_ok_and(|parsed| is_ascii(&parsed, 0))
}

/// Writes what matches. An odd variant repeats as often as is allowed, others as seldom; a variant also chooses among
/// alternatives and characters.
fn write(part: &Hir, variant: usize, depth: usize, text: &mut String) {
    if depth > MAX_DEPTH || text.len() > MAX_LENGTH {
        return;
    }
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(character(class, variant)),
        HirKind::Repetition(repetition) => {
            let least = repetition.min as usize;
            let most = repetition.max.map_or(least + 1, |most| most as usize);
            let times = if variant % 2 == 1 { most } else { least };
            for _ in 0..times.min(MAX_LENGTH) {
                write(&repetition.sub, variant, depth + 1, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, variant, depth + 1, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, variant, depth + 1, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.get((variant / 2) % parts.len().max(1)) {
                write(part, variant, depth + 1, text);
            }
        }
    }
}

/// A character of a class; a plain one where there is one.
fn character(class: &Class, variant: usize) -> Option<char> {
    let Class::Unicode(class) = class else { return Some('a') };
    let plain = ['a', 'x', '0', '1', 'A', '-'];
    let allowed = |wanted: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&wanted));
    let mut known = plain.iter().copied().cycle().skip(variant / 2).take(plain.len()).filter(|known| allowed(*known));
    known.next().or_else(|| class.ranges().first().map(|range| range.start()))
}

#[cfg(test)]
mod tests {
    use super::{is_ascii_pattern, samples};

    #[test]
    fn what_is_beyond_ascii() {
        assert!(is_ascii_pattern("^(?:img-[0-9a-z]{4}|x+)$"));
        for pattern in ["[^0-9]*", "é", "\\d", "."] {
            assert!(!is_ascii_pattern(pattern), "{pattern}");
        }
    }

    #[test]
    fn samples_match() {
        for pattern in ["img-[0-9a-z]{4}", "d-[a-z]\\w{2,5}", "(a|bc)+x?", "[^0-9]*", "oss-.+\\.example"] {
            let regex = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
            let texts = samples(pattern);
            assert!(!texts.is_empty() && texts.iter().all(|text| regex.is_match(text)), "{pattern}: {texts:?}");
        }
    }
}
