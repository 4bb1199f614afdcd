//! Every shader without a device: it parses, keeps to WebGPU's default limits, and its structs lie in
//! memory as the Rust side fills them.

use super::uniformity::divergent_barrier;
use chailou::gpu::{ImageReads, Kernel, trial_kernel};
use chailou::{bench, chain, draw, ops, train};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ScalarKind, TypeInner};
use std::path::Path;

/// Bytes of workgroup memory and storage buffers that every WebGPU device has.
const WORKGROUP_MEMORY: u32 = 16 << 10;
const STORAGE_BUFFERS: usize = 8;
const INVOCATIONS: u32 = 256;

fn kernels() -> Vec<Kernel> {
    let training = train::batch_kernels().into_iter().chain(train::optimizer_kernels());
    let reading = |kernel: Kernel| {
        let ways = if kernel.reads_images() { &ImageReads::ALL[..] } else { &[] };
        let images = ways.iter().map(|&way| kernel.reading(way)).collect::<Vec<_>>();
        [vec![kernel.reading_buffers()], images].concat()
    };
    let network = ops::kernels().into_iter().chain([trial_kernel()]).flat_map(reading);
    let network = network.chain([bench::kernel()]);
    network.chain(chain::kernels()).chain(training).collect()
}

fn parse(name: &str, wgsl: &str) -> Module {
    let module = naga::front::wgsl::parse_str(wgsl);
    let module = module.unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string(wgsl)));
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    if let Err(error) = validator.validate(&module) {
        panic!("{name}: {}", error.emit_to_string(wgsl));
    }
    module
}

/// Names and offsets of a struct's fields; fields must be 4-byte scalars, or structs with a table.
fn fields(name: &str, module: &Module, structure: &str) -> Vec<(String, usize)> {
    let found = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(structure));
    let Some((_, ty)) = found else { panic!("{name} has no struct {structure}") };
    let TypeInner::Struct { members, .. } = &ty.inner else { panic!("{structure}: no struct") };
    let field = |member: &naga::StructMember| {
        let field = member.name.clone().expect("members of structs have names");
        let ty = &module.types[member.ty];
        match &ty.inner {
            TypeInner::Scalar(scalar) => {
                assert_eq!(scalar.width, 4, "{name}: {structure}.{field}");
                assert_ne!(scalar.kind, ScalarKind::Bool, "{name}: {structure}.{field}");
            }
            TypeInner::Struct { .. } => {
                assert_eq!(ty.name.as_deref(), Some("Epilogue"), "{name}: {structure}.{field}");
            }
            other => panic!("{name}: {structure}.{field} is {other:?}"),
        }
        (field, member.offset as usize)
    };
    members.iter().map(field).collect()
}

fn table(fields: &[(&str, usize)]) -> Vec<(String, usize)> {
    fields.iter().map(|(name, offset)| (name.to_string(), *offset)).collect()
}

#[test]
fn every_kernel_is_valid_and_within_webgpus_default_limits() {
    for kernel in kernels() {
        let label = kernel.label();
        let module = parse(&label, &kernel.wgsl());
        let entry = module.entry_points.iter().find(|entry| entry.name == kernel.entry);
        let entry = entry.unwrap_or_else(|| panic!("{label}: no such entry point"));
        assert_eq!(entry.stage, naga::ShaderStage::Compute, "{label}");
        let threads: u32 = entry.workgroup_size.iter().product();
        assert!((1..=INVOCATIONS).contains(&threads), "{label}: {threads} threads");
        let globals = || module.global_variables.iter().map(|(_, variable)| variable);
        let workgroup = globals().filter(|v| v.space == AddressSpace::WorkGroup);
        let memory: u32 = workgroup.map(|v| module.types[v.ty].inner.size(module.to_ctx())).sum();
        assert!(memory <= WORKGROUP_MEMORY, "{label}: {memory} bytes of workgroup memory");
        let storage = globals().filter(|v| matches!(v.space, AddressSpace::Storage { .. }));
        assert!(storage.count() <= STORAGE_BUFFERS, "{label}: too many storage buffers");
    }
}

#[test]
fn structs_lie_in_memory_as_rust_fills_them() {
    for kernel in kernels() {
        let label = kernel.label();
        let module = parse(&label, &kernel.wgsl());
        assert_eq!(fields(&label, &module, "Dims"), table(kernel.dims), "{label}: Dims");
        if kernel.dims.first().is_some_and(|(field, _)| *field == "epilogue") {
            let epilogue = fields(&label, &module, "Epilogue");
            assert_eq!(epilogue, table(ops::EPILOGUE_FIELDS), "{label}: Epilogue");
        }
    }
    for kernel in chain::kernels() {
        let module = parse(kernel.entry, &kernel.wgsl());
        assert_eq!(fields(kernel.entry, &module, "Step"), table(chain::STEP_FIELDS));
    }
}

