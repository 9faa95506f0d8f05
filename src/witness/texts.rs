//! Candidate texts for a value: made to fulfil what is demanded of it, or to break one demand as narrowly as possible.
//!
//! The values just inside and just outside of every limit come from here. Never asks the engine, never decides.

use crate::operation::KnownList;
use crate::operation::condition::{Comparand, Word};
use crate::rule::condition::{Case, Unit};
use crate::witness::near::{affixes, as_strs, near_misses, resized, swapped_case, url_texts, with_character};
use crate::witness::pattern;
use crate::witness::words::{Demand, holds, is_in, length, listed};

/// The longest text that is made, in characters.
pub(super) const MAX_LENGTH: u64 = 20_000;
/// Characters that texts are filled with, plain ones first.
const FILLERS: [char; 9] = ['a', 'b', 'A', '0', '1', '-', '中', 'é', ' '];
/// Characters that may be wrong: common separators, the neighbours of the ASCII ranges, look-alikes of full width.
const STRANGERS: [char; 24] = [
    '-', '_', '.', ' ', '!', '@', '[', '`', '{', '/', ':', 'A', 'Z', 'a', 'z', '0', '9', 'é', '中', 'Ａ', 'ａ', '１',
    '\u{7f}', '😀',
];

/// What a text is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'o, 't> {
    /// The word that it shall fulfil or break; none: only the other demands count.
    pub target: Option<Demand<'o>>,
    /// What the word compares the text with, where it does.
    pub compared: Option<&'t str>,
    /// What is sent now: texts near to it are preferred.
    pub current: Option<&'t str>,
    /// Whether plain texts are preferred to near misses.
    pub plain: bool,
}

/// Texts for a wish, those first that break the fewest of the other demands.
pub(super) fn candidates(wish: &Wish<'_, '_>, demands: &[Demand<'_>], lists: &[KnownList]) -> Vec<String> {
    let shape = Shape::of(demands, lists);
    let mut texts: Vec<String> = Vec::new();
    if let Some(target) = wish.target {
        texts.extend((wish.plain && !target.holds).then(|| "other".to_owned()));
        texts.extend(seeds(target, wish, &shape, lists));
    }
    texts.extend(shape.plain());
    let fits = |text: &String| match wish.target {
        Some(target) => holds(target.word, text, lists).is_none_or(|truth| truth == target.holds),
        None => true,
    };
    let mut known: Vec<(usize, String)> = Vec::new();
    for text in texts.into_iter().filter(fits) {
        if !known.iter().any(|(_, other)| *other == text) {
            let broken = |demand: &&Demand<'_>| holds(demand.word, &text, lists).is_some_and(|t| t != demand.holds);
            known.push((demands.iter().filter(broken).count(), text));
        }
    }
    known.sort_by_key(|(broken, _)| *broken);
    known.into_iter().map(|(_, text)| text).collect()
}

/// What the demands on a text say together.
struct Shape<'o> {
    demands: &'o [Demand<'o>],
    lists: &'o [KnownList],
    min: u64,
    max: u64,
    prefixes: Vec<&'o str>,
    suffixes: Vec<&'o str>,
    inner: Vec<&'o str>,
}

