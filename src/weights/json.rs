//! Reading a JSON object key by key, so that an error names the key: serde's own says only line and column.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// A JSON object being read; keys nobody asks for are ignored, as diffusers ignores them.
pub(crate) struct Object {
    file: &'static str,
    entries: Map<String, Value>,
}

impl Object {
    /// Parses `text`; `file` is the name used in errors.
    pub fn parse(file: &'static str, text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(entries)) => Ok(Self { file, entries }),
            Ok(_) => Err(Error::Config(format!("{file} is not a JSON object"))),
            Err(reason) => Err(Error::Config(format!("{file} is not valid JSON: {reason}"))),
        }
    }

    /// The value of `key`, which must be there.
    pub fn required<T: DeserializeOwned>(&self, key: &str) -> Result<T> {
        match self.entries.get(key) {
            Some(value) => self.read(key, value),
            None => Err(Error::Config(format!("{} lacks the key \"{key}\"", self.file))),
        }
    }

    /// The value of `key`, or `default` when the key is absent.
    pub fn or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T> {
        self.entries.get(key).map_or(Ok(default), |value| self.read(key, value))
    }

    /// Refuses a switch that is on and asks for something this crate does not do; absent means off.
    pub fn refuse_if_set(&self, key: &str) -> Result<()> {
        if self.or(key, false)? {
            return Err(Error::Config(format!("{}: {key} = true is not supported", self.file)));
        }
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, key: &str, value: &Value) -> Result<T> {
        T::deserialize(value)
            .map_err(|reason| Error::Config(format!("{}: {key}: {reason}", self.file)))
    }
}
