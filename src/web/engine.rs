//! `Engine`: a device, which of those there are, and what is known of it.

use std::rc::Rc;

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::model::Model;
use super::present::Presenter;
use super::team::Workers;
use super::values::{JsResult, js_error, known_keys, object, options, progress, whole};
use super::workers;
use crate::chain;
use crate::error::Error;
use crate::gpu::{Found, Gpu, Profile};
use crate::run::{Cpu, Device};

/// A device ready for models: WebGPU, or the processor.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    /// What draws on canvases, where there is a graphics card.
    presenter: Option<Rc<Presenter>>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenOptions {
    backend: Option<BackendName>,
    profile: Option<ProfileName>,
    workers: Option<f64>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum BackendName {
    #[default]
    Auto,
    WebGpu,
    Cpu,
}

/// Options of `loadModel` and `newModel`; serde cannot carry a function.
struct LoadOptions {
    scheduler: Option<String>,
    seed: u64,
    on_progress: Option<Function>,
}

impl LoadOptions {
    fn read(options: &JsValue, known: &[&str]) -> JsResult<Self> {
        known_keys(options, known)?;
        let get = |key: &str| match options.is_object() {
            true => Reflect::get(options, &key.into()).unwrap_or_default(),
            false => JsValue::UNDEFINED,
        };
        let given = |value: JsValue| Some(value).filter(|v| !v.is_undefined() && !v.is_null());
        let wrong = |message: &str| js_error(Error::Input(message.into()));
        let text = |v: JsValue| {
            v.as_string().ok_or_else(|| wrong("options: scheduler must be the text of a JSON file"))
        };
        let number =
            |v: JsValue| v.as_f64().ok_or_else(|| wrong("options: seed must be a whole number"));
        let function =
            |v: JsValue| v.dyn_into().map_err(|_| wrong("options: onProgress must be a function"));
        Ok(Self {
            scheduler: given(get("scheduler")).map(text).transpose()?,
            seed: whole("seed", given(get("seed")).map(number).transpose()?, 0)?,
            on_progress: given(get("onProgress")).map(function).transpose()?,
        })
    }
}

/// The bytes of weights in one file or in parts.
fn parts(weights: JsValue) -> JsResult<Vec<Vec<u8>>> {
    let bytes = |part: JsValue| match part.dyn_into::<Uint8Array>() {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(js_error(Error::Input("weights must be a Uint8Array, or several".into()))),
    };
    match weights.dyn_into::<js_sys::Array>() {
        Ok(several) => several.iter().map(bytes).collect(),
        Err(one) => Ok(vec![bytes(one)?]),
    }
}

#[derive(Clone, Copy, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum ProfileName {
    Gpu,
    Cpu,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Gpu => Self::Gpu,
            ProfileName::Cpu => Self::Cpu,
        }
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct AdapterInfo {
    vendor: String,
    architecture: String,
    description: String,
    is_fallback: bool,
    profile: ProfileName,
    backend: BackendName,
    workers: usize,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a device. Options: `backend`, "webgpu", "cpu" or "auto" (the default: WebGPU on a graphics card, else the
    /// processor); `workers`, how many compute on the processor; `profile`, "gpu" or "cpu", overrides the choice of
    /// WebGPU's kernels.
    #[wasm_bindgen(unchecked_return_type = "Engine")]
    pub async fn open(
        #[wasm_bindgen(unchecked_optional_param_type = "OpenOptions")] settings: JsValue,
    ) -> JsResult<JsValue> {
        let settings: OpenOptions = options(settings)?;
        let workers = settings.workers.map(workers::count).transpose()?;
        let profile = settings.profile.map(Profile::from);
        // A profile is one of WebGPU's.
        let auto = if profile.is_some() { BackendName::WebGpu } else { BackendName::Auto };
        match settings.backend.filter(|name| *name != BackendName::Auto).unwrap_or(auto) {
            BackendName::WebGpu => Ok(Self::on_webgpu(profile).await?.into()),
            BackendName::Cpu => workers::open(workers).await,
            BackendName::Auto => Self::open_best(workers).await,
        }
    }

    /// The processor, in this very thread, with helpers at the other ends of `ports`: what a worker opens.
    #[wasm_bindgen(js_name = inThread, skip_typescript)]
    pub fn in_thread(ports: Vec<web_sys::MessagePort>) -> JsResult<Engine> {
        let device = Rc::new(Cpu::new(Box::new(Workers::new(ports)?)));
        Ok(Self { device, presenter: None })
    }

    /// `{vendor, architecture, description, isFallback, profile, backend, workers}`: what is really used.
    #[wasm_bindgen(unchecked_return_type = "AdapterInfo")]
    pub fn adapter(&self) -> JsResult<JsValue> {
        let adapter = self.device.adapter();
        object(&AdapterInfo {
            vendor: adapter.vendor.clone(),
            architecture: adapter.architecture.clone(),
            description: adapter.description.clone(),
            is_fallback: adapter.is_fallback,
            profile: match self.device.profile() {
                Profile::Gpu => ProfileName::Gpu,
                Profile::Cpu => ProfileName::Cpu,
            },
            backend: match self.device.gpu() {
                Some(_) => BackendName::WebGpu,
                None => BackendName::Cpu,
            },
            workers: self.device.workers(),
        })
    }

    /// Loads a diffusers model; weights that were saved in parts come as an array of them. Options: `scheduler`, the text
    /// of scheduler_config.json; `onProgress(done, total, label)`, called before each kernel is compiled.
    #[wasm_bindgen(js_name = loadModel)]
    pub async fn load_model(
        &self,
        config: String,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8Array[]")] weights: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "LoadOptions")] settings: JsValue,
    ) -> JsResult<Model> {
        let settings = LoadOptions::read(&settings, &["scheduler", "onProgress"])?;
        let weights = parts(weights)?;
        let load = crate::model::Model::load(
            self.device.clone(),
            &config,
            &weights,
            settings.scheduler.as_deref(),
            progress(settings.on_progress.as_ref()),
        );
        let model = load.await.map_err(js_error)?;
        Ok(Model::new(Rc::new(model), self.presenter.clone()))
    }

    /// A model with random weights, for training: `config` is the text of a UNet2DModel's or a
    /// PointMlp's config.json. Options: those of `loadModel`, and `seed`.
    #[wasm_bindgen(js_name = newModel)]
    pub async fn new_model(
        &self,
        config: String,
        #[wasm_bindgen(unchecked_optional_param_type = "NewModelOptions")] settings: JsValue,
    ) -> JsResult<Model> {
        let settings = LoadOptions::read(&settings, &["scheduler", "seed", "onProgress"])?;
        let begin = crate::model::Model::from_scratch(
            self.device.clone(),
            &config,
            settings.scheduler.as_deref(),
            settings.seed,
            progress(settings.on_progress.as_ref()),
        );
        let model = begin.await.map_err(js_error)?;
        Ok(Model::new(Rc::new(model), self.presenter.clone()))
    }

    /// The adapter's measured multiply-add peak in GFLOP/s. Takes a second.
    pub async fn peak(&self) -> JsResult<f64> {
        crate::bench::peak(&*self.device).await.map_err(js_error)
    }

    /// What `Model.tuneNext` has found so far, as a text to keep for `recallWays`.
    #[wasm_bindgen(js_name = keptWays)]
    pub fn kept_ways(&self) -> String {
        self.device.gpu().map(Gpu::kept_ways).unwrap_or_default()
    }

    /// Goes by what was kept, if it was found by this version on this adapter; says whether.
    #[wasm_bindgen(js_name = recallWays)]
    pub fn recall_ways(&self, kept: &str) -> bool {
        self.device.gpu().is_some_and(|gpu| gpu.recall_ways(kept))
    }

    /// Resolves with the reason when the device is lost.
    pub async fn lost(&self) -> String {
        self.device.lost().await
    }

    /// Gives everything on the device back, with all that was made of it.
    pub fn close(&self) {
        if let Some(gpu) = self.device.gpu() {
            gpu.device.destroy();
        }
    }
}

/// Which models lie among files, told from their paths (strokes between folders): `{candidates: {folder, config,
/// scheduler, weights}[], others, missing}`. One candidate is the model; of several somebody must choose.
#[wasm_bindgen(js_name = findModels, unchecked_return_type = "FoundModels")]
pub fn find_models(paths: Vec<String>) -> JsResult<JsValue> {
    object(&crate::weights::find_models(&paths))
}

impl Engine {
    /// The best WebGPU adapter; `profile` overrides the choice of kernels.
    ///
    /// # Errors
    /// There is none, or it refuses a device.
    pub async fn on_webgpu(profile: Option<Profile>) -> JsResult<Self> {
        Self::on_adapter(Found::best().await.map_err(js_error)?, profile).await
    }

    async fn on_adapter(found: Found, profile: Option<Profile>) -> JsResult<Self> {
        let mut gpu = found.open(profile).await.map_err(js_error)?;
        if let Some([vendor, architecture]) = browser_adapter_info().await {
            gpu.adapter.vendor = vendor;
            gpu.adapter.architecture = architecture;
        }
        let gpu = Rc::new(gpu);
        // Those of every chain, whatever the model; a model brings its own.
        let device: Device = gpu.clone();
        device.warm_up(None, &chain::routines(), &mut |_, _, _| {}).await.map_err(js_error)?;
        Ok(Self { presenter: Some(Rc::new(Presenter::new(&gpu))), device })
    }

    /// A graphics card, else the processor, else a graphics card made of software.
    async fn open_best(workers: Option<u32>) -> JsResult<JsValue> {
        let software = match Found::best().await.map_err(js_error) {
            Ok(found) if found.adapter.is_fallback => Ok(found),
            Ok(found) => match Self::on_adapter(found, None).await {
                Ok(engine) => return Ok(engine.into()),
                Err(reason) => Err(reason),
            },
            Err(reason) => Err(reason),
        };
        match (workers::open(workers).await, software) {
            (Ok(engine), _) => Ok(engine),
            (Err(_), Ok(software)) => Ok(Self::on_adapter(software, None).await?.into()),
            (Err(there), Err(here)) => {
                let [here, there] = [here, there].map(|e| js_sys::Error::from(e).message());
                Err(js_error(Error::Input(format!("{here}, and {there}"))))
            }
        }
    }
}

/// Vendor and architecture as the browser tells them: wgpu passes neither on.
async fn browser_adapter_info() -> Option<[String; 2]> {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: js_sys::Promise = request.call0(&gpu).ok()?.dyn_into().ok()?;
    let adapter = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    let info = get(&adapter, "info")?;
    Some(
        ["vendor", "architecture"]
            .map(|key| get(&info, key).and_then(|value| value.as_string()).unwrap_or_default()),
    )
}
