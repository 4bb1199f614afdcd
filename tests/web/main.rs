//! The engine in a real browser: every shader compiles, every operation and whole models give the same numbers as
//! natively, by shaders and on the processor, and the JavaScript surface keeps its promises.
//! `wasm-pack test --headless --chrome --test web`, or `--firefox`; see webdriver.json.
#![cfg(target_arch = "wasm32")]

#[path = "../common/model_gradients.rs"]
mod model_gradients;
#[path = "../common/op_cases/mod.rs"]
mod op_cases;
#[path = "../common/training_twin.rs"]
mod training_twin;

mod data;
mod diffusion;
mod points;
mod surface;
mod training;

use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::{Stream, normals};
use chailou::gpu::{Gpu, Profile};
use chailou::model::{BatchShape, Labels, Model};
use chailou::run::{Cpu, Device, layout};
use chailou::tensor::TensorMap;
use chailou::{bench, chain, ops, train};
use std::rc::Rc;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn gpu(profile: Profile) -> Rc<Gpu> {
    Rc::new(Gpu::open(Some(profile)).await.unwrap_or_else(|e| panic!("{e}")))
}

/// The processor, in the thread of the page.
fn cpu() -> Device {
    Rc::new(Cpu::with_threads(Some(1)))
}

/// Everything that runs graphs at f32, by name: the shaders of both kernel profiles, and the processor.
async fn devices() -> [(&'static str, Device); 3] {
    [
        ("CPU profile", gpu(Profile::Cpu).await),
        ("GPU profile", gpu(Profile::Gpu).await),
        ("processor", cpu()),
    ]
}

/// Largest |got − expected|, which must not exceed `bound`.
fn worst(name: &str, got: &[f32], expected: &[f32], bound: f32) -> f32 {
    assert_eq!(got.len(), expected.len(), "{name}: length");
    let mut worst = 0f32;
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        let near = (a - b).abs() <= bound;
        assert!(near, "{name}[{i}]: got {a}, expected {b} (bound {bound:e})");
        worst = worst.max((a - b).abs());
    }
    worst
}

/// A model of tests/golden/unet as (name, config, weights, golden numbers).
macro_rules! unet {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../golden/unet/", $name, "/config.json")),
            &include_bytes!(concat!(
                "../golden/unet/",
                $name,
                "/diffusion_pytorch_model.safetensors"
            ))[..],
            &include_bytes!(concat!("../golden/unet/", $name, "/golden.safetensors"))[..],
        )
    };
}

type Folder = (&'static str, &'static str, &'static [u8], &'static [u8]);

fn mnist_folder() -> Folder {
    (
        "MNIST",
        include_str!("../../assets/models/mnist/config.json"),
        include_bytes!("../../assets/models/mnist/diffusion_pytorch_model.safetensors"),
        include_bytes!("../golden/mnist.safetensors"),
    )
}

async fn load(device: &Device, (name, config, weights, golden): Folder) -> (Model, TensorMap) {
    let model = Model::load(device.clone(), config, &[weights], None, |_, _, _| {}).await;
    let golden = TensorMap::from_safetensors(golden);
    (model.unwrap_or_else(|e| panic!("{name}: {e}")), golden.expect("golden numbers"))
}

/// Largest error of a model's prediction.
async fn eps_error(device: &Device, folder: Folder, bound: f32) -> f32 {
    let (model, golden) = load(device, folder).await;
    let sample = golden.get("sample").expect("sample");
    let s = &sample.shape;
    let shape = BatchShape { n: s[0], h: s[2], w: s[3] };
    let t: Vec<f64> = golden.get("timestep").unwrap().data.iter().map(|&t| t as f64).collect();
    let labels = golden.get("class_labels").ok();
    let labels = labels.map_or(Labels::None, |l| Labels::Values(&l.data));
    let eps = model.predict(shape, &sample.data, &t, labels).await;
    let eps = eps.unwrap_or_else(|e| panic!("{}: {e}", folder.0));
    worst(folder.0, &eps, &golden.get("eps").unwrap().data, bound)
}

