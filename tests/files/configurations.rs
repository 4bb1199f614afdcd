//! config.json and scheduler_config.json, good and bad: whatever is wrong is refused by the name of its key.

use crate::common::{assert_mentions, project, text};
use chailou::Error;
use chailou::diffusion::PredictionType;
use chailou::nn::{Architecture, UNetConfig};
use chailou::weights::SchedulerConfig;
use serde_json::{Value, json};

fn mnist(name: &str) -> Value {
    let file = text(&project("assets/models/mnist").join(name));
    serde_json::from_str(&file).unwrap()
}

fn mnist_config() -> Value {
    mnist("config.json")
}

/// The error of the MNIST configuration with one key changed.
#[track_caller]
fn config_error(key: &str, value: Value) -> String {
    let mut config = mnist_config();
    config[key] = value;
    match UNetConfig::from_json(&config.to_string()).unwrap_err() {
        Error::Config(sentence) => sentence,
        other => panic!("unexpected kind of error: {other:?}"),
    }
}

#[test]
fn unsupported_configurations_are_refused_by_name() {
    let skip = json!(["SkipDownBlock2D", "DownBlock2D", "DownBlock2D"]);
    assert_mentions(
        &config_error("down_block_types", skip),
        &["down_block_types", "SkipDownBlock2D"],
    );
    let skip = json!(["SkipUpBlock2D", "UpBlock2D", "UpBlock2D"]);
    assert_mentions(&config_error("up_block_types", skip), &["up_block_types", "SkipUpBlock2D"]);
    for (key, value) in [
        ("_class_name", "UNet2DConditionModel"),
        ("act_fn", "tanh"),
        ("resnet_time_scale_shift", "ada_group"),
        ("time_embedding_type", "rotary"),
        ("class_embed_type", "projection"),
        ("mid_block_type", "UNetMidBlock2DCrossAttn"),
        ("downsample_type", "fir"),
        ("upsample_type", "deconv"),
    ] {
        assert_mentions(&config_error(key, json!(value)), &[key, value]);
    }
}

#[test]
fn contradictory_configurations_are_refused_by_key() {
    for (key, value) in [
        ("down_block_types", json!(["DownBlock2D"])),
        ("up_block_types", json!(["UpBlock2D"])),
        ("block_out_channels", json!([])),
        ("block_out_channels", json!([32, 64, 60])),
        ("block_out_channels", json!([32, 64, 0])),
        ("block_out_channels", json!([32, 64, 1u64 << 40])),
        ("block_out_channels", json!("32")),
        ("block_out_channels", json!([32.5, 64, 64])),
        ("norm_num_groups", json!(0)),
        ("norm_num_groups", json!(null)),
        ("attn_norm_num_groups", json!(7)),
        ("attention_head_dim", json!(0)),
        ("attention_head_dim", json!(65)),
        ("in_channels", json!(0)),
        ("in_channels", json!(-1)),
        ("layers_per_block", json!(0)),
        ("layers_per_block", json!(1u64 << 50)),
        ("layers_per_block", json!("two")),
        ("downsample_padding", json!(2)),
        ("norm_eps", json!("small")),
        ("norm_eps", json!(-1e-5)),
        ("mid_block_scale_factor", json!(0)),
        ("freq_shift", json!(16)),
        ("num_class_embeds", json!(0)),
        ("sample_size", json!("28")),
    ] {
        assert_mentions(&config_error(key, value), &[key]);
    }
    assert_mentions(&config_error("null_class", json!(11)), &["null_class = 11", "11"]);
    assert_mentions(
        &config_error("time_embedding_type", json!("learned")),
        &["num_train_timesteps"],
    );
    for key in [
        "_class_name",
        "in_channels",
        "out_channels",
        "down_block_types",
        "up_block_types",
        "block_out_channels",
        "layers_per_block",
    ] {
        let mut config = mnist_config();
        config.as_object_mut().unwrap().remove(key);
        assert_mentions(
            &UNetConfig::from_json(&config.to_string()).unwrap_err().to_string(),
            &["lacks", key],
        );
    }
    let text = mnist_config().to_string();
    assert!(UNetConfig::from_json(&format!("\u{feff}{text}")).is_ok(), "begins with a BOM");
    for text in ["", "{", "[]", "null", "\u{feff}[]", &"[".repeat(10_000)] {
        assert_mentions(
            &UNetConfig::from_json(text).unwrap_err().to_string(),
            &["config.json", "JSON"],
        );
    }
}

