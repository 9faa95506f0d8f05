//! Fingerprints: by which a finding or warning is known again after unrelated edits.
//!
//! A fingerprint says what is wrong with what, not where it stands: the operation and the check, the parameter, its value
//! with secrets masked, and the name of the request in its input where it has one. Lines, columns, letters of our own
//! wording, positions in a list, the edition and the file's name are not part of it; who keeps fingerprints of several
//! files keeps each beside the file. Values go in as the API sees them, so that quotes and escapes do not matter.

use std::collections::HashMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// Says the version of this recipe: another recipe gives other fingerprints for everything.
const RECIPE: &str = "preflint/1";

/// What a finding or warning is known by. Prints as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(u128);

/// What is wrong with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity<'i> {
    /// The operation's path, or the provider where no operation is meant.
    pub subject: &'i str,
    /// The check's id within its operation, or the kind of a warning that has none.
    pub check: &'i str,
    /// The parameter in wire notation.
    pub parameter: &'i str,
    /// Its value, masked; none for what is missing or not a single value.
    pub value: Option<&'i str>,
    /// The request's name in its input.
    pub request: Option<&'i str>,
}

impl Fingerprint {
    pub(super) fn of(identity: Identity<'_>) -> Fingerprint {
        let Identity { subject, check, parameter, value, request } = identity;
        let mut hash = Hash::new();
        hash.field(Some(RECIPE));
        hash.field(Some(subject));
        hash.field(Some(check));
        hash.field(Some(&without_positions(parameter)));
        hash.field(value);
        hash.field(request);
        Fingerprint(hash.0)
    }

    /// Tells those apart that are equal, in their order: elements of a list with the same mistake.
    pub(super) fn tell_apart<'f>(all: impl Iterator<Item = &'f mut Fingerprint>) {
        let mut seen: HashMap<Fingerprint, u64> = HashMap::new();
        for fingerprint in all {
            let count = seen.entry(*fingerprint).or_default();
            if *count > 0 {
                let mut hash = Hash(fingerprint.0);
                hash.bytes(&count.to_le_bytes());
                fingerprint.0 = hash.0;
            }
            *count += 1;
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
    }
}

/// FNV-1a of 128 bits: the same on every machine and in every version, and wide enough that nothing meets by chance. Who
/// would collide two fingerprints on purpose fools only a baseline of their own.
struct Hash(u128);

impl Hash {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    fn new() -> Hash {
        Hash(Hash::BASIS)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(Hash::PRIME);
        }
    }

    /// A field that cannot run into the next one, and is another one when it is absent than when it is empty.
    fn field(&mut self, text: Option<&str>) {
        match text {
            None => self.bytes(&[0]),
            Some(text) => {
                self.bytes(&[1]);
                self.bytes(&(text.len() as u64).to_le_bytes());
                self.bytes(text.as_bytes());
            }
        }
    }
}

/// A parameter's name without positions in lists, in either notation: what stands before an element may come and go.
fn without_positions(parameter: &str) -> String {
    let mut plain = String::with_capacity(parameter.len());
    for (number, segment) in parameter.split('.').enumerate() {
        if number > 0 {
            plain.push('.');
        }
        let is_position = number > 0 && !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        if is_position {
            continue;
        }
        let (name, positions) = segment.split_at(segment.find('[').unwrap_or(segment.len()));
        plain.push_str(name);
        plain.extend(positions.chars().filter(|character| !character.is_ascii_digit()));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Vectors of the authors of the hash.
        let of = |text: &str| {
            let mut hash = Hash::new();
            hash.bytes(text.as_bytes());
            hash.0
        };
        assert_eq!(of(""), 0x6c62272e07bb014262b821756295c58d);
        assert_eq!(of("a"), 0xd228cb696f1a8caf78912b704e4a8964);
        assert_eq!(of("foobar"), 0x343e1662793c64bf6f0d3597ba446f18);
    }

    #[test]
    fn positions_go_and_names_stay() {
        for (parameter, plain) in [
            ("OSSPrefix", "OSSPrefix"),
            ("Disk.12.Format", "Disk..Format"),
            ("disks[3].urls[0]", "disks[].urls[]"),
            ("Tag2.1.Key4", "Tag2..Key4"),
            ("7", "7"),
        ] {
            assert_eq!(without_positions(parameter), plain);
        }
    }

    #[test]
    fn every_part_counts() {
        let identity = Identity { subject: "a/b/C", check: "d", parameter: "E", value: Some("f"), request: Some("g") };
        let others = [
            Identity { subject: "a/b/D", ..identity },
            Identity { check: "e", ..identity },
            Identity { parameter: "F", ..identity },
            Identity { value: Some("g"), ..identity },
            Identity { value: Some(""), ..identity },
            Identity { value: None, ..identity },
            Identity { request: None, ..identity },
            Identity { value: Some("fg"), request: Some(""), ..identity },
        ];
        let mut all: Vec<Fingerprint> = others.into_iter().chain([identity]).map(Fingerprint::of).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
    }
}
