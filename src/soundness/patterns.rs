//! Patterns: whether a word says the same, and texts that match one.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

use crate::compile::Mistakes;
use crate::json::{Node, Value};
use crate::soundness::places::Lookup;

/// A pattern with at most so many texts is a list of them.
const FEW: usize = 24;
/// At most so many texts are made for one pattern.
const SAMPLES: usize = 24;
/// Longer texts are not made, however often a pattern repeats what repeats.
const LONGEST: usize = 4000;
/// Members whose content is a request's or the provider's own, where `pattern` would be no word.
const FOREIGN: [&str; 3] = ["examples", "error_body", "success"];

/// Tells of patterns that say what a word says.
pub(super) fn check(node: &Node, mistakes: &mut Mistakes<'_>) {
    match &node.value {
        Value::Object(members) => {
            if let Some((pattern, span)) = node.text_of("pattern")
                && let Some(said) = said_by_words(pattern)
            {
                mistakes.add(span, said);
            }
            for ((key, _), value) in members.iter().filter(|((key, _), _)| !FOREIGN.contains(&key.as_str())) {
                // A member called like the word may be an object: only texts are patterns.
                if key != "pattern" || value.text().is_none() {
                    check(value, mistakes);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| check(item, mistakes)),
        _ => {}
    }
}

/// What a pattern should have been, when a word says it.
fn said_by_words(pattern: &str) -> Option<String> {
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let all = parts(&hir);
    let starts = matches!(all.first().map(|part| part.kind()), Some(HirKind::Look(Look::Start)));
    let ends = matches!(all.last().map(|part| part.kind()), Some(HirKind::Look(Look::End)));
    let inner: Vec<&Hir> = all.into_iter().filter(|part| !matches!(part.kind(), HirKind::Look(_))).collect();
    let word = match inner.as_slice() {
        [] => Some("`length`".to_owned()),
        [only] if starts && !ends && literal(only).is_some() => Some("`starts_with`".to_owned()),
        [only] if ends && !starts && literal(only).is_some() => Some("`ends_with`".to_owned()),
        [before, texts @ .., after] if is_anything(before) && is_anything(after) && few_texts(texts).is_some() => {
            Some("`contains`".to_owned())
        }
        [texts @ .., rest] if is_anything(rest) && !texts.is_empty() && few_texts(texts).is_some() => {
            Some("`starts_with`".to_owned())
        }
        [rest, texts @ ..] if is_anything(rest) && !texts.is_empty() && few_texts(texts).is_some() => {
            Some("`ends_with`".to_owned())
        }
        some => run_words(some).or_else(|| few_words(some)),
    };
    match word {
        Some(word) => Some(format!("{word} says what this pattern says; a pattern is for what no word says")),
        None if starts || ends => Some("a pattern always matches the whole text: leave out `^` and `$`".to_owned()),
        None => None,
    }
}

/// The parts that follow each other.
fn parts(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Empty => Vec::new(),
        HirKind::Concat(parts) => parts.iter().flat_map(self::parts).collect(),
        HirKind::Capture(group) => parts(&group.sub),
        _ => vec![hir],
    }
}

fn literal(hir: &Hir) -> Option<&str> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok(),
        HirKind::Capture(group) => literal(&group.sub),
        _ => None,
    }
}

/// `.*`
fn is_anything(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            repetition.min == 0 && repetition.max.is_none() && is_any_character(&repetition.sub)
        }
        HirKind::Capture(group) => is_anything(&group.sub),
        _ => false,
    }
}

fn is_any_character(hir: &Hir) -> bool {
    match hir.kind() {
        // All characters, or all but the end of a line.
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<(char, char)> = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            ranges == [('\0', char::MAX)] || ranges == [('\0', '\t'), ('\u{b}', char::MAX)]
        }
        HirKind::Capture(group) => is_any_character(&group.sub),
        _ => false,
    }
}

/// Kinds of sets of characters, by the word that says them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// Every character: only `length` is left to say.
    Any,
    /// ASCII characters, which `chars` lists.
    Listed,
    /// All but some ASCII characters, which `not_contains` lists.
    AllBut,
}

fn set_of(hir: &Hir) -> Option<Set> {
    if is_any_character(hir) {
        return Some(Set::Any);
    }
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let ends_beyond = class.ranges().last()?.end() == char::MAX;
            let mut without = class.clone();
            without.negate();
            let is_ascii = |class: &ClassUnicode| class.ranges().iter().all(|range| range.end().is_ascii());
            match (is_ascii(class) || *hir == digits(), ends_beyond && is_ascii(&without)) {
                (true, _) => Some(Set::Listed),
                (false, true) => Some(Set::AllBut),
                (false, false) => None,
            }
        }
        HirKind::Capture(group) => set_of(&group.sub),
        _ => None,
    }
}

/// `\d`, by which people mean the digits 0 to 9.
fn digits() -> Hir {
    regex_syntax::Parser::new().parse(r"\d").unwrap_or_else(|_| Hir::empty())
}

