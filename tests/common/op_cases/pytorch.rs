//! PyTorch's numbers for single operations (tests/golden/make_ops.py).

use super::Case;
use super::builder::{Builder, Operands};
use chailou::model::nchw_to_nhwc;
use chailou::nn::Architecture;
use chailou::ops::{
    Activation, Attention, AveragePool, Concat, Conv2d, Epilogue, GroupNorm, Linear, Resize,
    Upsample,
};
use chailou::tensor::{Init, Param, Shape, Slice, Tensor, TensorMap};
use serde_json::Value;

/// A tensor of ops.safetensors.
fn role<'a>(tensors: &'a TensorMap, case: &str, role: &str) -> &'a Tensor {
    tensors.get(&format!("{case}/{role}")).unwrap_or_else(|e| panic!("{e}"))
}

/// NCHW → shape and NHWC values; [B, C] counts as one pixel.
fn picture(tensor: &Tensor) -> (Shape, Vec<f32>) {
    let s = &tensor.shape;
    let (h, w) = if s.len() == 4 { (s[2], s[3]) } else { (1, 1) };
    (Shape::new(s[0], h, w, s[1]), nchw_to_nhwc(&tensor.data, s[1], h * w))
}

fn golden() -> (Vec<Value>, TensorMap) {
    let file = include_bytes!("../../golden/ops.safetensors");
    let (_, header) = safetensors::SafeTensors::read_metadata(file).expect("a header");
    let cases = &header.metadata().as_ref().expect("metadata")["cases"];
    let tensors = TensorMap::from_safetensors(file).expect("ops.safetensors");
    (serde_json::from_str(cases).expect("cases"), tensors)
}

/// PyTorch's cases, all but the sinusoids.
pub fn pytorch() -> Vec<Case> {
    let (cases, tensors) = golden();
    let wanted = cases.iter().filter(|case| case["op"] != "sinusoid");
    wanted.map(|case| pytorch_case(case, &tensors)).collect()
}

fn pytorch_case(case: &Value, tensors: &TensorMap) -> Case {
    let name = case["name"].as_str().expect("name");
    let op = case["op"].as_str().expect("op");
    let tensor = |r: &str| role(tensors, name, r);
    let mut b = Builder::new(Operands::Given, name);
    let activation = |on: bool| if on { Activation::Silu } else { Activation::Identity };
    if op == "attention" {
        return attention(name, case["heads"].as_u64().expect("heads") as usize, tensors);
    }
    let mut input = |r: &str| {
        let (shape, values) = picture(tensor(r));
        (b.input(shape, values), shape)
    };
    let mut built = match op {
        "activation" => {
            // SiLU alone: a linear layer of one channel that changes nothing.
            let x = &tensor("x").data;
            let x = b.input(Shape::new(1, 1, x.len(), 1), x.clone());
            let weight = b.param(Param::linear("weight".into(), 1, 1), vec![1.0]);
            let bias = b.param(Param::bias("bias".into(), 1, 1), vec![0.0]);
            assert_eq!(case["activation"], "silu", "{name}: the engine has no such activation");
            let epilogue = Epilogue { activation: Activation::Silu, ..Default::default() };
            b.finish(Linear { x, weight, bias, epilogue })
        }
        "conv2d" | "linear" => {
            let (x, shape) = input("x");
            let weights = tensor("weight");
            let (co, k) = (weights.shape[0], weights.shape.get(2).copied().unwrap_or(1));
            let param = match op {
                "linear" => Param::linear("weight".into(), co, shape.c),
                _ => Param::conv("weight".into(), co, shape.c, k),
            };
            let weight = b.param(param, weights.data.clone());
            let bias = Param::bias("bias".into(), co, shape.c * k * k);
            let bias = b.param(bias, tensor("bias").data.clone());
            let epilogue = Epilogue::default();
            let asymmetric = case["padding"] == serde_json::json!([0, 1, 0, 1]);
            let resize = match (case["stride"].as_u64(), case["upsample"].as_bool()) {
                (Some(2), _) if asymmetric => Resize::DownAsymmetric,
                (Some(2), _) => Resize::Down,
                (_, Some(true)) => Resize::Up,
                _ => Resize::Same,
            };
            match k {
                1 => b.finish(Linear { x, weight, bias, epilogue }),
                _ => b.finish(Conv2d { x, weight, bias, resize, epilogue }),
            }
        }
        "group_norm" => {
            let (x, shape) = input("x");
            let c = shape.c;
            let scale_shift = tensors.get(&format!("{name}/scale_shift")).ok().map(|pair| {
                let padded = c.next_multiple_of(4);
                let pad = |half: &[f32]| [half, &vec![0.0; padded - c]].concat();
                let values = pair.data.chunks_exact(c).flat_map(pad).collect();
                let tensor = b.input(Shape::vector(shape.n, 2 * padded), values);
                [0, padded].map(|offset| Slice { tensor, offset })
            });
            let vector = |name: &str, init| Param::vector(name.into(), c, Init::Constant(init));
            let gamma = b.param(vector("weight", 1.0), tensor("weight").data.clone());
            let beta = b.param(vector("bias", 0.0), tensor("bias").data.clone());
            let groups = case["groups"].as_u64().expect("groups") as usize;
            let eps = case["eps"].as_f64().expect("eps") as f32;
            let activation = activation(case["silu"] == true);
            b.finish(GroupNorm { x, gamma, beta, groups, eps, scale_shift, activation })
        }
        "avg_pool2" => {
            let (x, _) = input("x");
            b.finish(AveragePool { x })
        }
        "upsample2" => {
            let (x, _) = input("x");
            b.finish(Upsample { x })
        }
        "concat" => {
            let ((a, _), (other, _)) = (input("a"), input("b"));
            b.finish(Concat { a, b: other })
        }
        other => panic!("{name}: unknown op {other}"),
    };
    let y = tensor("y");
    built.expected = Some(if op == "activation" { y.data.clone() } else { picture(y).1 });
    built
}

