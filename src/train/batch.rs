//! Where training pairs come from: the data set on the device, the table of the objective, and the stages that draw, mix
//! and file what a batch has cost.

use std::rc::Rc;

use super::dims::BatchDims;
use super::draw::{Buckets, threshold};
use super::kernels::batch_routines;
use super::network::{TrainingEnds, TrainingNetwork};
use super::objective::Pair;
use super::options::{Classes, TrainerOptions, TrainingSet};
use super::requirements::classes;
use super::stage::Stage;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::nn::ClassInput;
use crate::run::{Backend, Bindings, Buffer, Device};

const NONE: u32 = u32::MAX;

/// The table over t as the kernels read it, and which t it can be asked about.
pub(super) struct Table {
    rows: Vec<f32>,
    features_c4: usize,
    second_noise: bool,
    pub buckets: Buckets,
}

impl Table {
    /// Objective and time features of every t, for data of mean square `power`. A model that embeds
    /// ln t is never asked about t = 0.
    pub fn new(model: &Model, pairs: &[Pair], power: f64) -> Result<Self> {
        let features: Vec<Result<Vec<f32>>> =
            (0..pairs.len()).map(|t| model.time.of(t as f64)).collect();
        let first = usize::from(features[0].is_err());
        if first == pairs.len() {
            return Err(Error::Config("this model cannot be asked about t = 0, its only t".into()));
        }
        let features = features.into_iter().skip(first).collect::<Result<Vec<_>>>()?;
        let width = features[0].len().div_ceil(4) * 4;
        let mut rows: Vec<f32> = Vec::with_capacity(pairs.len() * (8 + width));
        for p in pairs {
            let row = [p.x_from_x0, p.x_from_eps, p.x_from_eps2, p.target_from_x0];
            let more = [p.target_from_eps, p.target_from_eps2, p.weight, p.loss_of_zero(power)];
            rows.extend(row.into_iter().chain(more).map(|v| v as f32));
        }
        rows.resize(rows.len() + first * width, 0.0);
        for mut values in features {
            values.resize(width, 0.0);
            rows.extend(values);
        }
        let timesteps = pairs.len() - first;
        let second_noise = pairs.iter().any(|p| p.x_from_eps2 != 0.0);
        let buckets = Buckets { first, timesteps };
        Ok(Self { rows, features_c4: width / 4, second_noise, buckets })
    }
}

/// See the [module documentation](self).
pub(super) struct Batches {
    bindings: Rc<Bindings>,
    dims: BatchDims,
    table: Buffer,
    data: Buffer,
    classes: Option<Classes>,
}

/// Bytes of a data set on the device.
fn upload(device: &dyn Backend, set: &TrainingSet, n: usize) -> Result<Buffer> {
    let labels: Vec<f32> = match set.labels {
        Some(labels) => labels.iter().map(|&label| label as f32).collect(),
        None => vec![0.0; n],
    };
    let values = set.values.len() as u64 * 4;
    let data = device.storage("the training data", values + labels.len() as u64 * 4)?;
    device.write(&data, 0, bytemuck::cast_slice(set.values));
    device.write(&data, values, bytemuck::cast_slice(&labels));
    Ok(data)
}

impl Batches {
    pub fn new(
        model: &Model,
        options: &TrainerOptions,
        network: &TrainingNetwork,
        table: Table,
        state: &Buffer,
        set: &TrainingSet,
    ) -> Result<Self> {
        let device = &*model.device;
        let classes = classes(model)?;
        let TrainingEnds { net: ends, loss, losses, .. } = network.net.ends;
        let shape = network.net.graph.shape(ends.sample);
        let n = set.check(shape.h * shape.w * shape.c, classes)?;
        let data = upload(device, set, n)?;
        let buffer = device.storage("the table over t", table.rows.len() as u64 * 4)?;
        device.write(&buffer, 0, bytemuck::cast_slice(&table.rows));
        let null = classes.and_then(|classes| classes.none);
        let dims = BatchDims {
            batch: shape.n as u32,
            channels: shape.c as u32,
            pixels: (shape.h * shape.w) as u32,
            c4: shape.c4() as u32,
            images: n as u32,
            sample: network.address(ends.sample),
            target_at: network.address(loss.target),
            weight: network.address(loss.weight),
            features: network.address(ends.time_features),
            features_c4: table.features_c4 as u32,
            timestep: ends.timestep.map_or(NONE, |id| network.address(id)),
            label: match ends.class {
                Some(ClassInput::Table(id)) => network.address(id),
                _ => NONE,
            },
            loss: network.address(losses),
            first_t: table.buckets.first as u32,
            timesteps: table.buckets.timesteps as u32,
            buckets: table.buckets.count() as u32,
            null_label: null.unwrap_or(0) as f32,
            drop_below: null.map_or(0, |_| threshold(options.label_dropout)),
            second_noise: u32::from(table.second_noise),
            seed_low: options.seed as u32,
            seed_high: (options.seed >> 32) as u32,
        };
        let buffers = [&network.program.arena, state, &buffer, &data];
        let [draw, ..] = batch_routines();
        let bindings = device.bind(&draw, bytemuck::bytes_of(&dims), &buffers);
        Ok(Self { bindings, dims, table: buffer, data, classes })
    }

    /// Other data from the next submit on.
    pub fn replace(
        &mut self,
        model: &Model,
        network: &TrainingNetwork,
        state: &Buffer,
        set: &TrainingSet,
    ) -> Result<()> {
        let elements = (self.dims.channels * self.dims.pixels) as usize;
        let n = set.check(elements, self.classes)?;
        self.data = upload(&*model.device, set, n)?;
        self.dims.images = n as u32;
        model.device.set_dims(&self.bindings, bytemuck::bytes_of(&self.dims));
        let buffers = [&network.program.arena, state, &self.table, &self.data];
        model.device.rebind(&self.bindings, &buffers);
        Ok(())
    }

    /// The stage that decides on picture, t and label of each sample.
    pub fn draw(&self, device: &Device) -> Stage {
        let threads = self.dims.batch as usize;
        let [draw, ..] = batch_routines();
        Stage::routines(&**device, "draw", &self.bindings, &[(draw, threads)])
    }

    /// The stage that mixes x_t and the target and feeds them to the network, with the features of t.
    pub fn noise(&self, device: &Device) -> Stage {
        let threads = (self.dims.batch * self.dims.pixels * self.dims.c4) as usize;
        let [_, noise, _] = batch_routines();
        Stage::routines(&**device, "noise", &self.bindings, &[(noise, threads)])
    }

    /// The stage that files what each t has cost.
    pub fn statistics(&self, device: &Device) -> Stage {
        let threads = self.dims.buckets as usize;
        let [.., statistics] = batch_routines();
        Stage::routines(&**device, "statistics", &self.bindings, &[(statistics, threads)])
    }

    /// Bytes of data set and table.
    pub fn bytes(&self) -> u64 {
        self.data.bytes() + self.table.bytes()
    }
}