/// What says a run of characters of one set, with others at most at the first and the last place: `[a-z]+`,
/// `[a-z][a-z0-9]*`.
fn run_words(some: &[&Hir]) -> Option<String> {
    let run = |part: &Hir| match part.kind() {
        HirKind::Repetition(repetition) => {
            set_of(&repetition.sub).map(|set| (set, repetition.min == 0 && repetition.max.is_none()))
        }
        _ => None,
    };
    let is_listed = |part: &Hir| matches!(part.kind(), HirKind::Class(_)) && set_of(part) == Some(Set::Listed);
    let is_run = |part: &Hir| run(part).is_some_and(|(set, _)| set != Set::AllBut);
    let words = match some {
        [only] => match run(only)? {
            (Set::Any, _) => "`length`",
            (Set::Listed, true) => "`chars`",
            (Set::Listed, false) => "`chars` together with `length`",
            (Set::AllBut, true) => "`not_contains`",
            (Set::AllBut, false) => "`not_contains` together with `length`",
        },
        [first, middle] if is_listed(first) && is_run(middle) => "`chars` together with `length`",
        [middle, last] if is_listed(last) && is_run(middle) => "`chars` together with `length`",
        [first, middle, last] if is_listed(first) && is_listed(last) && is_run(middle) => {
            "`chars` together with `length`"
        }
        _ => return None,
    };
    Some(words.to_owned())
}

/// What says a pattern that only a few texts match.
fn few_words(some: &[&Hir]) -> Option<String> {
    let texts = few_texts(some)?;
    if let [text] = texts.as_slice() {
        return Some(format!("`equals` with the value {text:?}"));
    }
    let folded: BTreeSet<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    Some(if folded.len() < texts.len() {
        format!("`one_of` with the values {:?} and `case: fold`", folded.into_iter().collect::<Vec<_>>())
    } else {
        format!("`one_of` with the values {texts:?}")
    })
}

/// All texts that match, when they are few.
fn few_texts(some: &[&Hir]) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in some {
        let ends = texts_of(part)?;
        texts = texts.iter().flat_map(|text| ends.iter().map(move |end| format!("{text}{end}"))).collect();
        if texts.len() > FEW {
            return None;
        }
    }
    Some(texts)
}

fn texts_of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(_) => literal(hir).map(|text| vec![text.to_owned()]),
        HirKind::Class(Class::Unicode(class)) => {
            let few: Vec<char> =
                class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(FEW + 1).collect();
            (few.len() <= FEW).then(|| few.into_iter().map(String::from).collect())
        }
        HirKind::Capture(group) => texts_of(&group.sub),
        HirKind::Concat(parts) => few_texts(&parts.iter().collect::<Vec<_>>()),
        HirKind::Alternation(parts) => {
            let mut texts = Vec::new();
            for part in parts {
                texts.extend(texts_of(part)?);
            }
            (texts.len() <= FEW).then_some(texts)
        }
        HirKind::Repetition(repetition) if repetition.max == Some(1) => {
            let mut texts = vec![String::new()];
            texts.extend(texts_of(&repetition.sub)?);
            Some(texts)
        }
        _ => None,
    }
}

/// Texts that match a pattern: the shortest, longer ones, and as long as `longest` where the pattern has no end.
pub(super) fn samples(pattern: &str, longest: usize) -> Vec<String> {
    let Ok(hir) = regex_syntax::Parser::new().parse(pattern) else { return Vec::new() };
    let mut samples = Vec::new();
    made_of(&hir, longest.min(2000), &mut samples);
    samples
}

fn made_of(hir: &Hir, longest: usize, samples: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => samples.push(String::new()),
        HirKind::Literal(literal) => samples.push(String::from_utf8_lossy(&literal.0).into_owned()),
        HirKind::Class(Class::Unicode(class)) => {
            let ends = class.ranges().iter().map(|range| range.end());
            // Printable characters tell more to the other rules than control characters do.
            let mut picked: Vec<char> = ends.filter(|character| !character.is_control()).take(4).collect();
            if class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&'a')) {
                picked.insert(0, 'a');
            }
            samples.extend(picked.into_iter().map(String::from));
        }
        HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Capture(group) => made_of(&group.sub, longest, samples),
        HirKind::Alternation(parts) => parts.iter().for_each(|part| made_of(part, longest, samples)),
        HirKind::Repetition(repetition) => {
            let mut one = Vec::new();
            made_of(&repetition.sub, longest, &mut one);
            let min = usize::try_from(repetition.min).unwrap_or(usize::MAX);
            let most = repetition.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(longest.max(min) + 1);
            for count in [min, min + 1, most].into_iter().filter(|count| (min..=most).contains(count)) {
                let short = one.iter().take(3).filter(|text| text.len().saturating_mul(count) <= LONGEST);
                samples.extend(short.map(|text| text.repeat(count)));
            }
        }
        HirKind::Concat(parts) => {
            let made: Vec<Vec<String>> = parts
                .iter()
                .map(|part| {
                    let mut made = Vec::new();
                    made_of(part, longest, &mut made);
                    made
                })
                .collect();
            let most = made.iter().map(Vec::len).max().unwrap_or_default();
            for turn in 0..most.min(SAMPLES) {
                let texts = made.iter().filter_map(|texts| texts.get(turn % texts.len().max(1)));
                samples.push(texts.map(String::as_str).collect());
            }
            // Each part once more in all its forms, beside the first form of the others.
            for (place, texts) in made.iter().enumerate() {
                for text in texts.iter().take(SAMPLES) {
                    let with = made
                        .iter()
                        .enumerate()
                        .filter_map(|(other, texts)| if other == place { Some(text) } else { texts.first() });
                    samples.push(with.map(String::as_str).collect());
                }
            }
        }
    }
    samples.truncate(SAMPLES * 4);
}
