//! The module that the page opens with: the lab without its feature `full`, which the page gets when it needs it.
//! Only a package of its own can be built with other features from the same source in the same place.

pub use gradient_lab::*;
