//! Chains of thousands of particles: every frame against the whole chain computed in f64, and where
//! they are drawn.

use crate::common::{AnyDevice, cpu, gpu};
use crate::mlp_reference::{CONFIGS, Reference};
use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::{History, Stream, guide, normals};
use chailou::draw::{Canvas, Dots, PointPainter};
use chailou::gpu::{Gpu, Profile};
use chailou::model::Model;
use chailou::run::Device;
use chailou::tensor::TensorMap;

fn begin(device: &impl AnyDevice, config: &str) -> Model {
    let begin = Model::from_scratch(device.device(), config, None, 8, |_, _, _| {});
    pollster::block_on(begin).unwrap_or_else(|e| panic!("{config}: {e}"))
}

fn run(model: &Model, options: ChainOptions) -> Chain {
    let chain = Chain::new(model, options).unwrap_or_else(|e| panic!("{e}"));
    pollster::block_on(chain.step(chain.len())).unwrap_or_else(|e| panic!("{e}"));
    chain
}

fn read(chain: &Chain, picture: Picture, frame: usize) -> Vec<f32> {
    pollster::block_on(chain.read(picture, Some(frame))).unwrap_or_else(|e| panic!("{e}"))
}

/// Every x, x̂_0 and ε̂ of a chain that is f64 from the first step to the last.
fn check_against_f64(what: &str, model: &Model, reference: &Reference, options: ChainOptions) {
    let chain = run(model, options.clone());
    let count = 2 * options.batch;
    let mut x: Vec<f64> =
        normals(options.seed, Stream::Start, 0, count).iter().map(|&z| z.into()).collect();
    let label = |i: usize| {
        options.labels.get(i).map_or(reference.classes().saturating_sub(1), |&l| l as usize)
    };
    let (mut worst, mut largest_x0) = (0f64, 0f64);
    let mut history = vec![History::default(); count];
    for (i, step) in chain.steps().iter().enumerate() {
        let z = normals(options.seed, Stream::Sampler, i as u32, count);
        let predict = |i: usize, class: usize| {
            reference.predict([x[2 * i], x[2 * i + 1]], step.timestep, class)
        };
        let m: Vec<f64> = (0..options.batch)
            .flat_map(|i| {
                let with = predict(i, label(i));
                if options.guidance == 1.0 {
                    return with;
                }
                let without = predict(i, reference.classes() - 1);
                [0, 1].map(|c| guide(without[c], with[c], options.guidance))
            })
            .collect();
        let results: Vec<_> = (0..count)
            .map(|e| step.apply_after(&mut history[e], x[e], m[e], z[e].into()))
            .collect();
        let got = [(Picture::X, i + 1), (Picture::X0, i), (Picture::Eps, i)]
            .map(|(p, f)| read(&chain, p, f));
        for (e, result) in results.iter().enumerate() {
            // x̂_0 is a difference of terms that are large where ᾱ is small.
            let terms = (step.x0_from_x * x[e]).abs() + (step.x0_from_model * m[e]).abs();
            for (name, got, expected, size) in [
                ("x", got[0][e], result.prev, result.prev.abs()),
                ("x̂_0", got[1][e], result.x0, terms),
                ("ε̂", got[2][e], result.eps, result.eps.abs()),
            ] {
                let error = (got as f64 - expected).abs() / (1.0 + size);
                // Nothing pulls back the particles of an untrained network: errors grow from step to step.
                assert!(error <= 3e-4, "{what}, step {i}: {name}[{e}] is {got}, not {expected}");
                worst = worst.max(error);
            }
            largest_x0 = largest_x0.max(result.x0.abs());
        }
        x = results.iter().map(|result| result.prev).collect();
    }
    assert!(largest_x0 > 1.5, "{what}: x̂_0 stays within ±{largest_x0}, so clipping would not show");
    println!("{what}: worst error {worst:.1e}, |x̂_0| up to {largest_x0:.1}");
}

