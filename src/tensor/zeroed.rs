//! Memory on the processor that may not be there.

use crate::error::{Error, Result};

/// So many words, filled with zeros.
///
/// # Errors
/// There is not that much memory; the message names `what`.
pub fn zeroed(what: &str, count: usize) -> Result<Vec<f32>> {
    let mut words = Vec::new();
    words.try_reserve_exact(count).map_err(|_| {
        let mb = (count * 4).div_ceil(1 << 20);
        Error::Gpu(format!("{what} need {mb} MiB, more memory than there is left"))
    })?;
    words.resize(count, 0.0);
    Ok(words)
}
