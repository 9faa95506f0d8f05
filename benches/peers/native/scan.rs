//! Reading JSON for [`super::Native`]: a cursor that finds the ends of things and validates on the way.

/// The text is not JSON, or not of the form that this yardstick reads.
#[derive(Debug)]
pub struct Bad;

/// A text without its quotes, as it stands.
#[derive(Clone, Copy)]
pub struct Raw {
    pub start: usize,
    pub end: usize,
    pub has_escapes: bool,
}

pub struct Scan<'t> {
    pub text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

/// As deep as preflint reads.
const MAX_DEPTH: usize = 64;

impl<'t> Scan<'t> {
    pub fn new(text: &'t str) -> Scan<'t> {
        Scan { text, bytes: text.as_bytes(), at: 0 }
    }

    /// The next byte that is no blank, and 0 at the end.
    #[inline(always)]
    pub fn peek(&mut self) -> u8 {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    #[inline(always)]
    pub fn expect(&mut self, byte: u8) -> Result<(), Bad> {
        let is_next = self.peek() == byte;
        self.at += 1;
        if is_next { Ok(()) } else { Err(Bad) }
    }

    /// Goes to the next member of an object or element of a list; false at its end. `is_first` is for the one behind the
    /// opening bracket.
    #[inline(always)]
    pub fn next(&mut self, is_first: &mut bool, close: u8) -> Result<bool, Bad> {
        let byte = self.peek();
        if byte == close {
            self.at += 1;
            return Ok(false);
        }
        if std::mem::replace(is_first, false) {
            return Ok(true);
        }
        self.at += 1;
        // A bracket behind a comma is found by whoever reads what should stand there.
        if byte == b',' { Ok(true) } else { Err(Bad) }
    }

    #[inline(always)]
    pub fn key(&mut self) -> Result<Raw, Bad> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    #[inline(always)]
    pub fn string(&mut self) -> Result<Raw, Bad> {
        self.expect(b'"')?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.at = self.special()?;
            match self.bytes[self.at] {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(Raw { start, end, has_escapes });
                }
                b'\\' => {
                    has_escapes = true;
                    // What stands behind it is validated when the text is decoded.
                    self.at += 2;
                }
                _ => return Err(Bad),
            }
        }
    }

    /// The place of the next quote, backslash or control character: sixteen bytes at a time.
    #[inline(always)]
    fn special(&self) -> Result<usize, Bad> {
        let mut at = self.at;
        // Two words a round: most names and many values end in the first.
        while let Some([a, b, c, d, e, f, g, h, high @ ..]) = self.bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
            let (low, high) = (specials([*a, *b, *c, *d, *e, *f, *g, *h]), specials(*high));
            if low | high != 0 {
                let (hits, from) = if low != 0 { (low, at) } else { (high, at + 8) };
                return Ok(from + hits.trailing_zeros() as usize / 8);
            }
            at += 16;
        }
        let rest = self.bytes.get(at..).ok_or(Bad)?;
        let ends = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
        rest.iter().position(ends).map(|place| at + place).ok_or(Bad)
    }

    /// A number, `true`, `false` or `null`, as it stands.
    pub fn literal(&mut self) -> Result<Raw, Bad> {
        self.peek();
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        self.at += self.bytes[start..].iter().position(|byte| !is_part(byte)).unwrap_or(self.bytes.len() - start);
        let literal = &self.bytes[start..self.at];
        let is_sound = matches!(literal, b"true" | b"false" | b"null") || is_number(literal);
        if is_sound { Ok(Raw { start, end: self.at, has_escapes: false }) } else { Err(Bad) }
    }

    /// Reads over a value, whatever it is.
    pub fn skip(&mut self, depth: usize) -> Result<(), Bad> {
        let mut is_first = true;
        match self.peek() {
            _ if depth > MAX_DEPTH => Err(Bad),
            b'"' => self.string().and_then(|raw| if raw.has_escapes { self.decode(raw).map(drop) } else { Ok(()) }),
            b'{' => {
                self.at += 1;
                while self.next(&mut is_first, b'}')? {
                    self.key()?;
                    self.skip(depth + 1)?;
                }
                Ok(())
            }
            b'[' => {
                self.at += 1;
                while self.next(&mut is_first, b']')? {
                    self.skip(depth + 1)?;
                }
                Ok(())
            }
            _ => self.literal().map(drop),
        }
    }

    /// The end of the text, with nothing but blanks before it.
    pub fn finish(&mut self) -> Result<(), Bad> {
        self.peek();
        if self.at == self.bytes.len() { Ok(()) } else { Err(Bad) }
    }

    /// A text with its escapes resolved. Few have any, so this may be slow.
    #[cold]
    pub fn decode(&self, raw: Raw) -> Result<String, Bad> {
        let quoted = self.text.get(raw.start - 1..=raw.end).ok_or(Bad)?;
        serde_json::from_str(quoted).map_err(|_| Bad)
    }
}

/// The high bit of each byte that is a quote, a backslash or a control character. Bytes above the first of them may
/// have theirs too.
#[inline(always)]
fn specials(word: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    let word = u64::from_le_bytes(word);
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5c)) | controls) & HIGHS
}

fn is_number(literal: &[u8]) -> bool {
    let unsigned = literal.strip_prefix(b"-").unwrap_or(literal);
    if !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit) {
        return unsigned.len() == 1 || unsigned[0] != b'0';
    }
    str::from_utf8(literal).is_ok_and(|literal| serde_json::from_str::<serde_json::Number>(literal).is_ok())
}
