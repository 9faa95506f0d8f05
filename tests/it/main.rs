//! All tests that run preflint from outside.

mod rules;
