//! What preflint is measured beside: other ways to come to the same verdicts, or to do a part of the work.
//!
//! For yardsticks that run on the same machine in the same minute. Never a second source of rules: each is held
//! against the labels of all requests before anything is measured.

pub mod native;
pub mod schema;
pub mod tree;