#[wasm_bindgen_test]
async fn every_shader_compiles() {
    let gpu = gpu(Profile::Cpu).await;
    console_log!("adapter: {}", surface::adapter_name().await);
    let network = ops::kernels().into_iter().chain([bench::kernel()]);
    let network = network.map(|kernel| (kernel, gpu.layout.clone()));
    let routines = [chain::routines(), train::batch_routines(), train::optimizer_routines()];
    let routines = routines.into_iter().flatten().map(|r| (r.kernel, layout(&gpu, r.access)));
    let all: Vec<_> = network.chain(routines).collect();
    gpu.warm_up(&all, |_, _, _| {}).await.unwrap_or_else(|e| panic!("{e}"));
    gpu.check().unwrap_or_else(|e| panic!("{e}"));
    // A shader that draws needs a canvas for its pipeline, not for being compiled.
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::Validation);
    let present = include_str!("../../shaders/present.wgsl");
    let module = |wgsl: &'static str| {
        let source = wgpu::ShaderSource::Wgsl(wgsl.into());
        let label = Some("tested");
        gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source })
    };
    let _ = module(present);
    if let Some(error) = scope.pop().await {
        panic!("present: {error}");
    }
    // And a shader that must not compile does not, so the silence above means something.
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::Validation);
    let _ = module("fn f() { let x: u32 = 1.5; }");
    assert!(scope.pop().await.is_some());
}

async fn operations(name: &str, device: Device) {
    for (kind, cases) in [
        ("PyTorch", op_cases::pytorch()),
        ("random", op_cases::random()),
        ("differentiable", op_cases::differentiable()),
    ] {
        let mut apart = 0f32;
        for case in &cases {
            match op_cases::check(case, &*device).await {
                Ok((found, _)) => apart = apart.max(found),
                Err(failure) => panic!("{name}, {failure}"),
            }
        }
        let count = cases.len();
        console_log!("{name}, {count} {kind} cases: from twin {apart:.1e}");
    }
}

#[wasm_bindgen_test]
async fn operations_in_the_cpu_profile() {
    operations("CPU profile", gpu(Profile::Cpu).await).await;
}

#[wasm_bindgen_test]
async fn operations_in_the_gpu_profile() {
    operations("GPU profile", gpu(Profile::Gpu).await).await;
}

#[wasm_bindgen_test]
async fn operations_on_the_processor() {
    operations("processor", cpu()).await;
}

async fn gradients(name: &str, device: Device) {
    let cases = op_cases::differentiable();
    let mut apart = 0f32;
    for case in &cases {
        match op_cases::check_gradients(case, &*device).await {
            Ok(case) => apart = apart.max(case),
            Err(failure) => panic!("{name}, {failure}"),
        }
    }
    let count = cases.len();
    console_log!("{name}, gradients of {count} cases: from twin {apart:.1e}");
    let (model, config, weights, _) = unet!("mnist_like");
    let golden = include_bytes!("../golden/unet/mnist_like/gradients.safetensors");
    let case = model_gradients::Case::new(model, config, weights, golden);
    let apart = case.against_pytorch(&case.on(&*device).await);
    assert!(apart.loss <= 1e-5 && apart.gradient <= 1e-4, "{name}, {model}: {apart}");
    console_log!("{name}, {model}: from PyTorch: {apart}");
}

#[wasm_bindgen_test]
async fn gradients_in_the_cpu_profile() {
    gradients("CPU profile", gpu(Profile::Cpu).await).await;
}

#[wasm_bindgen_test]
async fn gradients_in_the_gpu_profile() {
    gradients("GPU profile", gpu(Profile::Gpu).await).await;
}

#[wasm_bindgen_test]
async fn gradients_on_the_processor() {
    gradients("processor", cpu()).await;
}

#[wasm_bindgen_test]
fn sinusoids() {
    for (name, got, expected) in op_cases::sinusoids() {
        worst(&name, &got, &expected, 1e-4);
    }
}

#[wasm_bindgen_test]
async fn small_models_predict_what_diffusers_predicts() {
    for (name, device) in devices().await {
        for folder in [
            unet!("asymmetric_no_mid_attention"),
            unet!("ddpm_old_names"),
            unet!("fourier_scale_shift"),
            unet!("learned_identity_no_mid"),
            unet!("mnist_like"),
            unet!("odd_heads_timestep_class"),
        ] {
            let error = eps_error(&device, folder, 1e-4).await;
            console_log!("{name}, {}: max |Δε| {error:.1e}", folder.0);
        }
    }
}

