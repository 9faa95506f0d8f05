//! All tests that run preflint from outside.

mod architecture;

#[cfg(feature = "cli")]
mod cli;
mod rules;
