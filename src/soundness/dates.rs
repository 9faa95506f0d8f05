//! Dates: that they are days and months of the calendar, and that nothing was read before it was there.

use crate::compile::Mistakes;
use crate::json::Node;
use crate::place::Span;
use crate::rule::Source;
use crate::rule::operation::OperationFile;
use crate::rule::provider::ProviderFile;
use crate::rule::resources::ResourcesFile;
use crate::soundness::places::{Lookup, Places};

/// The dates of an edition's file.
pub(super) fn of_operation(written: &OperationFile, places: &Places<'_>, mistakes: &mut Mistakes<'_>) {
    let all_read = sources(&written.sources, places.root, mistakes);
    let month_at = written.edition.len().saturating_sub("YYYY-MM".len());
    let month = written.edition.get(month_at..).unwrap_or_default();
    let newest = written.sources.iter().filter_map(|source| source.read.get(.."YYYY-MM".len())).max();
    if let Some(newest) = newest.filter(|newest| all_read && *newest < month) {
        let message = format!("an edition of {month} rests on no source read since: the newest was read in {newest}");
        mistakes.add(written.edition.span, message);
    }
}

/// The dates of a provider's file.
pub(super) fn of_provider(written: &ProviderFile, root: &Node, mistakes: &mut Mistakes<'_>) {
    sources(&written.sources, root, mistakes);
    for (name, list) in written.lists.iter() {
        let node = root.get("lists").and_then(|lists| lists.get(&name.value)).and_then(|list| list.get("date"));
        let span = node.map_or(name.span, |node| node.span);
        if !is_month(&list.date) {
            mistakes.add(span, format!("{:?} is no month: the date of a list is written YYYY-MM", list.date));
            continue;
        }
        let source = list.source.as_ref().and_then(|id| written.sources.iter().find(|source| source.id == id.value));
        if let Some(read) = source.or(written.sources.first()).and_then(|source| source.read.get(.."YYYY-MM".len()))
            && is_month(read)
            && read < list.date.as_str()
        {
            let message = format!("a list of {} cannot rest on a source that was read in {read}", list.date);
            mistakes.add(span, message);
        }
    }
}

/// The dates of a file about resources.
pub(super) fn of_resources(written: &ResourcesFile, root: &Node, mistakes: &mut Mistakes<'_>) {
    sources(&written.sources, root, mistakes);
}

/// Whether all sources have a day on which they were read; tells of those that have none.
fn sources(sources: &[Source], root: &Node, mistakes: &mut Mistakes<'_>) -> bool {
    let nodes = root.items_of("sources");
    let mut all_fine = true;
    for (place, source) in sources.iter().enumerate() {
        if !is_day(&source.read) {
            let span = nodes.get(place).and_then(|node| node.text_of("read")).map_or(Span::default(), |(_, span)| span);
            let message = format!("{:?} is no day: write when the source was read, YYYY-MM-DD", source.read);
            mistakes.add(span, message);
            all_fine = false;
        }
    }
    all_fine
}

/// Whether a text is a month, `YYYY-MM`.
pub(super) fn is_month(text: &str) -> bool {
    is_day(&format!("{text}-01"))
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`, of this age of the web.
fn is_day(text: &str) -> bool {
    let number = |part: Option<&str>, length: usize| {
        part.filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1990..=2199).contains(&year) && (1..=days).contains(&day)
}
