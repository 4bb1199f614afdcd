//! Computes the golden numbers anew with the scripts that stand beside them.

use crate::command::{Result, find_program, output, program, root, run};

pub fn golden() -> Result {
    let python = find_program(&["python3"]).ok_or("python3 is missing")?;
    let needs = ["-c", "import torch, diffusers, safetensors"];
    output(program(&python).args(needs)).ok_or(
        "python3 lacks torch, diffusers or safetensors: pip install -r pretrain/requirements.txt",
    )?;
    let folder = root().join("tests/golden");
    let mut scripts: Vec<_> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "py"))
        .collect();
    // The models first: make_unets.py empties the folder that others add gradients to.
    scripts.sort_by_key(|script| (!script.ends_with("make_unets.py"), script.clone()));
    scripts.iter().try_for_each(|script| run(program(&python).arg(script)))
}
