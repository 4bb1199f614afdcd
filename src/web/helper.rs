//! `Helper`: what a worker of the browser does that computes shares for another one (`team.rs`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::team::{array, get, read_into};
use super::values::{JsResult, js_error, record};
use crate::error::{Error, Result};
use crate::model::Recipe;
use crate::run::{Blueprint, Builder, Prepared, Shares, Worker};
use crate::train;

/// Networks of another worker, and memory to run shares of them.
#[wasm_bindgen(skip_typescript)]
#[derive(Default)]
pub struct Helper {
    networks: RefCell<HashMap<u32, Network>>,
}

struct Network {
    shares: Shares,
    worker: Worker,
    params: Vec<f32>,
    /// Counts the changes of the parameters.
    version: u64,
    prepared: Prepared,
}

impl Network {
    fn new(recipe: &str, batch: usize) -> Result<Self> {
        let recipe = Recipe::from_text(recipe)?;
        let graph = train::graph(&recipe, batch)?;
        let build = Rc::new(move |n| train::graph(&recipe, n));
        let builder = Some(Builder { build, recipe: "".into() });
        let shares = Shares::new(&Blueprint { graph: &graph, builder })?;
        let worker = Worker::new(&shares)?;
        let prepared = shares.prepared()?;
        let (params, version) = Default::default();
        Ok(Self { shares, worker, params, version, prepared })
    }

    fn run(&mut self, message: &JsValue) -> JsResult<Object> {
        let params = get(message, "params");
        if !params.is_undefined() {
            read_into(&params, &mut self.params);
            self.version += 1;
        }
        let Self { shares, worker, params, version, prepared } = self;
        read_into(&get(message, "inputs"), &mut worker.inputs);
        let range = number(message, "first")..number(message, "end");
        worker.work(shares, range, prepared.update(params, *version));
        let blocks = Array::new();
        for block in worker.sums.take() {
            let sum = record([
                ("level", block.level.into()),
                ("index", (block.index as u32).into()),
                ("values", array(&block.values).into()),
            ])?;
            blocks.push(&sum);
            worker.sums.reuse(block.values);
        }
        record([("outputs", array(&worker.outputs).into()), ("blocks", blocks.into())])
    }
}

fn number(message: &JsValue, key: &str) -> usize {
    get(message, key).as_f64().unwrap_or_default() as usize
}

#[wasm_bindgen]
impl Helper {
    /// Knows no network yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Does what a message asks for; the answer, if it wants one.
    pub fn handle(&self, message: JsValue) -> JsResult<JsValue> {
        let forget = get(&message, "forget");
        let mut networks = self.networks.borrow_mut();
        if !forget.is_undefined() {
            networks.remove(&(number(&message, "forget") as u32));
            return Ok(JsValue::UNDEFINED);
        }
        let id = number(&message, "network") as u32;
        let result = Self::network(&mut networks, id, &message);
        let answer = result.map_err(js_error).and_then(|network| network.run(&message));
        match answer {
            Ok(answer) => Ok(answer.into()),
            Err(error) => {
                let reason = js_sys::Error::from(error).message();
                Ok(record([("error", reason.into())])?.into())
            }
        }
    }

    /// The memory of an answer, which can move with it.
    pub fn transfers(&self, answer: JsValue) -> Array {
        let all = Array::new();
        let push = |array: JsValue| {
            let buffer = get(&array, "buffer");
            if !buffer.is_undefined() {
                all.push(&buffer);
            }
        };
        push(get(&answer, "outputs"));
        let blocks = get(&answer, "blocks");
        if Array::is_array(&blocks) {
            Array::from(&blocks).iter().for_each(|block| push(get(&block, "values")));
        }
        all
    }
}

impl Helper {
    fn network<'a>(
        networks: &'a mut HashMap<u32, Network>,
        id: u32,
        message: &JsValue,
    ) -> Result<&'a mut Network> {
        if let Some(recipe) = get(message, "recipe").as_string() {
            networks.insert(id, Network::new(&recipe, number(message, "batch"))?);
        }
        let unknown = || Error::Gpu("a worker was asked for a network it does not know".into());
        networks.get_mut(&id).ok_or_else(unknown)
    }
}
