//! Which models lie in a folder, told from the paths of its files alone: one rule for what is dropped on the page and what
//! the command line is pointed at.
//!
//! A model is a `config.json` and the weights beside it. Where diffusers saves a whole pipeline, its `unet/` is meant, not
//! the checkpoints below it nor its other parts; a folder's own model goes before those of folders inside it. What is
//! left after that is equal, and whoever asked must choose.

use serde::Serialize;

const CONFIG: &str = "config.json";
const SCHEDULER: &str = "scheduler_config.json";
const PIPELINE: &str = "model_index.json";
/// What diffusers calls the weights, before variant, part and ending.
const USUAL: &str = "diffusion_pytorch_model";
const ENDING: &str = ".safetensors";
const INDEX: &str = ".safetensors.index.json";
/// PyTorch's own formats, which only Python should open.
const PICKLES: [&str; 4] = [".bin", ".pt", ".pth", ".ckpt"];
/// Names of a folder's contents that a message shows.
const SHOWN: usize = 6;
/// Parts that weights can come in, at most.
const MOST_PARTS: usize = 1000;

/// The files of one model, as the paths they were found by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Where it lies; empty where paths have no folder.
    pub folder: String,
    /// Its `config.json`.
    pub config: String,
    /// `scheduler_config.json` beside it, else the nearest in a `scheduler/` further up.
    pub scheduler: Option<String>,
    /// One file, or all the parts of sharded weights in order.
    pub weights: Vec<String>,
}

/// What a folder lacks to be a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// There is no `config.json` anywhere.
    Config,
    /// There is nothing beside `config.json` that could be weights.
    Weights,
    /// The weights are PyTorch's own; `name` is the file.
    Converted,
    /// `name`, one of the parts that sharded weights were saved in.
    Part,
}

/// What is missing, and what is there instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What kind of thing.
    pub lack: Lack,
    /// The file at fault, where there is one.
    pub name: String,
    /// The folder looked at.
    pub folder: String,
    /// The first few names in it, in the order of the paths; folders end in a stroke.
    pub there: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The model; where there are several, they are equal.
    pub candidates: Vec<Candidate>,
    /// Folders of further models, which those go before.
    pub others: Vec<String>,
    /// Why there is no candidate.
    pub missing: Option<Missing>,
}

/// A folder with a `config.json`.
struct Home<'a> {
    folder: &'a str,
    /// What it goes before: everything below its pipeline's folder, or below its own.
    reign: &'a str,
    of_pipeline: bool,
    weights: Result<Vec<Vec<String>>, (Lack, String)>,
}

impl Home<'_> {
    fn goes_before(&self, other: &Self) -> bool {
        let below = other.of_pipeline && !self.of_pipeline && is_within(self.folder, other.reign);
        self.folder != other.folder
            && is_within(other.folder, self.reign)
            && (self.of_pipeline || self.weights.is_ok())
            && !below
    }
}

/// Looks through paths, with strokes between folders. Plain lists, gone through more than once: trees of names would be a
/// tenth of the page's engine.
pub fn find_models(paths: &[String]) -> Found {
    let has = |path: &str| paths.iter().any(|there| there == path);
    let mut homes: Vec<Home<'_>> = Vec::new();
    for (folder, name) in paths.iter().map(|path| split(path)) {
        if name == CONFIG {
            let (above, own) = split(folder);
            let of_pipeline = own == "unet" && has(&join(above, PIPELINE));
            let reign = if of_pipeline { above } else { folder };
            homes.push(Home { folder, reign, of_pipeline, weights: weights(paths, folder) });
        }
    }
    let mut found = Found::default();
    let mut fault = None;
    for home in &homes {
        let first = !homes.iter().any(|other| other.goes_before(home));
        match &home.weights {
            Ok(sets) if first => found.candidates.extend(sets.iter().map(|weights| Candidate {
                folder: home.folder.to_owned(),
                config: join(home.folder, CONFIG),
                scheduler: scheduler(home.folder, &has),
                weights: weights.clone(),
            })),
            Ok(_) => found.others.push(home.folder.to_owned()),
            Err((lack, name)) if first && fault.is_none() => {
                fault = Some((home.folder, *lack, name.clone()));
            }
            Err(_) => {}
        }
    }
    if found.candidates.is_empty() {
        let nothing = || (common(paths), Lack::Config, String::new());
        let (folder, lack, name) = fault.unwrap_or_else(nothing);
        return Found { missing: Some(missing(paths, folder, lack, name)), ..Found::default() };
    }
    found
}

/// How usual a name is for weights: what diffusers calls them, a variant of that (`.fp16.`), any other.
fn rank(stem: &str) -> usize {
    match stem.strip_prefix(USUAL) {
        Some("") => 0,
        Some(rest) if rest.starts_with('.') => 1,
        _ => 2,
    }
}

