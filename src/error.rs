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
    #[error("config: {0}")]
    Config(String),
    /// The weights file is damaged, or does not fit the configuration.
    #[error("weights: {0}")]
    Weights(String),
    /// An argument given by a person is out of range.
    #[error("{0}")]
    Input(String),
    /// No adapter or no worker, a limit exceeded, memory that is not there, or a call the driver refused.
    #[error("device: {0}")]
    Gpu(String),
    /// The device went away; everything on it is gone.
    #[error("the device was lost: {0}")]
    DeviceLost(String),
    /// A file could not be read or written.
    #[error("{path}: {reason}")]
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
