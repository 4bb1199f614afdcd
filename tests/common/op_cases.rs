//! Single operations as graphs of one node, for the native tests and the browsers' alike: PyTorch's
//! cases (tests/golden/make_ops.py) and seeded random ones for what PyTorch has no name for.

use chailou::cpu::Run;
use chailou::diffusion::{Stream, normals};
use chailou::gpu::{Gpu, Params, Program};
use chailou::graph::{Graph, Param, ParamId, Shape, TensorId};
use chailou::model::nchw_to_nhwc;
use chailou::nn::TimeFeatures;
use chailou::ops::{
    Activation, Affine, Attention, AveragePool, Concat, Conv2d, Embedding, Epilogue, GroupNorm,
    Linear, Op, Resize, Slice, Upsample,
};
use chailou::weights::{Tensor, TensorMap, UNetConfig};
use serde_json::Value;

/// One operation with its operands.
pub struct Case {
    pub name: String,
    graph: Graph,
    weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    output: TensorId,
    /// Channels of the output that count, where heads are padded: (length of a run, its stride).
    runs: Option<(usize, usize)>,
    /// What PyTorch computes, NHWC.
    expected: Option<Vec<f32>>,
    /// How far apart two results may be, for results of order 1.
    tolerance: f32,
}

impl Case {
    /// The f64 executor's result.
    pub fn twin(&self) -> Vec<f32> {
        let inputs: Vec<_> = (self.inputs.iter())
            .map(|(id, values)| (*id, values.iter().map(|&v| v as f64).collect()))
            .collect();
        let run = Run::<f64>::new(&self.graph, &self.weights, &inputs).expect(&self.name);
        self.counting(run.value(self.output).iter().map(|&v| v as f32).collect())
    }

    /// The shaders' result.
    pub async fn shader(&self, gpu: &Gpu) -> Vec<f32> {
        let result = async {
            let params = Params::upload(gpu, &self.graph, &self.weights)?;
            let program = Program::new(gpu, &self.graph, &params)?;
            for (id, values) in &self.inputs {
                program.write(gpu, &self.graph, *id, values)?;
            }
            let mut encoder = gpu.device.create_command_encoder(&Default::default());
            program.encode(&mut encoder.begin_compute_pass(&Default::default()));
            gpu.queue.submit([encoder.finish()]);
            program.read(gpu, &self.graph, self.output).await
        };
        self.counting(result.await.unwrap_or_else(|e| panic!("{}: {e}", self.name)))
    }

    fn counting(&self, values: Vec<f32>) -> Vec<f32> {
        let Some((length, stride)) = self.runs else { return values };
        values.chunks_exact(stride).flat_map(|run| run[..length].to_vec()).collect()
    }
}

/// A graph under construction.
struct Builder {
    name: String,
    graph: Graph,
    weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    seed: u64,
}

