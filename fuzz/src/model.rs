//! A model's folder: `config.json`, `scheduler_config.json`, the safetensors; by itself, and as a small folder that is
//! right but for a few edits, which is loaded on the processor and asked for a prediction and for a chain's plan; and what
//! models there are among the paths of a drop.

use std::rc::Rc;

use arbitrary::{Result, Unstructured};
use chailou::chain::ChainOptions;
use chailou::model::{BatchShape, Labels, Model};
use chailou::nn::Architecture;
use chailou::run::{Cpu, Device};
use chailou::tensor::TensorMap;
use chailou::weights::{Dtype, Found, SchedulerConfig, find_models};
use pollster::block_on;
use serde_json::{Map, Value, json};

use super::edit::{damaged, text};
use super::sentence;

/// Models of more parameters are planned, but neither made nor run: it is the loader that is tried here.
const MOST_PARAMETERS: usize = 20_000;
/// Nor do larger pictures show more of it.
const MOST_PIXELS: usize = 1024;

/// See the [module documentation](self).
pub fn model(data: &[u8]) {
    let _ = run(&mut Unstructured::new(data));
}

fn run(u: &mut Unstructured) -> Result<()> {
    match u.int_in_range(0..=7)? {
        0 => drop(sentence(TensorMap::from_safetensors(u.bytes(u.len())?))),
        1 => drop(sentence(Architecture::from_json(&text(u)?))),
        2 => drop(sentence(SchedulerConfig::from_json(&text(u)?))),
        3 => paths(u)?,
        _ => folder(u)?,
    }
    Ok(())
}

fn folder(u: &mut Unstructured) -> Result<()> {
    let config = configuration(u)?;
    let config = edited(u, config)?;
    let scheduler = edited(u, scheduler_file())?;
    let scheduler = sentence(SchedulerConfig::from_json(&scheduler));
    if let Some(scheduler) = &scheduler {
        let options = ChainOptions { seed: u.arbitrary()?, ..ChainOptions::default() };
        drop(sentence(options.plan(Some(scheduler))));
    }
    let Some(architecture) = sentence(Architecture::from_json(&config)) else { return Ok(()) };
    let Some(((h, w), net)) = sentence(architecture.usual()) else { return Ok(()) };
    let parts = net.graph.params().iter().flat_map(|param| &param.parts);
    let parameters = parts.map(|part| part.elements()).fold(0usize, usize::saturating_add);
    if parameters > MOST_PARAMETERS || h * w > MOST_PIXELS {
        return Ok(());
    }
    let Some(weights) = sentence(architecture.initial_weights(1)) else { return Ok(()) };
    let bytes = weights.to_safetensors(*u.choose(&[Dtype::F32, Dtype::F16])?);
    let bytes = damaged(bytes.expect("numbers of an initialisation fit every type"), u)?;
    let parts = vec![bytes; u.int_in_range(1..=2)?];
    let device: Device = Rc::new(Cpu::with_threads(Some(1)));
    let scheduler = scheduler.map(|scheduler| serde_json::to_string(&scheduler).expect("is JSON"));
    let loaded = Model::load(device, &config, &parts, scheduler.as_deref(), |_, _, _| ());
    let Some(model) = sentence(block_on(loaded)) else { return Ok(()) };
    drop(sentence(block_on(model.save())));
    let x = vec![0.5; architecture.in_channels() * h * w];
    let one = BatchShape { n: 1, h, w };
    drop(sentence(block_on(model.predict(one, &x, &[999.0], Labels::None))));
    drop(sentence(block_on(model.predict(one, &x, &[u.arbitrary()?], Labels::Values(&[1.0])))));
    Ok(())
}

