//! Images of storage buffers, for adapters that compute on a CPU: there a shader's load from a buffer is a loop with a
//! branch for each lane and component, while a texel of four f32 is a straight load. Texel `a` of an image is vec4 `a` of
//! its buffer, so a kernel finds everything under the same address in either (shaders/shared/images_*.wgsl).

use std::ops::Range;

use super::text::shader;
use crate::error::{Error, Result};

/// Texels in a row, as in shaders/shared/images_*.wgsl: the most that every device allows, 2¹³.
pub(crate) const ROW: u32 = 1 << 13;

/// How kernels read images. What is quicker differs from adapter to adapter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImageReads {
    /// As textures: quicker on SwiftShader. lavapipe (Mesa 22.3) calls a function of some 175 instructions for each
    /// texel, most of which reckon with mip levels.
    #[default]
    Sampled,
    /// As read-only storage textures: quicker on lavapipe.
    Storage,
}

impl ImageReads {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sampled, Self::Storage];

    /// What kernels that read images have in front of them.
    pub(crate) fn wgsl(self) -> &'static str {
        match self {
            Self::Sampled => shader!("shared/images_sampled"),
            Self::Storage => shader!("shared/images_storage"),
        }
    }

    fn binding(self) -> wgpu::BindingType {
        let view_dimension = wgpu::TextureViewDimension::D2;
        match self {
            Self::Sampled => wgpu::BindingType::Texture {
                sample_type: wgpu::TextureSampleType::Float { filterable: false },
                view_dimension,
                multisampled: false,
            },
            Self::Storage => wgpu::BindingType::StorageTexture {
                access: wgpu::StorageTextureAccess::ReadOnly,
                format: wgpu::TextureFormat::Rgba32Float,
                view_dimension,
            },
        }
    }

    /// Bindings of the images that a network's kernels read: parameters, arena.
    pub(super) fn layout(self, device: &wgpu::Device) -> wgpu::BindGroupLayout {
        let entry = |binding| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: self.binding(),
            count: None,
        };
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("images"),
            entries: &[entry(0), entry(1)],
        })
    }

    fn usage(self) -> wgpu::TextureUsages {
        match self {
            Self::Sampled => wgpu::TextureUsages::TEXTURE_BINDING,
            Self::Storage => wgpu::TextureUsages::STORAGE_BINDING,
        }
    }
}

/// See the [module documentation](self).
#[derive(Clone)]
pub(crate) struct Image(wgpu::Texture);

impl Image {
    /// An image of a buffer of so many vec4s, all zeros.
    ///
    /// # Errors
    /// It would be larger than the device allows; the message names `what`.
    pub(crate) fn new(
        device: &wgpu::Device,
        reads: ImageReads,
        what: &str,
        vec4s: usize,
    ) -> Result<Self> {
        let rows = vec4s.div_ceil(ROW as usize).max(1);
        let most = device.limits().max_texture_dimension_2d as usize;
        if rows > most {
            let mib = |rows: usize| (rows * ROW as usize * 16) >> 20;
            let message =
                format!("{what} need {} MiB, this device allows {} MiB", mib(rows), mib(most));
            return Err(Error::Gpu(message));
        }
        let size = wgpu::Extent3d { width: ROW, height: rows as u32, depth_or_array_layers: 1 };
        Ok(Self(device.create_texture(&wgpu::TextureDescriptor {
            label: Some(what),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba32Float,
            usage: wgpu::TextureUsages::COPY_DST | reads.usage(),
            view_formats: &[],
        })))
    }

    /// Frees its memory when what has been submitted is done; nothing may be submitted with it any more.
    pub(crate) fn destroy(&self) {
        self.0.destroy();
    }

    /// Its size.
    pub(crate) fn bytes(&self) -> u64 {
        u64::from(self.0.width()) * u64::from(self.0.height()) * 16
    }

    /// The bind group of kernels that read images, in a layout of [`ImageReads::layout`].
    pub(crate) fn bind(
        device: &wgpu::Device,
        layout: &wgpu::BindGroupLayout,
        params: &Self,
        arena: &Self,
    ) -> wgpu::BindGroup {
        let view = |image: &Self| image.0.create_view(&Default::default());
        let (params, arena) = (view(params), view(arena));
        let entry = |(binding, view)| wgpu::BindGroupEntry {
            binding,
            resource: wgpu::BindingResource::TextureView(view),
        };
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("images"),
            layout,
            entries: &[(0, &params), (1, &arena)].map(entry),
        })
    }

    /// Copies a stretch of vec4s from the buffer.
    pub(crate) fn stage(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        buffer: &wgpu::Buffer,
        stretch: Range<u32>,
    ) {
        for block in blocks(stretch) {
            let layout = wgpu::TexelCopyBufferLayout {
                offset: u64::from(block.y * ROW + block.x) * 16,
                bytes_per_row: Some(ROW * 16),
                rows_per_image: None,
            };
            let origin = wgpu::Origin3d { x: block.x, y: block.y, z: 0 };
            encoder.copy_buffer_to_texture(
                wgpu::TexelCopyBufferInfo { buffer, layout },
                wgpu::TexelCopyTextureInfo { origin, ..self.0.as_image_copy() },
                wgpu::Extent3d {
                    width: block.width,
                    height: block.height,
                    depth_or_array_layers: 1,
                },
            );
        }
    }
}

/// A rectangle of texels.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// The rectangles that make up a stretch: the rest of a row, whole rows, the beginning of a row.
fn blocks(stretch: Range<u32>) -> impl Iterator<Item = Block> {
    let Range { start, end } = stretch;
    let head_end = end.min(start.next_multiple_of(ROW));
    let tail = (end / ROW * ROW).max(head_end);
    let rows = (tail - head_end) / ROW;
    let block = |first: u32, width, height| Block { x: first % ROW, y: first / ROW, width, height };
    [block(start, head_end - start, 1), block(head_end, ROW, rows), block(tail, end - tail, 1)]
        .into_iter()
        .filter(|block| block.width * block.height > 0)
}

#[cfg(test)]
mod tests {
    use super::{Block, ROW, blocks};

    #[test]
    fn a_stretch_is_cut_at_the_ends_of_rows_and_nothing_is_copied_twice_or_left_out() {
        for start in [0, 1, 5, ROW - 1, ROW, ROW + 7] {
            for length in [0, 1, 3, ROW - 5, ROW, ROW + 1, 3 * ROW, 3 * ROW + 9] {
                let mut texels = blocks(start..start + length)
                    .flat_map(|Block { x, y, width, height }| {
                        assert!(x + width <= ROW);
                        (y..y + height).flat_map(move |y| (x..x + width).map(move |x| y * ROW + x))
                    })
                    .collect::<Vec<_>>();
                texels.sort_unstable();
                assert!(texels.into_iter().eq(start..start + length), "{start} {length}");
            }
        }
    }
}
