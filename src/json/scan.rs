//! Looking for the bytes at which something ends, many at a time. It validates nothing.

/// What is left behind white space.
#[inline]
pub fn behind_space(rest: &[u8]) -> &[u8] {
    match rest {
        [byte, ..] if *byte > b' ' => rest,
        _ => behind_all_space(rest),
    }
}

#[inline(never)]
fn behind_all_space(mut rest: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\r' | b'\t', behind @ ..] = rest {
        rest = behind;
    }
    rest
}

/// The number of bytes before the first quote, backslash or control character. Eight bytes are looked at as one number:
/// most texts end within the first two or three of them.
#[inline]
pub fn plain_length(rest: &[u8]) -> usize {
    let (chunks, end) = rest.as_chunks::<8>();
    let mut length = 0;
    for chunk in chunks {
        let chunk = u64::from_le_bytes(*chunk);
        // The high bit of a byte is set where it is what is looked for. Only bytes behind such a one may be set wrongly,
        // and the first one counts. With the second bit turned over, the quote comes right behind the control characters
        // and before the space: what is below 0x21 then is one of them.
        let control_or_quote = (chunk ^ all(0x02)).wrapping_sub(all(0x21));
        let backslash = (chunk ^ all(b'\\')).wrapping_sub(all(1));
        let found = (control_or_quote | backslash) & !chunk & all(0x80);
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length + end.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}

/// The number of bytes before the first quote: for names, which are looked up as they stand and so need no validation.
#[inline]
pub fn length_to_quote(rest: &[u8]) -> usize {
    let (chunks, end) = rest.as_chunks::<8>();
    let mut length = 0;
    for chunk in chunks {
        // As in `plain_length`.
        let chunk = u64::from_le_bytes(*chunk) ^ all(b'"');
        let found = chunk.wrapping_sub(all(1)) & !chunk & all(0x80);
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length + end.iter().take_while(|byte| **byte != b'"').count()
}

/// Eight times the same byte.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
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
                assert_eq!(length_to_quote(&bytes), if byte == b'"' { place } else { 20 }, "{byte:#x} at {place}");
                assert_eq!(plain_length(&bytes), expected, "{byte:#x} at {place}");
            }
        }
        assert_eq!(plain_length(b"abc\""), 3);
        assert_eq!(plain_length(b""), 0);
    }
}
