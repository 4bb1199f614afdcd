//! How near the planner comes to the least memory that any plan needs.

use crate::common::{golden_unets, project, text};
use chailou::bench::POINTS_MLP;
use chailou::graph::Plan;
use chailou::model::Recipe;
use chailou::nn::Architecture;
use chailou::train;

/// The arenas of forward passes and training steps of every model that is shipped or tested, in the least there is.
#[test]
fn plans_are_within_a_twentieth_of_the_lower_bound() {
    let shipped = ["mnist", "towers"].map(|name| {
        (name.to_string(), text(&project(&format!("assets/models/{name}/config.json"))))
    });
    let golden =
        golden_unets().into_iter().map(|(name, dir)| (name, text(&dir.join("config.json"))));
    let points = ("points".to_string(), POINTS_MLP.to_string());
    let mut wasteful = Vec::new();
    for (name, config) in shipped.into_iter().chain(golden).chain([points]) {
        let config = Architecture::from_json(&config).unwrap();
        let ((h, w), _) = config.usual().unwrap();
        for (n, training) in [(1, false), (16, false), (1, true), (16, true)] {
            let layers = training.then(Vec::new);
            let graph = train::graph(&Recipe { config: config.clone(), h, w, layers }, n).unwrap();
            let plan = Plan::new(&graph);
            let ratio = plan.vec4s as f64 / plan.lower_bound_vec4s as f64;
            let pass = if training { "training" } else { "forward" };
            let mib = plan.vec4s as f64 * 16.0 / f64::from(1 << 20);
            println!("{name:<30} {pass:<8} batch {n:>2}: {mib:>8.3} MiB, {ratio:.4} × the bound");
            if ratio > 1.05 {
                wasteful.push(format!("{name}, {pass}, batch {n}: {ratio:.3}"));
            }
        }
    }
    assert!(wasteful.is_empty(), "more than 1.05 × the lower bound: {wasteful:?}");
}
