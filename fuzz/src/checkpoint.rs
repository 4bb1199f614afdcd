//! A training run's checkpoint, right but for some damage, given to a trainer of the same model: it goes on from there
//! or refuses, and stands where it stood.

use std::rc::Rc;

use arbitrary::{Result, Unstructured};
use chailou::model::Model;
use chailou::run::Cpu;
use chailou::train::{Trainer, TrainerOptions, TrainingSet};
use pollster::block_on;

use super::edit::damaged;
use super::sentence;

thread_local! {
    /// A trainer one step on, and its checkpoint there.
    static RUN: (Trainer, Vec<u8>) = block_on(begun()).expect("a small model of points trains");
}

async fn begun() -> chailou::Result<(Trainer, Vec<u8>)> {
    let device = Rc::new(Cpu::with_threads(Some(1)));
    let config = r#"{"_class_name": "PointMlp", "width": 8, "depth": 1}"#;
    let model = Model::from_scratch(device, config, None, 1, |_, _, _| ()).await?;
    let set = TrainingSet { values: &[0.5, -0.5, -1.0, 1.0], labels: None };
    let options = TrainerOptions { batch: 2, ..TrainerOptions::default() };
    let trainer = Trainer::new(Rc::new(model), set, options, |_, _, _| ()).await?;
    trainer.step(1).await?;
    let bytes = trainer.checkpoint().await?;
    Ok((trainer, bytes))
}

/// See the [module documentation](self).
pub fn checkpoint(data: &[u8]) {
    let _ = run(&mut Unstructured::new(data));
}

fn run(u: &mut Unstructured) -> Result<()> {
    RUN.with(|(trainer, good)| {
        let bytes = match u.ratio(1, 8)? {
            true => u.bytes(u.len())?.to_vec(),
            false => damaged(good.clone(), u)?,
        };
        let before = trainer.position();
        match sentence(block_on(trainer.restore(&bytes))) {
            None => assert_eq!(trainer.position(), before, "a refused checkpoint changed the run"),
            Some(()) => drop(sentence(block_on(trainer.step(1)))),
        }
        let restored = block_on(trainer.restore(good));
        restored.expect("what was saved can be restored after anything");
        Ok(())
    })
}
