//! Workaround: Firefox notices finished GPU work only every 100 ms unless something is submitted.
//!
//! <https://bugzilla.mozilla.org/show_bug.cgi?id=1870699>. Measured on Firefox 153: a read-back of 4
//! bytes takes 100 ms, and 1–2 ms while an empty submit is made every millisecond. Harmless in other
//! browsers, where a wait rarely lasts long. Error scopes and pipelines, the only other things that are waited for, come
//! within a millisecond. Delete this file when the bug is closed.

/// Submits nothing, again and again, until dropped.
pub(super) struct Nudges {
    #[cfg(target_arch = "wasm32")]
    stop: std::rc::Rc<std::cell::Cell<bool>>,
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn nudge(_: &wgpu::Queue) -> Nudges {
    Nudges {}
}

#[cfg(target_arch = "wasm32")]
pub(super) fn nudge(queue: &wgpu::Queue) -> Nudges {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = setTimeout)]
        fn set_timeout(callback: &js_sys::Function, milliseconds: i32);
    }

    let stop = std::rc::Rc::new(std::cell::Cell::new(false));
    let (queue, stopped) = (queue.clone(), stop.clone());
    wasm_bindgen_futures::spawn_local(async move {
        while !stopped.get() {
            let pause = js_sys::Promise::new(&mut |resolve, _| set_timeout(&resolve, 1));
            if wasm_bindgen_futures::JsFuture::from(pause).await.is_err() {
                return;
            }
            queue.submit([]);
        }
    });
    Nudges { stop }
}

#[cfg(target_arch = "wasm32")]
impl Drop for Nudges {
    fn drop(&mut self) {
        self.stop.set(true);
    }
}
