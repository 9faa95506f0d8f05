//! A set of words that does not change.

/// Found by a few bytes of their beginning and end, so that one word is compared and no other.
pub struct Words {
    words: Vec<String>,
    /// For each value of [`place`] the word there, counted from 1, or 0.
    table: [u8; 1 << BITS],
    multiplier: u64,
}

const BITS: u32 = 9;

impl Words {
    pub fn new(words: &[String]) -> Words {
        // One of these multipliers sends every word to a place of its own; otherwise there is no such table.
        let mut multiplier = 0x9e37_79b9_7f4a_7c15_u64;
        'search: loop {
            multiplier = multiplier.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(2);
            let mut table = [0; 1 << BITS];
            for (number, word) in (1_u8..).zip(words) {
                let place = &mut table[place(word.as_bytes(), multiplier)];
                if std::mem::replace(place, number) != 0 {
                    continue 'search;
                }
            }
            return Words { words: words.to_vec(), table, multiplier };
        }
    }

    #[inline(always)]
    pub fn contains(&self, word: &str) -> bool {
        let number = usize::from(self.table[place(word.as_bytes(), self.multiplier)]);
        number > 0 && self.words[number - 1] == word
    }

    /// As [`Words::contains`], whatever the letter case.
    #[cold]
    pub fn contains_in_any_case(&self, word: &str) -> bool {
        self.words.iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}

#[inline(always)]
fn place(word: &[u8], multiplier: u64) -> usize {
    let (first, last) = match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ word.len() as u64).wrapping_mul(multiplier);
    (mixed >> (u64::BITS - BITS)) as usize
}
