//! The loaders against good files, and against every way a file can be bad: the answer is a sentence, never a panic.

use crate::common::{assert_mentions, project, read};
use chailou::Error;
use chailou::diffusion::{Ddpm, Sampler, Variance, threefry2x32};
use chailou::nn::Architecture;
use chailou::nn::{ClassConditioning, UNetConfig, unet::SampleSize};
use chailou::tensor::{Tensor, TensorMap};
use chailou::weights::{Dtype, SchedulerConfig, rename_legacy_attention, strip_wrappers};
use serde_json::{Value, json};

fn mnist(name: &str) -> Vec<u8> {
    read(&project("assets/models/mnist").join(name))
}

/// A safetensors file with this header and these bytes after it.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn tensor(dtype: &str, shape: &Value, from: usize, to: usize) -> Value {
    json!({"dtype": dtype, "shape": shape, "data_offsets": [from, to]})
}

#[track_caller]
fn weights_error(bytes: &[u8]) -> String {
    match TensorMap::from_safetensors(bytes).unwrap_err() {
        Error::Weights(sentence) => sentence,
        other => panic!("unexpected kind of error: {other:?}"),
    }
}

fn small() -> TensorMap {
    [
        (
            "a.weight".to_owned(),
            Tensor::new(vec![2, 3], vec![0.5, -1.25, 3.0, 0.1, -65504.0, 1e-7]).unwrap(),
        ),
        ("b".to_owned(), Tensor::new(vec![], vec![7.0]).unwrap()),
        ("c".to_owned(), Tensor::new(vec![0, 4], vec![]).unwrap()),
    ]
    .into_iter()
    .collect()
}

/// The data begins at any byte, and a tensor behind another of an odd length: nothing may trust that f32 are aligned.
#[test]
fn where_the_data_begins_does_not_matter() {
    let values: Vec<f32> = (0..6).map(|i| i as f32 * 0.3 - 1.0).collect();
    let halves: Vec<u8> =
        [0x3c00u16, 0xbc00, 0x4248].iter().flat_map(|h| h.to_le_bytes()).collect();
    let floats: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let data = [halves.clone(), floats].concat();
    let header = json!({
        "a": tensor("F16", &json!([3]), 0, 6),
        "b": tensor("F32", &json!([2, 3]), 6, 30),
    });
    for padding in 0..8 {
        let bytes = file(&format!("{header}{}", " ".repeat(padding)), &data);
        // Also at every offset in memory, as a view into something larger.
        let within = [vec![0xff; padding + 1], bytes.clone()].concat();
        for bytes in [&bytes[..], &within[padding + 1..]] {
            let map = TensorMap::from_safetensors(bytes).unwrap();
            assert_eq!(map.get("a").unwrap().data, [1.0, -1.0, 3.140_625], "{padding}");
            assert_eq!(map.get("b").unwrap().data, values, "{padding}");
        }
    }
}

#[test]
fn what_is_saved_is_read_back() {
    let f32_file = small().to_safetensors(Dtype::F32).unwrap();
    assert_eq!(TensorMap::from_safetensors(&f32_file).unwrap(), small());
    let f16_file = small().to_safetensors(Dtype::F16).unwrap();
    let back = TensorMap::from_safetensors(&f16_file).unwrap();
    for (name, tensor) in small().iter() {
        for (i, (&got, &expected)) in
            back.get(name).unwrap().data.iter().zip(&tensor.data).enumerate()
        {
            // Half an ulp of F16: 11 bits, and 2^-25 among the subnormals.
            let bound = (expected.abs() * 2f32.powi(-11)).max(2f32.powi(-25));
            assert!((got - expected).abs() <= bound, "{name}[{i}]: got {got}, expected {expected}");
        }
    }
    let mut large = TensorMap::new();
    large.insert("big", Tensor::new(vec![1], vec![7e4]).unwrap());
    assert_mentions(
        &large.to_safetensors(Dtype::F16).unwrap_err().to_string(),
        &["\"big\"", "70000", "F16"],
    );
}

