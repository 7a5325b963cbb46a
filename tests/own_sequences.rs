//! A file of a network over sequences from elsewhere, without a Setup: what the lab itself writes, less what only the
//! lab knows, is opened again and is the same run.

#[path = "common/mod.rs"]
mod common;
#[path = "common/run_files.rs"]
mod run_files;

use gradient_lab::lab::snapshot::Quantity;
use serde_json::{Value, json};

use common::{files, run};
use run_files::{assert_refused, open, parsed, reopened, tampered};

const QUERIES: [&str; 7] = [
    "task=recall&lag=5&width=4&batch=3&optimizer=sgd&lr=0.1",
    "task=copy&lag=4&width=4&batch=3&layers=2&activation=sigmoid&truncate=3&precision=f64",
    "task=adding&kind=lstm&lag=5&width=3&layers=2&batch=2&clip=norm&clip_at=0.1",
    "task=parity&kind=lstm&lag=4&width=3&batch=2&loss=softmax_cross_entropy&optimizer=momentum",
    "task=text&kind=gru&lag=3&width=3&batch=2&precision=f64",
    "task=recall&kind=gru&reset=before&lag=4&width=3&batch=2&loss=bce_with_logits&optimizer=adamw&weight_decay=0.1",
    "task=copy&kind=attention&lag=4&width=4&batch=3&activation=gelu&optimizer=sgd&lr=0.1&precision=f64",
];

/// A run's file at its start as somebody else would write it.
fn from_elsewhere(query: &str) -> (Value, Value) {
    let written = parsed(&run(query).run_file());
    let stranger = ["setup", "measured", "optimizer_state", "extra"]
        .iter()
        .fold(written.clone(), |file, part| tampered(&file, &format!("/{part}"), None));
    (written, stranger)
}

#[test]
fn what_the_lab_writes_it_reads_without_its_setup() {
    for query in QUERIES {
        let (written, stranger) = from_elsewhere(query);
        let mut again = reopened(&stranger.to_string());
        let file = parsed(&again.run_file());
        for part in ["config", "parameters", "batch", "measured"] {
            assert_eq!(file[part], written[part], "{query}: {part}");
        }
        let loss = again.loss();
        assert_eq!(again.step(60), 60, "{query}");
        assert!(again.loss() < loss, "{query}: it does not learn its own batch");
    }
}

#[test]
fn a_batch_may_weigh_its_answers_and_another_not() {
    let (_, stranger) = from_elsewhere(QUERIES[1]);
    let with_mask = stranger["batch"].clone();
    let without = tampered(&json!({ "batch": with_mask }), "/batch/mask", None)["batch"].clone();
    let stranger = tampered(&stranger, "/batch", None);
    for batches in [[&with_mask, &without], [&without, &with_mask]] {
        let mut run =
            open(&tampered(&stranger, "/batches", Some(json!(batches)))).unwrap_or_else(|error| panic!("{error}"));
        let losses: Vec<f64> = (0..2).map(|_| (run.loss(), run.step(1)).0).collect();
        assert_ne!(losses[0], losses[1]);
        let first =
            open(&tampered(&stranger, "/batch", Some(batches[0].clone()))).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(first.loss(), losses[0], "alone it costs the same");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let (_, last) = from_elsewhere(QUERIES[0]);
    let (_, every) = from_elsewhere(QUERIES[1]);
    let (_, attention) = from_elsewhere(QUERIES[6]);
    let zeros = |shape: &[usize]| json!({ "shape": shape, "data": vec![0.0; shape.iter().product()] });
    let cases = [
        (&last, "/config/frozen", json!(["recurrent1.hh"]), "config.frozen"),
        (&last, "/config/frozen", json!("head"), "config.frozen"),
        (&last, "/config/frozen", json!([1]), "config.frozen"),
        (&last, "/config/kind", json!("mamba"), "config.kind"),
        (&last, "/config/layers", json!(4), "config.layers"),
        (&last, "/config/readout", json!("first"), "config.readout"),
        (&last, "/config/depth", json!(3), "config.depth"),
        (&attention, "/config/layers", json!(1), "config.layers"),
        (&every, "/config/truncate", json!(501), "config.truncate"),
        (&last, "/batch/mask", zeros(&[3, 6]), "batch.mask"),
        (&every, "/batch/mask", zeros(&[3, 8]), "batch.mask"),
        (&every, "/batch/mask", zeros(&[3, 7]), "batch.mask"),
        (&every, "/batch/mask/data/2", json!(-0.5), "batch.mask"),
        (&every, "/batch/mask/data/2", json!("Infinity"), "batch.mask"),
        (&last, "/batch/inputs", zeros(&[3, 24]), "batch.inputs"),
        (&last, "/batch/inputs", zeros(&[3, 501, 4]), "batch.inputs"),
        (&last, "/batch/inputs", zeros(&[3, 6, 5]), "batch.inputs"),
        (&last, "/batch/targets", zeros(&[3, 6]), "batch.targets"),
        (&every, "/batch/targets", zeros(&[3]), "batch.targets"),
        // The width is that of the state's weights.
        (&last, "/parameters/weight_hh_l0", zeros(&[4, 5]), "parameters.weight_ih_l0"),
        (&last, "/parameters/weight_hh_l0", zeros(&[4]), "parameters.weight_hh_l0"),
        (&last, "/parameters/h0_l0", zeros(&[4]), "parameters.h0_l0"),
        (&attention, "/parameters/embed.weight", zeros(&[0, 0]), "parameters.embed.weight"),
    ];
    for (file, pointer, value, field) in cases {
        assert_refused(&tampered(file, pointer, Some(value)), field, pointer);
    }
    for name in ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "head.weight"] {
        assert_refused(&tampered(&last, &format!("/parameters/{name}"), None), &format!("parameters.{name}"), name);
    }
    let two = json!([every["batch"].clone(), last["batch"].clone()]);
    let two = tampered(&tampered(&every, "/batch", None), "/batches", Some(two));
    assert_refused(&two, "batches[1].inputs", "sequences of two lengths");
}