/// A size that the levels cannot halve is a hint that cannot be followed, and no fault of the network.
#[test]
fn a_sample_size_that_does_not_fit_stops_only_what_is_of_that_size() {
    let with = |size: Value| {
        let mut config = mnist_config();
        config["sample_size"] = size;
        Architecture::from_json(&config.to_string()).unwrap()
    };
    for size in [json!(30), json!(31), json!([28, 0]), json!(null), json!(0)] {
        let architecture = with(size.clone());
        assert_eq!(architecture.usual().unwrap().0, (4, 4), "{size}");
        assert!(architecture.build(1, 8, 12, false).is_ok());
    }
    assert_eq!(with(json!([28, 32])).usual().unwrap().0, (28, 32));
    let error = with(json!(31)).build(1, 31, 31, false).unwrap_err().to_string();
    assert_mentions(&error, &["31 × 31", "multiples of 4", "32 × 32"]);
}

/// Which row of the table means "none" is told by a key alone, never by the number of rows.
#[test]
fn no_row_is_the_null_class_unless_the_file_says_so() {
    let read = |text: &str| Architecture::from_json(text).unwrap();
    assert_eq!(read(&mnist_config().to_string()).null_class(), Some(10));
    let mut without = mnist_config();
    without.as_object_mut().unwrap().remove("null_class");
    let without = read(&without.to_string());
    assert_eq!(without.null_class(), None);
    // diffusers' own files come out without the key, too.
    assert!(!without.to_json().unwrap().contains("null_class"));
    let mlp =
        |keys: &str| Architecture::from_json(&format!(r#"{{"_class_name": "PointMlp"{keys}}}"#));
    assert_eq!(mlp(r#", "num_class_embeds": 3"#).unwrap().null_class(), None);
    let first = mlp(r#", "num_class_embeds": 3, "null_class": 0"#).unwrap();
    assert_eq!(first.null_class(), Some(0));
    assert_eq!(read(&first.to_json().unwrap()), first);
    for wrong in [r#", "num_class_embeds": 3, "null_class": 3"#, r#", "null_class": 0"#] {
        assert_mentions(&mlp(wrong).unwrap_err().to_string(), &["null_class"]);
    }
}

#[test]
fn absent_keys_take_the_defaults_of_diffusers() {
    let config = UNetConfig::from_json(
        r#"{"_class_name": "UNet2DModel", "in_channels": 3, "out_channels": 3, "layers_per_block": 2,
            "block_out_channels": [64, 128], "down_block_types": ["DownBlock2D", "UNetResAttnDownBlock2D"],
            "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "act_fn": "swish", "sample_size": [16, 32],
            "resnet_time_scale_shift": "scale_shift", "attention_head_dim": null, "downsample_type": null,
            "a_key_of_the_future": 1}"#,
    )
    .unwrap();
    let json = serde_json::to_value(&config).unwrap();
    for (key, value) in [
        ("sample_size", json!([16, 32])),
        ("center_input_sample", json!(false)),
        ("time_embedding_type", json!("positional")),
        ("freq_shift", json!(0.0)),
        ("flip_sin_to_cos", json!(true)),
        ("mid_block_type", json!("UNetMidBlock2D")),
        ("mid_block_scale_factor", json!(1.0)),
        ("downsample_padding", json!(1)),
        ("downsample_type", json!("conv")),
        ("upsample_type", json!("conv")),
        ("act_fn", json!("silu")),
        ("norm_num_groups", json!(32)),
        ("norm_eps", json!(1e-5)),
        ("add_attention", json!(true)),
        ("class_embed_type", json!(null)),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
    assert_eq!(config.attention_heads(128), (1, 128));
    // scale_shift without attn_norm_num_groups: the middle's attention has no norm.
    assert_eq!(config.mid_attention_groups(), None);
    config.validate_size(2, 6).unwrap();
    assert!(config.validate_size(3, 6).is_err());
}

/// A scheduler file whose own sampler is asked for.
fn sampled_by(text: &str) -> chailou::Result<SchedulerConfig> {
    let config = SchedulerConfig::from_json(text)?;
    config.sampler_with(None, vec![])?;
    config.schedule()?;
    Ok(config)
}

/// What a file asks for and is not here stops a chain, and training only where it concerns the schedule; naming another
/// sampler helps where the β are the file's own.
#[test]
fn a_scheduler_that_is_not_here_stops_only_what_depends_on_it() {
    let read = |text: &str| SchedulerConfig::from_json(text).unwrap();
    let consistency = read(
        r#"{"_class_name": "CMStochasticIterativeScheduler", "num_train_timesteps": 40, "sigma_max": 80.0}"#,
    );
    for name in [None, Some("ddim")] {
        let error = consistency.sampler_with(name, vec![]).unwrap_err().to_string();
        assert_mentions(&error, &["CMStochasticIterativeScheduler", "scheduler_config.json"]);
    }
    assert_eq!(consistency.schedule().unwrap(), SchedulerConfig::default().schedule().unwrap());
    let pndm = read(
        r#"{"_class_name": "PNDMScheduler", "beta_start": 0.001, "beta_end": 0.01, "num_train_timesteps": 70}"#,
    );
    assert!(pndm.sampler_with(None, vec![]).is_err());
    assert!(pndm.sampler_with(Some("ddim"), vec![]).is_ok());
    assert_eq!(pndm.schedule().unwrap().len(), 70);
    assert_mentions(&pndm.no_sampler().unwrap().to_string(), &["PNDMScheduler"]);
    for (keys, trains) in [
        (r#""thresholding": true"#, true),
        (r#""variance_type": "learned""#, true),
        (r#""rescale_betas_zero_snr": true"#, false),
        (r#""beta_schedule": "sigmoid""#, false),
        (r#""trained_betas": [0.1]"#, false),
    ] {
        let config =
            read(&format!(r#"{{"_class_name": "DDPMScheduler", "beta_start": 1e-4, {keys}}}"#));
        assert!(config.sampler_with(None, vec![]).is_err(), "{keys}");
        assert_eq!(config.schedule().is_ok(), trains, "{keys}");
    }
}

#[test]
fn unsupported_schedulers_are_refused_by_name() {
    for (key, value) in [
        ("_class_name", json!("PNDMScheduler")),
        ("thresholding", json!(true)),
        ("rescale_betas_zero_snr", json!(true)),
        ("variance_type", json!("learned_range")),
        ("variance_type", json!("fixed_large_log")),
        ("beta_schedule", json!("sigmoid")),
        ("prediction_type", json!("flow")),
        ("timestep_spacing", json!("karras")),
        ("num_train_timesteps", json!(0)),
        ("num_train_timesteps", json!(1e3)),
        ("clip_sample_range", json!(0)),
        ("clip_sample", json!("yes")),
        ("steps_offset", json!(-1)),
    ] {
        let mut config: Value = mnist("scheduler_config.json");
        config[key] = value.clone();
        let error = sampled_by(&config.to_string()).unwrap_err().to_string();
        assert_mentions(&error, &[key, value.as_str().unwrap_or("")]);
    }
    assert_mentions(&SchedulerConfig::from_json("{}").unwrap_err().to_string(), &["_class_name"]);
    let zero = r#"{"_class_name": "DDIMScheduler", "beta_start": 0}"#;
    assert_mentions(&sampled_by(zero).unwrap_err().to_string(), &["beta"]);
    let trained = r#"{"_class_name": "DDIMScheduler", "num_train_timesteps": 2, "trained_betas": [0.5, 0.25]}"#;
    assert_eq!(
        SchedulerConfig::from_json(trained).unwrap().schedule().unwrap().alpha_bars(),
        [0.5, 0.375]
    );
}

/// Keys that change the meaning of a file are obeyed as written then, or refused by name.
#[test]
fn old_scheduler_files_mean_what_they_meant() {
    let read = |keys: Value| {
        let mut config = json!({"_class_name": "DDPMScheduler", "num_train_timesteps": 3});
        config.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        sampled_by(&config.to_string())
    };
    let prediction = |keys: Value| read(keys).unwrap().prediction_type;
    assert_eq!(prediction(json!({"predict_epsilon": false})), PredictionType::Sample);
    assert_eq!(prediction(json!({"predict_epsilon": true})), PredictionType::Epsilon);
    let refused = |keys: Value, words: &[&str]| {
        assert_mentions(&read(keys).unwrap_err().to_string(), words);
    };
    let both = json!({"predict_epsilon": false, "prediction_type": "v_prediction"});
    refused(both, &["predict_epsilon", "prediction_type"]);
    for betas in [json!([0.1, 0.2]), json!([0.1, 0.2, 0.3, 0.4])] {
        refused(json!({"trained_betas": betas}), &["trained_betas", "num_train_timesteps is 3"]);
    }
    assert!(read(json!({"trained_betas": [0.1, 0.2, 0.3]})).is_ok());
    refused(json!({"timesteps": 50}), &["timesteps"]);
    refused(json!({"timestep_values": [3, 1]}), &["timestep_values"]);
    assert!(read(json!({"timestep_values": null})).is_ok());
}

/// As `save_pretrained` writes it, Python's idea of JSON included.
#[test]
fn the_file_of_dpm_solver_is_read_and_what_is_not_supported_refused_by_name() {
    let file = |changed: &str| {
        let keys = r#"{"_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.42.1",
            "algorithm_type": "dpmsolver++", "beta_end": 0.02, "beta_schedule": "linear", "beta_start": 0.0001,
            "dynamic_thresholding_ratio": 0.995, "euler_at_final": false, "final_sigmas_type": "zero",
            "flow_shift": 1.0, "lambda_min_clipped": -Infinity, "lower_order_final": true,
            "num_train_timesteps": 1000, "prediction_type": "epsilon", "rescale_betas_zero_snr": false,
            "sample_max_value": 1.0, "solver_order": 2, "solver_type": "midpoint", "steps_offset": 0,
            "thresholding": false, "time_shift_type": "exponential", "timestep_spacing": "linspace",
            "trained_betas": null, "use_beta_sigmas": false, "use_dynamic_shifting": false,
            "use_exponential_sigmas": false, "use_flow_sigmas": false, "use_karras_sigmas": false,
            "use_lu_lambdas": false, "variance_type": null"#;
        // The last of two equal keys counts.
        sampled_by(&format!("{keys}{changed}}}"))
    };
    let config = file("").unwrap();
    assert_eq!(config.sampler.name(), "dpmpp_2m");
    assert_eq!(config.plan_options(20).clip, None);
    let written = serde_json::to_string(&config).unwrap();
    let again = SchedulerConfig::from_json(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    assert!(config.sampler_with(Some("ddim"), vec![]).is_ok());
    for (key, value) in [
        ("solver_order", "3"),
        ("algorithm_type", "\"sde-dpmsolver++\""),
        ("solver_type", "\"heun\""),
        ("use_karras_sigmas", "true"),
        ("use_flow_sigmas", "true"),
        ("thresholding", "true"),
        ("lambda_min_clipped", "-5.1"),
        ("final_sigmas_type", "\"sigma_max\""),
        ("variance_type", "\"learned_range\""),
        ("beta_end", "NaN"),
    ] {
        let error = file(&format!(", \"{key}\": {value}")).unwrap_err().to_string();
        assert_mentions(&error, &[key, value.trim_matches('"')]);
    }
}
