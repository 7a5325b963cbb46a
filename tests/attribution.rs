//! The split of each layer's factor: its product is the factor, and each part is what its operation does.

mod common;
#[path = "common/setups.rs"]
mod setups;

use gradient_lab::lab::Setup;
use gradient_lab::lab::run::start;
use gradient_lab::lab::snapshot::{LayerSnapshot, Split};
use gradient_lab::nn::{GradientFormat, Precision};
use proptest::prelude::*;

use common::files::file_of;
use common::run;

fn layers(query: &str) -> Vec<LayerSnapshot> {
    run(&format!("precision=f64&{query}")).snapshot().layers
}

fn splits(query: &str) -> Vec<Split> {
    let mut layers = layers(query);
    assert!(layers.pop().is_some_and(|head| head.split.is_none()), "the head has nothing above it");
    layers.into_iter().map(|layer| layer.split.expect("a split")).collect()
}

/// A Setup small enough to build many of, in 64 bits.
fn small() -> impl Strategy<Value = Setup> {
    setups::valid().prop_map(|setup| Setup {
        depth: setup.depth % 6 + 1,
        width: setup.width % 7 + 2,
        batch: setup.batch % 9 + 2,
        samples: if setup.task.file().is_some() { setup.samples } else { setup.samples % 40 + 4 },
        lag: if setup.task.is_sequence() { setup.lag % 20 + 1 } else { setup.lag },
        frozen: gradient_lab::lab::layers::Layers::default(),
        precision: Precision::F64,
        gradient_format: GradientFormat::Full,
        loss_scale: 1.0,
        ..setup
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_product_is_the_measured_factor(setup in small(), steps in 0..3u32) {
        let mut run = start(&setup, file_of(setup.task)).expect("valid");
        run.step(steps);
        for pair in run.snapshot().layers.windows(2) {
            let factor = pair[0].signal_gradient.l2 / pair[1].signal_gradient.l2;
            let Some(split) = pair[0].split else { continue };
            let error = (split.product() / factor - 1.0).abs();
            prop_assert!(error < 1e-6 || factor == 0.0, "{}: {:?} is not {}", pair[0].name, split, factor);
        }
    }
}

#[test]
fn the_verdict_says_what_the_mean_factor_is_made_of() {
    let verdict = run("precision=f64").verdict();
    let (factor, split) = (verdict.factor.expect("a factor"), verdict.split.expect("a split"));
    assert!((split.product() / factor - 1.0).abs() < 1e-9, "{split:?} is not {factor}");
    assert!(split.slope < 0.25 && (0.8..1.2).contains(&split.weights), "{split:?}");
}

#[test]
fn each_part_is_what_its_operation_does() {
    let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
    // Square orthogonal weights and no activation change no length; the head's weights are the exception.
    for split in splits("activation=identity&init=orthogonal&depth=6").iter().take(5) {
        near(split.weights, 1.0);
        near(split.slope, 1.0);
        near(split.norm * split.skip * split.dropout, 1.0);
    }
    for split in splits("activation=sigmoid&depth=6") {
        assert!(split.slope <= 0.25 && split.weights > split.slope, "{split:?}");
    }
    // A branch times 0 gets no gradient, and there is nothing to split.
    assert!(layers("skip=rezero&depth=4&activation=tanh")[1..5].iter().all(|layer| layer.split.is_none()));
    let plain = splits("activation=relu&init=he&depth=6&skip=residual");
    assert!(plain.iter().take(6).all(|split| split.skip > 1.0), "{plain:?}");
    let normed = splits("activation=relu&init=he&scale=3&depth=6&norm=layer_norm");
    assert!(normed.iter().all(|split| split.norm < 1.0), "it takes back what the weights add: {normed:?}");
    assert!(splits("dropout=0.5&activation=identity&depth=3").iter().all(|split| split.dropout > 1.0));
}
