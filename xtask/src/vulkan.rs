//! Where native tests and browsers find a Vulkan adapter.

use std::path::Path;
use std::process::Command;

/// Mesa's Vulkan on the CPU, for machines without a graphics card.
const LAVAPIPE: [&str; 3] = [
    "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json",
    "/usr/share/vulkan/icd.d/lvp_icd.aarch64.json",
    "/usr/share/vulkan/icd.d/lvp_icd.json",
];

/// Lets a test find an adapter: the graphics card where there is one, else lavapipe.
pub fn on_vulkan(command: &mut Command) -> &mut Command {
    let has_card = Path::new("/dev/dri/renderD128").exists();
    let chosen = std::env::var_os("VK_ICD_FILENAMES").is_some();
    match LAVAPIPE.into_iter().find(|file| Path::new(file).exists()) {
        Some(file) if !has_card && !chosen => command.env("VK_ICD_FILENAMES", file),
        _ => command,
    }
}
