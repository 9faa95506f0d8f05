#![allow(missing_docs)]
pub mod json;
pub mod place;
pub mod rule;
