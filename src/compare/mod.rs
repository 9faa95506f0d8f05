//! Comparing: editions and operations with each other, and rules with reality.
//!
//! Nothing here decides what a request leads to: both sides of every comparison are made elsewhere.

mod answer;
mod editions;
mod judgement;
mod recorded;
mod rows;

pub use answer::{Observed, ObservedAnswer};
pub use editions::{Change, ChangeKind, Comparison, Difference};
pub use judgement::{Agreement, Judgement};
pub use recorded::RecordedCall;
