//! Workers of the browser as the team of a CPU backend: this one computes shares itself and sends the others theirs.
//! No memory is shared, so any static host will do: a helper (`helper.rs`) gets the weights whenever they have changed,
//! and with each run what goes into its shares; it answers what comes out, and blocks of the sum of gradients.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Float32Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

use super::values::{JsResult, record};
use crate::error::{Error, Result};
use crate::run::{Answer, Block, Crew, Prepared, Shares, Team, Words, Worker};

/// See the [module documentation](self).
pub(super) struct Workers {
    ports: Vec<Rc<Port>>,
    networks: Cell<u32>,
    /// A way from here to here: a message takes it after those that have come before.
    detour: (MessagePort, Rc<Port>),
}

impl Workers {
    /// This thread, and helpers at the other ends of `ports`.
    pub fn new(ports: Vec<MessagePort>) -> JsResult<Self> {
        let ports = ports.into_iter().map(Port::new).collect();
        let detour = MessageChannel::new()?;
        let detour = (detour.port1(), Port::new(detour.port2()));
        Ok(Self { ports, networks: Cell::new(0), detour })
    }
}

impl Team for Workers {
    /// Calls that have arrived meanwhile are seen now, so that one which overlaps another is refused.
    fn breathe(&self) -> Answer<'_, ()> {
        let (entry, exit) = &self.detour;
        Box::pin(async move {
            if entry.post_message(&JsValue::NULL).is_ok() {
                let _ = exit.arrival().await;
            }
        })
    }

    fn workers(&self) -> usize {
        1 + self.ports.len()
    }

    fn crew(&self, shares: Rc<Shares>, recipe: Option<Rc<str>>) -> Result<Box<dyn Crew>> {
        let network = self.networks.get();
        self.networks.set(network + 1);
        let helpers = if recipe.is_some() { self.ports.len().min(shares.count() - 1) } else { 0 };
        let of_port = |port: &Rc<Port>| Helper { port: port.clone(), version: Cell::new(None) };
        let own = Own { worker: Worker::new(&shares)?, prepared: shares.prepared()? };
        Ok(Box::new(WorkerCrew {
            network,
            recipe: recipe.unwrap_or_default(),
            helpers: self.ports[..helpers].iter().map(of_port).collect(),
            own: RefCell::new(Some(own)),
            shares,
        }))
    }
}

/// A way to a helper. It answers in the order in which it is asked.
struct Port {
    port: MessagePort,
    waiting: Rc<RefCell<VecDeque<oneshot::Sender<JsValue>>>>,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Port {
    fn new(port: MessagePort) -> Rc<Self> {
        let waiting = Rc::<RefCell<VecDeque<oneshot::Sender<JsValue>>>>::default();
        let answered = waiting.clone();
        let listener = Closure::new(move |event: MessageEvent| {
            if let Some(waiting) = answered.borrow_mut().pop_front() {
                let _ = waiting.send(event.data());
            }
        });
        port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Rc::new(Self { port, waiting, _listener: listener })
    }

    /// Sends a message with arrays that move to the helper.
    fn send(&self, message: &JsValue, moved: &Array) -> Result<()> {
        let failed = |_| Error::Gpu("a worker could not be sent its share".into());
        self.port.post_message_with_transferable(message, moved).map_err(failed)
    }

    fn ask(&self, message: &JsValue, moved: &Array) -> Result<oneshot::Receiver<JsValue>> {
        self.send(message, moved)?;
        Ok(self.arrival())
    }

    /// The next message that nobody waits for yet.
    fn arrival(&self) -> oneshot::Receiver<JsValue> {
        let (arrived, arrival) = oneshot::channel();
        self.waiting.borrow_mut().push_back(arrived);
        arrival
    }
}

struct Own {
    worker: Worker,
    prepared: Prepared,
}

struct Helper {
    port: Rc<Port>,
    /// Of the weights it has; none before it knows the network.
    version: Cell<Option<u64>>,
}

struct WorkerCrew {
    network: u32,
    recipe: Rc<str>,
    shares: Rc<Shares>,
    helpers: Vec<Helper>,
    own: RefCell<Option<Own>>,
}

impl WorkerCrew {
    /// Sends a helper its part of a run.
    fn ask(
        &self,
        i: usize,
        arena: &Words,
        params: &Words,
        inputs: &mut Vec<f32>,
    ) -> Result<oneshot::Receiver<JsValue>> {
        let helper = &self.helpers[i];
        let range = self.shares.of_worker(i + 1, self.helpers.len() + 1);
        self.shares.gather(range.clone(), &arena.read(), inputs);
        let inputs = array(inputs);
        let moved = Array::of1(&inputs.buffer());
        let failed = |_| Error::Gpu("a message to a worker could not be made".into());
        let message = record([
            ("network", self.network.into()),
            ("first", (range.start as u32).into()),
            ("end", (range.end as u32).into()),
            ("inputs", inputs.into()),
        ]);
        let message = message.map_err(failed)?;
        let set = |key: &str, value: JsValue| {
            Reflect::set(&message, &key.into(), &value).map(|_| ()).map_err(failed)
        };
        if helper.version.get().is_none() {
            set("recipe", (&*self.recipe).into())?;
            set("batch", (self.shares.batch() as u32).into())?;
        }
        if helper.version.get() != Some(params.version()) {
            helper.version.set(Some(params.version()));
            let params = array(&params.read());
            moved.push(&params.buffer());
            set("params", params.into())?;
        }
        helper.port.ask(&message, &moved)
    }

