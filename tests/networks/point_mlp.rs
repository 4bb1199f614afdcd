//! The denoiser of points in the plane: its one new operation, the network against its formula, its way
//! to a file and back, random weights, and what is refused.

use crate::common::{AnyDevice, assert_close, devices, golden_unets, gpu, project, text};
use crate::mlp_reference::{CONFIGS, Reference};
use chailou::diffusion::{Stream, normals};
use chailou::gpu::Profile;
use chailou::graph::Graph;
use chailou::model::{BatchShape, Labels, Model};
use chailou::nn::{Architecture, PointMlpConfig};
use chailou::ops::Sinusoids;
use chailou::run::{Params, Program, Run};
use chailou::tensor::{Shape, TensorId, TensorMap};
use serde_json::{Value, json};

fn begin(device: &impl AnyDevice, config: &str, seed: u64) -> chailou::Result<Model> {
    pollster::block_on(Model::from_scratch(device.device(), config, None, seed, |_, _, _| {}))
}

fn weights_of(model: &Model) -> TensorMap {
    TensorMap::from_safetensors(&pollster::block_on(model.save()).unwrap()).unwrap()
}

fn sinusoids(shape: Shape, frequencies: usize) -> (Graph, TensorId, TensorId) {
    let mut graph = Graph::new();
    let x = graph.input("x", shape);
    let y = graph.push("sinusoids", Sinusoids { x, frequencies, ahead: None }).unwrap();
    graph.pin(y);
    (graph, x, y)
}

#[test]
fn sinusoids_have_the_values_of_the_formula() {
    let (graph, x, y) = sinusoids(Shape::vector(2, 2), 3);
    let run = Run::<f64>::new(&graph, &TensorMap::new(), &[(x, vec![2.0, -1.0, 0.5, 16.0])]);
    let run = run.unwrap();
    // Periods 8, 16/3, 4: x = 2 is 2/8, 3/8, 4/8 of a turn.
    let (h, s, c) = (0.5f64.sqrt(), 0.3826834323650898, 0.9238795325112867);
    let (s3, c3) = (0.5555702330196022, 0.8314696123025452);
    let half = [s, c, s3, c3, h, h];
    let expected = [
        [1.0, 0.0, h, -h, 0.0, -1.0],
        [-h, h, -c, s, -1.0, 0.0],
        [h, h, c, s, 1.0, 0.0],
        [h, -h, -s, -c, -1.0, 0.0],
        // One half, 16 (whole turns) and what they make together.
        half,
        [0.0, 1.0, 0.0, 1.0, 0.0, 1.0],
        half,
        half,
    ];
    let expected =
        [&expected[..4].concat()[..], &[2.0, -1.0], &expected[4..].concat(), &[0.5, 16.0]];
    for (i, (got, expected)) in run.value(y).iter().zip(expected.concat()).enumerate() {
        assert!((got - expected).abs() < 1e-14, "channel {i}: got {got}, expected {expected}");
    }
    assert_eq!(run.value(y).len(), 52);

    let mut graph = Graph::new();
    let x = graph.input("x", Shape::vector(2, 3));
    assert!(graph.push("sinusoids", Sinusoids { x, frequencies: 3, ahead: None }).is_err());
    let (point, odd) = (graph.input("a point", Shape::vector(2, 2)), Some(x));
    let sinusoids = Sinusoids { x: point, frequencies: 3, ahead: odd };
    assert!(graph.push("sinusoids", sinusoids).is_err());
}

#[test]
fn the_sinusoids_of_all_devices_are_those_of_the_twin() {
    let shapes =
        [(Shape::vector(130, 2), 6), (Shape::new(2, 3, 5, 2), 1), (Shape::vector(3, 2), 16)];
    for (name, device) in devices() {
        for (shape, frequencies) in shapes {
            let (graph, x, y) = sinusoids(shape, frequencies);
            let mut values = normals(3, Stream::Start, 0, shape.elements());
            values.iter_mut().step_by(7).for_each(|v| *v *= 1e3);
            // Few enough bits that x + y and x − y are exact in f32, as the twin has them.
            values.iter_mut().for_each(|v| *v = (*v * 256.0).round() / 256.0);
            values[..3].copy_from_slice(&[0.0, -1e-9, -16.0]);
            let exact = values.iter().map(|&v| v as f64).collect();
            let twin = Run::<f64>::new(&graph, &TensorMap::new(), &[(x, exact)]).unwrap();
            let twin: Vec<f32> = twin.value(y).iter().map(|&v| v as f32).collect();
            let params = Params::upload(&*device, &graph, &TensorMap::new()).unwrap();
            let program = Program::new(&*device, &graph, None, &params).unwrap();
            program.write(&*device, &graph, x, &values).unwrap();
            device.submit(&mut program.tasks().iter());
            let got = pollster::block_on(program.read(&*device, &graph, y)).unwrap();
            let worst = assert_close(&format!("{shape:?}"), &got, &twin, 4e-7, 0.0);
            println!("{shape:?}, {name}: max |Δ| {worst:.1e}");
        }
    }
}

