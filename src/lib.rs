//! preflint says which error a cloud API would return, before the request is sent.
#![forbid(unsafe_code)]

mod cases;
mod catalog;
mod checker;
mod compile;
mod describe;
mod engine;
mod facts;
mod json;
mod operation;
mod place;
mod report;
mod request;
pub mod rule;

pub use cases::{CaseResults, FailedCase};
pub use catalog::{Editions, RuleFile, did_you_mean};
pub use checker::Checker;
pub use compile::RuleError;
pub use describe::{
    CheckDescription, CommonErrorDescription, OperationDescription, OperationSummary, ParameterDescription,
    RowDescription,
};
pub use facts::{Facts, FactsError};
pub use operation::limits::Limit;
pub use place::Position;
pub use report::{
    CheckTrace, DryRunNote, Excerpt, Finding, OpenCheck, Origin, Place, PredictedAnswer, PredictedError, Record,
    Report, SourceNote, Verdict, Warning, WarningKind,
};
pub use request::{Batch, InputError, InputErrorKind, Request};