/// Names of a drop, which say what there is before a byte of it is read.
fn paths(u: &mut Unstructured) -> Result<()> {
    const FOLDERS: [&str; 8] =
        ["", "a", "a/unet", "a/scheduler", "a/checkpoint-5/unet", "b", "b/拆楼", "."];
    let names = [
        "config.json",
        "scheduler_config.json",
        "model_index.json",
        "diffusion_pytorch_model.safetensors",
        "diffusion_pytorch_model.fp16.safetensors",
        "diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model-00001-of-00002.safetensors",
        "diffusion_pytorch_model-00002-of-00002.safetensors",
        "diffusion_pytorch_model-99999-of-99999.safetensors",
        "model.safetensors",
        "pytorch_model.bin",
        "._config.json",
    ];
    let mut paths: Vec<String> = Vec::new();
    for _ in 0..u.int_in_range(0..=12)? {
        let (folder, name) = (*u.choose(&FOLDERS)?, *u.choose(&names)?);
        let name = if u.ratio(1, 8)? { u.arbitrary()? } else { name };
        paths.push(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") });
    }
    let Found { candidates, missing, .. } = find_models(&paths);
    assert_eq!(candidates.is_empty(), missing.is_some(), "neither a model nor a reason");
    let named = candidates
        .iter()
        .flat_map(|found| found.weights.iter().chain([&found.config]).chain(&found.scheduler));
    named.for_each(|name| assert!(paths.contains(name), "{name:?} is not there"));
    Ok(())
}

/// Small networks of every kind.
fn configuration(u: &mut Unstructured) -> Result<Value> {
    let unet = || {
        json!({
            "_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 1, "out_channels": 1,
            "layers_per_block": 1, "block_out_channels": [4, 8], "norm_num_groups": 2,
            "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
            "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "attention_head_dim": 4,
        })
    };
    Ok(match u.int_in_range(0..=3)? {
        0 => json!({"_class_name": "PointMlp"}),
        1 => unet(),
        2 => with(unet(), "num_class_embeds", json!(3)),
        _ => with(unet(), "time_embedding_type", json!("fourier")),
    })
}

fn scheduler_file() -> Value {
    json!({
        "_class_name": "DDPMScheduler", "num_train_timesteps": 1000, "beta_start": 1e-4,
        "beta_end": 0.02, "beta_schedule": "linear", "clip_sample": true,
    })
}

fn with(mut config: Value, key: &str, value: Value) -> Value {
    config[key] = value;
    config
}

/// Keys of all three files, and one that nobody knows.
const KEYS: [&str; 47] = [
    "_class_name",
    "sample_size",
    "in_channels",
    "out_channels",
    "layers_per_block",
    "block_out_channels",
    "down_block_types",
    "up_block_types",
    "mid_block_type",
    "norm_num_groups",
    "norm_eps",
    "attention_head_dim",
    "attn_norm_num_groups",
    "num_class_embeds",
    "class_embed_type",
    "time_embedding_type",
    "freq_shift",
    "flip_sin_to_cos",
    "mid_block_scale_factor",
    "downsample_padding",
    "downsample_type",
    "upsample_type",
    "dropout",
    "act_fn",
    "resnet_time_scale_shift",
    "add_attention",
    "num_train_timesteps",
    "center_input_sample",
    "time_embedding_dim",
    "null_class",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "clip_sample",
    "clip_sample_range",
    "prediction_type",
    "predict_epsilon",
    "timestep_spacing",
    "steps_offset",
    "variance_type",
    "eta",
    "set_alpha_to_one",
    "solver_order",
    "thresholding",
    "rescale_betas_zero_snr",
    "of nobody",
];

/// Words that some key knows.
const WORDS: [&str; 32] = [
    "UNet2DModel",
    "PointMlp",
    "DDPMScheduler",
    "DDIMScheduler",
    "DPMSolverMultistepScheduler",
    "CMStochasticIterativeScheduler",
    "DownBlock2D",
    "AttnDownBlock2D",
    "ResnetDownsampleBlock2D",
    "SkipDownBlock2D",
    "UpBlock2D",
    "AttnUpBlock2D",
    "ResnetUpsampleBlock2D",
    "UNetMidBlock2D",
    "positional",
    "fourier",
    "learned",
    "timestep",
    "identity",
    "conv",
    "resnet",
    "scale_shift",
    "silu",
    "linear",
    "scaled_linear",
    "squaredcos_cap_v2",
    "trailing",
    "linspace",
    "epsilon",
    "v_prediction",
    "fixed_large",
    "",
];

/// The file with some keys set to anything, as text.
fn edited(u: &mut Unstructured, file: Value) -> Result<String> {
    let mut object: Map<String, Value> = file.as_object().cloned().unwrap_or_default();
    for _ in 0..u.int_in_range(0..=5)? {
        let key = *u.choose(&KEYS)?;
        match u.ratio(1, 8)? {
            true => drop(object.remove(key)),
            false => drop(object.insert(key.to_owned(), value(u, 2)?)),
        }
    }
    Ok(Value::Object(object).to_string())
}

fn value(u: &mut Unstructured, depth: usize) -> Result<Value> {
    Ok(match u.int_in_range(0..=if depth == 0 { 6 } else { 8 })? {
        0 => Value::Null,
        1 => json!(u.arbitrary::<bool>()?),
        2 => json!(u.int_in_range(0..=64)?),
        3 => json!(u.arbitrary::<i64>()?),
        4 => json!(u.arbitrary::<u64>()?),
        5 => json!(u.arbitrary::<f64>()?),
        6 => json!(u.choose(&WORDS)?),
        7 => (0..u.int_in_range(0..=5)?).map(|_| value(u, depth - 1)).collect::<Result<Value>>()?,
        _ => json!({"of nobody": value(u, depth - 1)?}),
    })
}
