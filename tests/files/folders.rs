//! Which models lie in a folder, by paths alone: what the page finds in a drop and the command line in a directory.

use chailou::weights::{Candidate, Found, Lack, find_models, is_weights, is_whole};

fn find(paths: &[&str]) -> Found {
    find_models(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
}

/// The only model there.
#[track_caller]
fn the_one(paths: &[&str]) -> Candidate {
    let found = find(paths);
    assert_eq!(found.candidates.len(), 1, "{found:?}");
    found.candidates[0].clone()
}

/// Folders of those that are equal.
fn equal(paths: &[&str]) -> Vec<String> {
    find(paths).candidates.into_iter().map(|one| one.folder).collect()
}

const W: &str = "diffusion_pytorch_model.safetensors";

/// A model's two files in each folder.
fn models(folders: &[&str]) -> Vec<String> {
    folders.iter().flat_map(|f| [format!("{f}/config.json"), format!("{f}/{W}")]).collect()
}

#[test]
fn the_three_files_of_a_folder_or_loose_are_a_model() {
    for folder in ["", "m/", "/tmp/some where/m/", "a/b/c/d/"] {
        let path = |name: &str| format!("{folder}{name}");
        let (config, scheduler, weights) =
            (path("config.json"), path("scheduler_config.json"), path(W));
        let one = the_one(&[&weights, &scheduler, &config, &path("README.md")]);
        assert_eq!(one.folder, folder.trim_end_matches('/'));
        assert_eq!(
            (one.config, one.scheduler, one.weights),
            (config, Some(scheduler), vec![weights])
        );
    }
    assert_eq!(the_one(&["m/config.json", "m/model.safetensors"]).scheduler, None);
}

#[test]
fn a_pipelines_unet_goes_before_its_checkpoints_and_its_other_parts() {
    let mut paths =
        models(&["p/unet", "p/checkpoint-500/unet", "p/checkpoint-500/unet_ema", "p/vae"]);
    paths.extend(["p/model_index.json", "p/scheduler/scheduler_config.json"].map(String::from));
    let found = find_models(&paths);
    assert_eq!(found.candidates.len(), 1);
    assert_eq!(found.candidates[0].folder, "p/unet");
    let scheduler = Some("p/scheduler/scheduler_config.json".to_owned());
    assert_eq!(found.candidates[0].scheduler, scheduler);
    assert_eq!(found.others, ["p/checkpoint-500/unet", "p/checkpoint-500/unet_ema", "p/vae"]);
    // A checkpoint alone: weights and their moving average are equal, and the scheduler is the pipeline's.
    paths.retain(|path| path.contains("checkpoint") || path.contains("scheduler"));
    let found = find_models(&paths);
    let folders: Vec<_> = found.candidates.iter().map(|one| one.folder.as_str()).collect();
    assert_eq!(folders, ["p/checkpoint-500/unet", "p/checkpoint-500/unet_ema"]);
    assert!(found.candidates.iter().all(|one| one.scheduler == scheduler));
    // A checkpoint is not taken in place of a pipeline's own that cannot be read.
    let mut paths = models(&["p/checkpoint-500/unet"]);
    paths.extend(["p/model_index.json", "p/unet/config.json"].map(String::from));
    paths.push("p/unet/diffusion_pytorch_model.bin".into());
    assert_eq!(find_models(&paths).missing.unwrap().lack, Lack::Converted);
}

#[test]
fn a_folders_own_model_goes_before_those_inside_it_and_equals_are_all_told() {
    let two = models(&["a/m", "b/m"]);
    let two: Vec<&str> = two.iter().map(String::as_str).collect();
    assert_eq!(equal(&two), ["a/m", "b/m"]);
    let above = models(&["m", "m/checkpoint-1", "m/checkpoint-2", "mm"]);
    let above: Vec<&str> = above.iter().map(String::as_str).collect();
    assert_eq!(equal(&above), ["m", "mm"]);
    // A config.json without weights, as hubs count downloads by, hides nothing.
    assert_eq!(
        the_one(&["m/config.json", "m/unet/config.json", &format!("m/unet/{W}")]).folder,
        "m/unet"
    );
    // A pipeline with a model of its own at the top as well.
    let mixed = ["config.json", W, "model_index.json", "unet/config.json", &format!("unet/{W}")];
    assert_eq!(the_one(&mixed).folder, "unet");
}

#[test]
fn weights_are_known_by_their_names() {
    let weights = |names: &[&str]| {
        let paths: Vec<&str> = ["config.json"].iter().chain(names).copied().collect();
        find(&paths).candidates.into_iter().map(|one| one.weights).collect::<Vec<_>>()
    };
    let fp16 = "diffusion_pytorch_model.fp16.safetensors";
    assert_eq!(weights(&[fp16, "optimizer.safetensors"]), [[fp16]]);
    assert_eq!(weights(&[fp16, W, "ema.safetensors"]), [[W]]);
    assert_eq!(weights(&["mine.safetensors", "._mine.safetensors"]), [["mine.safetensors"]]);
    assert_eq!(
        weights(&["a.safetensors", "b.safetensors"]),
        [["a.safetensors"], ["b.safetensors"]]
    );
    for stem in ["diffusion_pytorch_model", "diffusion_pytorch_model.fp16", "model"] {
        let part = |n: usize| format!("{stem}-{n:05}-of-00003.safetensors");
        let [a, b, c] = [part(1), part(2), part(3)];
        let index = format!("{stem}.safetensors.index.json");
        assert_eq!(weights(&[&c, &index, &a, &b]), [[a.as_str(), &b, &c]]);
        assert_eq!(weights(&[&a, &b, &c]), [[a.as_str(), &b, &c]], "without an index");
        let missing = find(&["config.json", &index, &a, &c]).missing.unwrap();
        assert_eq!((missing.lack, missing.name), (Lack::Part, b));
        assert_eq!(find(&["config.json", &index]).missing.unwrap().lack, Lack::Part);
    }
    // Numbers of parts that are none, or absurd, are only a name.
    for odd in
        ["m-00000-of-00002.safetensors", "m-99999-of-99999.safetensors", "m-1-of-2.safetensors"]
    {
        assert_eq!(weights(&[odd]), [[odd]]);
    }
}

#[test]
fn weights_by_themselves_are_told_from_parts_wherever_they_lie() {
    for (path, weights, whole) in [
        (W, true, true),
        ("/a/state-of-art/model.fp16.safetensors", true, true),
        ("m-00001-of-00002.safetensors", true, false),
        ("m-1-of-2.safetensors", true, true),
        ("m.safetensors.index.json", true, false),
        ("config.json", false, false),
    ] {
        assert_eq!((is_weights(path), is_whole(path)), (weights, whole), "{path}");
    }
}

#[test]
fn what_is_missing_is_told_with_a_handful_of_what_is_there() {
    let lack = |paths: &[&str]| find(paths).missing.unwrap();
    let none = lack(&[]);
    assert_eq!((none.lack, none.there.len(), none.more), (Lack::Config, 0, 0));
    let many: Vec<String> = (0..5000).map(|i| format!("d/sub/{i:04}.png")).collect();
    let missing = find_models(&many).missing.unwrap();
    assert_eq!((missing.folder.as_str(), missing.there.len(), missing.more), ("d/sub", 6, 4994));
    let missing = lack(&["d/a/x.json", "d/b/y.json", "d/README.md"]);
    assert_eq!((missing.lack, missing.folder.as_str()), (Lack::Config, "d"));
    assert_eq!(missing.there, ["a/", "b/", "README.md"]);
    let missing = lack(&["m/config.json", "m/notes.txt"]);
    assert_eq!((missing.lack, missing.folder.as_str()), (Lack::Weights, "m"));
    for pickle in ["diffusion_pytorch_model.bin", "model.pt", "last.ckpt", "w.pth"] {
        let missing = lack(&["config.json", pickle]);
        assert_eq!((missing.lack, missing.name.as_str()), (Lack::Converted, pickle));
    }
    let both = lack(&["config.json", "a_optimizer.bin", "diffusion_pytorch_model.fp16.bin"]);
    assert_eq!(both.name, "diffusion_pytorch_model.fp16.bin");
}
