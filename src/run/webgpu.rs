//! A graph made ready to replay: arena, bind group, pipelines and dimensions, all made once.

use super::params::Params;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Gpu, Kernel, Profile};
use crate::graph::{Graph, Plan};
use crate::ops::Lowering;
use crate::tensor::TensorId;

struct Prepared {
    pipeline: wgpu::ComputePipeline,
    dims_offset: u32,
    groups: [u32; 3],
    node: usize,
}

/// See the [module documentation](self).
pub struct Program {
    /// Activations.
    pub arena: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    dispatches: Vec<Prepared>,
    plan: Plan,
}

/// Distance between two `Dims`: WebGPU's default alignment of dynamic offsets.
const DIMS_STRIDE: usize = 256;

impl Gpu {
    /// The bind group of network kernels; `dims` holds one `Dims` every [`DIMS_STRIDE`] bytes.
    pub(crate) fn bind_network(
        &self,
        arena: &wgpu::Buffer,
        params: &wgpu::Buffer,
        dims: &[u8],
    ) -> wgpu::BindGroup {
        let uniforms = self.uniform("dimensions", dims.len().next_multiple_of(DIMS_STRIDE) as u64);
        self.queue.write_buffer(&uniforms, 0, dims);
        let dims_binding = wgpu::BufferBinding {
            buffer: &uniforms,
            offset: 0,
            size: wgpu::BufferSize::new(DIMS_STRIDE as u64),
        };
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("network"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: arena.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: params.as_entire_binding() },
                wgpu::BindGroupEntry {
                    binding: 2,
                    resource: wgpu::BindingResource::Buffer(dims_binding),
                },
            ],
        })
    }
}

impl Program {
    /// The dispatches of a graph, before any device object is made.
    fn lower(
        graph: &Graph,
        plan: &Plan,
        params: &Params,
        profile: Profile,
    ) -> Result<Vec<(usize, Dispatch)>> {
        let to = Lowering {
            tensors: graph,
            profile,
            tensor_offsets: plan.offsets(),
            param_offsets: params.offsets(),
        };
        let mut all = Vec::new();
        for (i, node) in graph.nodes().iter().enumerate() {
            for dispatch in node.op.lower(&to, node.output) {
                if !dispatch.within_limits() {
                    let name = graph.tensor_name(node.output);
                    let message = format!("{name} needs more workgroups than WebGPU allows");
                    return Err(Error::Gpu(message));
                }
                all.push((i, dispatch));
            }
        }
        Ok(all)
    }

    /// The distinct kernels of a graph, in order of first use.
    pub fn kernels(graph: &Graph, params: &Params, profile: Profile) -> Result<Vec<Kernel>> {
        let mut kernels = Vec::new();
        for (_, dispatch) in Self::lower(graph, &Plan::new(graph), params, profile)? {
            if !kernels.contains(&dispatch.kernel) {
                kernels.push(dispatch.kernel);
            }
        }
        Ok(kernels)
    }

    /// Plans the graph, makes its buffers and prepares its dispatches.
    ///
    /// # Errors
    /// The activations are larger than the device allows.
    pub fn new(gpu: &Gpu, graph: &Graph, params: &Params) -> Result<Self> {
        let plan = Plan::new(graph);
        let dispatches = Self::lower(graph, &plan, params, gpu.profile)?;
        let arena = gpu.storage("the activations", plan.vec4s as u64 * 16)?;
        let mut dims = vec![0; dispatches.len() * DIMS_STRIDE];
        for (slot, (_, dispatch)) in dims.chunks_exact_mut(DIMS_STRIDE).zip(&dispatches) {
            slot[..dispatch.dims.len()].copy_from_slice(&dispatch.dims);
        }
        let bind_group = gpu.bind_network(&arena, &params.buffer, &dims);
        let prepare = |(i, (node, dispatch)): (usize, &(usize, Dispatch))| Prepared {
            pipeline: gpu.pipeline(&dispatch.kernel, &gpu.layout),
            dims_offset: (i * DIMS_STRIDE) as u32,
            groups: dispatch.groups,
            node: *node,
        };
        let dispatches = dispatches.iter().enumerate().map(prepare).collect();
        Ok(Self { arena, bind_group, dispatches, plan })
    }

    /// Records one run into a pass.
    pub fn encode(&self, pass: &mut wgpu::ComputePass) {
        self.encode_nodes(pass, |_| true);
    }

    /// Records the dispatches of the nodes that `wanted` picks: for measuring parts of a run.
    pub fn encode_nodes(&self, pass: &mut wgpu::ComputePass, wanted: impl Fn(usize) -> bool) {
        self.dispatches.iter().filter(|d| wanted(d.node)).for_each(|d| self.record(pass, d));
    }

    /// Records a part of a run, by the numbers of its dispatches.
    pub fn encode_range(&self, pass: &mut wgpu::ComputePass, range: std::ops::Range<usize>) {
        self.dispatches[range].iter().for_each(|d| self.record(pass, d));
    }

    fn record(&self, pass: &mut wgpu::ComputePass, dispatch: &Prepared) {
        pass.set_pipeline(&dispatch.pipeline);
        pass.set_bind_group(0, &self.bind_group, &[dispatch.dims_offset]);
        let [x, y, z] = dispatch.groups;
        pass.dispatch_workgroups(x, y, z);
    }

    /// Floating-point operations of each dispatch; those of a node are shared evenly among its own.
    pub fn flops(&self, graph: &Graph) -> Vec<u64> {
        let mut dispatches = vec![0; graph.nodes().len()];
        self.dispatches.iter().for_each(|d| dispatches[d.node] += 1);
        let share = |dispatch: &Prepared| {
            let node = &graph.nodes()[dispatch.node];
            node.op.flops(graph, node.output) / dispatches[dispatch.node]
        };
        self.dispatches.iter().map(share).collect()
    }

    /// Dispatches that come before those of an operation.
    pub fn dispatches_before(&self, node: usize) -> usize {
        self.dispatches.partition_point(|d| d.node < node)
    }

    /// Dispatches in one run.
    pub fn dispatch_count(&self) -> usize {
        self.dispatches.len()
    }

    /// Where everything lies.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Bytes of activations.
    pub fn bytes(&self) -> u64 {
        self.plan.vec4s as u64 * 16
    }

    /// Writes a tensor, NHWC without padding.
    ///
    /// # Errors
    /// `values` has not the length of the tensor.
    pub fn write(&self, gpu: &Gpu, graph: &Graph, id: TensorId, values: &[f32]) -> Result<()> {
        let shape = graph.shape(id);
        if values.len() != shape.elements() {
            let got = [values.len()];
            return Err(Error::shape(graph.tensor_name(id), [shape.elements()], got));
        }
        let mut padded = vec![0.0; shape.vec4s() * 4];
        for (to, from) in padded.chunks_exact_mut(shape.c4() * 4).zip(values.chunks_exact(shape.c))
        {
            to[..shape.c].copy_from_slice(from);
        }
        let at = self.plan.offset(id) as u64 * 16;
        gpu.queue.write_buffer(&self.arena, at, bytemuck::cast_slice(&padded));
        Ok(())
    }

    /// Reads a tensor, NHWC without padding.
    pub async fn read(&self, gpu: &Gpu, graph: &Graph, id: TensorId) -> Result<Vec<f32>> {
        let shape = graph.shape(id);
        let first = self.plan.offset(id) as u64 * 4;
        let padded = gpu.read(&self.arena, first, shape.vec4s() as u64 * 4).await?;
        Ok(padded.chunks_exact(shape.c4() * 4).flat_map(|p| p[..shape.c].to_vec()).collect())
    }
}
