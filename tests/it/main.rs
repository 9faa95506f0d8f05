//! All tests that run preflint from outside.

mod architecture;
mod broken_rules;
#[cfg(feature = "cli")]
mod cli;
mod compare;
mod corpus;
#[cfg(feature = "cli")]
mod coverage;
mod documents;
#[cfg(feature = "cli")]
mod fixes;
#[cfg(feature = "cli")]
mod forms;
#[cfg(feature = "cli")]
mod fuzz;
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
#[cfg(feature = "cli")]
mod reports;
mod rules;
#[cfg(feature = "cli")]
mod schemas;
mod support;
#[cfg(feature = "cli")]
mod trust;
mod ways;
mod witness;