impl Builder {
    fn new(name: &str) -> Self {
        // FNV-1a, so that a case keeps its numbers when others come and go.
        let hash = |h: u64, byte: u8| (h ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
        let (graph, weights) = (Graph::new(), TensorMap::new());
        Self { name: name.into(), graph, weights, inputs: vec![], seed }
    }

    fn random(&mut self, count: usize) -> Vec<f32> {
        self.seed = self.seed.wrapping_add(1);
        normals(self.seed, Stream::Start, 0, count)
    }

    fn input(&mut self, shape: Shape, values: Vec<f32>) -> TensorId {
        let id = self.graph.input(&format!("input {}", self.inputs.len()), shape);
        self.inputs.push((id, values));
        id
    }

    fn random_input(&mut self, shape: Shape) -> TensorId {
        let values = self.random(shape.elements());
        self.input(shape, values)
    }

    fn param(&mut self, param: Param, data: Vec<f32>) -> ParamId {
        let part = &param.parts[0];
        let tensor = Tensor::new(part.shape.clone(), data).expect(&self.name);
        self.weights.insert(part.name.clone(), tensor);
        self.graph.param(param)
    }

    /// Weight [co, ci, k, k] and bias [co], scaled so that results are of order 1.
    fn random_weights(&mut self, co: usize, ci: usize, k: usize) -> (ParamId, ParamId) {
        let scale = 1.0 / ((ci * k * k) as f32).sqrt();
        let weight = self.random(co * ci * k * k).into_iter().map(|v| v * scale).collect();
        let bias = self.random(co);
        (
            self.param(Param::conv("weight".into(), co, ci, k), weight),
            self.param(Param::vector("bias".into(), co), bias),
        )
    }

    fn finish(mut self, op: impl Into<Op>) -> Case {
        let output = self.graph.push(&self.name, op);
        let output = output.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        self.graph.pin(output);
        let Self { name, graph, weights, inputs, .. } = self;
        Case { name, graph, weights, inputs, output, runs: None, expected: None, tolerance: 2e-5 }
    }
}

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
    let cases = serde_json::from_str(include_str!("../golden/ops.json")).expect("ops.json");
    let tensors = TensorMap::from_safetensors(include_bytes!("../golden/ops.safetensors"));
    (cases, tensors.expect("ops.safetensors"))
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
    let mut b = Builder::new(name);
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
            let bias = b.param(Param::vector("bias".into(), 1), vec![0.0]);
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
            let bias = b.param(Param::vector("bias".into(), co), tensor("bias").data.clone());
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
            let gamma = b.param(Param::vector("weight".into(), c), tensor("weight").data.clone());
            let beta = b.param(Param::vector("bias".into(), c), tensor("bias").data.clone());
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
    let mut b = Builder::new(name);
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
            serde_json::from_str(include_str!("../../assets/models/mnist/config.json")).unwrap();
        config["block_out_channels"][0] = case["dim"].clone();
        config["norm_num_groups"] = 1.into();
        config["flip_sin_to_cos"] = case["flip_sin_to_cos"].clone();
        config["freq_shift"] = case["freq_shift"].clone();
        let config = UNetConfig::from_json(&config.to_string()).expect(name);
        let time = TimeFeatures::new(&config, &TensorMap::new()).expect(name);
        let t = &role(&tensors, name, "t").data;
        let got = t.iter().flat_map(|&t| time.of(t as f64).expect(name)).collect();
        (name.to_string(), got, role(&tensors, name, "y").data.clone())
    };
    cases.iter().filter(|case| case["op"] == "sinusoid").map(features).collect()
}

/// Seeded cases without PyTorch's numbers: the f64 twin is the reference.
pub fn random() -> Vec<Case> {
    let mut all = Vec::new();
    for terms in 0..16 {
        all.push(sums(Some(Resize::Same), Shape::new(2, 5, 11, 7), 13, terms));
        all.push(sums(None, Shape::new(3, 5, 3, 6), 21, terms));
    }
    for resize in Resize::ALL {
        // One pixel wide, wider than a tile by one, more channels than a workgroup makes, odd sides.
        for (shape, co) in [
            (Shape::new(2, 2, 1, 3), 5),
            (Shape::new(1, 9, 17, 4), 8),
            (Shape::new(1, 4, 10, 12), 44),
            (Shape::new(3, 7, 7, 9), 6),
        ] {
            if resize == Resize::DownAsymmetric && shape.w == 1 {
                continue; // nothing would be left of it
            }
            all.push(sums(Some(resize), shape, co, 15));
        }
    }
    all.push(sums(None, Shape::new(2, 20, 31, 5), 9, 15)); // more rows than a workgroup takes
    for (shape, groups) in [
        (Shape::new(2, 3, 5, 6), 3), // 2 channels a group, the last workgroup takes one group
        (Shape::new(1, 9, 9, 9), 3), // 3
        (Shape::new(2, 4, 4, 5), 5), // 1
        (Shape::new(2, 10, 13, 40), 8), // 5
        (Shape::new(1, 1, 1, 12), 2), // 6, fewer elements than threads
    ] {
        all.extend([false, true].map(|scale_shift| group_norm(shape, groups, scale_shift)));
    }
    all.extend([false, true].map(affine));
    let mut b = Builder::new("embedding");
    let labels = b.input(Shape::vector(5, 1), vec![10.0, 0.0, 3.0, 3.0, 9.0]);
    let table = b.random(11 * 10);
    let table = b.param(Param::rows("table".into(), 11, 10), table);
    all.push(b.finish(Embedding { labels, table }));
    // More queries than a workgroup has threads, and scores so large that exp alone would overflow.
    let mut b = Builder::new("attention with large scores");
    let shape = Shape::new(2, 9, 11, 3 * 3 * 8);
    let values = b.random(shape.elements()).into_iter().map(|v| 6.0 * v).collect();
    let qkv = b.input(shape, values);
    let attention = b.finish(Attention { qkv, heads: 3, head_dim: 8 });
    // A score of 100 has an f32 error of 1e-5, which exp makes a relative one.
    all.push(Case { tolerance: 5e-4, ..attention });
    all
}

