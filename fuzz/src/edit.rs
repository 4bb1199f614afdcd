//! Damage done to a good file: a fuzzer that had to find a valid header byte by byte would never come farther.

use arbitrary::{Result, Unstructured};

/// Cuts, repeats, overwrites or inserts, a few times.
pub fn damaged(mut bytes: Vec<u8>, u: &mut Unstructured) -> Result<Vec<u8>> {
    for _ in 0..u.int_in_range(0..=4)? {
        let at = u.choose_index(bytes.len() + 1)?;
        match u.int_in_range(0..=4)? {
            0 => bytes.truncate(at),
            1 => bytes.splice(at..at, u.arbitrary::<[u8; 4]>()?).for_each(drop),
            2 => {
                let end = (at + u.int_in_range(0..=64)?).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + u.int_in_range(0..=64)?).min(bytes.len());
                bytes.extend_from_within(at..end);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u.arbitrary()?;
                }
            }
        }
    }
    Ok(bytes)
}

/// What is left of the input, as text; what is not UTF-8 is replaced.
pub fn text(u: &mut Unstructured) -> Result<String> {
    let rest = u.bytes(u.len())?;
    Ok(String::from_utf8_lossy(rest).into_owned())
}
