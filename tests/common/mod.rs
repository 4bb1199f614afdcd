//! What the native tests share: files, a device, comparison.
#![allow(dead_code, reason = "each test file uses a part")]

use std::path::{Path, PathBuf};
use std::rc::Rc;

use chailou::gpu::{Gpu, Profile};
use chailou::model::Model;
use chailou::run::{Cpu, Device};
use chailou::tensor::TensorMap;

/// A path below the project's root.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn text(path: &Path) -> String {
    String::from_utf8(read(path)).expect("UTF-8")
}

pub fn read_tensors(path: &Path) -> TensorMap {
    TensorMap::from_safetensors(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// (name, folder) of every model in tests/golden/unet, in order.
pub fn golden_unets() -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(project("tests/golden/unet")).expect("tests/golden/unet");
    let dirs = entries.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut all: Vec<_> = dirs.map(|path| (name(&path), path)).collect();
    all.sort();
    assert!(all.len() >= 4, "golden models are missing");
    all
}

/// A device. These tests are worth nothing without one, so there is no skipping.
pub fn gpu(profile: Profile) -> Rc<Gpu> {
    let gpu = pollster::block_on(Gpu::open(Some(profile)));
    let gpu = gpu.expect("a Vulkan adapter: `cargo xtask setup` installs a software one");
    gpu.set_in_flight(2);
    Rc::new(gpu)
}

/// The profiles whose kernels give the same bits in whatever way an operation is lowered. A card's compiler may join
/// products and sums in one of the CPU profile's kernels and not in another, which no adapter it is made for does.
pub fn exact_profiles() -> Vec<Profile> {
    let on_a_card = !gpu(Profile::Gpu).adapter.is_fallback;
    if on_a_card {
        println!("skipped on a graphics card: the CPU profile's kernels, bit by bit");
    }
    Profile::ALL.into_iter().filter(|profile| !on_a_card || *profile == Profile::Gpu).collect()
}

/// The processor with so many threads.
pub fn cpu(threads: usize) -> Device {
    Rc::new(Cpu::with_threads(Some(threads)))
}

/// A device of either kind.
pub trait AnyDevice {
    fn device(&self) -> Device;
}

impl AnyDevice for Rc<Gpu> {
    fn device(&self) -> Device {
        self.clone()
    }
}

impl AnyDevice for Device {
    fn device(&self) -> Device {
        self.clone()
    }
}

/// |got − expected| ≤ atol + rtol·|expected| everywhere; returns the largest difference.
pub fn assert_close(name: &str, got: &[f32], expected: &[f32], atol: f32, rtol: f32) -> f32 {
    assert_eq!(got.len(), expected.len(), "{name}: length");
    let mut worst = 0f32;
    for (i, (&a, &b)) in got.iter().zip(expected).enumerate() {
        let difference = (a - b).abs();
        let close = difference <= atol + rtol * b.abs();
        assert!(close, "{name}[{i}]: got {a}, expected {b} (atol {atol:e}, rtol {rtol:e})");
        worst = worst.max(difference);
    }
    worst
}

/// A model of tests/golden/unet.
pub fn golden_unet(device: &impl AnyDevice, name: &str) -> Model {
    model(device, &project("tests/golden/unet").join(name), None)
}

/// The pretrained model in assets/models/mnist.
pub fn mnist(device: &impl AnyDevice) -> Model {
    let folder = project("assets/models/mnist");
    let scheduler = text(&folder.join("scheduler_config.json"));
    model(device, &folder, Some(&scheduler))
}

/// A model in a folder.
pub fn model(device: &impl AnyDevice, folder: &Path, scheduler: Option<&str>) -> Model {
    let weights = [read(&folder.join("diffusion_pytorch_model.safetensors"))];
    let config = text(&folder.join("config.json"));
    let load = Model::load(device.device(), &config, &weights, scheduler, |_, _, _| {});
    pollster::block_on(load).unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
}

/// An error is one line that names what is wrong.
#[track_caller]
pub fn assert_mentions(error: &str, words: &[&str]) {
    assert!(
        words.iter().all(|word| error.contains(word)),
        "\"{error}\" does not mention {words:?}"
    );
    assert!(!error.contains('\n'), "more than one line: {error}");
}

/// Everything that runs graphs at f32, by name: the shaders of both kernel profiles, and the processor.
pub fn devices() -> [(&'static str, Device); 3] {
    [("CPU profile", gpu(Profile::Cpu)), ("GPU profile", gpu(Profile::Gpu)), ("processor", cpu(1))]
}
