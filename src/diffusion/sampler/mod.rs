//! The samplers there are: one file each, and one line in the list below. Scheduler files, options, the command line and
//! JavaScript all read a [`Sampler`] from keys, by this one list.

use super::solver::Solver;
use crate::error::{Error, Result};
use crate::json::Object;

/// The list of samplers: of each its module and type, its name in options, and diffusers' class of the same arithmetic.
macro_rules! samplers {
    ($($module:ident :: $solver:ident = $name:literal | $class:literal;)+) => {
        $(mod $module; pub use $module::*;)+

        /// A way down from noise to picture.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum Sampler {
            $(#[doc = concat!("`", $name, "`, diffusers' ", $class, ".")]
            $solver($solver),)+
        }

        impl Sampler {
            /// Names in options, on the command line and in links.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Reads the keys of the sampler with this name, or of diffusers' class with this name.
            ///
            /// # Errors
            /// There is no such sampler, or a key cannot be read or asks for what is not supported.
            pub(crate) fn read(name: &str, keys: &Object) -> Result<Self> {
                match name {
                    $($name | $class => Ok(Self::$solver(Solver::read(keys)?)),)+
                    _ => {
                        let names = Self::NAMES.join(", ");
                        Err(Error::Input(format!("there is no sampler \"{name}\": {names}")))
                    }
                }
            }

            /// Its name in options.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$solver(_) => $name,)+ }
            }

            /// Its class in diffusers.
            pub fn class(&self) -> &'static str {
                match self { $(Self::$solver(_) => $class,)+ }
            }

            pub(crate) fn solver(&self) -> &dyn Solver {
                match self { $(Self::$solver(solver) => solver,)+ }
            }
        }
    };
}

samplers! {
    ddpm::Ddpm = "ddpm" | "DDPMScheduler";
    ddim::Ddim = "ddim" | "DDIMScheduler";
    dpmpp_2m::Dpmpp2m = "dpmpp_2m" | "DPMSolverMultistepScheduler";
}
