//! Which file of a crate imports which: read from the syntax tree, with names that a `mod.rs` hands on
//! (`pub use`) traced to the file that has them.

use crate::command::Result;
use proc_macro2::{Spacing, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::Visit;
use syn::{ItemMod, ItemUse, Macro, UseTree, Visibility};

/// The import graph; files by their modules' paths, such as `ops::conv`, the roots being `lib` and `main`.
#[derive(Default)]
pub struct Imports {
    files: BTreeMap<String, Uses>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

/// What one file names.
#[derive(Default)]
struct Uses {
    /// Full paths of what is imported or named in place.
    paths: Vec<Vec<String>>,
    /// Name → full path of what is handed on under it.
    handed_on: BTreeMap<String, Vec<String>>,
}

impl Imports {
    /// Reads every .rs file below a folder.
    ///
    /// # Errors
    /// A file that cannot be read or parsed.
    pub fn of(folder: &Path) -> Result<Self> {
        let mut imports = Self::default();
        imports.read(folder, &[])?;
        let known: Vec<&String> = imports.files.keys().collect();
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for from in known {
            let named = &imports.files[from];
            let targets = named.paths.iter().filter_map(|path| imports.file_of(path, 0));
            edges.insert(from.clone(), targets.filter(|to| to != from).collect());
        }
        imports.edges = edges;
        Ok(imports)
    }

    /// (importing file, imported file), each pair once.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.edges.iter().flat_map(|(from, to)| to.iter().map(move |to| (&**from, &**to)))
    }

    fn read(&mut self, folder: &Path, module: &[String]) -> Result {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let inner = [module, std::slice::from_ref(&stem)].concat();
            if path.is_dir() {
                self.read(&path, &inner)?;
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let module = if stem == "mod" { module.to_vec() } else { inner };
                let text = fs::read_to_string(&path).map_err(failed)?;
                let parsed = syn::parse_file(&text);
                let file = parsed.map_err(|error| format!("{}: {error}", path.display()))?;
                // Paths in a root begin at the crate.
                let at = if is_root(&module) { vec![] } else { module.clone() };
                let mut reader = Reader { module: at, depth: 0, uses: Uses::default() };
                reader.visit_file(&file);
                self.files.insert(module.join("::"), reader.uses);
            }
        }
        Ok(())
    }

    /// The file that has what a path names; none for what lies outside the crate.
    fn file_of(&self, path: &[String], hops: usize) -> Option<String> {
        let longest =
            (1..=path.len()).rev().find(|&n| self.files.contains_key(&path[..n].join("::")))?;
        let file = path[..longest].join("::");
        let further = path.get(longest).and_then(|name| self.files[&file].handed_on.get(name));
        match further {
            // Eight hops: a name handed on in a circle does not compile anyway.
            Some(further) if hops < 8 => self.file_of(further, hops + 1).or(Some(file)),
            _ => Some(file),
        }
    }
}

fn is_root(module: &[String]) -> bool {
    matches!(module, [name] if name == "lib" || name == "main")
}

/// Collects paths while walking through a file.
struct Reader {
    /// The file's own module.
    module: Vec<String>,
    /// Inline modules around the present place: `super` in the outermost of them is the file itself.
    depth: usize,
    uses: Uses,
}

