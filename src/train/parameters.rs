//! Which parameters are trained: chosen by name, found again as stretches of the weights' buffer.

use crate::error::{Error, Result, few};
use crate::graph::Graph;
use crate::tensor::{Param, Tensor, TensorMap};

/// A tensor of the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Parameter {
    /// Its name there.
    pub name: String,
    /// Number of scalars.
    pub count: usize,
    /// Whether training changes it.
    pub trained: bool,
}

/// The choice.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Layers or parameters; none: all.
    layers: Vec<String>,
}

/// A vec4 of the weights' buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Padding,
    Trained,
    Frozen,
}

impl Choice {
    /// # Errors
    /// A name that is the beginning of no parameter's.
    pub fn new(graph: &Graph, layers: &[String]) -> Result<Self> {
        let parts = || graph.params().iter().filter(|p| p.vec4s() > 0).flat_map(|p| &p.parts);
        for layer in layers {
            if !parts().any(|part| begins_with(&part.name, layer)) {
                return Err(Error::Input(format!("the model has no layer \"{layer}\" to train")));
            }
        }
        Ok(Self { layers: layers.to_vec() })
    }

    /// The names it was made from.
    pub fn layers(&self) -> &[String] {
        &self.layers
    }

    /// Whether a tensor of the checkpoint is trained.
    pub fn takes(&self, name: &str) -> bool {
        self.layers.is_empty() || self.layers.iter().any(|layer| begins_with(name, layer))
    }

    /// Whether any part of a parameter is trained.
    pub fn trains(&self, param: &Param) -> bool {
        param.vec4s() > 0 && param.parts.iter().any(|part| self.takes(&part.name))
    }

    /// Every tensor of the checkpoint, in order of declaration.
    pub fn parameters(&self, graph: &Graph) -> Vec<Parameter> {
        let of = |param: &Param| {
            let on_device = param.vec4s() > 0;
            let describe = |part: &crate::tensor::Part| Parameter {
                name: part.name.clone(),
                count: part.elements(),
                trained: on_device && self.takes(&part.name),
            };
            param.parts.iter().map(describe).collect::<Vec<_>>()
        };
        graph.params().iter().flat_map(of).collect()
    }

    /// The trained stretches of the weights' buffer as (address, length) in vec4 units. Padding goes
    /// with its neighbours: it is zero, its gradient is zero, and so it stays zero.
    ///
    /// # Errors
    /// A vec4 belongs to two tensors of which one is trained, one is not.
    pub fn ranges(&self, graph: &Graph) -> Result<Vec<[u32; 2]>> {
        let mut cells = Vec::new();
        for (param, offset) in graph.params().iter().zip(graph.param_offsets().0) {
            cells.resize(offset, Cell::Padding);
            cells.extend(self.cells(param)?);
        }
        let mut ranges: Vec<[u32; 2]> = Vec::new();
        let mut open = false;
        for (at, cell) in cells.iter().enumerate() {
            match (cell, ranges.last_mut().filter(|_| open)) {
                (Cell::Frozen, _) => open = false,
                (_, Some(range)) => range[1] += 1,
                (Cell::Trained, None) => {
                    ranges.push([at as u32, 1]);
                    open = true;
                }
                (Cell::Padding, None) => {}
            }
        }
        Ok(ranges)
    }

    fn cells(&self, param: &Param) -> Result<Vec<Cell>> {
        const TRAINED: f32 = 1.0;
        const FROZEN: f32 = 2.0;
        let mark = |name: &str| if self.takes(name) { TRAINED } else { FROZEN };
        let marked = |part: &crate::tensor::Part| {
            let data = vec![mark(&part.name); part.elements()];
            (part.name.clone(), Tensor { shape: part.shape.clone(), data })
        };
        let marks: TensorMap = param.parts.iter().map(marked).collect();
        let packed = param.pack(&param.dense(&marks)?);
        let cell = |vec4: &[f32]| match (vec4.contains(&TRAINED), vec4.contains(&FROZEN)) {
            (false, false) => Ok(Cell::Padding),
            (true, false) => Ok(Cell::Trained),
            (false, true) => Ok(Cell::Frozen),
            (true, true) => {
                let names: Vec<&str> = param.parts.iter().map(|p| p.name.as_str()).collect();
                let message = format!("{} can only be trained together", few(&names));
                Err(Error::Input(message))
            }
        };
        packed.chunks_exact(4).map(cell).collect()
    }
}

/// Whether `name` is `layer`, or lies in it.
fn begins_with(name: &str, layer: &str) -> bool {
    let rest = name.strip_prefix(layer.trim_end_matches('.'));
    !layer.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::{Axis, Init, Layout, Part};

    fn graph() -> Graph {
        let mut graph = Graph::new();
        graph.param(Param::conv("conv_in.weight".into(), 12, 3, 3));
        graph.param(Param::bias("conv_in.bias".into(), 12, 27));
        // Two layers in one matrix, six rows each, padded to eight.
        let part = |name: &str, at| Part {
            name: format!("{name}.weight"),
            shape: vec![6, 5],
            rows: Axis::padded(at, 6),
            columns: Axis::at(0),
            init: Init::Uniform { fan_in: 5 },
        };
        let parts = vec![part("blocks.1", 0), part("blocks.10", 8)];
        graph.param(Param { parts, dims: [16, 5, 1, 1], layout: Layout::Tiles });
        graph.param(Param::host("time_proj.weight".into(), vec![8], Init::Constant(0.0)));
        graph
    }

    fn choice(layers: &[&str]) -> Result<Choice> {
        let layers: Vec<String> = layers.iter().map(|l| l.to_string()).collect();
        Choice::new(&graph(), &layers)
    }

    #[test]
    fn everything_is_one_stretch() {
        let graph = graph();
        let all = choice(&[]).unwrap();
        let vec4s: usize = graph.params().iter().map(Param::vec4s).sum();
        assert_eq!(all.ranges(&graph).unwrap(), vec![[0, vec4s as u32]]);
        let names: Vec<_> = all.parameters(&graph).into_iter().filter(|p| !p.trained).collect();
        assert_eq!(names.len(), 1, "only what is not on the device: {names:?}");
    }

    #[test]
    fn a_layer_is_found_in_a_matrix_it_shares() {
        let graph = graph();
        let first: usize = graph.params()[..2].iter().map(Param::vec4s).sum();
        // Tiles of 8 rows: [2 blocks][2 quarters of input][32 scalars].
        let block = 2 * 8;
        for (name, at) in [("blocks.1", first), ("blocks.10", first + block)] {
            let choice = choice(&[name]).unwrap();
            let ranges = choice.ranges(&graph).unwrap();
            let (start, end) = (ranges[0][0] as usize, ranges.last().unwrap());
            let end = (end[0] + end[1]) as usize;
            assert!(at <= start && end <= at + block, "{name}: {ranges:?} is not in block {at}");
            let trained = choice.parameters(&graph).into_iter().filter(|p| p.trained);
            let trained: Vec<_> = trained.map(|p| p.name).collect();
            assert_eq!(trained, [format!("{name}.weight")]);
        }
    }

    #[test]
    fn a_layer_that_is_not_there_is_named() {
        for name in ["blocks.2", "conv", "time_proj", ""] {
            let error = choice(&[name]).unwrap_err().to_string();
            assert!(error.contains(&format!("\"{name}\"")), "{error}");
        }
    }
}
