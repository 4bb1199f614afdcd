//! Reading a JSON object key by key, so that an error names the key: serde's own says only line and column. Python's
//! idea of JSON is read too: it writes −Infinity, Infinity and NaN, which JSON does not know, as bare words.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// A JSON object being read; keys nobody asks for are ignored, as diffusers ignores them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    file: &'static str,
    entries: Map<String, Value>,
}

impl Object {
    /// Parses `text`; `file` is the name used in errors.
    pub fn parse(file: &'static str, text: &str) -> Result<Self> {
        let text = text.trim_start_matches('\u{feff}'); // as Windows begins a text
        match serde_json::from_str(&quote_non_finite(text)) {
            Ok(Value::Object(entries)) => Ok(Self { file, entries }),
            Ok(_) => Err(Error::Config(format!("{file} is not a JSON object"))),
            Err(reason) => Err(Error::Config(format!("{file} is not valid JSON: {reason}"))),
        }
    }

    /// Whether `key` is there with a value.
    pub fn has(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| !value.is_null())
    }

    /// These keys with others laid over them.
    pub fn with(mut self, keys: Vec<(&'static str, Value)>) -> Self {
        self.entries.extend(keys.into_iter().map(|(key, value)| (key.to_string(), value)));
        self
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

    /// Refuses any value of `key` but this one, which is diffusers' default and all this crate does.
    pub fn refuse_unless(&self, key: &str, only: Value) -> Result<()> {
        match self.entries.get(key) {
            Some(value) if !value.is_null() && *value != only => {
                let file = self.file;
                Err(Error::Config(format!("{file}: {key} = {value} is not supported, only {only}")))
            }
            _ => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, key: &str, value: &Value) -> Result<T> {
        T::deserialize(value)
            .map_err(|reason| Error::Config(format!("{}: {key}: {reason}", self.file)))
    }
}

/// `-Infinity`, `Infinity` and `NaN` outside strings become strings: whoever wants a number under such a key refuses it
/// by the key's name, and all other keys are read.
fn quote_non_finite(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(first) = rest.chars().next() {
        let word = ["-Infinity", "Infinity", "NaN"].into_iter().find(|word| rest.starts_with(word));
        let length = match word.filter(|_| !in_string) {
            Some(word) => {
                quoted.extend(["\"", word, "\""]);
                word.len()
            }
            None => {
                // An escaped character neither ends the string nor begins a word.
                let escaped =
                    if in_string && first == '\\' { rest[1..].chars().next() } else { None };
                in_string ^= first == '"';
                let length = first.len_utf8() + escaped.map_or(0, char::len_utf8);
                quoted.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_infinities_become_strings() {
        let text = r#"{"a": -Infinity, "b": [NaN,Infinity], "c": "NaN \" -Infinity", "é\\": 1.5}"#;
        let object = Object::parse("file", text).unwrap();
        let read = |key: &str| object.required::<Value>(key).unwrap();
        assert_eq!(read("a"), "-Infinity");
        assert_eq!(read("b"), serde_json::json!(["NaN", "Infinity"]));
        assert_eq!(read("c"), "NaN \" -Infinity");
        assert_eq!(read("é\\"), 1.5);
        let error = object.required::<f64>("a").unwrap_err().to_string();
        assert!(error.contains("file: a") && error.contains("-Infinity"), "{error}");
        assert!(Object::parse("file", "{\"a\": Infinit}").is_err());
    }
}
