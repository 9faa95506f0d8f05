//! What was meant before: requests name the same few operations again and again, and looking those up by their texts
//! each time would cost more than checking them.
//!
//! A table that many threads read and fill without locks. It only remembers what was found in the catalog, so that no
//! stream of made-up names can fill it, and it never forgets: there are no more entries than ways to name operations.

use std::sync::{Arc, OnceLock};

use crate::catalog::Meant;
use crate::operation::Operation;
use crate::operation::lookup::hash;

/// How many places are looked at for one name: more are taken only when names collide.
const TRIES: usize = 4;

/// Which operation was meant by which words.
#[derive(Debug)]
pub(crate) struct Memo {
    places: Box<[OnceLock<Remembered>]>,
}

#[derive(Debug)]
struct Remembered {
    provider: Box<str>,
    service: Option<Box<str>>,
    operation: Box<str>,
    edition: Option<Box<str>>,
    found: Arc<Operation>,
}

impl Memo {
    /// For about so many operations.
    pub fn new(operations: usize) -> Memo {
        let places = (operations.saturating_mul(4)).next_power_of_two().clamp(16, 1 << 20);
        Memo { places: (0..places).map(|_| OnceLock::new()).collect() }
    }

    /// What is remembered for these words.
    #[inline]
    pub fn get(&self, meant: Meant<'_>) -> Option<&Operation> {
        let places = self.tries(meant).map_while(|place| self.places.get(place)?.get());
        places.into_iter().find(|known| known.meant() == meant).map(|known| &*known.found)
    }

    /// Remembers what these words mean; nothing when too many others have the same places.
    pub fn remember(&self, meant: Meant<'_>, found: &Arc<Operation>) {
        let remembered = || Remembered {
            provider: meant.provider.into(),
            service: meant.service.map(Into::into),
            operation: meant.operation.into(),
            edition: meant.edition.map(Into::into),
            found: Arc::clone(found),
        };
        for place in self.tries(meant).filter_map(|place| self.places.get(place)) {
            if place.get_or_init(remembered).meant() == meant {
                return;
            }
        }
    }

    #[inline]
    fn tries(&self, meant: Meant<'_>) -> impl Iterator<Item = usize> + use<> {
        let mask = self.places.len() - 1;
        let mix = |mixed: u32, text: &str| mixed.rotate_left(5) ^ hash(text);
        let names = mix(hash(meant.operation), meant.provider);
        let named = meant.service.map_or(names, |service| mix(names, service));
        let mixed = meant.edition.map_or(named, |edition| mix(named, edition));
        (0..TRIES).map(move |more| (mixed as usize + more) & mask)
    }
}

impl Remembered {
    #[inline]
    fn meant(&self) -> Meant<'_> {
        Meant {
            provider: &self.provider,
            service: self.service.as_deref(),
            operation: &self.operation,
            edition: self.edition.as_deref(),
        }
    }
}