#[test]
fn every_number_format_is_read() {
    let cases: [(&str, &[u8]); 6] = [
        ("F32", &(-1.5f32).to_le_bytes()),
        ("F16", &[0x00, 0xbe]),
        ("BF16", &[0xc0, 0xbf]),
        ("F64", &(-1.5f64).to_le_bytes()),
        ("I32", &(-3i32).to_le_bytes()),
        ("I64", &(-3i64).to_le_bytes()),
    ];
    for (dtype, bytes) in cases {
        let header = json!({"x": tensor(dtype, &json!([1]), 0, bytes.len())}).to_string();
        let read = TensorMap::from_safetensors(&file(&header, bytes)).unwrap();
        let expected = if dtype.starts_with('I') { -3.0 } else { -1.5 };
        assert_eq!(read.get("x").unwrap().data, [expected], "{dtype}");
    }
    let header = json!({"mask": tensor("BOOL", &json!([1]), 0, 1)}).to_string();
    assert_mentions(&weights_error(&file(&header, &[1])), &["\"mask\"", "BOOL"]);
}

#[test]
fn every_truncation_is_refused() {
    let whole = small().to_safetensors(Dtype::F32).unwrap();
    for length in 0..whole.len() {
        assert_mentions(&weights_error(&whole[..length]), &["file"]);
    }
    assert_mentions(&weights_error(&[whole.as_slice(), &[0]].concat()), &["left over"]);
    assert_mentions(&weights_error(&[]), &["empty"]);
}

#[test]
fn lying_headers_are_refused() {
    let lie =
        |tensors: Value, bytes: usize| weights_error(&file(&tensors.to_string(), &vec![0; bytes]));
    for length in [u64::MAX, u64::MAX - 7, 1 << 63, 1 << 40, 100_000_001, 99_999_999] {
        let bytes = [length.to_le_bytes().as_slice(), b"{}"].concat();
        assert_mentions(&weights_error(&bytes), &["header is longer than the file"]);
    }
    let overlap =
        json!({"a": tensor("F32", &json!([2]), 0, 8), "b": tensor("F32", &json!([2]), 4, 12)});
    assert_mentions(&lie(overlap, 12), &["\"b\"", "overlaps"]);
    let gap =
        json!({"a": tensor("F32", &json!([1]), 0, 4), "b": tensor("F32", &json!([1]), 8, 12)});
    assert_mentions(&lie(gap, 12), &["\"b\"", "gap"]);
    let backwards = json!({"a": tensor("F32", &json!([1]), 4, 0)});
    assert_mentions(&lie(backwards, 4), &["\"a\"", "offsets"]);
    let beyond = json!({"a": tensor("F32", &json!([1 << 20]), 0, 1 << 22)});
    assert_mentions(&lie(beyond, 64), &["cut off"]);
    let misfit = json!({"a": tensor("F32", &json!([3]), 0, 8)});
    assert_mentions(&lie(misfit, 8), &["shape"]);
    let overflow = json!({"a": tensor("F32", &json!([1u64 << 31, 1u64 << 31, 4]), 0, 8)});
    assert_mentions(&lie(overflow, 8), &["absurdly large"]);
    let negative = json!({"a": tensor("F32", &json!([-1]), 0, 8)});
    assert_mentions(&lie(negative, 8), &["not safetensors"]);
    let unknown = json!({"a": tensor("F31", &json!([2]), 0, 8)});
    assert_mentions(&lie(unknown, 8), &["not safetensors", "F31"]);
}

/// What a file calls its tensors is told, but neither in a thousand characters nor in several lines.
#[test]
fn names_of_any_kind_make_one_sentence() {
    let name = format!("拆\n\0{}", "楼".repeat(10_000));
    let header = json!({ name: tensor("I8", &json!([3]), 0, 3) }).to_string();
    let refused = TensorMap::from_safetensors(&file(&header, &[0; 3]));
    let error = refused.expect_err("I8 is not read").to_string();
    assert!(error.starts_with("weights: tensor \"拆  楼"), "{error}");
    assert!(
        error.ends_with("楼\" is stored as I8; only F32, F16, BF16, F64, I32 and I64 can be read"),
        "{error}"
    );
    assert!(error.chars().count() < 500 && !error.contains(char::is_control), "{error}");
}

