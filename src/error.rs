//! Every way a call can fail, as one enum: each message is a sentence that names the thing at fault.

/// What went wrong. `Display` is the one-line message shown on the page and by the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An operation was given a tensor of the wrong shape.
    #[error("{op}: expected shape {expected}, got {got}")]
    Shape {
        /// The operation or tensor.
        op: String,
        /// The shape it needs.
        expected: String,
        /// The shape it was given.
        got: String,
    },
    /// `config.json` asks for something missing, contradictory or unsupported.
    #[error("config: {}", sentence(.0))]
    Config(String),
    /// The weights file is damaged, or does not fit the configuration.
    #[error("weights: {}", sentence(.0))]
    Weights(String),
    /// An argument given by a person is out of range.
    #[error("{}", sentence(.0))]
    Input(String),
    /// No adapter or no worker, a limit exceeded, memory that is not there, or a call the driver refused.
    #[error("device: {0}")]
    Gpu(String),
    /// The device went away; everything on it is gone.
    #[error("the device was lost: {0}")]
    DeviceLost(String),
    /// A file could not be read or written.
    #[error("{path}: {}", sentence(reason))]
    File {
        /// The path as the user gave it.
        path: String,
        /// The system's or the format's reason.
        reason: String,
    },
}

impl Error {
    /// Shape error from anything that prints.
    pub fn shape(
        op: impl Into<String>,
        expected: impl std::fmt::Debug,
        got: impl std::fmt::Debug,
    ) -> Self {
        Self::Shape { op: op.into(), expected: format!("{expected:?}"), got: format!("{got:?}") }
    }
}

/// What of a longer message is shown: so many characters from its beginning, and from its end, where reasons stand.
const SHOWN: [usize; 2] = [300, 150];

/// A message as it is shown: one line, on a phone too. What files call their parts may be neither.
fn sentence(message: &str) -> String {
    let mut line: Vec<char> = message.chars().collect();
    if line.len() > SHOWN[0] + SHOWN[1] {
        line.splice(SHOWN[0]..line.len() - SHOWN[1], ['…']);
    }
    let breaks = |c: char| c.is_control() || "\u{2028}\u{2029}".contains(c);
    line.into_iter().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// How many names a sentence lists.
const FEW: usize = 6;

/// Names as a sentence lists them: all of a handful, else the first and how many more there are.
pub fn few<T: std::fmt::Display>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(FEW).map(ToString::to_string).collect();
    match names.len().saturating_sub(FEW) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
