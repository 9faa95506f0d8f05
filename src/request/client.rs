//! What the tool that sends a request sees of it first.
//!
//! A command line reaches the API only when the tool lets it through. Readers say here what was given and how; what the
//! tool refuses follows from the provider's file when the operation is known, in `report::client`. What the plug-in of a
//! resource misses, the resource's own rules say at once.

use std::borrow::Cow;

use crate::place::Span;
use crate::rule::Source;
use crate::rule::command_line::RefusalKind;

/// A call of a provider's command-line tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client<'t> {
    /// The options that stand for parameters, in the order of the text.
    pub options: Vec<ClientOption<'t>>,
    /// Further words that the tool has no use for.
    pub stray: Vec<(Cow<'t, str>, Span)>,
    /// Values that the tool refuses.
    pub bad_values: Vec<BadValue<'t>>,
    /// What the tool makes of a value and nobody expects.
    pub traps: Vec<Trap>,
    /// Whether the tool sends whatever it is given.
    pub unchecked: bool,
    /// Whether options are named as parts of lists and objects.
    pub unfolded: bool,
    /// Whether it takes no parameters as options, because a file holds all of them.
    pub only_input: bool,
    /// Whether required parameters may stand where nobody sees them.
    pub has_input: bool,
}

/// An option for a parameter.
#[derive(Clone, Debug)]
pub(crate) struct ClientOption<'t> {
    /// The parameter that it stands for, on the wire; the option's name where none is known.
    pub parameter: Cow<'t, str>,
    /// Its name as written, without what it begins with.
    pub name: Cow<'t, str>,
    /// Whether it stands for a parameter only when letter case is passed over.
    pub other_case: bool,
    /// The words that it consists of; a value that is not known has gaps.
    pub words: Vec<Cow<'t, str>>,
    /// Its value, or itself where it has none.
    pub span: Span,
    /// Its name as written.
    pub name_span: Span,
}

/// A value that the tool refuses.
#[derive(Clone, Debug)]
pub(crate) struct BadValue<'t> {
    pub what: RefusalKind,
    pub option: Cow<'t, str>,
    pub parameter: Cow<'t, str>,
    pub value: Cow<'t, str>,
    pub span: Span,
}

/// An argument of a resource without which its plug-in makes no call.
#[derive(Clone, Debug)]
pub(crate) struct MissingArgument {
    /// The form in which the resource stands.
    pub form: &'static str,
    pub name: String,
    /// The parameter in which it would travel, on the wire.
    pub parameter: String,
    /// What the plug-in says.
    pub message: String,
    pub source: Source,
    /// Where it would have to stand.
    pub span: Span,
}

/// Something that the tool does with a value and nobody expects.
#[derive(Clone, Debug)]
pub(crate) struct Trap {
    pub parameter: String,
    pub detail: String,
    pub help: String,
    pub span: Span,
}

impl Client<'_> {
    /// Makes all places those of a request's own text, which is this stretch of the source.
    pub fn move_into(&mut self, extent: Span) {
        let options = self.options.iter_mut().flat_map(|option| [&mut option.span, &mut option.name_span]);
        let stray = self.stray.iter_mut().map(|(_, span)| span);
        let values = self.bad_values.iter_mut().map(|bad| &mut bad.span);
        let traps = self.traps.iter_mut().map(|trap| &mut trap.span);
        for span in options.chain(stray).chain(values).chain(traps) {
            *span = span.within(extent).unwrap_or(Span::new(0, extent.end - extent.start));
        }
    }
}
