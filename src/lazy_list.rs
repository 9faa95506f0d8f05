//! A list of many things of which a run needs few: only those pieces of it exist that somebody asked for.
//!
//! Many threads read and fill it without locks. It knows nothing of what it holds.

use std::sync::OnceLock;

/// So many things are made at once. What is asked for together often stands together, and a piece costs little more than one
/// thing.
const PIECE: usize = 32;

/// A list whose things are all as [`Default`] makes them at first.
#[derive(Debug)]
pub(crate) struct LazyList<T> {
    pieces: Box<[OnceLock<Box<[T]>>]>,
}

impl<T: Default> LazyList<T> {
    /// A list of at least so many things, none of which exists yet.
    pub fn new(length: usize) -> LazyList<T> {
        LazyList { pieces: (0..length.div_ceil(PIECE)).map(|_| OnceLock::new()).collect() }
    }

    /// The thing at a place, which exists from now on.
    pub fn get(&self, index: usize) -> Option<&T> {
        let make = || (0..PIECE).map(|_| T::default()).collect();
        self.pieces.get(index / PIECE)?.get_or_init(make).get(index % PIECE)
    }

    /// The thing at a place, where it exists already.
    #[inline]
    pub fn known(&self, index: usize) -> Option<&T> {
        self.pieces.get(index / PIECE)?.get()?.get(index % PIECE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_exist_once_asked_for_and_stay_the_same() {
        let list: LazyList<OnceLock<usize>> = LazyList::new(100);
        assert!(list.known(70).is_none());
        assert_eq!(list.get(70).map(|cell| *cell.get_or_init(|| 7)), Some(7));
        assert_eq!(list.known(70).and_then(OnceLock::get), Some(&7));
        assert_eq!(list.get(70).map(|cell| *cell.get_or_init(|| 8)), Some(7));
        assert!(list.known(0).is_none());
        assert!(list.get(99).is_some() && list.get(128).is_none());
        assert!(LazyList::<OnceLock<usize>>::new(0).get(0).is_none());
    }
}
