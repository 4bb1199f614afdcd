//! Gradients of single operations. Every operand of such a case is made by a linear layer over one-hot
//! rows, whose weight is the operand itself: so the gradient by a weight is, to the bit, the gradient by
//! an operand, and all that is to be looked at are gradients by parameters.

use super::{Case, submit};
use chailou::graph::{Graph, backward};
use chailou::run::{Backend, Params, Program, Run};
use chailou::tensor::{ParamId, Tensor, TensorId, TensorMap};

/// The graph of a case and of its gradient: of Σ y·r, r being fixed random numbers.
pub struct Differentiated<'a> {
    case: &'a Case,
    pub graph: Graph,
    inputs: Vec<(TensorId, Vec<f32>)>,
    r: Vec<f32>,
}

impl Case {
    /// Appends the backward pass for the parameters that `trainable` picks by name.
    pub fn differentiate(&self, trainable: impl Fn(&str) -> bool) -> Differentiated<'_> {
        let mut graph = self.graph.clone();
        let mut inputs = self.inputs.clone();
        let shape = graph.shape(self.output);
        let (output, d_output, r) = match self.slope {
            // The mean over the batch.
            Some((prediction, slope)) => {
                let slope = graph.push("slope", slope).expect(&self.name);
                (prediction, slope, vec![1.0 / shape.n as f32; shape.n])
            }
            None => {
                let mut r = self.random(shape.elements());
                if let Some((length, stride)) = self.runs {
                    // What follows an attention does not read the padding of its heads.
                    r.chunks_exact_mut(stride).for_each(|run| run[length..].fill(0.0));
                }
                let d_output = graph.input("r", shape);
                inputs.push((d_output, r.clone()));
                (self.output, d_output, r)
            }
        };
        let trainable = |p: &chailou::tensor::Param| trainable(&p.parts[0].name);
        backward(&mut graph, output, d_output, trainable).expect(&self.name);
        Differentiated { case: self, graph, inputs, r }
    }
}

/// How far a twin's gradient is from finite differences, at the worst place.
#[derive(Debug, Default)]
pub struct Disagreement {
    pub relative: f64,
    pub place: String,
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| v as f64).collect()
}

fn rms(values: &[f64]) -> f64 {
    (values.iter().map(|v| v * v).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

impl Differentiated<'_> {
    fn run(&self) -> Run<'_, f64> {
        let inputs: Vec<_> = self.inputs.iter().map(|(id, v)| (*id, doubles(v))).collect();
        Run::new(&self.graph, &self.case.weights, &inputs).expect(&self.case.name)
    }

    /// Holds the f64 twin's gradients against finite differences of its forward pass: by up to `places`
    /// scalars of every parameter, and along one random direction through all of them.
    pub fn against_differences(&self, places: usize) -> Disagreement {
        let params: Vec<Vec<f64>> = (self.graph.params().iter())
            .map(|p| doubles(&p.dense(&self.case.weights).expect(&self.case.name)))
            .collect();
        let inputs: Vec<_> = self.case.inputs.iter().map(|(id, v)| (*id, doubles(v))).collect();
        let loss = |params: Vec<Vec<f64>>| -> f64 {
            let run = Run::with_params(&self.case.graph, params, &inputs).expect(&self.case.name);
            let y = run.value(self.case.output);
            y.iter().zip(&self.r).map(|(y, &r)| y * r as f64).sum()
        };
        // Four points: the error is of fourth order, so that the step can be wide and rounding small.
        const STEP: f64 = 1e-3;
        let slope = |at: usize, direction: &dyn Fn(usize) -> f64| {
            let moved = |by: f64| {
                let mut params = params.clone();
                for (i, v) in params[at].iter_mut().enumerate() {
                    *v += by * direction(i);
                }
                loss(params)
            };
            let near = moved(STEP) - moved(-STEP);
            (8.0 * near - (moved(2.0 * STEP) - moved(-2.0 * STEP))) / (12.0 * STEP)
        };
        let mut worst = Disagreement::default();
        for (param, gradient) in twins(&self.run()) {
            let at = self.graph.param_ids().position(|id| id == param).expect("declared");
            let info = self.graph.param_info(param);
            let inside: Vec<usize> = (covered(info).iter().enumerate())
                .filter_map(|(i, &covered)| covered.then_some(i))
                .collect();
            let floor = 1e-3 + rms(&gradient);
            let mut compare = |place: String, got: f64, expected: f64, scale: f64| {
                let relative = (got - expected).abs() / (scale + expected.abs());
                if relative.is_nan() || relative > worst.relative {
                    let name = &info.parts[0].name;
                    let place = format!("{name}{place}: twin {got}, difference {expected}");
                    worst = Disagreement { relative, place };
                }
            };
            let direction = doubles(&self.case.random(gradient.len()));
            let along =
                |i: usize| if inside.binary_search(&i).is_ok() { direction[i] } else { 0.0 };
            let got = (0..gradient.len()).map(|i| gradient[i] * along(i)).sum::<f64>();
            let length = (gradient.len() as f64).sqrt();
            compare(" along a direction".into(), got, slope(at, &along), floor * length);
            for place in inside.iter().step_by(inside.len().div_ceil(places).max(1)) {
                let one = |i: usize| if i == *place { 1.0 } else { 0.0 };
                compare(format!("[{place}]"), gradient[*place], slope(at, &one), floor);
            }
        }
        worst
    }

    /// Gradients on a device, under the parameters' names.
    ///
    /// # Errors
    /// Something that is not zero where no gradient is: between parameters, in the padding of one, in the
    /// gaps of one, at a parameter that is not trained.
    pub async fn on(&self, device: &dyn Backend) -> Result<TensorMap, String> {
        let name = &self.case.name;
        let run = async {
            let (params, program) = submit(device, &self.graph, &self.case.weights, &self.inputs)?;
            read_gradients(device, &self.graph, &params, &program).await
        };
        let region: Vec<f32> = run.await.map_err(|e| format!("{name}: {e}"))?;
        gradients_by_name(&self.graph, &region).map_err(|e| format!("{name}: {e}"))
    }
}

