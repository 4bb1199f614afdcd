//! A kernel is WGSL files joined together under a few constants, an entry point and the struct of
//! dimensions it reads; a dispatch is a kernel with those dimensions filled in.

use std::ops::Range;

use super::counts::Counts;
use super::images::ImageReads;
use super::text::shader;
use super::unroll::unroll;

/// Threads in a workgroup of the kernels that use no workgroup memory.
pub(crate) const WORKGROUP: u32 = 64;

/// Threads in a workgroup of the kernels that make a tile in registers on an adapter that computes on a CPU: few, since
/// a thread has a lot to do, and a small picture's tiles should still spread over several cores.
pub(crate) const TILES_WORKGROUP: u32 = 16;

/// See the [module documentation](self).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// Entry point.
    pub entry: &'static str,
    /// Texts of the WGSL files, fragments first.
    pub files: Vec<&'static str>,
    /// Values of the `u32` constants the files leave open.
    pub constants: Vec<(&'static str, u32)>,
    /// Fields of its `Dims` struct and their byte offsets.
    pub dims: &'static [(&'static str, usize)],
}

impl Kernel {
    /// The whole WGSL text.
    pub fn wgsl(&self) -> String {
        let constant = |(name, value): &(&str, u32)| format!("const {name}: u32 = {value}u;\n");
        let files = self.files.iter().map(|file| unroll(file, &self.constants));
        self.constants.iter().map(constant).chain(files).collect()
    }

    /// Whether it reads images instead of buffers.
    pub fn reads_images(&self) -> bool {
        self.files.iter().any(|file| ImageReads::ALL.map(ImageReads::wgsl).contains(file))
    }

    /// The same reading images, if any, in this way.
    pub fn reading(&self, images: ImageReads) -> Self {
        let same = |&file: &&'static str| {
            if file == ImageReads::default().wgsl() { images.wgsl() } else { file }
        };
        Self { files: self.files.iter().map(same).collect(), ..self.clone() }
    }

    /// The same reading buffers where it reads images.
    pub fn reading_buffers(&self) -> Self {
        let same = |&file: &&'static str| {
            let images = ImageReads::ALL.map(ImageReads::wgsl).contains(&file);
            if images { shader!("shared/buffers") } else { file }
        };
        Self { files: self.files.iter().map(same).collect(), ..self.clone() }
    }

    /// Entry point and constants, for messages.
    pub fn label(&self) -> String {
        let constants: Vec<_> = self.constants.iter().map(|(n, v)| format!("{n}={v}")).collect();
        format!("{}({})", self.entry, constants.join(", "))
    }
}

/// One call of a kernel.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// What runs.
    pub kernel: Kernel,
    /// The bytes of its `Dims`.
    pub dims: Vec<u8>,
    /// Number of workgroups.
    pub groups: [u32; 3],
    /// What it costs by count; zero where nobody has counted.
    pub counts: Counts,
    /// Stretches of the arena that it reads through the arena's image.
    pub fetches: Vec<Range<u32>>,
}

/// WebGPU's default limit on workgroups in one dimension.
const MAX_GROUPS: usize = 65_535;

/// Workgroups of one thread an item. Past the limit of one dimension they go on in the second, so the kernel
/// computes its item as `id.x + id.y · num_workgroups.x · workgroup`.
pub(crate) fn groups_over(items: usize, workgroup: u32) -> [u32; 3] {
    let groups = items.div_ceil(workgroup as usize);
    let rows = groups.div_ceil(MAX_GROUPS);
    [groups.div_ceil(rows) as u32, rows as u32, 1]
}

impl Dispatch {
    pub(crate) fn new(kernel: Kernel, dims: &impl bytemuck::Pod, groups: [usize; 3]) -> Self {
        let (dims, groups) = (bytemuck::bytes_of(dims).to_vec(), groups.map(|g| g as u32));
        Self { kernel, dims, groups, counts: Counts::default(), fetches: Vec::new() }
    }

    /// One thread an item, see [`groups_over`].
    pub(crate) fn over(
        kernel: Kernel,
        dims: &impl bytemuck::Pod,
        items: usize,
        workgroup: u32,
    ) -> Self {
        let groups = groups_over(items, workgroup).map(|g| g as usize);
        Self::new(kernel, dims, groups)
    }

    /// With what it costs, loads counted as if from buffers. A browser is never asked, so its module has no code for that.
    pub(crate) fn counted(mut self, count: impl FnOnce() -> Counts) -> Self {
        if cfg!(not(target_arch = "wasm32")) {
            let counts = count();
            self.counts = if self.kernel.reads_images() { counts.through_images() } else { counts };
        }
        self
    }

    /// Which stretches of the arena it reads through the arena's image, if its kernel does.
    pub(crate) fn fetching(mut self, stretches: impl IntoIterator<Item = Range<u32>>) -> Self {
        if self.kernel.reads_images() {
            self.fetches.extend(stretches);
        }
        self
    }

    /// The same reading buffers where it reads images.
    pub(crate) fn reading_buffers(self) -> Self {
        if !self.kernel.reads_images() {
            return self;
        }
        let (kernel, counts) = (self.kernel.reading_buffers(), self.counts.through_buffers());
        Self { kernel, counts, fetches: Vec::new(), ..self }
    }

    /// Workgroups in all.
    pub fn workgroups(&self) -> u64 {
        self.groups.iter().map(|&groups| u64::from(groups)).product()
    }

    /// Whether WebGPU's default limits allow it.
    pub(crate) fn within_limits(&self) -> bool {
        self.groups.iter().all(|&g| g as usize <= MAX_GROUPS)
    }
}
