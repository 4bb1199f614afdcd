//! Classifier-free guidance (Ho & Salimans 2022, eq. 6): overstate what the class changes.
//!
//! The network runs twice on the same x_t, once with the class and once with the null class; w = 1 is the plain
//! conditional model, w = 0 the unconditional one. (The paper's own w is this one minus 1.)

/// ε̂ = ε_∅ + w (ε_c − ε_∅), for one element.
pub fn guide(eps_null: f64, eps_class: f64, w: f64) -> f64 {
    eps_null + w * (eps_class - eps_null)
}

/// The label that means "no class": the embedding table's last row, as training here leaves it. `None` when the table
/// cannot hold both a class and "no class".
pub fn null_class(num_class_embeds: usize) -> Option<usize> {
    (num_class_embeds >= 2).then(|| num_class_embeds - 1)
}
