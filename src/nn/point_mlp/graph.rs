//! A denoiser of points in the plane: sinusoids of position and time, residual layers. φ(x) holds x too.
//!
//! ```text
//! h   = W_x φ(x) + W_t φ(t) + b (+ a row of the class table)
//! h   ← h + W SiLU(h) + b          depth times
//! out = W_o SiLU(h) + b_o
//! ```

use super::config::PointMlpConfig;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::nn::activated::activated;
use crate::nn::denoiser::{ClassInput, Denoiser, DenoiserEnds};
use crate::ops::{Embedding, Epilogue, Linear, Sinusoids};
use crate::tensor::{Axis, Init, Layout, Param, Part, Shape, TensorId};

/// Points in a batch, at most: addresses are computed in 32 bits.
const MAX_POINTS: usize = 1 << 20;

/// Builds the graph for `n` points; see [`crate::nn::Architecture::build`]. It is the same with and without training: the
/// residual needs what goes into SiLU, as its gradient does.
///
/// # Errors
/// There is no point, or there are too many.
pub(super) fn build(config: &PointMlpConfig, n: usize, h: usize, w: usize) -> Result<Denoiser> {
    if (h, w) != (1, 1) {
        let message = format!("a model of points has pictures of 1 × 1, not {h} × {w}");
        return Err(Error::Input(message));
    }
    if n == 0 || n > MAX_POINTS {
        let message = format!("a batch must hold between 1 and {MAX_POINTS} points, not {n}");
        return Err(Error::Input(message));
    }
    let mut graph = Graph::new();
    let sample = graph.input("sample", Shape::vector(n, PointMlpConfig::CHANNELS));
    let time_features = graph.input("time_features", Shape::vector(n, config.time_features));

    let (mut class, mut residual) = (None, None);
    if let Some(rows) = config.num_class_embeds {
        let labels = graph.input("class_labels", Shape::vector(n, 1));
        let name = "class_embedding";
        let table = graph.param(Param::rows(format!("{name}.weight"), rows, config.width));
        residual = Some(graph.push(name, Embedding { labels, table })?);
        class = Some(ClassInput::Table(labels));
    }

    let first = first_layer(&mut graph, config, [sample, time_features], residual)?;
    let mut hidden = activated(&mut graph, "point_in", first)?;
    let layer = |graph: &mut Graph, name: &str, x, co: usize, residual| {
        let weight = graph.param(Param::linear(format!("{name}.weight"), co, config.width));
        let bias = graph.param(Param::bias(format!("{name}.bias"), co, config.width));
        Linear { x, weight, bias, epilogue: Epilogue { residual, ..Default::default() } }
    };
    for i in 0..config.depth {
        let name = format!("layers.{i}");
        let residual = Some(hidden.before);
        let layer = layer(&mut graph, &name, hidden.after, config.width, residual);
        hidden = activated(&mut graph, &name, layer)?;
    }
    let out = layer(&mut graph, "out", hidden.after, PointMlpConfig::CHANNELS, None);
    let output = graph.push("out", out)?;
    graph.pin(output);
    let ends = DenoiserEnds { sample, time_features, timestep: None, class, output };
    Ok(Denoiser { graph, ends })
}

/// W_x φ(x) + W_t φ(t) + b: both projections as one linear layer over [φ(t) | φ(x)].
fn first_layer(
    graph: &mut Graph,
    config: &PointMlpConfig,
    [point, time_features]: [TensorId; 2],
    residual: Option<TensorId>,
) -> Result<Linear> {
    let ahead = Some(time_features);
    let features = Sinusoids { x: point, frequencies: config.point_features, ahead };
    let features = graph.push("features", features)?;
    let all = graph.shape(features).c;
    let of_point = all - config.time_features;
    let part = |name: &str, columns: usize, start: usize| Part {
        name: name.into(),
        shape: vec![config.width, columns],
        rows: Axis::at(0),
        columns: Axis::at(start),
        init: Init::Uniform { fan_in: columns },
    };
    let weight = graph.param(Param {
        parts: vec![
            part("point_in.weight", of_point, config.time_features),
            part("time_in.weight", config.time_features, 0),
        ],
        dims: [config.width, all, 1, 1],
        layout: Layout::Tiles,
    });
    let bias = graph.param(Param::bias("point_in.bias".into(), config.width, of_point));
    let epilogue = Epilogue { residual, ..Default::default() };
    Ok(Linear { x: features, weight, bias, epilogue })
}