    async fn run(&self, arena: &Words, params: &Words) -> Result<()> {
        let taken = self.own.borrow_mut().take();
        let mut own = taken.ok_or_else(|| Error::Gpu("a network runs already".into()))?;
        let result = self.run_with(&mut own, arena, params).await;
        *self.own.borrow_mut() = Some(own);
        result
    }

    async fn run_with(&self, own: &mut Own, arena: &Words, params: &Words) -> Result<()> {
        let Own { worker, prepared } = own;
        let count = self.helpers.len() + 1;
        let asked = (0..self.helpers.len()).map(|i| self.ask(i, arena, params, &mut worker.inputs));
        let asked = asked.collect::<Result<Vec<_>>>()?;
        let range = self.shares.of_worker(0, count);
        self.shares.gather(range.clone(), &arena.read(), &mut worker.inputs);
        {
            let values = params.read();
            let weights = prepared.update(&values, params.version());
            worker.work(&self.shares, range.clone(), weights);
        }
        self.shares.scatter(range, &worker.outputs, &mut arena.write());
        for (i, answered) in asked.into_iter().enumerate() {
            let gone = |_| Error::DeviceLost("a worker is gone".into());
            let answer = answered.await.map_err(gone)?;
            if let Some(reason) = get(&answer, "error").as_string() {
                return Err(Error::Gpu(reason));
            }
            read_into(&get(&answer, "outputs"), &mut worker.outputs);
            let range = self.shares.of_worker(i + 1, count);
            self.shares.scatter(range, &worker.outputs, &mut arena.write());
            for block in Array::from(&get(&answer, "blocks")) {
                let number = |key| get(&block, key).as_f64().unwrap_or_default();
                let mut values = worker.sums.memory();
                read_into(&get(&block, "values"), &mut values);
                let (level, index) = (number("level") as u32, number("index") as usize);
                worker.sums.put(Block { level, index, values });
            }
        }
        if self.shares.gradients() > 0 {
            worker.sums.finish(&mut arena.write()[..self.shares.gradients()]);
        }
        Ok(())
    }
}

impl Crew for WorkerCrew {
    fn run<'a>(&'a self, arena: &'a Words, params: &'a Words) -> Answer<'a, Result<()>> {
        Box::pin(WorkerCrew::run(self, arena, params))
    }
}

impl Drop for WorkerCrew {
    /// Lets the helpers forget the network.
    fn drop(&mut self) {
        for helper in self.helpers.iter().filter(|helper| helper.version.get().is_some()) {
            if let Ok(message) = record([("forget", self.network.into())]) {
                let _ = helper.port.send(&message, &Array::new());
            }
        }
    }
}

/// A field of a message.
pub(super) fn get(message: &JsValue, key: &str) -> JsValue {
    Reflect::get(message, &key.into()).unwrap_or_default()
}

/// A copy with memory of its own, which can move to another worker.
pub(super) fn array(values: &[f32]) -> Float32Array {
    Float32Array::from(values)
}

/// Takes over what is in an array of a message.
pub(super) fn read_into(array: &JsValue, into: &mut Vec<f32>) {
    let array: &Float32Array = array.unchecked_ref();
    into.resize(array.length() as usize, 0.0);
    array.copy_to(into);
}
