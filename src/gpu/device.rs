//! Opening a device, compiling pipelines, waiting for it and reading from it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_channel::oneshot;

use super::adapter::{Adapter, describe, in_flight};
use super::firefox;
use super::images::ImageReads;
use super::kernel::Kernel;
use super::profile::Profile;
use super::ways::Ways;
use crate::error::{Error, Result};

type Fault = Arc<Mutex<Option<Error>>>;
type Listeners = Arc<Mutex<Vec<oneshot::Sender<String>>>>;

/// An open device. Not for sharing between threads.
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// For making surfaces.
    pub instance: wgpu::Instance,
    /// For asking what a surface can do.
    pub handle: wgpu::Adapter,
    /// What it runs on.
    pub adapter: Adapter,
    /// The kernels it gets.
    pub profile: Profile,
    /// Bindings of every network kernel: arena, parameters, dimensions.
    pub layout: wgpu::BindGroupLayout,
    /// How its kernels read images, where they do.
    pub image_reads: ImageReads,
    pub(crate) image_layout: wgpu::BindGroupLayout,
    /// Whether kernels made for images read buffers all the same.
    pub(super) reads_buffers: bool,
    /// See [`Way::dear_reads`](super::Way).
    pub(super) dear_reads: bool,
    pipelines: RefCell<HashMap<Kernel, wgpu::ComputePipeline>>,
    staging: RefCell<Option<wgpu::Buffer>>,
    pub(super) in_flight: Cell<usize>,
    pub(super) ways: RefCell<Ways>,
    pub(super) most_flops: Cell<u64>,
    fault: Fault,
    on_lost: Listeners,
}

/// An adapter that has not been asked for a device yet.
pub struct Found {
    instance: wgpu::Instance,
    handle: wgpu::Adapter,
    /// What it is.
    pub adapter: Adapter,
}

impl Found {
    /// The best adapter.
    ///
    /// # Errors
    /// There is none.
    pub async fn best() -> Result<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let found = instance.request_adapter(&options).await;
        let handle = found.map_err(|_| Error::Gpu("no WebGPU adapter was found".into()))?;
        let adapter = describe(&handle.get_info());
        Ok(Self { instance, handle, adapter })
    }

    /// A device of it; `profile` overrides the choice of kernels.
    ///
    /// # Errors
    /// It refuses.
    pub async fn open(self, profile: Option<Profile>) -> Result<Gpu> {
        let Self { instance, handle, adapter } = self;
        let limits = handle.limits();
        // Everything stays within WebGPU's defaults but the size of buffers.
        let required_limits = wgpu::Limits {
            max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
            max_buffer_size: limits.max_buffer_size,
            ..wgpu::Limits::default()
        };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("chailou"),
            required_limits,
            ..Default::default()
        };
        let (device, queue) = handle
            .request_device(&descriptor)
            .await
            .map_err(|e| Error::Gpu(format!("the adapter gave no device ({e})")))?;

        let (fault, on_lost) = watch(&device);
        let default_profile = if adapter.is_fallback { Profile::Cpu } else { Profile::Gpu };
        let layout = network_layout(&device);
        let in_flight = Cell::new(in_flight(&adapter));
        let image_reads = ImageReads::default();
        let image_layout = image_reads.layout(&device);
        let profile = profile.unwrap_or(default_profile);
        let gpu = Gpu {
            device,
            queue,
            instance,
            handle,
            adapter,
            profile,
            layout,
            image_reads,
            image_layout,
            reads_buffers: false,
            dear_reads: false,
            pipelines: RefCell::default(),
            staging: RefCell::default(),
            in_flight,
            ways: RefCell::default(),
            most_flops: Cell::new(profile.most_flops()),
            fault,
            on_lost,
        };
        match gpu.profile {
            Profile::Cpu => gpu.with_quicker_images().await,
            Profile::Gpu => Ok(gpu),
        }
    }
}

impl Gpu {
    /// Opens the best adapter; `profile` overrides the choice of kernels.
    ///
    /// # Errors
    /// There is no adapter, or it refuses a device.
    pub async fn open(profile: Option<Profile>) -> Result<Self> {
        Found::best().await?.open(profile).await
    }

