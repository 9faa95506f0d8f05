//! Mutations of inputs by a seed: what a fuzzer does first, without knowing what the code does with them.

/// What inputs are made of, put in whole.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "-",
    "0",
    "1e9",
    "18446744073709551616",
    "\\",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{fdd0}",
    "镜",
    "😀",
    "\n",
    "\r\n",
    "\t",
    " ",
    "'",
    "$",
    "${",
    "$(",
    "`",
    "<<A\n",
    "#",
    "|",
    ">-",
    "&a ",
    "*a",
    "%",
    "%2",
    "%00",
    "&",
    "=",
    "?",
    ";",
    "--",
    "@-",
    "\0",
    ".1.",
    "[0]",
    "0x1F",
    "{{x}}",
    "\"params\":",
    "\"facts\":",
    "\"unknown\":",
];
/// So often, at most, one input is changed.
const CHANGES: u64 = 6;

/// Makes inputs out of others.
pub struct Mutator(u64);

impl Mutator {
    pub fn new(seed: u64) -> Mutator {
        Mutator(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number (xorshift).
    fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % end.max(1) as u64).unwrap_or(0)
    }

    /// A changed input; there must be one to start from.
    pub fn next(&mut self, inputs: &[&[u8]]) -> Vec<u8> {
        let mut data = inputs[self.below(inputs.len())].to_vec();
        for _ in 0..=self.number() % CHANGES {
            let (at, length) = (self.below(data.len() + 1), self.below(40));
            let end = (at + length).min(data.len());
            match self.number() % 8 {
                0 if at < data.len() => data[at] = self.number() as u8,
                1 if at < data.len() => data[at] ^= 1 << (self.number() % 8),
                2 => drop(data.drain(at..end)),
                3 => data.truncate(at.max(1)),
                4 => {
                    // A stretch once more, as often as may be.
                    let stretch = data[at..end].repeat(1 + self.below(8));
                    data.splice(at..at, stretch);
                }
                5 => {
                    let other = inputs[self.below(inputs.len())];
                    let from = self.below(other.len() + 1);
                    let stretch = other[from..].iter().take(200).copied().collect::<Vec<u8>>();
                    data.splice(at..end, stretch);
                }
                _ => {
                    let piece = PIECES[self.below(PIECES.len())];
                    data.splice(at..at, piece.bytes());
                }
            }
        }
        data
    }
}
