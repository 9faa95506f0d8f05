//! The provider's command-line tool, as written in provider and rule files.

use serde::Deserialize;

use crate::json::Spanned;
use crate::rule::Basis;

/// How the provider's command-line tool is called, and what it refuses before anything is sent.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommandLineTool {
    /// Name of the program.
    pub program: String,
    /// How operations and options are named.
    pub names: NameStyle,
    /// Whether the letter case of a service's name is passed over; an operation's never is.
    #[serde(default)]
    pub services_in_any_case: bool,
    /// Characters that may stand between an option and its value within one word.
    pub separators: String,
    /// Whether an option may be shortened as long as only one begins so.
    #[serde(default)]
    pub abbreviations: bool,
    /// Of an option given more than once, whether only the last counts; else all are sent or refused, which is not known.
    #[serde(default)]
    pub last_counts: bool,
    /// What behind an option's name says that the value is the name of a file that holds it.
    pub file_suffix: Option<String>,
    /// What becomes of the values of parameters.
    pub values: ToolValues,
    /// Options of the tool itself.
    pub options: Vec<ToolOption>,
    /// Whether there may be more of them, named in small letters where parameters are not.
    #[serde(default)]
    pub further_options: bool,
    /// Words in the place of an argument with which nothing is sent.
    #[serde(default)]
    pub help_words: Vec<String>,
    /// Parameters of all operations that the tool does not take as options.
    #[serde(default)]
    pub without: Vec<String>,
    /// What the tool refuses, in its order.
    #[serde(default)]
    pub refuses: Vec<ToolRefusal>,
    /// What all of this rests on.
    pub basis: Basis,
    /// Source, when it is not the file's first.
    pub source: Option<Spanned<String>>,
}

/// How operations and options are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NameStyle {
    /// As the API names them.
    Verbatim,
    /// `exportImage` is `export-image`.
    Kebab,
}

/// What becomes of the values of parameters.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToolValues {
    /// How lists and objects are written.
    pub structures: Structures,
    /// Whether whole numbers are sent as numbers; else as they are written.
    #[serde(default)]
    pub integers: bool,
    /// Words for true and false, whatever their letter case; left out where booleans are sent as they are written.
    pub booleans: Option<BooleanWords>,
    /// Whether every text but the empty one is sent as true.
    #[serde(default)]
    pub any_text_is_true: bool,
}

/// How lists and objects are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Structures {
    /// An option for each part of a list, named as on the wire; there are none for members of other objects.
    Flat,
    /// One option with a JSON text.
    Json,
    /// Any value that begins like a JSON object or list is taken for one; others are texts.
    GuessedJson,
}

/// Words for true and false.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BooleanWords {
    /// Words for true.
    #[serde(rename = "true")]
    pub yes: Vec<String>,
    /// Words for false.
    #[serde(rename = "false")]
    pub no: Vec<String>,
}

/// An option of the tool itself.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToolOption {
    /// Its name, without what it begins with.
    pub name: String,
    /// Its letter, where it has one.
    pub letter: Option<char>,
    /// How many values it takes.
    #[serde(default)]
    pub value: OptionValue,
    /// Its value is a credential or a token and appears in no output.
    #[serde(default)]
    pub secret: bool,
    /// What it does; left out where it does not change what is sent.
    pub role: Option<OptionRole>,
    /// The parameter that it sets.
    pub sets: Option<String>,
}

/// How many values an option takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OptionValue {
    /// One.
    #[default]
    One,
    /// None.
    None,
    /// None or one.
    Optional,
    /// Any number.
    Several,
}

/// What an option of the tool does to what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OptionRole {
    /// The tool checks nothing and sends what it is given.
    Unchecked,
    /// Parts of lists and objects are options of their own, named as on the wire.
    Unfolded,
    /// A JSON text with parameters, or `file://` and a name; what it holds counts over options.
    Input,
    /// A file with all parameters: then none of them is an option.
    OnlyInput,
    /// Nothing is sent.
    NothingSent,
    /// The host to which the request is sent.
    Endpoint,
    /// The version of the service's API.
    Version,
}

/// Something that the tool refuses.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToolRefusal {
    /// What it refuses.
    pub what: RefusalKind,
    /// Its words, with blanks: `{option}`, `{options}` (all at fault), `{words}` (these as written, with
    /// their values), `{value}`, `{service}`, `{operation}`; null when nobody has seen them.
    pub message: Option<String>,
    /// What stands before each of `{options}`, instead of two hyphens and with a comma and a blank between them.
    pub before_each: Option<String>,
    /// What stands between `{words}`.
    #[serde(default)]
    pub between: String,
    /// Whether the first of `{words}` that is no option comes last.
    #[serde(default)]
    pub first_value_last: bool,
    /// Whether `{options}` are sorted by name; else they come in the order of the text or of the operation's file.
    #[serde(default)]
    pub sorted: bool,
    /// What it rests on.
    pub basis: Basis,
    /// What it rests on that the words are these; as `basis`, when left out.
    pub message_basis: Option<Basis>,
    /// Source, when it is not the tool's.
    pub source: Option<Spanned<String>>,
}

/// What a tool refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// An option that it does not know.
    UnknownOption,
    /// A required option that is not given.
    MissingOption,
    /// An option without the value that it needs.
    MissingValue,
    /// A value that is no whole number where one belongs.
    BadInteger,
    /// A value that is no word for true or false where one belongs.
    BadBoolean,
    /// A value that is no JSON where JSON belongs.
    BadJson,
}

/// Where the tool's options for an operation differ from the operation's parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommandLineRule {
    /// Parameters that the tool demands; left out where they are those that are required here, except for lists of a tool
    /// that has options for their parts, and for the region, which the tool takes from its settings.
    pub required: Option<Vec<Spanned<String>>>,
    /// Options that it takes beyond the parameters of this edition.
    #[serde(default)]
    pub further: Vec<String>,
    /// Parameters of this edition that it does not take.
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
}
