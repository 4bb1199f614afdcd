//! What is done with an input that nobody vouches for, one function a loader. Each panics when the loader broke its
//! promise: an input is read or refused in one sentence, in bounded memory and time. `fuzz_targets/` hands these to
//! libFuzzer, `tests/files/fuzzed.rs` runs them over the corpora.

mod checkpoint;
mod digits;
mod edit;
mod model;
mod table;

pub use checkpoint::checkpoint;
pub use digits::digits;
pub use model::model;
pub use table::table;

/// The longest sentence, in characters: a reader sees it on a phone.
const LONGEST: usize = 500;

/// What was read, or None after a refusal that is a sentence.
fn sentence<T>(read: chailou::Result<T>) -> Option<T> {
    let error = match read {
        Ok(value) => return Some(value),
        Err(error) => error.to_string(),
    };
    is_sentence(&error);
    None
}

fn is_sentence(text: &str) {
    assert!(!text.trim().is_empty(), "a message without a word");
    let length = text.chars().count();
    assert!(length <= LONGEST, "{length} characters are no sentence: {text}");
    assert!(!text.chars().any(char::is_control), "not one line: {text:?}");
}
