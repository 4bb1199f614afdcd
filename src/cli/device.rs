//! Which device computes: `--backend`, `--profile`, `--threads`.

use std::rc::Rc;

use chailou::Result;
use chailou::gpu::{Gpu, Profile};
use chailou::run::{Cpu, Device};
use clap::ValueEnum;

use super::kept_ways;

/// What computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// A graphics card where there is one, else the processor.
    #[default]
    Auto,
    /// WebGPU's shaders, be it on a software adapter.
    Webgpu,
    /// The processor.
    Cpu,
}

/// Whether shaders go by what `chailou tune` has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Tune {
    /// Where it has been run on this adapter.
    #[default]
    Auto,
    /// By the rules for all adapters.
    Off,
}

/// The choice.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Choice {
    /// What computes.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "auto|webgpu|cpu")]
    backend: Backend,
    /// Which shaders to use: those for GPUs or those for adapters that compute on a CPU.
    #[arg(long, global = true, value_name = "gpu|cpu", value_parser = profile)]
    profile: Option<Profile>,
    /// Whether to go by what `chailou tune` has found; results do not depend on it.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "auto|off")]
    tune: Tune,
    /// How many threads compute on the processor; without it one a core.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

fn profile(name: &str) -> std::result::Result<Profile, String> {
    match name {
        "gpu" => Ok(Profile::Gpu),
        "cpu" => Ok(Profile::Cpu),
        _ => Err("gpu or cpu".into()),
    }
}

impl Choice {
    /// A WebGPU device for each kind of shaders that is asked for, both without; all on one adapter.
    pub async fn open_profiles(self) -> Result<Vec<Device>> {
        let mut devices: Vec<Device> = Vec::new();
        for profile in Profile::ALL.into_iter().filter(|p| self.profile.is_none_or(|own| own == *p))
        {
            devices.push(Rc::new(Gpu::open(Some(profile)).await?));
        }
        Ok(devices)
    }

    /// Opens the device. Whoever asks for shaders of a kind means WebGPU, whoever counts threads the processor.
    pub async fn open(self) -> Result<Device> {
        let cpu = || Rc::new(Cpu::with_threads(self.threads.map(usize::from)));
        match self.backend {
            Backend::Cpu => return Ok(cpu()),
            Backend::Auto if self.profile.is_none() && self.threads.is_some() => return Ok(cpu()),
            _ => {}
        }
        let wanted = self.backend == Backend::Webgpu || self.profile.is_some();
        match Gpu::open(self.profile).await {
            Ok(gpu) if wanted || !gpu.adapter.is_fallback => {
                if self.tune == Tune::Auto {
                    kept_ways::recall(&gpu);
                }
                Ok(Rc::new(gpu))
            }
            Err(error) if wanted => Err(error),
            _ => Ok(cpu()),
        }
    }
}
