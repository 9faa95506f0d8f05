//! Looking for the bytes at which something ends, many at a time. It validates nothing.

/// The first place from `at` on that is not white space.
#[inline]
pub fn next(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(byte) if *byte > b' ' => at,
        _ => behind_space(bytes, at),
    }
}

#[inline(never)]
fn behind_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// The first place from `at` on with a quote, a backslash or a control character. Eight bytes are looked at as one
/// number: most texts end within the first two or three of them.
#[inline]
pub fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let chunk = u64::from_le_bytes(*chunk);
        // The high bit of a byte is set where it is what is looked for. Only bytes behind such a one may be set wrongly,
        // and the first one counts. With the second bit turned over, the quote comes right behind the control characters
        // and before the space: what is below 0x21 then is one of them.
        let control_or_quote = (chunk ^ all(0x02)).wrapping_sub(all(0x21));
        let backslash = (chunk ^ all(b'\\')).wrapping_sub(all(1));
        let found = (control_or_quote | backslash) & !chunk & all(0x80);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_byte_that_is_not_plain_wherever_it_stands() {
        for byte in 0..=255u8 {
            for place in 0..20 {
                let mut bytes = vec![b'x'; 20];
                bytes[place] = byte;
                let expected = if matches!(byte, b'"' | b'\\' | 0..=0x1f) { place } else { 20 };
                assert_eq!(end_of_plain(&bytes, 0), expected, "{byte:#x} at {place}");
            }
        }
        assert_eq!(end_of_plain(b"\"abc\"", 1), 4);
        assert_eq!(end_of_plain(b"", 0), 0);
    }
}