#[test]
fn a_chain_of_particles_is_the_chain_in_f64() {
    for device in [gpu(Profile::Cpu) as Device, gpu(Profile::Gpu), cpu(2)] {
        for config in CONFIGS {
            let model = begin(&device, config);
            let weights = pollster::block_on(model.save()).unwrap();
            let reference = Reference::new(config, &TensorMap::from_safetensors(&weights).unwrap());
            let classes = reference.classes();
            for (sampler, eta) in [("ddpm", 0.0), ("ddim", 0.0), ("ddim", 0.7)] {
                let labels: Vec<f32> = (0..65).map(|i| (i % classes.max(1)) as f32).collect();
                let options = ChainOptions {
                    sampler: Some(sampler.into()),
                    eta: Some(eta),
                    steps: Some(12),
                    seed: 4 << 33 | 21,
                    batch: 65,
                    labels: if classes > 0 { labels } else { vec![] },
                    ..Default::default()
                };
                let what = format!(
                    "{sampler:?}, η {eta}, {classes} classes, {}",
                    device.adapter().description
                );
                check_against_f64(&what, &model, &reference, options.clone());
                if classes > 0 {
                    let guided = ChainOptions { guidance: 2.5, ..options.clone() };
                    check_against_f64(&format!("{what}, guided"), &model, &reference, guided);
                    let none = ChainOptions { labels: vec![], ..options };
                    check_against_f64(&format!("{what}, no label"), &model, &reference, none);
                }
            }
        }
    }
}

/// As many as the page may show: one dispatch serves them all, and every frame can be looked at again.
#[test]
fn thousands_of_particles_keep_every_frame() {
    let device = cpu(2);
    let model = begin(
        &device,
        r#"{"_class_name": "PointMlp", "width": 8, "depth": 1, "point_features": 1}"#,
    );
    let (batch, steps) = (4_000, 1_000);
    let few = ChainOptions { batch: 500, steps: Some(steps), seed: 3, ..Default::default() };
    let many = ChainOptions { batch, ..few.clone() };
    let chain = run(&model, many);
    assert_eq!(chain.frames().keep_every(), 1, "96 MB fit WebGPU's smallest limit");
    // A particle goes the same way in a batch of another size.
    let alone = run(&model, few);
    for frame in [0, 1, 499, 1_000] {
        let (all, first) = (read(&chain, Picture::X, frame), read(&alone, Picture::X, frame));
        assert_eq!(all.len(), 2 * batch);
        assert!(all[..1_000] == first[..], "frame {frame}");
        assert!(all.iter().all(|v| v.is_finite()), "frame {frame}");
    }
    assert!(
        read(&chain, Picture::X, 1_000)
            == pollster::block_on(chain.read(Picture::X, None)).unwrap()
    );

    // Points can be demolished too.
    let start: Vec<f32> = (0..2 * batch).map(|i| (i % 7) as f32 / 3.0 - 1.0).collect();
    let down = ChainOptions {
        direction: Direction::Demolish,
        start: Some(start.clone()),
        steps: Some(steps),
        batch,
        ..Default::default()
    };
    let down = run(&model, down);
    assert!(read(&down, Picture::X, 0) == start);
    let noise = read(&down, Picture::X, steps);
    let variance = noise.iter().map(|&v| (v as f64).powi(2)).sum::<f64>() / noise.len() as f64;
    assert!((variance - 1.0).abs() < 0.1, "variance of x_T is {variance}");
}

/// A half that is a whole number of 255ths.
const HALF: f32 = 128.0 / 255.0;

/// 64 × 64 pixels, [r, g, b, a], the uppermost row first.
fn drawn(gpu: &Gpu, drawings: &[(&Chain, Picture, Dots)]) -> Vec<[u8; 4]> {
    let size = wgpu::Extent3d { width: 64, height: 64, depth_or_array_layers: 1 };
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let (view, format) = (texture.create_view(&Default::default()), texture.format());
    let painter = PointPainter::new(gpu);
    for (chain, picture, dots) in drawings {
        let first = chain.frames().address(*picture, None, chain.position()).unwrap();
        let canvas = Canvas { view: &view, format, size: (64, 64) };
        dots.check(chain.frames().image()).unwrap();
        painter.draw(gpu, chain.frames(), first, dots, &canvas);
    }
    let buffer = gpu.storage("pixels", 64 * 64 * 4).unwrap();
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let layout =
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(256), rows_per_image: None };
    let to = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), to, size);
    gpu.queue.submit([encoder.finish()]);
    let words = pollster::block_on(gpu.read(&buffer, 0, 64 * 64)).unwrap();
    words.iter().map(|word| word.to_bits().to_le_bytes()).collect()
}

