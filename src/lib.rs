//! preflint says which error a cloud API would return, before the request is sent.
//!
//! ```
//! use preflint::{Checker, Facts, Request, Verdict};
//!
//! let checker = Checker::bundled();
//! let request = Request::from_json(
//!     r#"{"provider": "aliyun", "operation": "ExportImage", "params": {"RegionId": "cn-hangzhou",
//!         "ImageId": "m-bp1exampleimage1", "OSSBucket": "example-image-exports", "OSSPrefix": "web-1"}}"#,
//! )?;
//! let facts = Facts::none();
//! let report = checker.check(&request, &facts);
//!
//! assert_eq!(report.verdict(), Verdict::Reject);
//! let error = report.error().expect("a rejected request has a predicted error");
//! assert_eq!(error.code(), Some("InvalidOSSPrefix.Malformed"));
//! assert_eq!(error.status(), Some(400));
//! assert_eq!(error.message(), Some("The specified OSSPrefix format is wrongly formed."));
//! # Ok::<(), preflint::InputError>(())
//! ```
//!
//! # What is known, and from where
//!
//! Everything about providers stands in rule files, which are data: parameters and their limits, and for each operation
//! the whole documented table of errors, every statement with its source and date. [`Checker::bundled`] has those that
//! are part of this library; [`Checker::from_files`] takes others, such as `RuleFile::bundled().chain(own)`. The types of
//! the format are in [`rule`]. No code, limit or name of a provider stands in Rust.
//!
//! What is known of the account is handed in as [`Facts`], in the shape in which the provider's read-only calls return
//! it. The library fetches nothing: it reads no file, clock or network.
//!
//! # Requests in other forms
//!
//! [`Checker::recognise`] tells the form of a text, and [`Checker::read`] finds the requests in it:
//!
//! ```
//! use preflint::{Checker, Facts};
//!
//! let checker = Checker::bundled();
//! let text = "https://ecs.aliyuncs.com/?Action=ExportImage&Version=2014-05-26&RegionId=cn-hangzhou\
//!     &ImageId=m-bp1exampleimage1&OSSBucket=example-image-exports&OSSPrefix=web%2D1";
//! let form = checker.recognise("", text).expect("a URL is recognised");
//! let found = checker.read(form, text);
//! let request = found[0].request.as_ref().expect("it is a request");
//! let finding = &checker.check(request, &Facts::none()).findings()[0];
//! assert_eq!(&text[finding.span.start..finding.span.end], "web%2D1");
//! ```
//!
//! # What comes out
//!
//! A check holds, fails, or is open: when the value of a parameter is not known yet, or nobody gave the fact that it
//! needs. A [`Report`] has
//!
//! - [`findings`](Report::findings): the failed checks that lead to rejection, in the order in which the API would come
//!   to them. An API reports one error at a time, so the first is the predicted [`error`](Report::error);
//! - [`open`](Report::open): checks that could not be decided, with what would settle them. [`Verdict::Pass`] says that
//!   nothing wrong was found, not that nothing is open;
//! - [`warnings`](Report::warnings): what does not reject. Where sources contradict each other, or a rejection would rest
//!   on our reading alone, there is a warning and no finding: a false rejection is worse than a miss.
//!
//! Details, places and messages are made when they are asked for. A caller that looks only at the verdict does not pay
//! for them. [`Report::record`] has all of it for serialization, as the program prints it.
//!
//! # What can go wrong
//!
//! Three things, with a type each, and a rejected request is none of them:
//!
//! - [`RuleError`]: a rule file holds something that is not understood. It is refused with its place, never skipped.
//! - [`InputError`]: a text is no request. In a [`Batch`] that is one entry, and the others are read.
//! - [`FactsError`]: a text is not understood as facts.
//!
//! Checking itself cannot fail and does not panic, whatever the request holds. An operation without rules gives a report
//! with [`Verdict::Unsupported`].
//!
//! # Features
//!
//! `cli` (default) builds the program; without it the library needs nothing that only a command line needs. `forms` adds
//! the forms of requests whose grammar needs a parser of its own (YAML). `schema` derives JSON Schemas for the types in
//! [`rule`].
#![forbid(unsafe_code)]

mod cases;
mod catalog;
mod checker;
mod compare;
mod compile;
mod describe;
mod engine;
mod facts;
mod forms;
mod json;
mod lazy_list;
pub mod limits;
mod memo;
mod mutation;
mod operation;
mod place;
mod report;
mod request;
pub mod rule;
mod rule_set;
mod selector;
mod similar;
mod skeleton;
mod soundness;
mod witness;
mod xml;

pub use cases::{CaseResults, FailedCase};
pub use catalog::{Editions, EmbeddedRuleFile, RuleFile, did_you_mean, site_of_edition};
pub use checker::Checker;
pub use compare::{
    Agreement, Change, ChangeKind, Comparison, Difference, Judgement, Observed, ObservedAnswer, RecordedCall,
};
pub use compile::RuleError;
pub use describe::{
    ArgumentDescription, BodyDescription, CheckDescription, CommonErrorDescription, DefaultDescription,
    OperationDescription, OperationSummary, ParameterDescription, ResourceDescription, RowDescription,
    SuccessDescription,
};
pub use facts::{Facts, FactsError};
pub use forms::{Form, Found, IgnoreComment, IgnoreContent, RecordedResponse, quoted_word as shell_word};
pub use mutation::{Mutation, MutationResults};
pub use operation::limits::Limit;
pub use place::{Position, Span};
pub use report::{
    Applicability, CheckTrace, DryRunNote, Edit, Excerpt, FactCall, Finding, Fingerprint, Fix, Hint, HintKind,
    OpenCheck, Origin, Place, PredictedAnswer, PredictedError, Record, Report, RequestNames, Response, SourceNote,
    Subject, Suppressed, SuppressedBy, SuppressedResult, Suppression, UnfilledBlank, Verdict, Warning, WarningKind,
};
pub use request::{Batch, InputError, InputErrorKind, Request};
pub use rule_set::RuleSet;
pub use selector::Selector;
pub use skeleton::Skeleton;
pub use soundness::{RuleReview, to_dos};
pub use witness::{Evidence, ExpectedOutcome, Pair, RowWitness, TestVector, VectorOptions};

/// The examples of README.md, run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