#[test]
fn well_known_wrong_files_are_recognised() {
    assert_mentions(&weights_error(b"version https://git-lfs.github.com/spec/v1\n"), &["Git LFS"]);
    assert_mentions(&weights_error(b"PK\x03\x04 and so on, as torch.save writes"), &["zip"]);
    assert_mentions(&weights_error(b"<!DOCTYPE html><html>not found</html>"), &["not safetensors"]);
    assert_mentions(&weights_error(&mnist("config.json")), &["not safetensors"]);
    assert_mentions(&weights_error(&file("{\"a\": [", b"")), &["not safetensors"]);
    assert_mentions(&weights_error(&file("\u{0}\u{1}", b"")), &["not safetensors"]);
    assert_mentions(
        &weights_error(&[&2u64.to_le_bytes()[..], &[0xff, 0xfe]].concat()),
        &["not safetensors"],
    );
}

#[test]
fn damaged_bytes_never_panic() {
    let whole = small().to_safetensors(Dtype::F32).unwrap();
    let (mut refused, mut read) = (0, 0);
    for round in 0..20_000 {
        let mut bytes = whole.clone();
        for flip in 0..=round % 4 {
            let [at, bit] = threefry2x32([3, 1], [round, flip]);
            bytes[at as usize % whole.len()] ^= 1 << (bit % 8);
        }
        match TensorMap::from_safetensors(&bytes) {
            Ok(tensors) => {
                read += 1;
                for (name, tensor) in tensors.iter() {
                    assert_eq!(
                        tensor.shape.iter().product::<usize>(),
                        tensor.data.len(),
                        "{name}, round {round}"
                    );
                }
            }
            Err(Error::Weights(_)) => refused += 1,
            Err(other) => panic!("round {round}: {other:?}"),
        }
    }
    assert!(refused > 1000 && read > 1000, "{refused} refused, {read} read");
}

#[test]
fn nan_and_infinity_are_named() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut tensors = small();
        tensors.insert("conv.bias", Tensor::new(vec![3], vec![0.0, 1.0, value]).unwrap());
        let bytes = tensors.to_safetensors(Dtype::F32).unwrap();
        let read = TensorMap::from_safetensors(&bytes).unwrap();
        let error = read.require_finite().unwrap_err().to_string();
        assert_mentions(&error, &["\"conv.bias\"", "element 2", &value.to_string()]);
    }
    small().require_finite().unwrap();
    assert_mentions(&small().get("d").unwrap_err().to_string(), &["\"d\" is missing"]);
    assert!(Tensor::new(vec![2, 2], vec![0.0; 3]).is_err());
    assert!(Tensor::new(vec![usize::MAX, 2], vec![]).is_err());
}

#[test]
fn old_attention_names_become_new() {
    let square = |shape: &[usize]| Tensor::new(shape.to_vec(), vec![1.0, 2.0, 3.0, 4.0]).unwrap();
    let layer = "down_blocks.2.attentions.0";
    let mut old = TensorMap::new();
    old.insert(format!("{layer}.query.weight"), square(&[2, 2, 1, 1]));
    old.insert(format!("{layer}.key.weight"), square(&[2, 2, 1]));
    old.insert(format!("{layer}.value.weight"), square(&[2, 2]));
    old.insert(format!("{layer}.proj_attn.bias"), square(&[4]));
    old.insert("conv_in.weight", square(&[2, 2, 1, 1]));
    old.insert("query.weight", square(&[2, 2, 1, 1]));
    old.insert("query.0.to_q.weight", square(&[2, 2, 1, 1]));
    let new = rename_legacy_attention(old.clone()).unwrap();
    let shapes: Vec<_> = new.iter().map(|(name, tensor)| (name, tensor.shape.as_slice())).collect();
    assert_eq!(
        shapes,
        [
            ("conv_in.weight", [2, 2, 1, 1].as_slice()),
            ("down_blocks.2.attentions.0.to_k.weight", &[2, 2]),
            ("down_blocks.2.attentions.0.to_out.0.bias", &[4]),
            ("down_blocks.2.attentions.0.to_q.weight", &[2, 2]),
            ("down_blocks.2.attentions.0.to_v.weight", &[2, 2]),
            ("query.0.to_q.weight", &[2, 2, 1, 1]),
            ("query.weight", &[2, 2, 1, 1]),
        ]
    );
    assert_eq!(rename_legacy_attention(new.clone()).unwrap(), new);
    old.insert(format!("{layer}.to_q.weight"), square(&[2, 2]));
    let error = rename_legacy_attention(old).unwrap_err().to_string();
    assert_mentions(&error, &["down_blocks.2.attentions.0.to_q.weight", "twice"]);
}

