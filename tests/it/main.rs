//! All tests that run preflint from outside.

mod architecture;
mod broken_rules;
#[cfg(feature = "cli")]
mod cli;
mod compare;
#[cfg(feature = "cli")]
mod coverage;
mod documents;
#[cfg(feature = "cli")]
mod fixes;
#[cfg(feature = "cli")]
mod forms;
mod generate;
mod hints;
#[cfg(feature = "cli")]
mod input;
mod library;
#[cfg(feature = "cli")]
mod pages;
mod properties;
mod recorded;
mod reference;
mod replay;
mod rules;
#[cfg(feature = "cli")]
mod schemas;
mod support;
mod witness;
