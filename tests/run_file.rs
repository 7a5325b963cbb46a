//! Run files: what is written reads back as the same run, and what was tampered with is refused by the field's name.

mod common;
#[path = "common/run_files.rs"]
mod run_files;
#[path = "common/setups.rs"]
mod setups;

use gradient_lab::export::run_file;
use gradient_lab::lab::Setup;
use gradient_lab::lab::run::start;
use gradient_lab::nn::Choice;
use gradient_lab::task::Task;
use proptest::prelude::*;
use serde_json::{Value, json};
use strum::VariantArray;

use common::{files, run};
use files::file_of;
use run_files::{assert_refused, json, open, parsed, reopened, tampered};

/// A Setup small enough to write and read many of.
fn small() -> impl Strategy<Value = Setup> {
    setups::valid().prop_map(|setup| {
        setups::tidy(Setup {
            depth: setup.depth % 5 + 2,
            width: setup.width % 7 + 1,
            batch: setup.batch % 9 + 2,
            frozen: if setup.frozen.last().is_some() { "2-3".parse().expect("layers") } else { setup.frozen.clone() },
            samples: if setup.task.file().is_some() { setup.samples } else { setup.samples % 40 + 4 },
            lag: if setup.task.is_sequence() { setup.lag % 20 + 1 } else { setup.lag },
            ..setup
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Huge scales and rates are among these: what is infinite or not a number comes back too.
    #[test]
    fn a_run_comes_back_from_its_file_and_goes_on_as_before(setup in small(), steps in 0..6u32) {
        let mut run = start(&setup, file_of(setup.task)).expect("valid");
        run.step(steps);
        let text = run.run_file();
        let again = open(&parsed(&text));
        prop_assert!(again.is_ok(), "{:?}: {}", setup, again.err().map(|error| error.to_string()).unwrap_or_default());
        let mut again = again.expect("opened");
        prop_assert_eq!(again.setup(), &setup);
        prop_assert!(again.run_file() == text, "{:?} comes back otherwise", setup);
        prop_assert_eq!(again.step(3), run.step(3));
        prop_assert!(again.run_file() == run.run_file(), "{:?} goes on otherwise", setup);
    }

    /// In the page a run moves from one module to the other by a checkpoint.
    #[test]
    fn a_run_goes_on_from_its_checkpoint_digit_for_digit(setup in small(), steps in 0..6u32) {
        let new = || start(&setup, file_of(setup.task)).expect("valid");
        let (mut run, mut again) = (new(), new());
        run.step(steps);
        again.go_on(run.checkpoint()).expect("the same Setup");
        for _ in 0..2 {
            prop_assert!(again.run_file() == run.run_file(), "{:?}", setup);
            prop_assert_eq!(format!("{:?}", again.history()), format!("{:?}", run.history()));
            prop_assert_eq!(again.step(3), run.step(3));
        }
        run.reset();
        again.reset();
        prop_assert!(again.run_file() == run.run_file(), "{:?} starts otherwise", setup);
    }
}

#[test]
fn a_checkpoint_of_another_network_is_refused() {
    let mut small = run("depth=2&width=3");
    let before = small.run_file();
    for other in ["depth=3&width=3", "depth=2&width=3&norm=batch_norm", "depth=2&width=3&optimizer=adam"] {
        let message = small.go_on(run(other).checkpoint()).expect_err(other).to_string();
        assert!(message.starts_with("checkpoint: got arrays of "), "{message}");
        assert!(small.run_file() == before, "{other} changed the run");
    }
}

#[test]
fn every_task_and_the_largest_seed_come_back() {
    for &task in Task::VARIANTS {
        for precision in ["f32", "f64"] {
            let query = format!("task={}&width=5&seed=4294967295&precision={precision}", task.id());
            let mut run = run(&query);
            run.step(4);
            let text = run.run_file();
            let mut again = reopened(&text);
            assert!(again.run_file() == text, "{query} comes back otherwise");
            again.reset();
            run.reset();
            assert!(again.run_file() == run.run_file(), "{query}: a restored run knows its start");
        }
    }
}

#[test]
fn a_run_that_diverged_comes_back_as_it_was() {
    let mut run = run("activation=relu&init=he&scale=30");
    run.step(500);
    let text = run.run_file();
    assert!(["\"NaN\"", "\"Infinity\"", "\"-Infinity\""].iter().any(|word| text.contains(word)));
    let mut again = reopened(&text);
    assert!(again.run_file() == text);
    assert_eq!(again.snapshot().divergence, run.snapshot().divergence);
    assert_eq!(again.step(1), 0);
}

#[test]
fn the_file_has_the_keys_and_names_of_the_format() {
    let mut run = run("task=moons&depth=2&width=3&batch=4&lr=0.5&precision=f64");
    run.step(2);
    let file = parsed(&run.run_file());
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(keys(&file), ["batch", "config", "format", "measured", "parameters", "setup", "step", "version"]);
    assert_eq!((&file["format"], &file["version"], &file["step"]), (&json!("gradient-lab-run"), &json!(1), &json!(2)));
    let shapes = |value: &Value| -> Vec<(String, Value)> {
        keys(value).into_iter().map(|key| (key.clone(), value[&key]["shape"].clone())).collect()
    };
    let named = |shapes: &[(&str, Value)]| -> Vec<(String, Value)> {
        shapes.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect()
    };
    let parameters = named(&[
        ("block1.linear0.bias", json!([3])),
        ("block1.linear0.weight", json!([3, 2])),
        ("block2.linear0.bias", json!([3])),
        ("block2.linear0.weight", json!([3, 3])),
        ("head.bias", json!([1])),
        ("head.weight", json!([1, 3])),
    ]);
    let measured = &file["measured"];
    for value in ["gradients", "clipped_gradients", "updated_parameters"]
        .map(|key| &measured[key])
        .iter()
        .chain([&&file["parameters"]])
    {
        assert_eq!(shapes(value), parameters);
    }
    let units = json!([4, 3]);
    let taps = named(&[
        ("block1", units.clone()),
        ("block1.act0", units.clone()),
        ("block1.linear0", units.clone()),
        ("block2", units.clone()),
        ("block2.act0", units.clone()),
        ("block2.linear0", units),
        ("input", json!([4, 2])),
        ("logits", json!([4, 1])),
    ]);
    assert_eq!((shapes(&measured["activations"]), shapes(&measured["activation_gradients"])), (taps.clone(), taps));
    for key in ["layer_gradient_norms", "weight_gradient_norms"] {
        assert_eq!(keys(&measured[key]), ["block1", "block2", "head"]);
    }
    assert_eq!(measured["updated_optimizer_state"], json!({ "step": 3, "parameters": {} }));
    assert_eq!(
        file["config"],
        json!({
            "kind": "mlp", "precision": "f64", "loss": "bce_with_logits", "activation": "sigmoid", "depth": 2,
            "block": ["linear", "act"], "norm": "none", "residual": false, "residual_scale": 1.0, "after_add": [],
            "final": [], "clip": null, "optimizer": { "kind": "sgd", "lr": 0.5, "weight_decay": 0.0 },
        })
    );
}

#[test]
fn a_file_that_was_tampered_with_names_the_field() {
    let file = parsed(&run("task=xor&depth=2&width=3&batch=4&samples=20").run_file());
    let tensor = |shape: Value, count: usize| Some(json!({ "shape": shape, "data": vec![0.5; count] }));
    let first = "/parameters/block1.linear0.weight";
    let cases: [(&str, Option<Value>, &str); 50] = [
        ("/format", Some(json!("something-else")), "format"),
        ("/format", None, "format"),
        ("/version", Some(json!(2)), "version"),
        ("/version", Some(json!("1")), "version"),
        ("/version", None, "version"),
        ("/step", Some(json!(-1)), "step"),
        ("/step", Some(json!(1.5)), "step"),
        ("/step", Some(json!("3")), "step"),
        ("/step", Some(json!(1u64 << 53)), "step"),
        ("/step", Some(json!((1u64 << 52) + 1)), "step"),
        ("/batch/inputs/data/3", Some(json!(0.125)), "batch"),
        ("/batch/targets/data/0", Some(json!(0.5)), "batch"),
        ("/batch/targets", None, "batch.targets"),
        ("/batch/inputs", tensor(json!([2, 2]), 4), "batch.targets"),
        ("/batch", Some(json!(4)), "batch.inputs"),
        ("/setup/seed", Some(json!(8)), "batch"),
        ("/parameters", None, "parameters.block1.linear0.weight"),
        ("/parameters", Some(json!([1, 2])), "parameters.block1.linear0.weight"),
        ("/parameters/head.bias", None, "parameters.head.bias"),
        ("/parameters/block3.linear0.weight", tensor(json!([3, 3]), 9), "parameters.block3.linear0.weight"),
        ("/parameters/stem.weight", tensor(json!([3, 2]), 6), "parameters.stem.weight"),
        (first, tensor(json!([2, 3]), 6), "parameters.block1.linear0.weight"),
        (first, tensor(json!([6]), 6), "parameters.block1.linear0.weight"),
        (first, tensor(json!([3, 2, 1]), 6), "parameters.block1.linear0.weight"),
        (first, tensor(json!([3, 0]), 0), "parameters.block1.linear0.weight"),
        (first, tensor(json!([3, 2]), 5), "parameters.block1.linear0.weight"),
        (first, tensor(json!([-3, 2]), 6), "parameters.block1.linear0.weight"),
        (first, tensor(json!([4_294_967_296u64, 4_294_967_296u64]), 0), "parameters.block1.linear0.weight"),
        (first, Some(json!({ "shape": [3, 2], "data": [1, 2, 3, 4, 5, "six"] })), "parameters.block1.linear0.weight"),
        (first, Some(json!({ "shape": [3, 2], "data": [1, 2, 3, 4, 5, null] })), "parameters.block1.linear0.weight"),
        (first, Some(json!([[1, 2], [3, 4], [5, 6]])), "parameters.block1.linear0.weight"),
        (first, tensor(json!([3, 7]), 21), "parameters"),
        ("/parameters/block1.linear0.bias", tensor(json!([2]), 2), "parameters.block1.linear0.bias"),
        ("/config/depth", Some(json!(3)), "config.depth"),
        ("/config/activation", Some(json!("tanh")), "config.activation"),
        ("/config/kind", Some(json!("lstm")), "config.kind"),
        ("/config/norm", Some(json!("batch_norm")), "config.norm"),
        ("/config/residual", Some(json!(true)), "config.residual"),
        ("/config/clip", Some(json!({ "kind": "norm", "threshold": 1 })), "config.clip"),
        ("/config/optimizer/kind", Some(json!("adam")), "config.optimizer.kind"),
        ("/config/optimizer/momentum", Some(json!(0.9)), "config.optimizer.momentum"),
        ("/config/layers", Some(json!(2)), "config.layers"),
        ("/config", Some(json!("mlp")), "config"),
        ("/setup/depht", Some(json!(2)), "setup.depht"),
        ("/setup/depth", Some(json!(9999)), "setup.depth"),
        ("/setup/lr", Some(json!("NaN")), "setup.lr"),
        ("/setup/loss", Some(json!("hinge")), "setup.loss"),
        ("/setup", Some(json!("depth=2")), "setup"),
        ("/setup/width", Some(json!(4)), "parameters.block1.linear0.weight"),
        ("/batches", Some(json!([])), "batches"),
    ];
    for (pointer, value, field) in cases {
        let what = format!("{pointer} = {value:?}");
        assert_refused(&tampered(&file, pointer, value), field, &what);
    }
    let own = json!([file["batch"].clone()]);
    let own = tampered(&file, "/batches", Some(own));
    assert_refused(&tampered(&own, "/batch/inputs/data/3", Some(json!(0.125))), "batch", "none of its batches");
    // Two fields of the Setup that do not fit each other, and one that does nothing.
    let sine = parsed(&run("task=sine&depth=1&width=2").run_file());
    assert_refused(&tampered(&sine, "/setup/loss", Some(json!("bce_with_logits"))), "setup.loss", "the sine's loss");
    let zeros = parsed(&run("init=zeros&depth=1&width=2").run_file());
    assert_refused(&tampered(&zeros, "/setup/scale", Some(json!(2))), "setup.scale", "a scale of nothing");
    for other in [json!(null), json!([]), json!("run"), json!(3)] {
        assert_refused(&other, "run file", "no object");
    }
    let neither = tampered(&tampered(&file, "/setup", None), "/config", None);
    assert_refused(&neither, "config", "neither setup nor config");
}

#[test]
fn what_an_optimizer_cannot_remember_is_refused() {
    let stepped = |optimizer: &str| {
        let mut run = run(&format!("depth=1&width=2&optimizer={optimizer}"));
        run.step(3);
        parsed(&run.run_file())
    };
    for (optimizer, slot) in [("adagrad", "sum"), ("rmsprop", "square_avg"), ("adam", "exp_avg_sq")] {
        let field = format!("optimizer_state.parameters.head.weight.{slot}");
        let place = format!("/{}/data/0", field.replacen('.', "/", 2).replace("head.weight.", "head.weight/"));
        assert_refused(&tampered(&stepped(optimizer), &place, Some(json!(-1e-9))), &field, optimizer);
    }
    let adam = stepped("adam");
    let mean = "/optimizer_state/parameters/head.weight/exp_avg/data/0";
    assert!(open(&tampered(&adam, mean, Some(json!(-1e-9)))).is_ok(), "a mean may be negative");
    for step in [Some(json!(4)), Some(json!("3")), None] {
        assert_refused(&tampered(&adam, "/optimizer_state/step", step), "optimizer_state.step", "another step");
    }
}

#[test]
fn files_of_data_are_asked_for_by_name() {
    for (task, path) in [(Task::Digits, "data/digits.txt"), (Task::Text, "data/text.txt")] {
        let file = json(&parsed(&run(&format!("task={}&width=2", task.id())).run_file()));
        assert_eq!(run_file::task(&file), task);
        let error = |bytes: Option<&[u8]>| run_file::read(&file, bytes).err().expect("refused");
        let missing = error(None);
        assert_eq!(missing.field, "task");
        assert!(missing.allowed.contains(path), "{missing}");
        assert_eq!(error(Some(b"012 3")).field, path);
    }
}
