//! How much a rule file may hold of what others repeat or look for: checked before anything is prepared.
//!
//! A file's length bounds most of what it costs. Here stands what it does not bound: things that are looked up one after the
//! other wherever they are named, templates that repeat what they are filled with, and what many parameters of an
//! edition take over from the provider's file.

use std::cell::Cell;

use super::Mistakes;
use super::conditions::template_pieces;
use crate::limits::{BLANKS, NAMED, TAKEN_OVER_BYTES};
use crate::place::Span;
use crate::rule::command_line::CommandLineRule;
use crate::rule::operation::OperationFile;
use crate::rule::provider::ProviderFile;
use crate::rule::resources::ResourcesFile;

/// What of a provider's file an edition's file takes over.
#[derive(Debug, Default)]
pub(crate) struct TakenOver(Cell<usize>);

impl TakenOver {
    /// Takes over so many bytes more; false when that is too much, which is said once.
    pub fn more(&self, bytes: usize, span: Span, mistakes: &mut Mistakes<'_>) -> bool {
        let before = self.0.get();
        let after = before.saturating_add(bytes);
        self.0.set(after);
        if before <= TAKEN_OVER_BYTES && after > TAKEN_OVER_BYTES {
            let message = format!(
                "with this, constraints and lists of the provider's file that are used here have more than {TAKEN_OVER_BYTES} bytes, \
                 counted at each use"
            );
            mistakes.add(span, message);
        }
        after <= TAKEN_OVER_BYTES
    }
}

/// Whether a provider's file is not too much.
pub(super) fn of_provider(written: &ProviderFile, mistakes: &mut Mistakes<'_>) -> bool {
    let place = written.provider.span;
    let tool = written.command_line.iter();
    let named = [
        ("sources", written.sources.len()),
        ("stages", written.stages.order.len()),
        ("lists", written.lists.0.len()),
        ("sections", written.sections.0.len()),
        ("common parameters", written.common_parameters.len()),
        ("common errors with an id", written.common_errors.iter().filter(|row| row.id.is_some()).count()),
        (
            "options of the tool",
            tool.clone().map(|tool| tool.options.len() + tool.help_words.len() + tool.without.len()).sum(),
        ),
        ("media types of `error_body`", written.wire.error_body.0.len()),
    ];
    let answers = &written.common_answers;
    let always = [&answers.missing, &answers.wrong_type, &answers.bad_value].into_iter();
    let answers = always.chain(&answers.out_of_range).chain(&answers.unknown_parameter);
    let messages = answers.filter_map(|answer| answer.message.as_ref());
    let calls = written.sections.iter().flat_map(|(_, section)| &section.calls);
    let templates = messages
        .chain(written.common_errors.iter().filter_map(|row| row.message.as_ref()))
        .chain(tool.flat_map(|tool| &tool.refuses).filter_map(|refusal| refusal.message.as_ref()))
        .chain(written.wire.error_body.iter().map(|(_, body)| body))
        .chain(written.wire.hosts.iter().flat_map(|(_, hosts)| hosts))
        .chain(calls.flat_map(|call| [Some(&call.command), call.list_command.as_ref()]).flatten());
    are_few(&named, place, mistakes) & have_few_blanks(templates.map(|template| (template.as_str(), place)), mistakes)
}

/// Whether an edition's file is not too much.
pub(super) fn of_operation(written: &OperationFile, mistakes: &mut Mistakes<'_>) -> bool {
    let place = written.operation.span;
    let of_rule =
        |rule: &CommandLineRule| rule.required.as_ref().map_or(0, Vec::len) + rule.further.len() + rule.without.len();
    let named = [
        ("sources", written.sources.len()),
        ("stages", written.stages.as_ref().map_or(0, |stages| stages.order.len())),
        ("entities", written.entities.0.len()),
        ("parameters of `command_line`", written.command_line.as_ref().map_or(0, of_rule)),
    ];
    let rows = written.errors.iter().flat_map(|row| [&row.template, &row.message]).flatten();
    let templates = rows
        .map(|template| (template.as_str(), template.span))
        .chain(written.http.iter().map(|http| (http.path.as_str(), http.path.span)))
        .chain(
            written
                .success
                .iter()
                .flat_map(|success| success.body.iter())
                .map(|(name, body)| (body.as_str(), name.span)),
        );
    are_few(&named, place, mistakes) & have_few_blanks(templates, mistakes)
}

/// Whether a file about resources is not too much.
pub(super) fn of_resources(written: &ResourcesFile, mistakes: &mut Mistakes<'_>) -> bool {
    are_few(&[("sources", written.sources.len())], written.operation.span, mistakes)
}

/// Whether templates have no more blanks than are filled.
pub(super) fn have_few_blanks<'t>(
    templates: impl IntoIterator<Item = (&'t str, Span)>,
    mistakes: &mut Mistakes<'_>,
) -> bool {
    let mut all_fine = true;
    for (template, span) in templates {
        // Nearly all have fewer brackets than that.
        let may_be_many = template.bytes().filter(|byte| *byte == b'{').count() > BLANKS;
        if may_be_many && template_pieces(template).filter(Result::is_err).count() > BLANKS {
            mistakes.add(span, format!("a template with more than {BLANKS} blanks"));
            all_fine = false;
        }
    }
    all_fine
}

fn are_few(named: &[(&str, usize)], place: Span, mistakes: &mut Mistakes<'_>) -> bool {
    let mut all_fine = true;
    for (kind, count) in named {
        if *count > NAMED {
            mistakes.add(place, format!("a file with more than {NAMED} {kind}"));
            all_fine = false;
        }
    }
    all_fine
}
