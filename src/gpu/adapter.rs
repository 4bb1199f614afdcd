//! What is known of an adapter.

/// What is known of the adapter in use.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// Maker, if told.
    pub vendor: String,
    /// Family, if told.
    pub architecture: String,
    /// Name and driver.
    pub description: String,
    /// Whether it computes on a CPU.
    pub is_fallback: bool,
}

/// wgpu makes this text part of an adapter's name when it computes on a CPU.
const CPU_ADAPTERS: [&str; 3] = ["swiftshader", "llvmpipe", "basic render"];

pub(super) fn describe(info: &wgpu::AdapterInfo) -> Adapter {
    let description = [&info.name, &info.driver, &info.driver_info].map(String::as_str).join(" ");
    let lower = description.to_ascii_lowercase();
    let is_fallback = info.device_type == wgpu::DeviceType::Cpu
        || CPU_ADAPTERS.iter().any(|name| lower.contains(name));
    let vendor = if info.vendor == 0 { String::new() } else { format!("{:#06x}", info.vendor) };
    let description = description.trim().to_string();
    Adapter { vendor, architecture: String::new(), description, is_fallback }
}

/// Submits under way at a time: one runs, one waits. Outside of a browser lavapipe computes within the call that
/// submits: there nothing waits.
pub(super) fn in_flight(adapter: &Adapter) -> usize {
    if adapter.is_fallback && cfg!(not(target_arch = "wasm32")) { 1 } else { 2 }
}
