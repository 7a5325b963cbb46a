//! Every field of a Setup, in tables: one file for what stands together on the page.

mod gradient;
mod network;
mod start;
mod task;
mod training;

use super::Setup;
use super::parameters::Parameter;
use crate::nn::{About, Choice, Kind};

/// Every field of a Setup, in the order of the page and of links.
pub static TABLES: [&[Parameter]; 5] = [task::TABLE, network::TABLE, start::TABLE, training::TABLE, gradient::TABLE];

/// A domain of all options of a closed set.
fn all<C: Choice>() -> Vec<(&'static str, About)> {
    C::VARIANTS.iter().map(|&choice| (choice.id(), choice.about())).collect()
}

const ALWAYS: fn(&Setup) -> bool = |_| true;
const IF_RECURRENT: fn(&Setup) -> bool = |setup| matches!(setup.kind, Kind::Rnn | Kind::Lstm | Kind::Gru);
