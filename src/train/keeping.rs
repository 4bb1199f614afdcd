//! What can be changed between two calls of `step`: the learning rate, and where the run stands.

use super::checkpoint;
use super::options::check_learning_rate;
use super::snapshot::STATE_BYTES;
use super::state;
use super::training_loop::TrainingLoop;
use crate::error::Result;

impl<E: 'static, L: 'static> TrainingLoop<E, L> {
    /// Judges the run anew: what the network has learnt of the old data says nothing about how it should
    /// do on the new.
    pub(super) fn begin_judgement(&self) {
        self.device.write(&self.state, state::BEST_AT, bytemuck::bytes_of(&f32::MAX));
        self.report.borrow_mut().diverged = None;
    }

    /// Another peak learning rate from the next step on, also after training has been given up.
    ///
    /// # Errors
    /// It is not positive, or a call is under way.
    pub fn set_learning_rate(&self, lr: f64) -> Result<()> {
        check_learning_rate(lr)?;
        let _busy = self.lock()?;
        self.optimizer.borrow_mut().set_learning_rate(&*self.device, lr);
        self.report.borrow_mut().diverged = None;
        Ok(())
    }

    /// Weights, moments, counters and statistics as at the beginning.
    pub async fn undo(&self) -> Result<()> {
        let _busy = self.lock()?;
        self.device.check()?;
        self.begin();
        self.device.idle().await
    }

    /// The whole state of the run, for [`TrainingLoop::restore`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>> {
        let _busy = self.lock()?;
        let moments = self.optimizer.borrow().moments.clone();
        let words = self.weights.bytes() / 4;
        let weights = self.device.read(&self.weights.buffer, 0, words).await?;
        let moments = self.device.read(&moments, 0, 3 * words).await?;
        let state = self.device.read(&self.state, 0, STATE_BYTES / 4).await?;
        let parts = checkpoint::Parts { weights, moments, state };
        checkpoint::write(&parts, &self.fingerprint())
    }

    /// Goes on where a checkpoint was taken, perhaps on another device.
    ///
    /// # Errors
    /// The bytes are no checkpoint, or one of another model.
    pub async fn restore(&self, bytes: &[u8]) -> Result<()> {
        let _busy = self.lock()?;
        self.device.check()?;
        let words = (self.weights.bytes() / 4) as usize;
        let sizes = [words, 3 * words, STATE_BYTES as usize / 4];
        let parts = checkpoint::read(bytes, sizes, &self.fingerprint())?;
        self.with_run(|live| {
            let to = [live.weights, live.moments, live.state];
            for (buffer, values) in
                to.into_iter().zip([&parts.weights, &parts.moments, &parts.state])
            {
                self.device.write(buffer, 0, bytemuck::cast_slice(values));
            }
            self.snapshot.take(&*self.device, live);
        });
        self.look().await?;
        self.snapshot_step.set(self.position());
        Ok(())
    }
}
