//! Whole models against PyTorch's autograd: the training loss and its gradient by every weight, from the
//! f64 twins, from the shaders of both kernel profiles and from the processor.
//! Numbers: tests/golden/make_gradients.py, make_mlp.py.

use crate::common::{
    assert_close, cpu, devices, golden_unets, gpu, model, project, read, read_tensors, text,
};
use crate::model_gradients::Case;
use chailou::diffusion::Schedule;
use chailou::gpu::Profile;
use chailou::model::{BatchShape, Labels};
use chailou::run::{Backend, Device};
use std::path::PathBuf;

fn folders() -> Vec<(String, PathBuf)> {
    let mlp = ("mlp".to_string(), project("tests/golden/mlp"));
    golden_unets().into_iter().chain([mlp]).collect()
}

fn open(folder: &(String, PathBuf)) -> Case {
    open_copies(1, folder)
}

fn open_copies(copies: usize, (name, folder): &(String, PathBuf)) -> Case {
    let file = |file: &str| folder.join(file);
    let weights = read(&file("diffusion_pytorch_model.safetensors"));
    let golden = read(&file("gradients.safetensors"));
    Case::of_copies(copies, name, &text(&file("config.json")), &weights, &golden)
}

#[test]
fn the_noised_batch_is_the_schedules() {
    let schedule = Schedule::linear(1e-4, 0.02, 1000).unwrap();
    for (name, folder) in folders() {
        let golden = read_tensors(&folder.join("gradients.safetensors"));
        let tensor = |key: &str| golden.get(key).unwrap();
        let (x_0, noise, x_t) = (tensor("x_0"), tensor("noise"), tensor("x_t"));
        let (image, noise_image) = (x_0.data.len() / x_0.shape[0], noise.data.len() / x_0.shape[0]);
        let mixed = |i: usize| {
            let alpha_bar = schedule.alpha_bars()[tensor("timestep").data[i / image] as usize];
            let noise = noise.data[i / image * noise_image + i % image] as f64;
            (alpha_bar.sqrt() * x_0.data[i] as f64 + (1.0 - alpha_bar).sqrt() * noise) as f32
        };
        let mixed: Vec<f32> = (0..x_0.data.len()).map(mixed).collect();
        assert_close(&name, &x_t.data, &mixed, 1e-6, 1e-6);
    }
}

#[test]
fn the_denoiser_of_points_predicts_what_pytorch_predicts() {
    let folder = project("tests/golden/mlp");
    let golden = read_tensors(&folder.join("golden.safetensors"));
    let tensor = |key: &str| &golden.get(key).unwrap().data[..];
    for (name, device) in devices() {
        let model = model(&device, &folder, None);
        let timesteps: Vec<f64> = tensor("timestep").iter().map(|&t| t as f64).collect();
        let shape = BatchShape { n: timesteps.len(), h: 1, w: 1 };
        let labels = Labels::Values(tensor("class_labels"));
        let eps = model.predict(shape, tensor("sample"), &timesteps, labels);
        let eps = pollster::block_on(eps).unwrap();
        let worst = assert_close("mlp", &eps, tensor("eps"), 1e-5, 1e-5);
        println!("mlp, {name}: max |Δε| {worst:.1e}");
    }
}

#[test]
fn the_twins_find_pytorchs_gradients() {
    for folder in folders() {
        let case = open(&folder);
        let apart = case.against_pytorch(&case.twin());
        println!("{}: twin from PyTorch: {apart}", folder.0);
        assert!(apart.loss <= 2e-6 && apart.gradient <= 1e-5, "{}: {apart}", folder.0);
    }
}

fn finds_pytorchs_gradients(name: &str, device: &dyn Backend) {
    for folder in folders() {
        let case = open(&folder);
        let found = pollster::block_on(case.on(device));
        let apart = case.against_pytorch(&found);
        println!("{}, {name} from PyTorch: {apart}", folder.0);
        assert!(apart.loss <= 1e-5 && apart.gradient <= 1e-4, "{}: {apart}", folder.0);
        let again = pollster::block_on(case.on(device));
        assert!(again == found, "{}: another run gives other bits", folder.0);
    }
}

#[test]
fn the_shaders_find_pytorchs_gradients_in_the_cpu_profile() {
    finds_pytorchs_gradients("CPU profile", &*gpu(Profile::Cpu));
}

#[test]
fn the_shaders_find_pytorchs_gradients_in_the_gpu_profile() {
    finds_pytorchs_gradients("GPU profile", &*gpu(Profile::Gpu));
}

#[test]
fn the_processor_finds_pytorchs_gradients() {
    finds_pytorchs_gradients("processor", &*cpu(1));
}

/// In a batch this large some norms and concatenations are computed again, in the small ones above they are kept.
#[test]
fn what_is_computed_again_gives_the_same_gradients() {
    let folder = ("mnist_like".to_string(), project("tests/golden/unet/mnist_like"));
    let again = |case: &Case| {
        let outputs = case.graph.nodes().iter().map(|node| case.graph.tensor_name(node.output));
        outputs.filter(|name| name.ends_with(" again")).count()
    };
    let case = open_copies(48, &folder);
    assert_eq!((again(&open(&folder)), again(&case) > 10), (0, true), "{} again", again(&case));
    let shaders: Device = gpu(Profile::Cpu);
    for device in [shaders, cpu(1)] {
        let apart = case.against_pytorch(&pollster::block_on(case.on(&*device)));
        println!("from PyTorch, {} tensors computed again: {apart}", again(&case));
        assert!(apart.loss <= 1e-5 && apart.gradient <= 1e-4, "{apart}");
    }
}
