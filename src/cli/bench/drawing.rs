//! Curves of cost as an SVG: logarithmic axes, on which what is linear has the slope of the diagonal.

use std::fmt::Write;

use serde::Serialize;

use chailou::bench::{Cost, Size};

/// A quantity that varies, and the sizes.
#[derive(Serialize)]
pub struct Sweep {
    /// What varies, in words.
    pub over: &'static str,
    /// Of a network call and of a training step: milliseconds as a + b·quantity, or as a power of it.
    pub fits: [String; 2],
    pub points: Vec<Point>,
}

#[derive(Serialize)]
pub struct Point {
    #[serde(flatten)]
    pub size: Size,
    /// The quantity that varies.
    pub quantity: usize,
    pub forward: Cost,
    /// None where it does not fit the device.
    pub training: Option<Cost>,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 240.0;
/// Left of a panel for numbers, and above and below it.
const LEFT: f64 = 52.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 62.0;

/// A curve: its colour, its name, and what it shows.
type Curve = (&'static str, &'static str, fn(&Point) -> Option<Cost>);

pub const CURVES: [Curve; 2] = [
    ("#0072b2", "network call", |point| Some(point.forward)),
    ("#d55e00", "training step", |point| point.training),
];

/// A logarithmic axis.
struct Axis {
    low: f64,
    high: f64,
    length: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone, length: f64) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min).log10();
        let high = values.fold(0.0, f64::max).log10();
        Self { low, high, length }
    }

    fn at(&self, value: f64) -> f64 {
        (value.log10() - self.low) / (self.high - self.low) * self.length
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        (self.low.ceil() as i32..=self.high.floor() as i32).map(|power| 10f64.powi(power))
    }
}

/// A panel a sweep, side by side.
pub fn svg(sweeps: &[Sweep]) -> String {
    let points = sweeps.iter().flat_map(|sweep| &sweep.points);
    let times = points.flat_map(|point| CURVES.map(|(_, _, of)| of(point))).flatten();
    let times = times.map(|cost| cost.ms);
    // One axis of time for all, so that panels can be compared.
    let y = Axis::over(times, HEIGHT);
    let (width, height) = ((LEFT + WIDTH) * sweeps.len() as f64 + 16.0, TOP + HEIGHT + BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <title>Milliseconds of a network call and of a training step over batch, pixels and channels</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (i, sweep) in sweeps.iter().enumerate() {
        let left = LEFT + (LEFT + WIDTH) * i as f64;
        let _ = writeln!(svg, "<g transform=\"translate({left} {TOP})\">");
        panel(&mut svg, sweep, &y);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, sweep: &Sweep, y: &Axis) {
    let x = Axis::over(sweep.points.iter().map(|point| point.quantity as f64), WIDTH - 16.0);
    let _ = writeln!(
        svg,
        "<path d=\"M0 0V{HEIGHT}H{}\" fill=\"none\" stroke=\"#333\"/>\n\
         <text x=\"0\" y=\"-16\" font-weight=\"bold\">over {}</text>",
        WIDTH - 16.0,
        sweep.over
    );
    for ms in y.decades() {
        let at = HEIGHT - y.at(ms);
        let _ = writeln!(
            svg,
            "<path d=\"M0 {at:.1}h{}\" stroke=\"#ddd\"/><text x=\"-6\" y=\"{:.1}\" text-anchor=\"end\">{ms} ms</text>",
            WIDTH - 16.0,
            at + 4.0
        );
    }
    for point in &sweep.points {
        let at = x.at(point.quantity as f64);
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            HEIGHT + 16.0,
            point.quantity
        );
    }
    for (i, (colour, name, of)) in CURVES.into_iter().enumerate() {
        let place = |p: &Point| Some((x.at(p.quantity as f64), HEIGHT - y.at(of(p)?.ms)));
        let places: Vec<(f64, f64)> = sweep.points.iter().filter_map(place).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join("L")
        );
        for (x, y) in places {
            let _ =
                writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
        }
        let _ = writeln!(
            svg,
            "<text y=\"{}\" fill=\"{colour}\">{name}: {}</text>",
            HEIGHT + 36.0 + 16.0 * i as f64,
            sweep.fits[i]
        );
    }
}
