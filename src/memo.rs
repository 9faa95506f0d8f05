//! What was meant before: requests name the same few operations again and again, and looking those up by their texts
//! each time would cost more than checking them.
//!
//! A table that many threads read and fill without locks. It only remembers what was found in the catalog, so that no
//! stream of made-up names can fill it, and it never forgets: there are no more entries than ways to name operations.

use std::sync::{Arc, OnceLock};

use crate::catalog::Meant;
use crate::lazy_list::LazyList;
use crate::operation::Operation;
use crate::operation::lookup::{KnownText, Sought};

/// How many places are looked at for one name: more are taken only when names collide.
const TRIES: usize = 4;

/// Which operation was meant by which words.
#[derive(Debug)]
pub(crate) struct Memo {
    places: LazyList<OnceLock<Remembered>>,
    /// How many there are: a power of two.
    size: usize,
}

#[derive(Debug)]
struct Remembered {
    provider: KnownText,
    service: Option<KnownText>,
    operation: KnownText,
    edition: Option<KnownText>,
    found: Arc<Operation>,
}

/// The words that are looked for: each is made into numbers once, for finding its place and for comparing.
#[derive(Clone, Copy)]
struct Words<'m> {
    provider: Sought<'m>,
    service: Option<Sought<'m>>,
    operation: Sought<'m>,
    edition: Option<Sought<'m>>,
}

impl Memo {
    /// For about so many operations.
    pub fn new(operations: usize) -> Memo {
        let size = (operations.saturating_mul(4)).next_power_of_two().clamp(16, 1 << 20);
        Memo { places: LazyList::new(size), size }
    }

    /// What is remembered for these words.
    #[inline]
    pub fn get(&self, meant: Meant<'_>) -> Option<&Arc<Operation>> {
        let words = Words::of(meant);
        let mut places = self.tries(words).map_while(|place| self.places.known(place)?.get());
        places.find(|known| words.are_those_of(known)).map(|known| &known.found)
    }

    /// Remembers what these words mean; nothing when too many others have the same places.
    pub fn remember(&self, meant: Meant<'_>, found: &Arc<Operation>) {
        let words = Words::of(meant);
        let remembered = || Remembered {
            provider: KnownText::new(meant.provider),
            service: meant.service.map(KnownText::new),
            operation: KnownText::new(meant.operation),
            edition: meant.edition.map(KnownText::new),
            found: Arc::clone(found),
        };
        for place in self.tries(words).filter_map(|place| self.places.get(place)) {
            if words.are_those_of(place.get_or_init(remembered)) {
                return;
            }
        }
    }

    #[inline]
    fn tries(&self, words: Words<'_>) -> impl Iterator<Item = usize> + use<> {
        let mask = self.size - 1;
        let mix = |mixed: u32, word: Sought<'_>| mixed.rotate_left(5) ^ word.hash();
        let names = mix(words.operation.hash(), words.provider);
        let named = words.service.map_or(names, |service| mix(names, service));
        let mixed = words.edition.map_or(named, |edition| mix(named, edition));
        (0..TRIES).map(move |more| (mixed as usize + more) & mask)
    }
}

impl<'m> Words<'m> {
    #[inline]
    fn of(meant: Meant<'m>) -> Words<'m> {
        let sought = |text: &'m str| Sought::new(text.as_bytes());
        Words {
            provider: sought(meant.provider),
            service: meant.service.map(sought),
            operation: sought(meant.operation),
            edition: meant.edition.map(sought),
        }
    }

    #[inline]
    fn are_those_of(self, known: &Remembered) -> bool {
        let is_that = |sought: Option<Sought<'_>>, known: &Option<KnownText>| match (sought, known) {
            (Some(sought), Some(known)) => sought.is(known),
            (None, None) => true,
            _ => false,
        };
        self.operation.is(&known.operation)
            && self.provider.is(&known.provider)
            && is_that(self.service, &known.service)
            && is_that(self.edition, &known.edition)
    }
}