#[test]
fn the_network_is_its_formula() {
    for (_, device) in devices() {
        for config in CONFIGS {
            let model = begin(&device, config, 11).unwrap();
            let reference = Reference::new(config, &weights_of(&model));
            let n = 37;
            let x = normals(4, Stream::Start, 0, 2 * n);
            let t: Vec<f64> = (0..n).map(|i| (i * 27) as f64).collect();
            let rows = reference.classes();
            let labels: Vec<f32> = (0..n).map(|i| (i % rows.max(1)) as f32).collect();
            let given = if rows > 0 { Labels::Values(&labels) } else { Labels::None };
            let shape = BatchShape { n, h: 1, w: 1 };
            let got = pollster::block_on(model.predict(shape, &x, &t, given)).unwrap();
            let point = |i: usize| [x[2 * i] as f64, x[2 * i + 1] as f64];
            let expected: Vec<f32> = (0..n)
                .flat_map(|i| reference.predict(point(i), t[i], i % rows.max(1)))
                .map(|v| v as f32)
                .collect();
            assert_close(config, &got, &expected, 5e-6, 5e-6);
        }
    }
}

#[test]
fn what_is_saved_can_be_loaded_and_is_the_same_model() {
    let gpu = gpu(Profile::Cpu);
    for config in CONFIGS {
        let model = begin(&gpu, config, 5).unwrap();
        let (json, bytes) =
            (model.architecture.to_json().unwrap(), pollster::block_on(model.save()));
        let bytes = [bytes.unwrap()];
        let again = Model::load(gpu.clone(), &json, &bytes, None, |_, _, _| {});
        let again = pollster::block_on(again).unwrap_or_else(|e| panic!("{config}: {e}"));
        assert_eq!(again.architecture, model.architecture);
        assert!(weights_of(&again) == weights_of(&model), "{config}");
        assert!(!again.scheduler.unwrap().clip_sample, "{config}: points must not be clipped");
    }
    let names: Vec<String> = weights_of(&begin(&gpu, CONFIGS[1], 5).unwrap())
        .iter()
        .map(|(name, tensor)| format!("{name} {:?}", tensor.shape))
        .collect();
    let expected = [
        "class_embedding.weight [4, 20]",
        "layers.0.bias [20]",
        "layers.0.weight [20, 20]",
        "layers.1.bias [20]",
        "layers.1.weight [20, 20]",
        "out.bias [2]",
        "out.weight [2, 20]",
        "point_in.bias [20]",
        "point_in.weight [20, 26]",
        "time_in.weight [20, 10]",
    ];
    assert_eq!(names, expected);
}

/// Mean and standard deviation of `data` against those of a distribution: within five standard errors.
#[track_caller]
fn moments(name: &str, data: &[f32], std: f64, excess: f64) {
    let n = data.len() as f64;
    let mean = data.iter().map(|&v| v as f64).sum::<f64>() / n;
    let variance = data.iter().map(|&v| (v as f64).powi(2)).sum::<f64>() / n;
    assert!(mean.abs() <= 5.0 * std / n.sqrt(), "{name}: mean {mean}");
    let error = 5.0 * std * std * (excess / n).sqrt();
    assert!((variance - std * std).abs() <= error, "{name}: variance {variance}");
}

