//! Where a chain keeps its pictures: the current ones, and every frame for scrubbing.
//!
//! One buffer, in f32 words: current x | x̂_0 | ε̂ | unguided x̂_0 | kept x | kept x̂_0 | kept ε̂ | kept unguided x̂_0 |
//! ring (shaders/chain.wgsl).
//! Where all frames would not fit the device, every 2nd, 4th, … is kept. The ring holds x, x̂_0 and ε̂ of the last
//! evaluations, for samplers that remember: as many as `memory` says, whatever else is kept.

use crate::error::{Error, Result};
use crate::run::{Backend, Buffer};

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The state of the chain.
    X,
    /// The network's guess of x_0.
    X0,
    /// The network's guess of the noise.
    Eps,
    /// The guess of x_0 with its class but without guidance and unclipped: guidance overshoots the mean of what could
    /// still stand, E[x_0 | x_t], and clipping hides by how much an answer is off.
    Unguided,
}

impl Picture {
    /// By its name in the JS interface.
    ///
    /// # Errors
    /// There is no such picture.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "x_t" => Ok(Self::X),
            "x_0" => Ok(Self::X0),
            "eps" => Ok(Self::Eps),
            "x_0_unguided" => Ok(Self::Unguided),
            other => Err(Error::Input(format!(
                "there is no picture \"{other}\": x_t, x_0, eps or x_0_unguided"
            ))),
        }
    }
}

/// See the [module documentation](self).
pub struct Frames {
    buffer: Buffer,
    batch: usize,
    channels: usize,
    size: (usize, usize),
    keep_every: usize,
    kept: usize,
}

impl Frames {
    pub(super) fn new(
        device: &dyn Backend,
        batch: usize,
        channels: usize,
        size: (usize, usize),
        steps: usize,
        memory: usize,
    ) -> Result<Self> {
        let elements = batch * channels * size.0 * size.1;
        let words = |kept: usize| (elements as u64) * ((4 * kept + 3 * memory) as u64 + 5);
        // One frame in 2^i; the x of the last frame has a place of its own.
        let kept = |keep_every: usize| steps.div_ceil(keep_every);
        let mut keep_every = 1;
        while words(kept(keep_every)) * 4 > device.max_buffer_bytes() && keep_every < steps {
            keep_every *= 2;
        }
        let kept = kept(keep_every);
        let buffer = device.storage("the frames of the chain", words(kept) * 4)?;
        Ok(Self { buffer, batch, channels, size, keep_every, kept })
    }

    /// The buffer.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Values in one picture of the whole batch.
    pub fn elements(&self) -> usize {
        self.batch * self.image_elements()
    }

    /// Values in one image.
    pub fn image_elements(&self) -> usize {
        self.channels * self.size.0 * self.size.1
    }

    /// Channels of an image.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Height and width of an image.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Channels, height and width of an image.
    pub fn image(&self) -> [usize; 3] {
        [self.channels, self.size.0, self.size.1]
    }

    /// Images.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// One frame in how many is kept.
    pub fn keep_every(&self) -> usize {
        self.keep_every
    }

    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// First word of a picture of the batch. Without `frame`: the newest there is, in the slot that a
    /// step under way overwrites; a frame asked for by number is read from where it is kept.
    ///
    /// # Errors
    /// See [`existing_frame`].
    pub fn address(
        &self,
        picture: Picture,
        frame: Option<usize>,
        position: usize,
    ) -> Result<usize> {
        let newest = existing_frame(picture, None, position)?;
        let live = frame.is_none_or(|f| f == newest && f % self.keep_every != 0);
        let frame = existing_frame(picture, frame, position)?;
        let (elements, slot) = (self.elements(), frame / self.keep_every);
        Ok(match picture {
            Picture::X if live => 0,
            Picture::X0 if live => elements,
            Picture::Eps if live => 2 * elements,
            Picture::Unguided if live => 3 * elements,
            Picture::X => elements * (4 + slot),
            Picture::X0 => elements * (4 + self.kept + 1 + slot),
            Picture::Eps => elements * (4 + 2 * self.kept + 1 + slot),
            Picture::Unguided => elements * (4 + 3 * self.kept + 1 + slot),
        })
    }
}

/// The number of a frame: of the newest without `frame`, after `position` steps.
///
/// # Errors
/// The frame has not been computed: x exists up to `position`, predictions below it.
pub fn existing_frame(picture: Picture, frame: Option<usize>, position: usize) -> Result<usize> {
    let newest = match picture {
        Picture::X => Some(position),
        _ => position.checked_sub(1),
    };
    let wanted = frame.or(newest).unwrap_or(0);
    match newest {
        Some(newest) if wanted <= newest => Ok(wanted),
        _ => {
            let message =
                format!("frame {wanted} has not been computed, {position} steps are done");
            Err(Error::Input(message))
        }
    }
}
