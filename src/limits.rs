//! How much preflint takes on: the largest inputs, and why no larger ones.
//!
//! Whatever goes beyond a limit is refused with the limit's number, never cut and checked in part. The numbers are far
//! above what real requests need, and low enough that no input costs more than its own length is worth. SECURITY.md
//! lists them; a test holds both together and each number against the code that keeps it. Nothing here reads or judges.

/// Objects and lists inside each other, in JSON, YAML, facts and rule files. Real requests nest four or five levels; readers
/// go down one call a level, and a thread's stack bears many times more.
pub const NESTING: usize = 64;

/// One request of our own JSON form, in bytes; one line of a stream. The largest real ones carry a script or a
/// certificate of some tens of kilobytes. A stream's memory is bounded by this.
pub const REQUEST_BYTES: usize = 16 << 20;

/// A file with requests that is read whole, in bytes. Streams, which are not, have no limit.
pub const DOCUMENT_BYTES: usize = 256 << 20;

/// A file that is only found in a folder, in bytes: a larger one is passed over, because nobody said that it holds
/// requests.
pub const FOLDER_FILE_BYTES: usize = 32 << 20;

/// Requests in one text of a form that is read whole: with every report some kilobytes, more would not fit memory.
pub const REQUESTS: usize = 100_000;

/// Values of parameters in one request, those of members and elements counted each, and unknown ones too; those that the
/// provider ignores are not. The largest operations document some hundreds.
pub const PARAMETERS: usize = 100_000;

/// Elements of one list, without those that the provider ignores. Documented maxima lie between a few and a thousand.
pub const LIST_ELEMENTS: usize = 50_000;

/// Findings of one request. Each is some hundreds of bytes in a report, and nobody reads the second hundred.
pub const FINDINGS: usize = 10_000;

/// A template of Packer in HCL, in bytes. They are written by hand, and objects cost the parser the square of their
/// members.
pub const TEMPLATE_BYTES: usize = 64 << 10;

/// Values in one text of YAML, those that aliases repeat counted each time: else a short text could stand for a huge one.
pub const YAML_VALUES: usize = 1 << 20;

/// A file of facts, or of rules or cases, in bytes. A full page of a provider's listing has some hundred kilobytes, the
/// largest bundled rule file fewer than a hundred.
pub const FACTS_BYTES: usize = 64 << 20;

/// A baseline, in bytes: some hundreds for each finding that is known.
pub const BASELINE_BYTES: usize = 64 << 20;

/// The configuration of a project, in bytes. It is written by hand.
pub const CONFIGURATION_BYTES: usize = 1 << 20;

/// A rule, provider or case file, in bytes.
pub const RULE_FILE_BYTES: usize = 4 << 20;

/// Rule files in one folder of rules: some services have hundreds of operations, with several editions each.
pub const RULE_FILES: usize = 100_000;

/// One text of a rule, provider or case file, in bytes, a key too. Messages and help stand in a report once for each finding;
/// the longest text that a case could need is a script of 16 KiB in base64.
pub const TEXT_BYTES: usize = 32 << 10;

/// Things of one kind that other parts of a rule file name: sources, stages, sections, lists, entities, options of a tool.
/// They are looked up one after the other.
pub const NAMED: usize = 1_000;

/// What an edition's file takes over from its provider's file, in bytes: constraints, and the values of lists, counted at
/// each use.
pub const TAKEN_OVER_BYTES: usize = 16 << 20;

/// Checks of one edition, those of constraints counted at each use, and those of types and of what is demanded: an operation
/// runs all of them, for each element of a list, and `rules check` for each of them. The largest documented operations
/// would have some hundreds.
pub const CHECKS: usize = 4_000;

/// Blanks in one template of a rule file: a message, a body, a path, a command. The longest bundled ones have five.
pub const BLANKS: usize = 16;

/// A value that is put into a message, in bytes. What an API makes of a longer one nobody has seen, and so the message is
/// not told.
pub const FILLED_BYTES: usize = 4 << 10;

/// The name of a parameter in a rule file, in bytes. Paths and ids are made of names, so that a long one would be there
/// many times.
pub const NAME_BYTES: usize = 256;

/// Patterns in one rule file, those of a constraint counted at each use: compiled, each may be as large as the next limit.
pub const PATTERNS: usize = 256;

/// A pattern of a rule file when it is compiled, in bytes. Matching takes linear time whatever the pattern; this bounds
/// how much a step costs.
pub const PATTERN_BYTES: usize = 1 << 20;