#[test]
fn a_particle_lights_the_pixel_it_is_at() {
    let gpu = gpu(Profile::Cpu);
    let model = begin(&gpu, CONFIGS[0]);
    let chain = |start: Vec<f32>| {
        let batch = start.len() / 2;
        Chain::new(&model, ChainOptions { batch, start: Some(start), ..Default::default() })
            .unwrap()
    };
    // −2 … 2 on 64 pixels: 16 pixels a unit, (0, 0) between pixels 31 and 32, y upwards.
    let points = chain(vec![1.03125, 0.53125, -1.96875, -1.96875, 40.0, 0.0]);
    let dots = Dots { radius: 2.0, color: [1.0, HALF, 0.0, 1.0], ..Default::default() };
    let pixels = drawn(&gpu, &[(&points, Picture::X, dots)]);
    let lit = |column: usize, row: usize| pixels[row * 64 + column];
    assert_eq!(lit(48, 23), [255, 128, 0, 255], "the centre of the first");
    assert_eq!(lit(0, 63), [255, 128, 0, 255], "the second, at the corner below on the left");
    for (column, row) in
        [(48, 40), (15, 23), (52, 23), (48, 27), (51, 26), (32, 32), (0, 0), (63, 31)]
    {
        assert_eq!(lit(column, row), [0; 4], "column {column}, row {row}");
    }
    // The one outside has a stroke 5 × 1 times the radius at the edge on the right, where it went.
    let strokes = drawn(&gpu, &[(&points, Picture::X, Dots { edge: true, ..dots })]);
    for (column, row, alpha) in [(63, 31, 255), (55, 31, 255), (63, 29, 0), (52, 31, 0)] {
        assert_eq!(strokes[row * 64 + column][3], alpha, "column {column}, row {row}");
    }
    assert_eq!(strokes[23 * 64 + 48], lit(48, 23), "those within are dots as before");

    // Its area in pixels: a disc whose edge fades keeps the area of the disc.
    let area = |pixels: &[[u8; 4]]| pixels.iter().map(|p| p[3] as f64 / 255.0).sum::<f64>();
    let whole = area(&drawn(&gpu, &[(&chain(vec![0.1, 0.3]), Picture::X, dots)]));
    assert!((whole - std::f64::consts::PI * 4.0).abs() < 0.4, "area {whole}");

    // One drawing over another: half-transparent blue over red, and red where blue is not.
    let (left, right) =
        (chain(vec![-0.96875, 0.03125]), chain(vec![1.03125, 0.03125, -0.96875, 0.03125]));
    let red = Dots { color: [1.0, 0.0, 0.0, 1.0], range: [-2.0, 2.0], ..dots };
    let blue = Dots { color: [0.0, 0.0, 1.0, HALF], clear: false, ..red };
    let both = drawn(&gpu, &[(&left, Picture::X, red), (&right, Picture::X, blue)]);
    assert_eq!(both[31 * 64 + 48], [0, 0, 128, 128], "alone, premultiplied");
    // Adapters round a half either way.
    assert!(
        matches!(both[31 * 64 + 16], [127 | 128, 0, 127 | 128, 255]),
        "{:?}",
        both[31 * 64 + 16]
    );
    let cleared = drawn(
        &gpu,
        &[(&left, Picture::X, red), (&right, Picture::X, Dots { clear: true, ..blue })],
    );
    assert_eq!(cleared[31 * 64 + 16], [0, 0, 128, 128], "red is gone");
}

#[test]
fn what_cannot_be_drawn_is_refused_by_name() {
    let device = cpu(1);
    let chain = Chain::new(&begin(&device, CONFIGS[0]), ChainOptions::default()).unwrap();
    let refused = |change: fn(&mut Dots), word: &str| {
        let mut dots = Dots::default();
        change(&mut dots);
        let error = dots.check(chain.frames().image()).unwrap_err().to_string();
        assert!(error.contains(word) && !error.contains('\n'), "{error}");
    };
    assert!(Dots::default().check(chain.frames().image()).is_ok());
    refused(|d| d.radius = 0.0, "radius");
    refused(|d| d.radius = f32::NAN, "radius");
    refused(|d| d.radius = 1e9, "radius");
    refused(|d| d.color[3] = 1.5, "color");
    refused(|d| d.color[0] = f32::NAN, "color");
    refused(|d| d.range = [1.0, 1.0], "range");
    refused(|d| d.range = [f32::NEG_INFINITY, 1.0], "range");
    refused(|d| d.range = [f32::MIN, f32::MAX], "range");

    let pictures = crate::common::golden_unet(&device, "stored_bf16");
    let chain = Chain::new(&pictures, ChainOptions::default()).unwrap();
    let error = Dots::default().check(chain.frames().image()).unwrap_err().to_string();
    assert!(error.contains("3 × 8 × 8"), "{error}");
}