impl<'o> Shape<'o> {
    fn of(demands: &'o [Demand<'o>], lists: &'o [KnownList]) -> Self {
        let mut shape = Shape {
            demands,
            lists,
            min: 0,
            max: MAX_LENGTH,
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            inner: Vec::new(),
        };
        for demand in demands {
            let wants = |negated: &bool| *negated != demand.holds;
            match demand.word {
                Word::Length { min, max, .. } if demand.holds => {
                    shape.min = shape.min.max(min.unwrap_or_default());
                    shape.max = shape.max.min(max.unwrap_or(MAX_LENGTH));
                }
                Word::StartsWith { texts, negated } if wants(negated) => shape.prefixes.extend(as_strs(texts)),
                Word::EndsWith { texts, negated } if wants(negated) => shape.suffixes.extend(as_strs(texts)),
                Word::Contains { texts, negated } if wants(negated) => shape.inner.extend(as_strs(texts)),
                _ => {}
            }
        }
        shape
    }

    /// Texts that should fulfil all demands: documented values, samples of patterns, numbers, filled texts.
    fn plain(&self) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for demand in self.demands.iter().filter(|demand| demand.holds) {
            match demand.word {
                Word::OneOf { values, negated: false } => texts.extend(listed(values, self.lists).iter().cloned()),
                Word::Equals(Comparand::Value(value)) => texts.push(value.clone()),
                Word::Pattern(regex) => texts.extend(pattern::samples(regex.as_str())),
                Word::Url(url) => texts.extend(url_texts(url, true, None)),
                Word::OneOfBy { values, .. } => texts.extend(values.iter().flat_map(|(_, values)| values).cloned()),
                _ => {}
            }
        }
        texts.extend(self.numbers().into_iter().take(8));
        texts.extend(["example", "example-1", "Example1"].map(str::to_owned));
        let short = self.min.max(1);
        for wanted in [short, short + 1, self.min, self.max.min(short + 6)] {
            texts.extend(self.filled(wanted));
        }
        texts.extend(["1", "0", "2", "a", "true", "false", ""].map(str::to_owned));
        texts
    }

    /// Numbers within the bounds that are demanded, multiples where those are.
    fn numbers(&self) -> Vec<String> {
        let (mut min, mut max, mut step) = (None::<i128>, None::<i128>, 1i128);
        let mut any = false;
        for demand in self.demands.iter().filter(|demand| demand.holds) {
            match demand.word {
                Word::Range { min: least, max: most } => {
                    any = true;
                    min = min.max(least.map(i128::from));
                    max = most.map(i128::from).or(max).min(max.or(most.map(i128::from)));
                }
                Word::MultipleOf(multiple) => {
                    any = true;
                    step = step.saturating_mul(i128::from((*multiple).max(1)));
                }
                _ => {}
            }
        }
        if !any {
            return Vec::new();
        }
        let up = |number: i128| number.div_euclid(step) * step + if number.rem_euclid(step) > 0 { step } else { 0 };
        let low = up(min.unwrap_or_else(|| max.map_or(step, |max| max.min(step))));
        let high = max.map_or(low + step, |max| max.div_euclid(step) * step);
        let mut numbers = vec![low, high, low + step, high - step, up((low + high) / 2)];
        numbers.dedup();
        numbers.into_iter().map(|number| number.to_string()).collect()
    }

    /// Texts of a length, in several fillings: with each prefix, suffix and inner text that is demanded.
    fn filled(&self, wanted: u64) -> Vec<String> {
        self.filled_in(wanted, Unit::Characters, &FILLERS)
    }

    fn filled_in(&self, wanted: u64, unit: Unit, fillers: &[char]) -> Vec<String> {
        let or_none = |texts: &[&'o str]| if texts.is_empty() { vec![""] } else { texts.to_vec() };
        let mut made = Vec::new();
        if wanted > MAX_LENGTH {
            return made;
        }
        for prefix in or_none(&self.prefixes) {
            for suffix in or_none(&self.suffixes) {
                for inner in or_none(&self.inner) {
                    let ends_so = inner.ends_with(suffix) && !suffix.is_empty();
                    let behind = if ends_so { "" } else { suffix };
                    made.extend(self.around(prefix, inner, behind, wanted, unit, fillers));
                    if made.len() > 12 {
                        return made;
                    }
                }
            }
        }
        made
    }

    fn around(
        &self,
        prefix: &str,
        inner: &str,
        suffix: &str,
        wanted: u64,
        unit: Unit,
        fillers: &[char],
    ) -> Option<String> {
        let fixed = length(prefix, unit) + length(inner, unit) + length(suffix, unit);
        let room = wanted.checked_sub(fixed)?;
        let is_fine = |place: Place, character: char| self.is_allowed(place, character);
        let pick = |place: Place| fillers.iter().copied().find(|filler| is_fine(place, *filler));
        let filler = pick(Place::Inner).or_else(|| fillers.first().copied())?;
        let mut middle: Vec<char> = Vec::new();
        let size = |character: char| if unit == Unit::Bytes { character.len_utf8() as u64 } else { 1 };
        let mut left = room;
        while left >= size(filler) {
            middle.push(filler);
            left -= size(filler);
        }
        middle.extend(std::iter::repeat_n('a', left as usize));
        if prefix.is_empty()
            && let Some(first) = middle.first_mut()
        {
            *first = pick(Place::First).filter(|new| size(*new) == size(*first)).unwrap_or(*first);
        }
        if suffix.is_empty()
            && inner.is_empty()
            && let Some(last) = middle.last_mut()
        {
            *last = pick(Place::Last).filter(|new| size(*new) == size(*last)).unwrap_or(*last);
        }
        Some(format!("{prefix}{}{inner}{suffix}", middle.into_iter().collect::<String>()))
    }

    fn is_allowed(&self, place: Place, character: char) -> bool {
        self.demands.iter().filter(|demand| demand.holds).all(|demand| match demand.word {
            Word::Chars(chars) => {
                let own = match place {
                    Place::First => chars.first.as_ref(),
                    Place::Last => chars.last.as_ref(),
                    Place::Inner => None,
                };
                is_in(own.unwrap_or(&chars.all), character)
            }
            _ => true,
        })
    }
}