#[wasm_bindgen_test]
async fn mnist_predicts_what_diffusers_predicts() {
    for (name, device) in devices().await {
        let error = eps_error(&device, mnist_folder(), 1e-4).await;
        console_log!("{name}, MNIST: max |Δε| {error:.1e}");
    }
}

#[wasm_bindgen_test]
async fn mnist_samples_what_diffusers_samples() {
    let shaders: Device = gpu(Profile::Cpu).await;
    for device in [shaders, cpu()] {
        sample_mnist(&device).await;
    }
}

async fn sample_mnist(device: &Device) {
    let (model, golden) = load(device, mnist_folder()).await;
    let first = |name: &str| golden.get(name).expect(name).data[..784].to_vec();
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        labels: golden.get("labels").unwrap().data[..1].to_vec(),
        start: Some(first("x_T")),
        ..Default::default()
    };
    let start = js_sys::Date::now();
    let chain = Chain::new(&model, options).unwrap_or_else(|e| panic!("{e}"));
    chain.step(50).await.unwrap_or_else(|e| panic!("{e}"));
    let x_0 = chain.read(Picture::X, None).await.unwrap_or_else(|e| panic!("{e}"));
    let error = worst("DDIM-50", &x_0, &first("ddim50/x_0"), 1e-3);
    let ms = (js_sys::Date::now() - start) / 50.0;
    console_log!("DDIM-50: max |Δx_0| {error:.1e}, {ms:.0} ms a step");
}

/// Sizes beyond what 32 bits can count must not wrap around to something that fits.
#[wasm_bindgen_test]
async fn a_batch_too_large_to_count_is_refused() {
    let (model, _) = load(&(gpu(Profile::Cpu).await as _), unet!("mnist_like")).await;
    for batch in [20_000, 170_000, 340_000, 1 << 20] {
        let error = Chain::new(&model, ChainOptions { batch, ..Default::default() }).err();
        let error = error.unwrap_or_else(|| panic!("{batch} images fit?")).to_string();
        assert!(error.contains("too large"), "{batch}: {error}");
    }
}

#[wasm_bindgen_test]
async fn the_generator_on_the_device_is_the_one_in_rust() {
    for (_, device) in devices().await {
        noise_is_the_generators(&device).await;
    }
}

async fn noise_is_the_generators(device: &Device) {
    let (model, _) = load(device, unet!("ddpm_old_names")).await;
    let (batch, image) = (20, 3 * 16 * 16);
    for seed in [0, 0xdead_beef_0000_0007] {
        // One step of a walk from black is noise times σ.
        let options = ChainOptions {
            direction: Direction::Demolish,
            steps: Some(1),
            seed,
            batch,
            start: Some(vec![0.0; batch * image]),
            ..Default::default()
        };
        let chain = Chain::new(&model, options).unwrap_or_else(|e| panic!("{e}"));
        chain.step(1).await.unwrap_or_else(|e| panic!("{e}"));
        let sigma = chain.steps()[0].sigma as f32;
        let x = chain.read(Picture::X, None).await.unwrap_or_else(|e| panic!("{e}"));
        let z: Vec<f32> = x.into_iter().map(|v| v / sigma).collect();
        let expected = normals(seed, Stream::Demolish, 0, batch * image);
        let error = worst(&format!("seed {seed}"), &z, &expected, 1e-4);
        let options = ChainOptions { steps: Some(2), seed, batch, ..Default::default() };
        let chain = Chain::new(&model, options).unwrap_or_else(|e| panic!("{e}"));
        let x_t = chain.read(Picture::X, None).await.unwrap_or_else(|e| panic!("{e}"));
        let expected = normals(seed, Stream::Start, 0, batch * image);
        let start = worst(&format!("x_T of seed {seed}"), &x_t, &expected, 1e-4);
        console_log!("seed {seed:#x}: max |Δz| {error:.1e}, max |Δx_T| {start:.1e}");
    }
}

#[wasm_bindgen_test]
async fn twenty_training_steps_are_the_twins() {
    for (name, device) in devices().await {
        let apart = training_twin::twenty_steps(device).await;
        console_log!("{name}: losses differ by {apart:.1e} at most");
    }
}

#[wasm_bindgen_test]
async fn two_moons_are_learnt() {
    let moons = bench::two_moons(&cpu(), 400, 1).await;
    let moons = moons.unwrap_or_else(|e| panic!("{e}"));
    console_log!("{moons:?}");
    assert!(moons.distance < 1.8, "{moons:?}");
}