#[test]
fn random_weights_are_distributed_as_torch_makes_them() {
    let configs = golden_unets().into_iter().map(|(_, dir)| text(&dir.join("config.json")));
    for config in configs.chain(CONFIGS.map(String::from)) {
        let architecture = Architecture::from_json(&config).unwrap();
        let weights = architecture.initial_weights(1).unwrap();
        let (h, w) = architecture.smallest_size();
        architecture.build(1, h, w, false).unwrap().check(&weights).unwrap();
        assert!(weights == architecture.initial_weights(1).unwrap(), "the same seed differs");
        assert!(weights != architecture.initial_weights(2).unwrap(), "two seeds agree");
        for (name, tensor) in weights.iter() {
            let data = &tensor.data;
            if name.ends_with("class_embedding.weight") {
                moments(name, data, 1.0, 2.0);
            } else if name == "time_proj.weight" {
                let fourier = config.contains("fourier");
                moments(name, data, if fourier { 16.0 } else { 1.0 }, 2.0);
            } else if name.contains("norm") {
                let expected = if name.ends_with("weight") { 1.0 } else { 0.0 };
                assert!(data.iter().all(|&v| v == expected), "{name}");
            } else {
                let weight = weights.get(&name.replace(".bias", ".weight")).unwrap();
                let fan_in: usize = weight.shape[1..].iter().product();
                let bound = 1.0 / (fan_in as f32).sqrt();
                assert!(data.iter().all(|v| v.abs() <= bound), "{name} leaves ±{bound}");
                // U(±a) has variance a²/3 and excess kurtosis −1.2.
                moments(name, data, bound as f64 / 3f64.sqrt(), 0.8);
            }
        }
    }
}

/// A model begun from a seed is the same for ever: the hash (64-bit FNV-1a) of the weights as they have been
/// from the first. Networks without tables, because only normals ask the platform for a logarithm.
#[test]
fn a_seed_gives_the_weights_it_always_gave() {
    let unet = text(&project("tests/golden/unet/stored_bf16/config.json"));
    let hashes = [0, 9 << 32 | 5].map(|seed| {
        [CONFIGS[0], &unet].map(|config| {
            let weights = Architecture::from_json(config).unwrap().initial_weights(seed).unwrap();
            let words = weights.iter().flat_map(|(_, tensor)| &tensor.data).map(|v| v.to_bits());
            words.flat_map(u32::to_le_bytes).fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            })
        })
    });
    let expected = [
        [0x447d_594c_b513_46a0, 0x226d_fbd8_ec44_4738],
        [0x04a3_d060_b4f7_8190, 0x86a1_7ab1_8506_882f],
    ];
    assert_eq!(hashes, expected, "{hashes:#x?}");
}

#[test]
fn configurations_out_of_range_are_refused_by_name() {
    let with = |key: &str, value: Value| {
        let mut config = json!({"_class_name": "PointMlp"});
        config[key] = value;
        Architecture::from_json(&config.to_string())
    };
    for (key, most) in [
        ("width", 512),
        ("depth", 16),
        ("time_features", 512),
        ("point_features", 16),
        ("num_class_embeds", 1024),
    ] {
        assert!(with(key, json!(most)).is_ok(), "{key}");
        for value in [json!(0), json!(most + 1), json!(u64::MAX), json!(-1), json!(1.5), json!("8")]
        {
            let error = with(key, value.clone()).unwrap_err().to_string();
            assert!(error.contains(key) && !error.contains('\n'), "{key} = {value}: {error}");
        }
    }
    let odd = with("time_features", json!(7)).unwrap_err().to_string();
    assert!(odd.contains("time_features") && odd.contains("even"), "{odd}");
    assert!(with("num_class_embeds", Value::Null).is_ok());
    let default = Architecture::from_json(r#"{"_class_name": "PointMlp"}"#).unwrap();
    assert_eq!(default, Architecture::PointMlp(PointMlpConfig::default()));
    for (text, word) in [
        (r#"{"_class_name": "PointTransformer"}"#, "PointTransformer"),
        (r#"{"_class_name": 3}"#, "_class_name"),
        (r#"{"width": 64}"#, "_class_name"),
        (r#"["PointMlp"]"#, "object"),
        (r#"{"_class_name": "PointMlp""#, "JSON"),
    ] {
        let error = Architecture::from_json(text).unwrap_err().to_string();
        assert!(error.contains(word) && !error.contains('\n'), "{text}: {error}");
    }

    let mlp = Architecture::PointMlp(PointMlpConfig::default());
    for (n, h, w, word) in [(0, 1, 1, "0"), (1 << 21, 1, 1, "2097152"), (4, 2, 1, "2 × 1")] {
        let error = mlp.build(n, h, w, false).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    // A valid U-Net too large to be made: the sizes are never allocated.
    let mut huge: Value =
        serde_json::from_str(include_str!("../../assets/models/mnist/config.json")).unwrap();
    huge["block_out_channels"] = json!([16384, 16384, 16384]);
    let huge = Architecture::from_json(&huge.to_string()).unwrap().initial_weights(0);
    let error = huge.unwrap_err().to_string();
    assert!(error.contains("parameters are too many"), "{error}");
}
