//! The words of a command line as options with their values, and as other arguments.

use std::borrow::Cow;

use crate::forms::decoded::Decoded;
use crate::forms::shell_words::Word;
use crate::operation::command_line::Tool;
use crate::operation::{Form, Operation};
use crate::place::Span;
use crate::request::given::GAP;
use crate::rule::command_line::{OptionValue, ToolOption};

/// One argument.
#[derive(Debug)]
pub(super) enum Argument<'a, 't> {
    /// Neither an option nor the value of one.
    Plain(&'a Word<'t>),
    /// An option.
    Option {
        meaning: Meaning<'a, 't>,
        values: Vec<Decoded<'t>>,
        /// All of it, as the tool gets it.
        words: Vec<Cow<'t, str>>,
        /// Where its name stands.
        place: Span,
    },
}

/// What an option is for.
#[derive(Debug)]
pub(super) enum Meaning<'a, 't> {
    /// The tool itself.
    Tool(&'a ToolOption),
    /// A parameter, by its name on the wire; none when no parameter has this name.
    Parameter { name: Decoded<'t>, parameter: Option<String>, other_case: bool },
    /// Its name is not known, or could be short for several.
    Unknown,
}

/// Reads arguments one after the other.
pub(super) struct Arguments<'a, 't> {
    words: &'a [Word<'t>],
    at: usize,
    tool: &'a Tool,
    operation: Option<&'a Operation>,
    unfolded: bool,
    only_plain: bool,
}

impl<'a, 't> Arguments<'a, 't> {
    pub fn of(words: &'a [Word<'t>], tool: &'a Tool, operation: Option<&'a Operation>, unfolded: bool) -> Self {
        Arguments { words, at: 0, tool, operation, unfolded, only_plain: false }
    }

    /// The words that follow and are values, as many as are wanted.
    fn values(&mut self, most: usize) -> Vec<Decoded<'t>> {
        let rest = self.words.get(self.at..).unwrap_or_default();
        let values: Vec<_> = rest.iter().take(most).take_while(|word| !is_option(word)).collect();
        self.at += values.len();
        values.into_iter().map(|word| word.text.clone()).collect()
    }

    fn option(&mut self, word: &'a Word<'t>, name: Decoded<'t>, inline: Option<Decoded<'t>>) -> Argument<'a, 't> {
        let meaning = self.meaning(&name);
        let most = match &meaning {
            Meaning::Tool(option) => match option.value {
                OptionValue::None => 0,
                OptionValue::One | OptionValue::Optional => 1,
                OptionValue::Several => usize::MAX,
            },
            Meaning::Parameter { parameter: Some(parameter), .. } if self.is_list(parameter) => usize::MAX,
            _ => 1,
        };
        let mut words = vec![word.text.cow()];
        let values = match inline {
            Some(value) => vec![value],
            None => {
                let values = self.values(most);
                words.extend(values.iter().map(Decoded::cow));
                values
            }
        };
        Argument::Option { meaning, values, words, place: name.whole() }
    }

    /// Unfolded, a list of texts takes several values.
    fn is_list(&self, parameter: &str) -> bool {
        let form = self.operation.and_then(|operation| Tool::form(operation, parameter));
        self.unfolded && matches!(form, Some(Form::List(_)))
    }

    fn meaning(&self, name: &Decoded<'t>) -> Meaning<'a, 't> {
        let text = name.text();
        if text.contains(GAP) {
            return Meaning::Unknown;
        }
        if let Some(option) = self.tool.option(text) {
            return Meaning::Tool(option);
        }
        let of =
            |parameter: Option<String>, other_case| Meaning::Parameter { name: name.clone(), parameter, other_case };
        let suffix = self.tool.written.file_suffix.as_deref();
        let plain = suffix.and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
        let (root, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
        let known: Vec<&str> =
            self.operation.map_or_else(Vec::new, |operation| self.tool.parameters(operation).collect());
        let named = |is_it: &dyn Fn(&str) -> bool| known.iter().find(|known| is_it(&self.tool.name_of(known)));
        if let Some(parameter) = named(&|known| known == root) {
            return of(Some(format!("{parameter}{rest}")), false);
        }
        if self.tool.written.abbreviations && rest.is_empty() {
            let tools = self.tool.written.options.iter().filter(|option| option.name.starts_with(root));
            let tools: Vec<&ToolOption> = tools.collect();
            let short: Vec<&&str> = known.iter().filter(|known| self.tool.name_of(known).starts_with(root)).collect();
            match (tools.as_slice(), short.as_slice()) {
                ([], []) => {}
                ([option], []) => return Meaning::Tool(option),
                ([], [parameter]) => return of(Some((**parameter).to_owned()), false),
                _ => return Meaning::Unknown,
            }
        }
        // A parameter that the tool does not take is one of the API all the same.
        if let Some(operation) = self.operation {
            let all = || operation.roots.iter().map(|root| operation.parameters[*root].name.as_str());
            if let Some(parameter) = all().find(|known| self.tool.name_of(known) == root) {
                return of(Some(format!("{parameter}{rest}")), false);
            }
            if let Some(parameter) = all().find(|known| self.tool.name_of(known).eq_ignore_ascii_case(root)) {
                return of(Some(format!("{parameter}{rest}")), true);
            }
        }
        of(None, false)
    }
}

impl<'a, 't> Iterator for Arguments<'a, 't> {
    type Item = Argument<'a, 't>;

    fn next(&mut self) -> Option<Argument<'a, 't>> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        let text = word.text.text();
        if self.only_plain || !is_option(word) {
            return Some(Argument::Plain(word));
        }
        if text == "--" {
            self.only_plain = true;
            return self.next_plain();
        }
        let start = if text.starts_with("--") { 2 } else { 1 };
        let separators = self.tool.written.separators.as_str();
        let end = text.find(|character| separators.contains(character)).unwrap_or(text.len());
        let inline = (end < text.len()).then(|| word.text.slice(end + 1..text.len()));
        if start == 2 {
            let name = word.text.slice(2..end.max(2));
            return Some(self.option(word, name, inline));
        }
        let mut letters = text.get(1..end).unwrap_or_default().chars();
        match (letters.next().and_then(|letter| self.tool.letter(letter)), letters.next()) {
            (Some(option), None) => {
                let values = match inline {
                    Some(value) => vec![value],
                    None if option.value == OptionValue::None => Vec::new(),
                    None => self.values(if option.value == OptionValue::Several { usize::MAX } else { 1 }),
                };
                Some(Argument::Option {
                    meaning: Meaning::Tool(option),
                    values,
                    words: Vec::new(),
                    place: word.text.whole(),
                })
            }
            _ => Some(Argument::Option {
                meaning: Meaning::Unknown,
                values: Vec::new(),
                words: Vec::new(),
                place: word.text.whole(),
            }),
        }
    }
}

impl<'a, 't> Arguments<'a, 't> {
    fn next_plain(&mut self) -> Option<Argument<'a, 't>> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(Argument::Plain(word))
    }
}

/// Whether a word begins an option: numbers and texts with blanks are values.
fn is_option(word: &Word<'_>) -> bool {
    let text = word.text.text();
    let mut characters = text.chars();
    let begins = characters.next() == Some('-') && text.len() > 1;
    begins && !characters.next().is_some_and(|next| next.is_ascii_digit()) && !text.contains(' ')
        || text.starts_with("--") && text.contains('=')
}