/// `State` has arrays behind its scalars; they must begin where Rust looks for them.
#[test]
fn the_state_of_training_lies_as_rust_reads_it() {
    for kernel in train::batch_kernels().into_iter().chain(train::optimizer_kernels()) {
        let label = kernel.label();
        let module = parse(&label, &kernel.wgsl());
        assert_eq!(fields(&label, &module, "Draw"), table(train::DRAW_FIELDS), "{label}");
        let state = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("State"));
        let Some((_, naga::Type { inner: TypeInner::Struct { members, .. }, .. })) = state else {
            panic!("{label} has no struct State")
        };
        let got = members.iter().map(|m| (m.name.clone().unwrap(), m.offset as usize));
        let expected = table(train::STATE_SCALARS).into_iter().chain(table(train::STATE_ARRAYS));
        assert!(got.eq(expected), "{label}: State lies elsewhere");
    }
}

#[test]
fn what_draws_is_valid_and_its_structs_are_those_in_rust() {
    let entries = |name: &str, module: &Module, vertex: &str, fragment: &str| {
        let stages = [(vertex, naga::ShaderStage::Vertex), (fragment, naga::ShaderStage::Fragment)];
        for (entry, stage) in stages {
            let found = module.entry_points.iter().find(|e| e.name == entry);
            assert_eq!(found.map(|e| e.stage), Some(stage), "{name}: {entry}");
        }
    };
    let pictures = parse("present", include_str!("../../shaders/present.wgsl"));
    entries("present", &pictures, "corner", "cell");
    assert_eq!(fields("present", &pictures, "Dims"), table(draw::PICTURE_FIELDS));
    let points = parse("points", include_str!("../../shaders/points.wgsl"));
    entries("points", &points, "dot_corner", "dot_inside");
    assert_eq!(fields("points", &points, "Dims"), table(draw::POINT_FIELDS));
}

#[test]
fn no_shader_file_is_forgotten() {
    let mut used: Vec<&str> = kernels().into_iter().flat_map(|kernel| kernel.files).collect();
    used.push(include_str!(concat!(env!("OUT_DIR"), "/shaders/present.wgsl")));
    used.push(include_str!(concat!(env!("OUT_DIR"), "/shaders/points.wgsl")));
    let folder = Path::new(env!("OUT_DIR")).join("shaders"); // as build.rs has made them
    let entries = |folder: &Path| std::fs::read_dir(folder).expect("shaders");
    for entry in entries(&folder).chain(entries(&folder.join("shared"))) {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        assert!(used.contains(&text.as_str()), "{}: no kernel uses it", path.display());
    }
}

#[test]
fn every_thread_of_a_workgroup_reaches_every_barrier() {
    for kernel in kernels() {
        let label = kernel.label();
        let module = parse(&label, &kernel.wgsl());
        let entry = module.entry_points.iter().find(|entry| entry.name == kernel.entry).unwrap();
        let verdict = divergent_barrier(&module, &entry.function);
        assert!(verdict.is_ok(), "{label} {}", verdict.unwrap_err());
    }
}

/// The rule above against shaders that Tint refuses ("non-uniform control flow"), and some it accepts.
#[test]
fn the_rule_about_barriers_knows_what_tint_refuses() {
    let verdict = |body: &str| {
        let wgsl = format!(
            "@group(0) @binding(0) var<storage, read_write> a: array<u32>;
             @group(0) @binding(1) var<uniform> n: u32;
             var<workgroup> shared_sums: array<u32, 64>;
             fn wait() {{ workgroupBarrier(); }}
             fn half(i: u32) -> u32 {{ return min(i, n) / 2u; }}
             fn read(i: u32) -> u32 {{ return half(a[i]); }}
             @compute @workgroup_size(64)
             fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) g: vec3u) {{
               {body}
               shared_sums[id.x % 64u] = a[id.x];
             }}"
        );
        let module = parse("planted", &wgsl);
        divergent_barrier(&module, &module.entry_points[0].function)
    };
    for refused in [
        "if id.x >= n { return; } workgroupBarrier();",
        "if id.x >= n { wait(); }",
        "for (var i = id.x; i < n; i += 64u) { workgroupBarrier(); }",
        "for (var i = 0u; i < n; i++) { if a[i] == 0u { break; } workgroupBarrier(); }",
        "var k = 0u; if id.x > 3u { k = 1u; } if k == 1u { workgroupBarrier(); }",
        "if half(id.x) == 1u { workgroupBarrier(); }",
        "if read(g.x) == 1u { workgroupBarrier(); }",
    ] {
        assert!(verdict(refused).is_err(), "not noticed: {refused}");
    }
    for accepted in [
        "if g.x >= n { return; } for (var i = 0u; i < n; i++) { wait(); }",
        "for (var i = id.x; i < n; i += 64u) { if a[i] == 0u { break; } } workgroupBarrier();",
        "if id.x >= n { return; }",
        "let m = half(g.x); for (var i = 0u; i < half(m); i++) { workgroupBarrier(); }",
    ] {
        assert_eq!(verdict(accepted), Ok(()), "refused: {accepted}");
    }
}
