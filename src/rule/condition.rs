//! The vocabulary: the closed list of words in which a rule file says what must hold.
//!
//! A condition has at most one subject and exactly one word. Where a word is missing for what a provider documents,
//! a well-named word is added here; there is no expression language.

use serde::Deserialize;

use crate::json::{Entries, Spanned};

/// A statement that holds, fails, or is open.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    // Subjects. Under a parameter the parameter itself is meant when none is given.
    /// Subject: a parameter, by its path (`ImageId`, `DiskDeviceMapping[].Format`).
    pub parameter: Option<Spanned<String>>,
    /// Subject: a field of an entity, `image.Status`.
    pub fact: Option<Spanned<String>>,
    /// Subject: a field of the item at hand, inside `each`, `count` and `no_item`.
    pub field: Option<Spanned<String>>,
    /// Subject: a field of an item in another section that the item at hand names.
    pub joined: Option<Box<Joined>>,
    /// The next subject, when the first is absent.
    pub otherwise: Option<Box<Subject>>,

    // Words on values.
    /// Given at all (`true`), or not given (`false`).
    pub present: Option<bool>,
    /// One of these values.
    pub one_of: Option<Box<OneOf>>,
    /// None of these values.
    pub not_one_of: Option<Box<OneOf>>,
    /// Length of a text.
    pub length: Option<Box<Length>>,
    /// Characters of a text.
    pub chars: Option<Box<Chars>>,
    /// Starts with one of these.
    pub starts_with: Option<Vec<Spanned<String>>>,
    /// Starts with none of these.
    pub not_starts_with: Option<Vec<Spanned<String>>>,
    /// Ends with one of these.
    pub ends_with: Option<Vec<Spanned<String>>>,
    /// Ends with none of these.
    pub not_ends_with: Option<Vec<Spanned<String>>>,
    /// Contains one of these.
    pub contains: Option<Vec<Spanned<String>>>,
    /// Contains none of these.
    pub not_contains: Option<Vec<Spanned<String>>>,
    /// Matches this regular expression, wholly; only where no other word says it.
    pub pattern: Option<Spanned<String>>,
    /// A number within these bounds.
    pub range: Option<Box<Range>>,
    /// A whole multiple of this number.
    pub multiple_of: Option<Spanned<u64>>,
    /// Number of elements of a list.
    pub count: Option<Box<Count>>,
    /// A text that is not empty.
    pub not_empty: Option<bool>,

    /// No two elements of a list have the same value.
    pub unique: Option<Box<Unique>>,
    /// An absolute URL with a known scheme and host, or whose part equals something.
    pub url: Option<Box<Url>>,

    // Words across parameters and facts.
    /// One of the values that belong to the value of another parameter.
    pub one_of_by: Option<Box<OneOfBy>>,
    /// An element of a list in facts.
    pub contained_in: Option<Box<InFact>>,
    /// A number smaller than one in facts.
    pub below: Option<Box<InFact>>,
    /// Equal to a value, a parameter or a template.
    pub equals: Option<Box<Equals>>,
    /// A list as long as the list of this name.
    pub same_length_as: Option<Spanned<String>>,
    /// Exactly one of these parameters is given.
    pub exactly_one_of: Option<Vec<Spanned<String>>>,
    /// At most one of these parameters is given.
    pub at_most_one_of: Option<Vec<Spanned<String>>>,
    /// At least one of these parameters is given.
    pub at_least_one_of: Option<Vec<Spanned<String>>>,

    // Structure.
    /// Every one of these holds.
    pub all_of: Option<Vec<Condition>>,
    /// At least one of these holds.
    pub any_of: Option<Vec<Condition>>,
    /// This does not hold.
    pub not: Option<Box<Condition>>,
    /// Every element of a list of the subject fulfils a condition.
    pub each: Option<Box<Each>>,

    // Facts.
    /// The entity of this name exists.
    pub exists: Option<Spanned<String>>,
    /// The entity of this name exists, and the call that reads it was not refused.
    pub readable: Option<Spanned<String>>,
    /// No item of a section fulfils a condition.
    pub no_item: Option<Box<NoItem>>,
    /// A trust document lets a principal do something.
    pub trusts: Option<Box<Trusts>>,
    /// Policies grant all of a list of actions.
    pub grants: Option<Box<Grants>>,
}

/// A subject alone: what `otherwise` falls back to.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Subject {
    /// See [`Condition::parameter`].
    pub parameter: Option<Spanned<String>>,
    /// See [`Condition::fact`].
    pub fact: Option<Spanned<String>>,
    /// See [`Condition::field`].
    pub field: Option<Spanned<String>>,
    /// See [`Condition::joined`].
    pub joined: Option<Joined>,
    /// See [`Condition::otherwise`].
    pub otherwise: Option<Box<Subject>>,
}

/// A field of another section's item, whose key is a field of the item at hand.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The other section.
    pub section: Spanned<String>,
    /// The field of the item at hand that holds the other item's key.
    pub by: String,
    /// The field of the other item.
    pub field: String,
}

/// Documented values, as a list here or by the name of a dated list of the provider's file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneOf {
    /// The values, verbatim.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// Name of a list in the provider's file.
    pub list: Option<Spanned<String>>,
    /// Whether letter case counts; on a parameter with `fold` a value of another case is taken as the documented one.
    #[serde(default)]
    pub case: Case,
    /// Values for which the answer is not known: the condition is open for them.
    #[serde(default)]
    pub undecided: Vec<String>,
}

