//! The engine: networks, their gradients, and nothing else. It knows nothing of experiments, charts or the web.
//!
//! Shape legend: `B` samples in a batch, `I` inputs and `O` outputs of a layer, `L` hidden layers.
//! Every array is row-major.

pub mod activation;
pub mod clip;
pub mod compiled;
pub mod graph;
pub mod half;
pub mod init;
pub mod layers;
pub mod layout;
pub mod loss;
pub mod mlp;
pub mod network;
pub mod optimizer;
pub mod real;
pub mod rng;
pub mod schedule;
pub mod sequence;
pub mod start;
pub mod trace;

pub use activation::Activation;
pub use clip::Clip;
pub use compiled::Compiled;
pub use gradient_lab_kernels::{self as kernels, Matrix, Number};
pub use half::{GradientFormat, Travel};
pub use init::Init;
pub use layers::Norm;
pub use layers::gru::Reset;
pub use layers::skip::Skip;
pub use loss::{Loss, Targets};
pub use mlp::{Order, Place, Shape};
pub use network::{Mode, Network};
pub use optimizer::{Memory, Optimizer};
pub use real::{Precision, Real};
pub use rng::Rng;
pub use schedule::Schedule;
pub use sequence::{Kind, Sequence};
pub use start::Start;
pub use trace::{Gradients, Trace};

/// What only sequences need, which a module without the feature `sequences` has no code for: who starts a run there has
/// refused them.
///
/// # Panics
/// Without that feature.
pub fn over_time<T>(work: impl FnOnce() -> T) -> T {
    if cfg!(feature = "sequences") { work() } else { unreachable!("a module without sequences was given one") }
}

/// What the lab says of one option of a closed set: the source of menus, help and the tables in docs/model.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The field's standard name.
    pub name: &'static str,
    /// The definition, in one line.
    pub formula: &'static str,
    /// What to know about it, in a sentence or two.
    pub help: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl About {
    /// Of these only the name is part of a module for the web.
    #[inline(always)] // or the texts would be kept where a table of all options is made
    pub const fn new(name: &'static str, formula: &'static str, help: &'static str, source: &'static str) -> Self {
        Self { name, formula: on_demand(formula), help: on_demand(help), source: on_demand(source) }
    }
}

/// A text that is not part of a module for the web: the page fetches strings/catalog.en.json when somebody asks for help.
#[inline(always)]
pub const fn on_demand(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") { "" } else { text }
}

/// A closed set of named options: adding a variant with its [`About`] is all that a menu, a link and a table need.
pub trait Choice: strum::VariantArray + Copy + Into<&'static str> + PartialEq {
    /// What the lab says of it.
    fn about(self) -> About;

    /// Its name in links and run files: short, lowercase and stable for ever.
    fn id(self) -> &'static str {
        self.into()
    }

    /// The option of this name.
    fn find(id: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|choice| choice.id() == id)
    }
}