/// The weights in a folder, those with the most usual kind of name. Several of one kind are equal.
fn weights(paths: &[String], folder: &str) -> Result<Vec<Vec<String>>, (Lack, String)> {
    // Hidden files are no one's: macOS writes ._ files beside each on foreign disks.
    let names = || {
        let inside = paths.iter().map(|path| split(path)).filter(|(place, _)| *place == folder);
        inside.map(|(_, name)| name).filter(|name| !name.starts_with('.'))
    };
    let stems = || names().filter_map(|name| name.strip_suffix(ENDING));
    let index = names().find_map(|name| name.strip_suffix(INDEX));
    let of_parts = |stem| part(stem).map_or(stem, |(stem, ..)| stem);
    let best = stems().map(of_parts).chain(index).map(rank).min();
    let file = |stem: &str| join(folder, &format!("{stem}{ENDING}"));
    let mut sets: Vec<Vec<String>> = Vec::new();
    for stem in stems().filter(|stem| Some(rank(of_parts(stem))) == best) {
        let Some((whole, number, of)) = part(stem) else {
            sets.push(vec![file(stem)]);
            continue;
        };
        let name = |number: usize| format!("{whole}-{number:05}-of-{of:05}");
        let is_there = |number: usize| stems().any(|stem| stem == name(number));
        if stems().any(|stem| stem == whole) || (1..number).any(is_there) {
            continue; // there is the whole, or the part before has brought this one in
        }
        if let Some(gone) = (1..=of).find(|&number| !is_there(number)) {
            return Err((Lack::Part, name(gone) + ENDING));
        }
        sets.push((1..=of).map(|number| file(&name(number))).collect());
    }
    if !sets.is_empty() {
        return Ok(sets);
    }
    Err(match (index, pickle(names())) {
        (Some(stem), _) => (Lack::Part, format!("{stem}-00001-of-…{ENDING}")),
        (None, Some(name)) => (Lack::Converted, name.to_owned()),
        (None, None) => (Lack::Weights, String::new()),
    })
}

/// The file of PyTorch's own that is likeliest to be the weights.
fn pickle<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let of_torch = |name: &&str| PICKLES.iter().any(|ending| name.ends_with(ending));
    names.filter(of_torch).min_by_key(|name| rank(name.split('.').next().unwrap_or_default()))
}

/// Whether a file is weights, a part of some, or the index of such parts.
pub fn is_weights(path: &str) -> bool {
    path.ends_with(ENDING) || path.ends_with(INDEX)
}

/// Whether a file is weights by itself.
pub fn is_whole(path: &str) -> bool {
    split(path).1.strip_suffix(ENDING).is_some_and(|stem| part(stem).is_none())
}

/// `stem-00002-of-00003` as stem, 2 and 3.
fn part(stem: &str) -> Option<(&str, usize, usize)> {
    let (rest, of) = stem.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let count = |digits: &str| digits.parse::<usize>().ok().filter(|_| digits.len() == 5);
    let (number, of) = (count(number)?, count(of)?);
    ((1..=of).contains(&number) && of <= MOST_PARTS).then_some((stem, number, of))
}

/// The scheduler of a model in `folder`: beside it, else the nearest further up, in a folder of its own or not.
fn scheduler(mut folder: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
    loop {
        for place in [folder, &join(folder, "scheduler")] {
            let path = join(place, SCHEDULER);
            if has(&path) {
                return Some(path);
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = split(folder).0;
    }
}

/// What is missing from `folder`, with the first names in it.
fn missing(paths: &[String], folder: &str, lack: Lack, name: String) -> Missing {
    let mut there: Vec<String> = Vec::new();
    let (mut inner, mut more) = ("", 0);
    for path in paths.iter().filter(|path| is_within(split(path).0, folder)) {
        let rest = if folder.is_empty() { path } else { &path[folder.len() + 1..] };
        let name = match rest.split_once('/') {
            // Of a folder's files, which come one after another, the first stands for all.
            Some((first, _)) if first == inner => continue,
            Some((first, _)) => {
                inner = first;
                format!("{first}/")
            }
            None => rest.to_owned(),
        };
        if there.len() < SHOWN { there.push(name) } else { more += 1 }
    }
    Missing { lack, name, folder: folder.to_owned(), there, more }
}

/// The folder that all paths have in common.
fn common(paths: &[String]) -> &str {
    let mut folders = paths.iter().map(|path| split(path).0);
    let Some(mut top) = folders.next() else { return "" };
    for folder in folders {
        while !is_within(folder, top) {
            top = split(top).0;
        }
    }
    top
}

/// Folder and name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether `folder` is `other` or lies inside it.
fn is_within(folder: &str, other: &str) -> bool {
    other.is_empty()
        || folder.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