    /// The first error the device reported outside any call, or its loss.
    pub fn check(&self) -> Result<()> {
        let mut fault = self.fault.lock().expect("no panics");
        match &*fault {
            None => Ok(()),
            Some(Error::DeviceLost(reason)) => Err(Error::DeviceLost(reason.clone())),
            Some(_) => Err(fault.take().expect("just seen")),
        }
    }

    /// Resolves with the reason when the device is lost, for everybody who asks.
    pub async fn lost(&self) -> String {
        let (told, lost) = oneshot::channel();
        self.on_lost.lock().expect("no panics").push(told);
        if let Err(Error::DeviceLost(reason)) = self.check() {
            return reason;
        }
        lost.await.unwrap_or_else(|_| "the device was closed".into())
    }

    /// The largest storage buffer a kernel can use, in bytes.
    pub fn max_buffer_bytes(&self) -> u64 {
        let limits = self.device.limits();
        limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
    }

    /// A storage buffer filled with zeros.
    ///
    /// # Errors
    /// It would be larger than the device allows; the message names `what`.
    pub fn storage(&self, what: &str, bytes: u64) -> Result<wgpu::Buffer> {
        let most = self.max_buffer_bytes();
        if bytes > most {
            let mb = |bytes: u64| bytes.div_ceil(1 << 20);
            let message =
                format!("{what} need {} MiB, this device allows {} MiB", mb(bytes), mb(most));
            return Err(Error::Gpu(message));
        }
        Ok(self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(what),
            size: bytes.max(16),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }))
    }

    /// A buffer of dimensions.
    pub(crate) fn uniform(&self, what: &str, bytes: u64) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(what),
            size: bytes,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// The bind group that has these buffers, whole, at bindings 0, 1, 2, …
    pub(crate) fn bind(
        &self,
        what: &str,
        layout: &wgpu::BindGroupLayout,
        buffers: &[&wgpu::Buffer],
    ) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, b)| wgpu::BindGroupEntry { binding, resource: b.as_entire_binding() })
            .collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(what),
            layout,
            entries: &entries,
        })
    }

    /// Another way of reading images, or of reading `buffers` instead; what has been compiled for this one is forgotten.
    pub fn read_images(&mut self, way: ImageReads, buffers: bool) {
        self.image_reads = way;
        self.reads_buffers = buffers;
        self.image_layout = way.layout(&self.device);
        self.pipelines.borrow_mut().clear();
    }

    /// A kernel's pipeline, compiled when first asked for. A kernel always comes with the same layout.
    pub(crate) fn pipeline(
        &self,
        kernel: &Kernel,
        layout: &wgpu::BindGroupLayout,
    ) -> wgpu::ComputePipeline {
        if let Some(pipeline) = self.pipelines.borrow().get(kernel) {
            return pipeline.clone();
        }
        let pipeline = self.compile(kernel, layout);
        self.pipelines.borrow_mut().insert(kernel.clone(), pipeline.clone());
        pipeline
    }

    fn compile(&self, kernel: &Kernel, layout: &wgpu::BindGroupLayout) -> wgpu::ComputePipeline {
        let label = kernel.label();
        let kernel = kernel.reading(self.image_reads);
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(&label),
            source: wgpu::ShaderSource::Wgsl(kernel.wgsl().into()),
        });
        let images = kernel.reads_images().then_some(Some(&self.image_layout));
        let layouts: Vec<_> = [Some(layout)].into_iter().chain(images).collect();
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &layouts,
            immediate_size: 0,
        });
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&label),
            layout: Some(&layout),
            module: &module,
            entry_point: Some(kernel.entry),
            compilation_options: Default::default(),
            cache: None,
        })
    }

    /// Compiles kernels one by one, telling `progress` (done, total, kernel) before each.
    ///
    /// # Errors
    /// The driver refuses one; the message names it.
    pub async fn warm_up(
        &self,
        kernels: &[(Kernel, wgpu::BindGroupLayout)],
        mut progress: impl FnMut(usize, usize, &str),
    ) -> Result<()> {
        for (i, (kernel, layout)) in kernels.iter().enumerate() {
            progress(i, kernels.len(), kernel.entry);
            let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
            self.pipeline(kernel, layout);
            if let Some(error) = scope.pop().await {
                return Err(Error::Gpu(format!("{} did not compile: {error}", kernel.label())));
            }
        }
        progress(kernels.len(), kernels.len(), "");
        Ok(())
    }

    /// Waits until everything submitted before this call has finished.
    pub fn idle(&self) -> impl Future<Output = Result<()>> {
        let (done, finished) = oneshot::channel();
        self.queue.on_submitted_work_done(move || {
            let _ = done.send(());
        });
        let here = self.queue.submit([]);
        async move {
            self.wait(finished, here).await?;
            self.check()
        }
    }

    /// Reads `words` f32 from a buffer, starting at word `first`, as everything submitted before this call leaves them.
    pub fn read<'a>(
        &'a self,
        buffer: &wgpu::Buffer,
        first: u64,
        words: u64,
    ) -> impl Future<Output = Result<Vec<f32>>> + use<'a> {
        let bytes = words * 4;
        // The staging buffer is reused, but never by two reads that overlap: it is taken out.
        let kept = self.staging.borrow_mut().take().filter(|b| b.size() >= bytes);
        let staging = kept.unwrap_or_else(|| {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("read-back"),
                size: bytes.next_power_of_two().max(4096),
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, first * 4, &staging, 0, bytes);
        let here = self.queue.submit([encoder.finish()]);
        let (done, finished) = oneshot::channel();
        staging.slice(..bytes).map_async(wgpu::MapMode::Read, move |result| {
            let _ = done.send(result);
        });
        async move {
            self.check()?;
            let mapped = self.wait(finished, here).await?;
            self.check()?;
            mapped.map_err(|e| Error::Gpu(format!("read-back failed ({e})")))?;
            let view = staging.slice(..bytes).get_mapped_range();
            let view = view.map_err(|e| Error::Gpu(format!("read-back failed ({e})")))?;
            let values = bytemuck::pod_collect_to_vec(&view);
            drop(view);
            staging.unmap();
            *self.staging.borrow_mut() = Some(staging);
            Ok(values)
        }
    }

    /// Waits for an answer that comes with the end of the submit `here`.
    async fn wait<T>(
        &self,
        finished: oneshot::Receiver<T>,
        here: wgpu::SubmissionIndex,
    ) -> Result<T> {
        let _nudges = firefox::nudge(&self.queue);
        // In a browser this does nothing.
        self.device
            .poll(wgpu::PollType::Wait { submission_index: Some(here), timeout: None })
            .map_err(|e| Error::Gpu(e.to_string()))?;
        finished.await.map_err(|_| Error::Gpu("the device dropped a request".into()))
    }
}