#[derive(Clone, Copy)]
enum Place {
    First,
    Inner,
    Last,
}

/// Texts made for one word.
fn seeds(target: Demand<'_>, wish: &Wish<'_, '_>, shape: &Shape<'_>, lists: &[KnownList]) -> Vec<String> {
    let current = wish.current;
    let bases = || -> Vec<String> {
        let demands: Vec<Demand<'_>> = shape.demands.to_vec();
        let wish = Wish { target: None, compared: None, current: None, plain: false };
        let near = current.map(str::to_owned);
        near.into_iter().chain(candidates(&wish, &demands, lists).into_iter().take(6)).collect()
    };
    match target.word {
        Word::Length { min, max, unit } => lengths(target.holds, *min, *max, *unit, current, shape),
        Word::Chars(chars) if target.holds => {
            let fill = |text: &str| -> String {
                let last = text.chars().count().saturating_sub(1);
                let kept = text.chars().enumerate().map(|(place, character)| {
                    let place = if place == 0 {
                        Place::First
                    } else if place == last {
                        Place::Last
                    } else {
                        Place::Inner
                    };
                    let set = match place {
                        Place::First => chars.first.as_ref(),
                        Place::Last => chars.last.as_ref(),
                        Place::Inner => None,
                    };
                    let set = set.unwrap_or(&chars.all);
                    if is_in(set, character) {
                        return character;
                    }
                    FILLERS.into_iter().find(|filler| is_in(set, *filler)).unwrap_or(character)
                });
                kept.collect()
            };
            current.map(fill).into_iter().collect()
        }
        Word::Chars(_) => {
            let mut texts = Vec::new();
            for base in bases().into_iter().take(3) {
                for place in [0, base.chars().count() / 2, base.chars().count().saturating_sub(1)] {
                    texts.extend(STRANGERS.iter().map(|stranger| with_character(&base, place, *stranger)));
                }
            }
            texts
        }
        Word::StartsWith { texts, negated } | Word::EndsWith { texts, negated } | Word::Contains { texts, negated } => {
            affixes(target, texts, *negated != target.holds, bases())
        }
        Word::OneOf { values, negated } if *negated != target.holds => {
            let mut texts: Vec<String> = listed(values, lists).to_vec();
            // The value that is meant stands first: the same in another letter case, or the nearest.
            if let Some(current) = current {
                texts.sort_by_key(|text| strsim::levenshtein(&text.to_lowercase(), &current.to_lowercase()));
            }
            if values.case == Case::Fold {
                let other_case = texts.iter().map(|text| swapped_case(text)).collect::<Vec<_>>();
                texts.extend(other_case);
            }
            texts
        }
        Word::OneOf { values, .. } => near_misses(listed(values, lists), bases()),
        Word::Pattern(regex) if target.holds => {
            let samples = pattern::samples(regex.as_str());
            // A pattern may be about the start or the end alone, of a text of which more is demanded.
            let bases = bases();
            let around = bases.iter().flat_map(|base| {
                samples.iter().flat_map(move |sample| [format!("{base}{sample}"), format!("{sample}{base}")])
            });
            let around: Vec<String> = around.collect();
            samples.into_iter().chain(around).collect()
        }
        Word::Pattern(regex) => near_misses(&pattern::samples(regex.as_str()), bases()),
        Word::Range { min, max } => {
            let inside = [*min, *max].into_iter().flatten().map(i128::from);
            let numbers: Vec<i128> = if target.holds {
                inside.flat_map(|number| [number, number + 1, number - 1]).collect()
            } else {
                let below = min.map(|min| i128::from(min) - 1);
                let above = max.map(|max| i128::from(max) + 1);
                let far = [min.map(|_| -1), min.map(|_| 0), max.map(|max| i128::from(max) * 10)];
                [above, below].into_iter().chain(far).flatten().collect()
            };
            let texts = numbers.iter().map(ToString::to_string);
            let near = steps_beyond(shape, *min, *max, target.holds);
            near.into_iter().chain(texts).collect()
        }
        Word::MultipleOf(step) => {
            let step = i128::from(*step);
            let wanted = if target.holds { [0, step, -step] } else { [1, -1, step / 2] };
            let mut numbers: Vec<i128> = Vec::new();
            if let Some(current) = current.and_then(|text| text.parse::<i128>().ok()) {
                let floor = current.div_euclid(step.max(1)) * step;
                numbers.extend([floor, floor + step].into_iter().filter(|_| target.holds));
            }
            numbers.extend(
                shape
                    .numbers()
                    .iter()
                    .filter_map(|text| text.parse::<i128>().ok())
                    .flat_map(|number| wanted.map(|add| number + add)),
            );
            numbers.extend(wanted);
            numbers.iter().map(ToString::to_string).collect()
        }
        Word::NotEmpty if !target.holds => vec![String::new()],
        Word::Url(url) => url_texts(url, target.holds, wish.compared),
        Word::Equals(_) => {
            let compared = match target.word {
                Word::Equals(Comparand::Value(value)) => Some(value.as_str()),
                _ => wish.compared,
            };
            match (compared, target.holds) {
                (Some(compared), true) => vec![compared.to_owned()],
                (Some(compared), false) => {
                    let mut texts = near_misses(&[compared.to_owned()], bases());
                    texts.retain(|text| text != compared);
                    texts
                }
                (None, _) => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// Texts whose lengths lie at the limits, on the wanted side.
fn lengths(
    holds: bool,
    min: Option<u64>,
    max: Option<u64>,
    unit: Unit,
    current: Option<&str>,
    shape: &Shape<'_>,
) -> Vec<String> {
    let wanted: Vec<u64> = if holds {
        let near = min.into_iter().chain(max);
        near.chain(min.map(|min| min + 1)).chain(max.map(|max| max.saturating_sub(1))).collect()
    } else {
        let above = max.map(|max| max + 1);
        above.into_iter().chain(min.and_then(|min| min.checked_sub(1))).chain(min.map(|_| 0)).collect()
    };
    let mut texts = Vec::new();
    for wanted in wanted {
        if let Some(current) = current {
            texts.extend(resized(current, wanted, unit));
        }
        texts.extend(shape.filled_in(wanted, unit, &FILLERS));
        // With characters of several bytes the two units differ.
        texts.extend(shape.filled_in(wanted, unit, &['中', 'é', 'a', '-']));
        if unit == Unit::Bytes && !holds {
            texts.extend(shape.filled_in(wanted.div_ceil(3), Unit::Characters, &['中', 'é']));
        }
    }
    texts
}

/// Numbers outside of a range that are still multiples where those are demanded.
fn steps_beyond(shape: &Shape<'_>, min: Option<i64>, max: Option<i64>, holds: bool) -> Vec<String> {
    let steps = shape.demands.iter().filter(|demand| demand.holds).filter_map(|demand| match demand.word {
        Word::MultipleOf(step) => Some(i128::from(*step).max(1)),
        _ => None,
    });
    let mut numbers = Vec::new();
    for step in steps {
        let (low, high) = (min.map(i128::from), max.map(i128::from));
        if holds {
            numbers.extend(low.map(|low| (low + step - 1).div_euclid(step) * step));
            numbers.extend(high.map(|high| high.div_euclid(step) * step));
        } else {
            numbers.extend(high.map(|high| (high.div_euclid(step) + 1) * step));
            numbers.extend(low.map(|low| (low - 1).div_euclid(step) * step));
        }
    }
    numbers.iter().map(ToString::to_string).collect()
}
