//! Ten thousand random Setups build, train and are measured without a panic, and say so where a number is not finite.

#[path = "common/files.rs"]
mod files;
#[path = "common/setups.rs"]
mod setups;

use gradient_lab::lab::Setup;
use gradient_lab::lab::layers::Layers;
use gradient_lab::lab::run::start;
use gradient_lab::lab::snapshot::{Magnitude, Snapshot, State};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use files::file_of;

const SETUPS: u32 = 10_000;
const STEPS: u32 = 10;

/// Everything that a Setup can say, at a size of which ten thousand can be trained. The files, being as long
/// as they are whatever the Setup says, come now and then.
fn small() -> impl Strategy<Value = Setup> {
    let setup = setups::valid().prop_map(|setup| {
        setups::tidy(Setup {
            depth: setup.depth % 12 + 1,
            width: setup.width % 12 + 1,
            batch: setup.batch % 12 + 2,
            samples: if setup.task.file().is_some() { setup.samples } else { setup.samples % 40 + 4 },
            lag: if setup.task.is_sequence() { setup.lag % 20 + 1 } else { setup.lag },
            frozen: if setup.frozen.last().is_some_and(|last| last > 1) {
                Layers::default()
            } else {
                setup.frozen.clone()
            },
            ..setup
        })
    });
    setup.prop_filter("files take long", |setup| setup.task.file().is_none() || setup.seed % 16 == 0)
}

fn assert_well_formed(snapshot: &Snapshot, setup: &Setup) {
    let hidden = if setup.task.is_sequence() {
        setup.ends().steps
    } else {
        (setup.depth * setup.block_layers) as usize + usize::from(setup.shape(setup.ends()).has_stem())
    };
    assert_eq!(snapshot.layers.len(), hidden + 1, "{setup:?}");
    for layer in &snapshot.layers {
        for Magnitude { l2, state, .. } in [layer.weight_gradient, layer.signal_gradient] {
            let as_said = match state {
                State::Normal => l2.is_finite() && l2 > 0.0,
                State::Zero => l2 == 0.0,
                State::Underflow => l2 < 1e-30,
                State::Infinite => l2 == f64::INFINITY,
                State::Nan => l2.is_nan(),
            };
            assert!(as_said, "{}: {l2} is called {state:?}: {setup:?}", layer.name);
        }
        for share in [layer.saturated, layer.dead].into_iter().flatten() {
            assert!((0.0..=1.0).contains(&share), "{}: {share}: {setup:?}", layer.name);
        }
    }
    let bad = |magnitude: Magnitude| matches!(magnitude.state, State::Infinite | State::Nan);
    let any_bad = snapshot.layers.iter().any(|layer| bad(layer.weight_gradient));
    assert!(snapshot.divergence.is_some() || !any_bad, "a gradient that is not finite is not reported: {setup:?}");
    assert!(snapshot.divergence.is_some() || snapshot.loss.batch.is_finite(), "nor is the loss: {setup:?}");
}

#[test]
fn ten_thousand_random_setups_train_without_a_panic() {
    let config =
        Config { cases: SETUPS, failure_persistence: None, max_global_rejects: 1_000_000, ..Config::default() };
    let tested = TestRunner::new(config).run(&small(), |setup| {
        let mut run = start(&setup, file_of(setup.task)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        assert_well_formed(&run.snapshot(), &setup);
        let done = run.step(STEPS);
        let snapshot = run.snapshot();
        prop_assert_eq!(u64::from(done), snapshot.step);
        prop_assert!(done == STEPS || snapshot.divergence.is_some(), "it stopped without a reason: {:?}", setup);
        assert_well_formed(&snapshot, &setup);
        run.verdict();
        run.learned(4);
        Ok(())
    });
    tested.unwrap_or_else(|error| panic!("{error}"));
}