/// q, k, v [B, tokens, heads·d] → one tensor of padded heads.
fn attention(name: &str, heads: usize, tensors: &TensorMap) -> Case {
    let q = role(tensors, name, "q");
    let (n, tokens, head_dim) = (q.shape[0], q.shape[1], q.shape[2] / heads);
    let padded = head_dim.next_multiple_of(4);
    let qkv = ["q", "k", "v"].map(|r| role(tensors, name, r));
    let mut values = vec![0.0; n * tokens * 3 * heads * padded];
    for (i, vector) in values.chunks_exact_mut(padded).enumerate() {
        let (token, part, head) = (i / (3 * heads), i / heads % 3, i % heads);
        let source = &qkv[part].data[(token * heads + head) * head_dim..][..head_dim];
        vector[..head_dim].copy_from_slice(source);
    }
    let mut b = Builder::new(Operands::Given, name);
    let qkv = b.input(Shape::new(n, 1, tokens, 3 * heads * padded), values);
    let mut case = b.finish(Attention { qkv, heads, head_dim });
    case.runs = Some((head_dim, padded));
    case.expected = Some(role(tensors, name, "y").data.clone());
    case
}

/// (name, features here, diffusers' features) of every sinusoid.
pub fn sinusoids() -> Vec<(String, Vec<f32>, Vec<f32>)> {
    let (cases, tensors) = golden();
    let features = |case: &Value| {
        let name = case["name"].as_str().expect("name");
        let mut config: Value =
            serde_json::from_str(include_str!("../../../assets/models/mnist/config.json")).unwrap();
        config["block_out_channels"][0] = case["dim"].clone();
        config["norm_num_groups"] = 1.into();
        config["flip_sin_to_cos"] = case["flip_sin_to_cos"].clone();
        config["freq_shift"] = case["freq_shift"].clone();
        let architecture = Architecture::from_json(&config.to_string()).expect(name);
        let time = architecture.time_features(&TensorMap::new()).expect(name);
        let t = &role(&tensors, name, "t").data;
        let got = t.iter().flat_map(|&t| time.of(t as f64).expect(name)).collect();
        (name.to_string(), got, role(&tensors, name, "y").data.clone())
    };
    cases.iter().filter(|case| case["op"] == "sinusoid").map(features).collect()
}
