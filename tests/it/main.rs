//! All tests that run preflint from outside.

mod architecture;
mod broken_rules;
#[cfg(feature = "cli")]
mod cli;
mod documents;
#[cfg(feature = "cli")]
mod input;
mod library;
mod rules;
#[cfg(feature = "cli")]
mod schemas;
