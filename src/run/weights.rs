//! A network's weights as the processor reads them: the parameters' buffer, and panels that follow it.

use crate::error::Result;
use crate::graph::Graph;
use crate::ops::Panels;

/// The weights of one run, read by all its threads.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// Packed as on a device.
    pub params: &'a [f32],
    /// The same as matrix products read them.
    pub panels: &'a Panels,
}

/// Panels, made anew when the parameters have changed.
pub struct Prepared {
    panels: Panels,
    version: Option<u64>,
}

impl Prepared {
    /// For a graph, and all with the same operations for another number of samples.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn new(graph: &Graph) -> Result<Self> {
        let read = graph.nodes().iter().filter_map(|node| node.op.panels());
        Ok(Self { panels: Panels::new(graph, read)?, version: None })
    }

    /// The weights, of which `version` is another number whenever they have changed.
    pub fn update<'a>(&'a mut self, params: &'a [f32], version: u64) -> Weights<'a> {
        if self.version != Some(version) {
            self.panels.fill(params);
            self.version = Some(version);
        }
        Weights { params, panels: &self.panels }
    }
}
