//! Classifier-free guidance (Ho & Salimans 2022, eq. 6): overstate what the class changes.
//!
//! The network runs twice on the same x_t, once with the class and once with the null class; w = 1 is the plain
//! conditional model, w = 0 the unconditional one. (The paper's own w is this one minus 1.)

/// ε̂ = ε_∅ + w (ε_c − ε_∅), for one element.
pub fn guide(eps_null: f64, eps_class: f64, w: f64) -> f64 {
    eps_null + w * (eps_class - eps_null)
}