/// Notes what the device reports outside any call: the first error, or its loss, which listeners are told.
fn watch(device: &wgpu::Device) -> (Fault, Listeners) {
    let fault = Fault::default();
    let on_lost = Listeners::default();
    device.set_device_lost_callback({
        let (fault, on_lost) = (fault.clone(), on_lost.clone());
        move |_, reason: String| {
            *fault.lock().expect("no panics") = Some(Error::DeviceLost(reason.clone()));
            for told in on_lost.lock().expect("no panics").drain(..) {
                let _ = told.send(reason.clone());
            }
        }
    });
    device.on_uncaptured_error(Arc::new({
        let fault = fault.clone();
        move |error: wgpu::Error| {
            let mut fault = fault.lock().expect("no panics");
            fault.get_or_insert_with(|| Error::Gpu(error.to_string()));
        }
    }));
    (fault, on_lost)
}

/// Bindings of every network kernel: arena, parameters, dimensions at a dynamic offset.
fn network_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty, has_dynamic_offset| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None },
        count: None,
    };
    let storage = |read_only| wgpu::BufferBindingType::Storage { read_only };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("network"),
        entries: &[
            entry(0, storage(false), false),
            entry(1, storage(true), false),
            entry(2, wgpu::BufferBindingType::Uniform, true),
        ],
    })
}
