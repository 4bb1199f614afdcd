//! A data set by name, the same for the command line and for JavaScript: `toy:moons`, `mnist:DIR`. What is made here comes
//! from a seed; what lies in files comes from whoever has them, a folder or a page.

use super::set::{Files, Kind, Samples, Set, SetOptions};
use super::{mnist, table, towers, toys};
use crate::error::{Error, Result};

/// The only list.
const KINDS: [Kind; 4] = [toys::KIND, mnist::KIND, towers::KIND, table::KIND];

impl Set {
    /// Opens `KIND:ARGUMENT`; [`kinds`] says which there are.
    ///
    /// # Errors
    /// One sentence that names what of the name, the options or the files is at fault.
    pub fn open(name: &str, options: &SetOptions, files: &dyn Files) -> Result<Self> {
        let (kind, argument) = name.split_once(':').unwrap_or((name, ""));
        let Some(kind) = KINDS.iter().find(|known| known.name == kind) else {
            let forms = KINDS.map(|kind| format!("{}:{}", kind.name, kind.argument)).join(", ");
            return Err(Error::Input(format!(
                "there is no data set \"{name}\"; there are {forms}"
            )));
        };
        if argument.is_empty() {
            let Kind { name, argument, .. } = kind;
            return Err(Error::Input(format!("{name} wants {argument}, as in {name}:{argument}")));
        }
        let Samples { shape, values, labels, notes } = (kind.open)(argument, options, files)?;
        Ok(Self { name: name.to_owned(), shape, values, labels, notes })
    }
}

/// Every kind of set, for a help text.
pub fn kinds() -> String {
    KINDS.map(|kind| format!("{}:{} ({})", kind.name, kind.argument, kind.about)).join(", ")
}