#[test]
fn layers_that_do_not_learn_are_read_by_their_names() {
    for query in [
        "task=recall&lag=5&width=4&batch=3&optimizer=sgd&lr=0.1&frozen=2",
        "depth=3&width=4&batch=3&frozen=1-2,4",
        "depth=2&width=4&batch=3&skip=residual&frozen=0,2",
    ] {
        let (written, stranger) = from_elsewhere(query);
        assert!(!written["config"]["frozen"].as_array().expect("frozen layers").is_empty(), "{query}");
        let mut again = reopened(&stranger.to_string());
        let file = parsed(&again.run_file());
        for part in ["config", "parameters", "measured"] {
            assert_eq!(file[part], written[part], "{query}: {part}");
        }
        again.step(5);
        let layers = again.snapshot().layers;
        assert!(layers.iter().any(|layer| layer.frozen) && layers.iter().any(|layer| !layer.frozen), "{query}");
        assert!(layers.iter().all(|layer| !layer.frozen || layer.distance == Some(0.0)), "{query}");
    }
}

/// Every state and its gradient is finite, and yet the gradient of what the input is multiplied by is not: 1e14 times 1e25.
#[test]
fn what_time_steps_share_may_be_all_that_is_not_finite() {
    let tensor = |shape: &[usize], data: &[f64]| json!({ "shape": shape, "data": data });
    let file = json!({
        "format": "gradient-lab-run", "version": 1,
        "config": { "kind": "rnn", "precision": "f32", "loss": "mse", "activation": "identity", "readout": "last",
                    "optimizer": { "kind": "sgd", "lr": 0.1 } },
        "parameters": {
            "weight_ih_l0": tensor(&[1, 1], &[1e-25]), "weight_hh_l0": tensor(&[1, 1], &[0.5]),
            "bias_ih_l0": tensor(&[1], &[0.0]), "bias_hh_l0": tensor(&[1], &[0.0]),
            "head.weight": tensor(&[1, 1], &[1.0]), "head.bias": tensor(&[1], &[0.0]),
        },
        "batch": { "inputs": tensor(&[1, 3, 1], &[1e25, 1e25, 1e25]), "targets": tensor(&[1, 1], &[-1e14]) },
    });
    let mut run = reopened(&file.to_string());
    let snapshot = run.snapshot();
    assert!(snapshot.layers.iter().all(|layer| layer.signal_gradient.l2.is_finite()));
    let divergence = snapshot.divergence.expect("it cannot be updated");
    assert_eq!((divergence.layer.as_str(), divergence.quantity), ("h0.t3", Quantity::Gradient));
}
