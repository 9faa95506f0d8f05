//! JSON with exact places.
//!
//! preflint points at the very characters that a provider would refuse, so it reads JSON itself: [`Reader`] walks a
//! text once, borrowed, and knows the span of everything; [`Node`] is a tree of the same for what is not on the fast
//! path (facts, and rule files with a mistake), from which serde types are read with the place of each mistake.
//!
//! What it never does: recover from a syntax error, change a number, or accept what RFC 8259 does not allow.

mod de;
mod reader;
pub(crate) mod scan;
mod spanned;
mod stream;
mod text;
mod tree;

pub use de::{DataError, from_node};
pub use reader::{Kind, Reader, SyntaxError};
pub use spanned::{Entries, Spanned};
pub use stream::from_text;
pub use text::RawText;
pub use tree::{Node, Value};