/// Gradients by the f64 twin: dense, one a trained parameter.
fn twins(run: &Run<f64>) -> Vec<(ParamId, Vec<f64>)> {
    let trained = run.graph.param_ids().filter_map(|id| Some((id, run.graph.gradient(id)?)));
    trained.map(|(param, gradient)| (param, run.value(gradient).to_vec())).collect()
}

/// Gradients by the f64 twin, under the parameters' names.
pub fn twins_by_name(run: &Run<f64>) -> TensorMap {
    let named = |(param, values): (ParamId, Vec<f64>)| {
        let param = run.graph.param_info(param);
        let dense: Vec<f32> = values.iter().map(|&v| v as f32).collect();
        param.unpack(&param.pack(&dense))
    };
    twins(run).into_iter().flat_map(named).collect()
}

/// The region of the arena that holds all gradients.
pub async fn read_gradients(
    device: &dyn Backend,
    graph: &Graph,
    params: &Params,
    program: &Program,
) -> chailou::Result<Vec<f32>> {
    assert!(graph.has_gradients());
    let first = program.gradients().expect("a backward pass") as u64 * 4;
    device.read(&program.arena, first, params.vec4s() as u64 * 4).await
}

/// Which places of the dense array hold a scalar of the checkpoint.
fn covered(param: &chailou::tensor::Param) -> Vec<bool> {
    let ones = |part: &chailou::tensor::Part| {
        let tensor = Tensor::new(part.shape.clone(), vec![1.0; part.elements()]);
        (part.name.clone(), tensor.expect("as many as the shape says"))
    };
    let ones: TensorMap = param.parts.iter().map(ones).collect();
    param.dense(&ones).expect("all parts").into_iter().map(|one| one == 1.0).collect()
}

/// Takes the region apart; an error if anything that is no gradient of a trained parameter is not zero.
pub fn gradients_by_name(graph: &Graph, region: &[f32]) -> Result<TensorMap, String> {
    let (offsets, vec4s) = graph.param_offsets();
    assert_eq!(region.len(), vec4s * 4);
    let mut all = TensorMap::new();
    for (id, offset) in graph.param_ids().zip(offsets) {
        let param = graph.param_info(id);
        let packed = &region[offset * 4..][..param.vec4s() * 4];
        let trained = graph.gradient(id).is_some();
        let inside: Vec<f32> = covered(param).iter().map(|&c| f32::from(trained && c)).collect();
        let stray = (param.pack(&inside).iter().zip(packed))
            .position(|(&inside, &value)| inside == 0.0 && value != 0.0);
        if let Some(at) = stray {
            let name = &param.parts[0].name;
            let where_ = if trained { "a gap or padding" } else { "frozen, but" };
            return Err(format!("{name}: {where_} at float {at} holds {}", packed[at]));
        }
        if trained {
            for (name, tensor) in param.unpack(packed) {
                all.insert(name, tensor);
            }
        }
    }
    Ok(all)
}

/// Holds gradients against others: |a − b| ≤ tolerance·(s + |b|), where s is the rms of the tensor, or a
/// fifth of the rms of all where that is more: some gradients are sums that cancel to nothing. Returns the
/// largest difference in those units.
pub fn compare(got: &TensorMap, expected: &TensorMap, tolerance: f32) -> Result<f32, String> {
    if got.len() != expected.len() {
        return Err(format!("{} gradients, not {}", got.len(), expected.len()));
    }
    let mut worst = 0f32;
    let all: Vec<f64> = expected.iter().flat_map(|(_, tensor)| doubles(&tensor.data)).collect();
    let least = 0.2 * rms(&all);
    for (name, expected) in expected.iter() {
        let got = got.get(name).map_err(|e| e.to_string())?;
        if got.shape != expected.shape {
            return Err(format!("{name}: shape {:?}, not {:?}", got.shape, expected.shape));
        }
        let floor = rms(&doubles(&expected.data)).max(least) as f32;
        for (i, (&a, &b)) in got.data.iter().zip(&expected.data).enumerate() {
            let relative = (a - b).abs() / (floor + b.abs());
            if relative.is_nan() || relative > tolerance {
                return Err(format!(
                    "gradient by {name} at {i}: {a}, expected {b} ({relative:.1e})"
                ));
            }
            worst = worst.max(relative);
        }
    }
    Ok(worst)
}

/// Holds a device's gradients against the twin's.
pub async fn check_gradients(case: &Case, device: &dyn Backend) -> Result<f32, String> {
    let differentiated = case.differentiate(|_| true);
    let found = differentiated.on(device).await?;
    let worst = compare(&found, &twins_by_name(&differentiated.run()), case.tolerance);
    worst.map_err(|e| format!("{}: {e}", case.name))
}
