//! All tests that run preflint from outside.

mod architecture;
mod broken_rules;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod coverage;
mod documents;
#[cfg(feature = "cli")]
mod forms;
mod generate;
#[cfg(feature = "cli")]
mod input;
mod library;
mod properties;
mod reference;
mod rules;
#[cfg(feature = "cli")]
mod schemas;
mod support;