/// A convolution or (without `resize`) linear layer whose epilogue has the terms in the bits of `terms`.
fn sums(resize: Option<Resize>, x: Shape, co: usize, terms: u32) -> Case {
    let kind = resize.map_or("linear".into(), |resize| format!("conv {resize:?}"));
    let Shape { n, h, w, c } = x;
    let mut b = Builder::new(&format!("{kind} {n}x{h}x{w}x{c} to {co}, terms {terms:04b}"));
    let out = match resize {
        None | Some(Resize::Same) => (h, w),
        Some(Resize::Up) => (2 * h, 2 * w),
        Some(Resize::Down) => (h.div_ceil(2), w.div_ceil(2)),
        Some(Resize::DownAsymmetric) => (h / 2, w / 2),
    };
    let has = |term: u32| terms & term != 0;
    let x = b.random_input(x);
    let mut epilogue = Epilogue::default();
    if has(1) {
        let tensor = b.random_input(Shape::vector(n, co + 7));
        epilogue.per_sample = Some(Slice { tensor, offset: 4 });
    }
    if has(2) {
        epilogue.residual = Some(b.random_input(Shape::new(n, out.0, out.1, co)));
    }
    if has(4) {
        epilogue.scale = 0.625;
    }
    if has(8) {
        epilogue.activation = Activation::Silu;
    }
    let (weight, bias) = b.random_weights(co, c, if resize.is_some() { 3 } else { 1 });
    match resize {
        Some(resize) => b.finish(Conv2d { x, weight, bias, resize, epilogue }),
        None => b.finish(Linear { x, weight, bias, epilogue }),
    }
}

fn group_norm(shape: Shape, groups: usize, with_scale_shift: bool) -> Case {
    let Shape { n, h, w, c } = shape;
    let mut b =
        Builder::new(&format!("group norm {n}x{h}x{w}x{c} in {groups}, {with_scale_shift}"));
    // A mean far from 0 shows a careless variance.
    let values = b.random(shape.elements()).into_iter().map(|v| 2.0 * v + 9.0).collect();
    let x = b.input(shape, values);
    let padded = c.next_multiple_of(4);
    let scale_shift = with_scale_shift.then(|| {
        let tensor = b.random_input(Shape::vector(n, 2 * padded + 4));
        [0, padded + 4].map(|offset| Slice { tensor, offset })
    });
    let (gamma, beta) = (b.random(c), b.random(c));
    let gamma = b.param(Param::vector("gamma".into(), c), gamma);
    let beta = b.param(Param::vector("beta".into(), c), beta);
    let activation = if with_scale_shift { Activation::Identity } else { Activation::Silu };
    b.finish(GroupNorm { x, gamma, beta, groups, eps: 1e-5, scale_shift, activation })
}

fn affine(with_divisor: bool) -> Case {
    let mut b = Builder::new(if with_divisor { "affine with divisor" } else { "affine" });
    let x = b.random_input(Shape::new(3, 5, 7, 3));
    let divisor = with_divisor.then(|| b.input(Shape::vector(3, 1), vec![0.5, -3.0, 700.0]));
    b.finish(Affine { x, factor: 2.0, offset: -1.0, divisor })
}

/// Holds the shader against twin and PyTorch: |a − b| ≤ tolerance·(1 + |b|). Returns the largest
/// differences (shader from twin, twin from PyTorch).
pub async fn check(case: &Case, gpu: &Gpu) -> Result<(f32, f32), String> {
    let twin = case.twin();
    let shader = case.shader(gpu).await;
    let compare = |what: &str, a: &[f32], b: &[f32]| {
        if a.len() != b.len() {
            return Err(format!("{}: {what}: {} and {} values", case.name, a.len(), b.len()));
        }
        let mut worst = 0f32;
        for (i, (&a, &b)) in a.iter().zip(b).enumerate() {
            let difference = (a - b).abs();
            let near = difference <= case.tolerance * (1.0 + b.abs());
            if !near {
                return Err(format!("{}: {what} at {i}: {a} and {b}", case.name));
            }
            worst = worst.max(difference);
        }
        Ok(worst)
    };
    let apart = compare("shader and twin", &shader, &twin)?;
    let Some(expected) = &case.expected else { return Ok((apart, 0.0)) };
    compare("shader and PyTorch", &shader, expected)?;
    Ok((apart, compare("twin and PyTorch", &twin, expected)?))
}
