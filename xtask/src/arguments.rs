//! What stands after a command's name on the command line.

use crate::command::Result;

/// The words after the command's name; what `finish` still finds was not understood.
pub struct Arguments(Vec<String>);

impl Arguments {
    pub fn new(words: &[String]) -> Self {
        Self(words.to_vec())
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|word| word == name);
        found.map(|i| self.0.remove(i)).is_some()
    }

    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(i) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        if i + 1 == self.0.len() {
            return Err(format!("{name} needs a value"));
        }
        self.0.remove(i);
        Ok(Some(self.0.remove(i)))
    }

    /// The first word that is not an option.
    pub fn rest(&mut self) -> Option<String> {
        let found = self.0.iter().position(|word| !word.starts_with('-'));
        found.map(|i| self.0.remove(i))
    }

    pub fn finish(self) -> Result {
        match self.0.first() {
            None => Ok(()),
            Some(word) => {
                Err(format!("{word} was not understood; `cargo xtask help` lists what there is"))
            }
        }
    }
}