/// Whether ASCII letter case counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// It counts.
    #[default]
    Exact,
    /// It does not.
    Fold,
}

/// Bounds of a text's length, both included.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// Shortest allowed.
    pub min: Option<Spanned<u64>>,
    /// Longest allowed.
    pub max: Option<Spanned<u64>>,
    /// What is counted.
    #[serde(default)]
    pub unit: Unit,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Unicode code points.
    #[default]
    Characters,
    /// Bytes of the UTF-8 form.
    Bytes,
}

/// Which characters a text may hold, and which it may begin and end with.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Chars {
    /// Classes of allowed characters.
    #[serde(default)]
    pub of: Vec<CharClass>,
    /// Further allowed characters.
    #[serde(default)]
    pub and: String,
    /// What the first character must be; as all, when left out.
    pub first: Option<CharSet>,
    /// What the last character must be; as all, when left out.
    pub last: Option<CharSet>,
}

/// A set of characters.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CharSet {
    /// Classes of allowed characters.
    #[serde(default)]
    pub of: Vec<CharClass>,
    /// Further allowed characters.
    #[serde(default)]
    pub and: String,
}

/// A class of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CharClass {
    /// `A` to `Z`, `a` to `z`.
    Letter,
    /// `a` to `z`.
    Lower,
    /// `A` to `Z`.
    Upper,
    /// `0` to `9`.
    Digit,
    /// CJK ideographs.
    Chinese,
    /// U+0000 to U+007F.
    Ascii,
    /// Every character.
    Any,
}

/// Bounds of a number, both included.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Smallest allowed.
    pub min: Option<Spanned<i64>>,
    /// Greatest allowed.
    pub max: Option<Spanned<i64>>,
}

/// Bounds of the number of elements, both included.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Fewest allowed.
    pub min: Option<Spanned<u64>>,
    /// Most allowed.
    pub max: Option<Spanned<u64>>,
    /// Count only elements that fulfil this; only for lists in facts.
    #[serde(rename = "where")]
    pub filter: Option<Box<Condition>>,
}

/// What a value must equal; exactly one of these.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Equals {
    /// This very text.
    pub value: Option<String>,
    /// The value of a parameter.
    pub parameter: Option<Spanned<String>>,
    /// A text with parameters in braces: `oss-{RegionId}`.
    pub template: Option<Spanned<String>>,
}

/// Elements of a list parameter that must differ.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unique {
    /// The member by which elements are compared; the elements themselves, when left out.
    pub by: Option<Spanned<String>>,
    /// Whether letter case counts.
    #[serde(default)]
    pub case: Case,
}

/// The form of a URL, or what a part of its host must be.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Url {
    /// Allowed schemes; any, when left out.
    #[serde(default)]
    pub schemes: Vec<String>,
    /// Allowed shapes of the host, `{name}` standing for one part; any, when there are none.
    #[serde(default)]
    pub hosts: Vec<Spanned<String>>,
    /// Name of a list of shapes in the provider's file, instead of `hosts`.
    pub list: Option<Spanned<String>>,
    /// The named part of the host that `equals` or `must` is about.
    pub part: Option<Spanned<String>>,
    /// What that part must equal.
    pub equals: Option<Equals>,
    /// What that part must fulfil, in lower case: a word on a text, without a subject.
    pub must: Option<Box<Condition>>,
}

/// Values by the value of another parameter.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneOfBy {
    /// The other parameter.
    pub parameter: Spanned<String>,
    /// Its values, each with the values that go with it.
    pub values: Entries<Vec<String>>,
}

/// A field of an entity.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InFact {
    /// `entity.Field`
    pub fact: Spanned<String>,
}

/// For every element of the subject, a list in facts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// Only elements that fulfil this.
    #[serde(rename = "where")]
    pub filter: Option<Box<Condition>>,
    /// What each of them must fulfil.
    pub must: Box<Condition>,
}

/// No item of a fact section.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoItem {
    /// The section.
    pub section: Spanned<String>,
    /// What an item must fulfil to count.
    #[serde(rename = "where")]
    pub filter: Box<Condition>,
}

/// A role's trust document.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Trusts {
    /// The document: a field of an entity, JSON as text or as an object.
    pub fact: Spanned<String>,
    /// Kind and name of the principal: `{"Service": "ecs.aliyuncs.com"}`.
    pub principal: Entries<String>,
    /// The action that it must be allowed.
    pub action: String,
}

/// Policies attached to a role.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// The list of attached policies: a field of an entity.
    pub fact: Spanned<String>,
    /// The field of an attached policy that holds its name.
    pub name: String,
    /// Policies of which each alone is enough, by name.
    #[serde(default)]
    pub enough: Vec<String>,
    /// The field of an attached policy, or of the item of `section` with its name, that holds the document.
    pub document: String,
    /// The section with the policies themselves.
    pub section: Spanned<String>,
    /// A section of attachments, one an item, which count beside the list: its items lie `within` the role.
    pub attachments: Option<Spanned<String>>,
    /// The actions, all of which must be allowed.
    pub actions: Vec<String>,
}
