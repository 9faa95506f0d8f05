//! What is open around a command of a shell: compound commands, choices, parentheses, bodies of functions.

use std::rc::Rc;

/// Something that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// `if`, a loop, `{`.
    Compound,
    /// `case`: its patterns end with a parenthesis that nobody opens.
    Case,
    /// `(`.
    Parenthesis,
}

/// All that is open at a place.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Each with the function around it.
    open: Vec<(Block, Option<Rc<str>>)>,
    /// How many there are of each kind, in the order of [`Block`].
    counts: [usize; 3],
    /// The function whose body we are in.
    function: Option<Rc<str>>,
    /// The function whose body opens next.
    defined: Option<Rc<str>>,
}

impl Blocks {
    /// What stands in a substitution, which is part of the same function.
    pub fn inside(&self) -> Blocks {
        Blocks { function: self.function.clone(), ..Blocks::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The function whose body this is.
    pub fn function(&self) -> Option<Rc<str>> {
        self.function.clone()
    }

    /// What opens next is the body of this function.
    pub fn define(&mut self, name: Rc<str>) {
        self.defined = Some(name);
    }

    pub fn awaits_body(&self) -> bool {
        self.defined.is_some()
    }

    pub fn open(&mut self, block: Block) {
        self.open.push((block, self.function.clone()));
        self.counts[block as usize] += 1;
        if let Some(name) = self.defined.take() {
            self.function = Some(name);
        }
    }

    /// Closes the innermost block of a kind, and what was left open in it. A parenthesis behind the pattern of a choice closes
    /// nothing.
    pub fn close(&mut self, block: Block) {
        if self.counts[block as usize] == 0 || block == Block::Parenthesis && self.ends_pattern() {
            return;
        }
        while let Some((closed, function)) = self.open.pop() {
            self.counts[closed as usize] -= 1;
            self.function = function;
            if closed == block {
                return;
            }
        }
    }

    /// Whether a closing parenthesis belongs to something that is open here.
    pub fn takes_parenthesis(&self) -> bool {
        self.counts[Block::Parenthesis as usize] > 0 || self.ends_pattern()
    }

    fn ends_pattern(&self) -> bool {
        self.open.last().is_some_and(|(block, _)| *block == Block::Case)
    }
}