impl Reader {
    /// A path written in the file as a path from the crate's root; none if it may lie outside the crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        match path.first()?.as_str() {
            // The program names its own library from outside.
            "crate" | "chailou" => Some(path[1..].to_vec()),
            "self" => Some([&self.module, &path[1..]].concat()),
            "super" => {
                let ups = path.iter().take_while(|word| *word == "super").count();
                let out = ups.saturating_sub(self.depth);
                let kept = self.module.len().checked_sub(out)?;
                Some([&self.module[..kept], &path[ups..]].concat())
            }
            _ => None,
        }
    }

    /// A single word is no import: `self`, or the `super` of `pub(super)` in a macro.
    fn note(&mut self, path: &[String]) {
        if path.len() > 1 {
            let absolute = self.absolute(path);
            self.uses.paths.extend(absolute);
        }
    }

    fn leaves(tree: &UseTree, before: &[String], found: &mut Vec<(Vec<String>, String)>) {
        match tree {
            UseTree::Path(path) => {
                Self::leaves(&path.tree, &[before, &[path.ident.to_string()]].concat(), found);
            }
            UseTree::Name(name) if name.ident == "self" => {
                found.push((before.to_vec(), before.last().cloned().unwrap_or_default()));
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                found.push(([before, std::slice::from_ref(&name)].concat(), name));
            }
            UseTree::Rename(rename) => {
                let path = [before, &[rename.ident.to_string()]].concat();
                found.push((path, rename.rename.to_string()));
            }
            UseTree::Glob(_) => found.push((before.to_vec(), "*".into())),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| Self::leaves(tree, before, found));
            }
        }
    }

    /// Paths in the text of a macro call, which is no syntax tree.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut half, mut joined) = (Vec::new(), false, false);
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    joined = half;
                    half = mark.spacing() == Spacing::Joint;
                }
                TokenTree::Ident(word) if std::mem::take(&mut joined) => {
                    path.push(word.to_string())
                }
                other => {
                    joined = false;
                    self.note(&std::mem::take(&mut path));
                    match other {
                        TokenTree::Ident(word) => path.push(word.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        _ => {}
                    }
                }
            }
        }
        self.note(&path);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        Self::leaves(&item.tree, &[], &mut leaves);
        for (path, name) in leaves {
            // What a file hands on without `crate` or `super` in front comes from a module below it.
            let below = [&self.module, &path[..]].concat();
            let path = self.absolute(&path).unwrap_or(below);
            if !matches!(item.vis, Visibility::Inherited) && self.depth == 0 {
                self.uses.handed_on.insert(name, path.clone());
            }
            self.uses.paths.push(path);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.content.is_some() {
            self.depth += 1;
            syn::visit::visit_item_mod(self, item);
            self.depth -= 1;
        }
    }

    /// `pub(super)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.note(&words);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.tokens(call.tokens.clone());
    }
}

/// Circles of files that import each other, the first of each named again at its end; perhaps not all that
/// pass through the same files, but none if there is none.
pub fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let mut finished: BTreeSet<&str> = BTreeSet::new();
    let mut circles = Vec::new();
    for start in imports.edges.keys() {
        let mut trail: Vec<&str> = Vec::new();
        while let Some(found) = walk(imports, start, &mut trail, &mut finished) {
            circles.push(found);
            finished.extend(trail.drain(..));
        }
    }
    circles
}

fn walk<'a>(
    imports: &'a Imports,
    file: &'a str,
    trail: &mut Vec<&'a str>,
    finished: &mut BTreeSet<&'a str>,
) -> Option<Vec<String>> {
    if let Some(at) = trail.iter().position(|seen| *seen == file) {
        return Some(trail[at..].iter().chain([&file]).map(|name| name.to_string()).collect());
    }
    if finished.contains(file) {
        return None;
    }
    trail.push(file);
    for next in imports.edges.get(file).into_iter().flatten() {
        if let Some(found) = walk(imports, next, trail, finished) {
            return Some(found);
        }
    }
    trail.pop();
    finished.insert(file);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(files: &[(&str, &str)]) -> Imports {
        let folder = std::env::temp_dir().join(format!(
            "chailou-imports-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let imports = Imports::of(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
        imports
    }

    #[test]
    fn names_are_traced_to_the_file_that_has_them() {
        let found = imports(&[
            ("lib.rs", "mod a; pub use a::One;"),
            ("a/mod.rs", "mod one; mod two; pub use one::One;"),
            ("a/one.rs", "pub struct One; mod tests { use super::One; }"),
            ("a/two.rs", "use super::One; fn f() -> Vec<u8> { vec![crate::b::X] }"),
            ("b.rs", "pub const X: u8 = 1; fn f() { crate::a::One; std::mem::drop(1) }"),
        ]);
        let all: Vec<_> = found.all().collect();
        let expected = [
            ("a", "a::one"),
            ("a::two", "a::one"),
            ("a::two", "b"),
            ("b", "a::one"),
            ("lib", "a::one"),
        ];
        assert_eq!(all, expected);
        assert!(circles(&found).is_empty());
    }

    #[test]
    fn a_circle_is_found_and_told_in_order() {
        let found = imports(&[
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "fn f() { crate::a::A; } pub struct C;"),
        ]);
        assert_eq!(circles(&found), [["a", "b", "c", "a"]]);
    }
}