/// The tensors under other names.
fn renamed(tensors: TensorMap, prefix: &str) -> TensorMap {
    tensors.into_iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor)).collect()
}

#[test]
fn names_of_wrappers_are_taken_off_where_all_have_them() {
    for prefix in ["_orig_mod.", "module.", "_orig_mod.module.", "module._orig_mod.module."] {
        assert_eq!(strip_wrappers(renamed(small(), prefix)), small(), "{prefix}");
    }
    let mut mixed = renamed(small(), "module.");
    mixed.insert("d", Tensor::new(vec![1], vec![1.0]).unwrap());
    for kept in [mixed, small(), renamed(small(), "model."), TensorMap::new()] {
        assert_eq!(strip_wrappers(kept.clone()), kept);
    }
}

#[test]
fn weights_in_parts_are_weights() {
    let (mut left, mut right) = (small(), small());
    right.remove("a.weight");
    left.remove("b");
    left.remove("c");
    let [left, right] = [left, right].map(|part| part.to_safetensors(Dtype::F32).unwrap());
    assert_eq!(TensorMap::from_parts(&[&left, &right]).unwrap(), small());
    assert_eq!(TensorMap::from_parts(&[&right, &left]).unwrap(), small());
    let refused = |parts: &[&[u8]], words: &[&str]| {
        assert_mentions(&TensorMap::from_parts(parts).unwrap_err().to_string(), words);
    };
    refused(&[&left, &right, &left], &["\"a.weight\"", "two parts"]);
    refused(&[&left, &right[..right.len() - 1]], &["part 2 of 2", "cut off"]);
    refused(&[b""], &["empty"]);
}

/// However little of a checkpoint fits, the sentence stays one that can be read.
#[test]
fn a_checkpoint_that_does_not_fit_is_not_told_in_thousands_of_names() {
    let architecture = Architecture::from_json(&String::from_utf8(mnist("config.json")).unwrap());
    let net = architecture.unwrap().build(1, 28, 28, false).unwrap();
    let weights =
        TensorMap::from_safetensors(&mnist("diffusion_pytorch_model.safetensors")).unwrap();
    let mut fewer = weights.clone();
    fewer.remove("conv_in.bias");
    let error = net.check(&fewer).unwrap_err().to_string();
    assert_mentions(&error, &["1 missing: conv_in.bias"]);
    let error = net.check(&renamed(weights, "student.")).unwrap_err().to_string();
    assert_mentions(&error, &["missing", "not of this model", "more"]);
    assert!(error.len() < 1000, "{} characters", error.len());
}

#[test]
fn the_shipped_model_loads() {
    let text = String::from_utf8(mnist("config.json")).unwrap();
    let config = UNetConfig::from_json(&text).unwrap();
    assert_eq!(config.block_out_channels, [32, 64, 64]);
    assert_eq!(config.sample_size, Some(SampleSize { height: 28, width: 28 }));
    assert_eq!(config.class_conditioning(), ClassConditioning::Table(11));
    assert_eq!((config.time_embed_dim(), config.time_input_dim()), (128, 32));
    assert_eq!(config.attention_heads(64), (8, 8));
    assert_eq!(config.mid_attention_groups(), Some(8));
    assert_eq!(UNetConfig::from_json(&serde_json::to_string(&config).unwrap()).unwrap(), config);

    let text = String::from_utf8(mnist("scheduler_config.json")).unwrap();
    let scheduler = SchedulerConfig::from_json(&text).unwrap();
    assert_eq!(scheduler.sampler, Sampler::Ddpm(Ddpm { variance: Variance::BetaTilde }));
    assert_eq!(scheduler.plan_options(20).clip, Some(1.0));
    let written = serde_json::to_string(&scheduler).unwrap();
    let again = SchedulerConfig::from_json(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);

    let tensors =
        TensorMap::from_safetensors(&mnist("diffusion_pytorch_model.safetensors")).unwrap();
    tensors.require_finite().unwrap();
    assert_eq!(tensors.get("conv_in.weight").unwrap().shape, [32, 1, 3, 3]);
    assert_eq!(tensors.get("class_embedding.weight").unwrap().shape, [11, 128]);
}
