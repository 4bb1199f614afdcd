//! Measures each kernel of a network alone, over the shapes that the network really has: where its time goes, and which
//! of several ways to lower an operation is the fastest, all in one run, on the same numbers, with answers compared.

use crate::error::Result;
use crate::graph::Graph;
use crate::model::{Model, Recipe};
use crate::run::{Backend, Program, Task, fastest, scattered};
use crate::train;

/// A measurement takes at least this long: there are many.
const ENOUGH_MS: f64 = 60.0;

/// A distinct operation of a network: one in kind and shapes.
pub struct Kernel {
    /// Its kind.
    pub op: &'static str,
    /// Rows × columns × channels of what it reads and writes, without the batch; a weight as the checkpoint shapes it.
    pub shapes: String,
    /// How often the network has it.
    pub uses: usize,
    /// Floating-point operations, a multiply-add counted as two.
    pub flops: u64,
    pub(super) graph: Graph,
}

/// A kernel on a device.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct KernelTime {
    /// Milliseconds.
    pub ms: f64,
    /// 10⁹ floating-point operations a second.
    pub gflops: f64,
    /// Length of its answer as a vector.
    pub norm: f64,
    /// Sum of the answer's numbers under signs that look random: two answers are as far apart as their probes, or
    /// chance is very unkind.
    pub probe: f64,
}

impl KernelTime {
    /// How far the answer is from another's, the other's length being 1.
    pub fn distance(&self, other: &Self) -> f64 {
        (self.probe - other.probe).abs().max((self.norm - other.norm).abs()) / other.norm
    }
}

/// The operations worth measuring of a model's training step, forward pass included.
///
/// # Errors
/// The model says no size, or cannot be trained.
pub fn kernels(model: &Model, batch: usize) -> Result<Vec<Kernel>> {
    let (h, w) = model.sample_size()?;
    let recipe = Recipe { config: model.architecture.clone(), h, w, layers: Some(vec![]) };
    let graph = train::graph(&recipe, batch)?;
    let mut found: Vec<Kernel> = Vec::new();
    for (i, node) in graph.nodes().iter().enumerate() {
        if !graph.computes(i) {
            continue;
        }
        let (op, shapes) = (node.op.label(), graph.shapes(i));
        let flops = node.op.flops(&graph, node.output);
        if let Some(known) =
            found.iter_mut().find(|k| (k.op, &k.shapes, k.flops) == (op, &shapes, flops))
        {
            known.uses += 1;
            continue;
        }
        found.push(Kernel { op, shapes, uses: 1, flops, graph: graph.alone(i) });
    }
    Ok(found)
}

/// A kernel and how one device does it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct KernelBench {
    op: &'static str,
    shapes: String,
    uses: usize,
    flops: f64,
    ms: f64,
    norm: f64,
    probe: f64,
}

/// Measures a model's kernels on its own device, those with `only` in the name of their operation.
///
/// # Errors
/// As [`kernels`] and [`Kernel::measure`].
pub async fn kernel_benches(model: &Model, batch: usize, only: &str) -> Result<Vec<KernelBench>> {
    let mut all = Vec::new();
    for kernel in kernels(model, batch)?.into_iter().filter(|kernel| kernel.op.contains(only)) {
        for KernelTime { ms, norm, probe, .. } in kernel.measure(&[model]).await? {
            let Kernel { op, uses, .. } = kernel;
            let (flops, shapes) = (kernel.flops as f64, kernel.shapes.clone());
            all.push(KernelBench { op, shapes, uses, flops, ms, norm, probe });
        }
    }
    Ok(all)
}

impl Kernel {
    /// What it does, on as many devices as have the model.
    ///
    /// # Errors
    /// It does not fit a device, or one failed.
    pub async fn measure(&self, models: &[&Model]) -> Result<Vec<KernelTime>> {
        let (mut programs, mut answers) = (Vec::new(), Vec::new());
        for model in models {
            let device = &*model.device;
            let program = Program::new(device, &self.graph, None, &model.params)?;
            answers.push(self.answer(device, &program).await?);
            programs.push((device, program));
        }
        let tasks: Vec<(&dyn Backend, &[Task])> =
            programs.iter().map(|(device, program)| (*device, program.tasks())).collect();
        let times = fastest(&tasks, ENOUGH_MS).await?;
        let time = |(ms, [norm, probe]): (f64, [f64; 2])| {
            let gflops = self.flops as f64 / ms / 1e6;
            KernelTime { ms, gflops, norm, probe }
        };
        Ok(times.into_iter().zip(answers).map(time).collect())
    }

    /// Feeds it with numbers between −1 and 1, runs it once, and reads norm and probe of the answer.
    async fn answer(&self, device: &dyn Backend, program: &Program) -> Result<[f64; 2]> {
        let node = &self.graph.nodes()[0];
        program.scatter(device, &self.graph)?;
        device.submit(&mut program.tasks().iter());
        let y = program.read(device, &self.graph, node.output).await?;
        let sign = |i: u32| f64::from(scattered(i, u32::MAX).signum());
        let (mut squares, mut probe) = (0.0, 0.0);
        for (i, &y) in (0..).zip(&y) {
            squares += f64::from(y) * f64::from(y);
            probe += sign(i) * f64::from(y);
        }
        Ok([squares.sqrt(), probe])
    }
}
