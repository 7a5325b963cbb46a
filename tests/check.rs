//! One weight's gradient beside the difference of losses, as the page shows it, for every kind of network.

#[path = "common/mod.rs"]
mod common;

use common::run;

#[test]
fn backprop_agrees_with_the_difference_in_every_parameter() {
    for query in [
        "depth=4&width=6&activation=tanh&precision=f64",
        "task=sine&depth=3&width=6&activation=gelu&norm=layer_norm&skip=residual",
        "depth=3&width=6&activation=silu&dropout=0.3&init=he",
        "task=recall&lag=6&width=5",
        "task=copy&kind=lstm&lag=5&width=4",
        "task=parity&kind=gru&lag=5&width=4",
        "task=adding&kind=attention&lag=5&width=4",
    ] {
        let mut run = run(query);
        run.step(3);
        let tensors: Vec<(String, usize)> =
            run.tensors().into_iter().map(|(name, shape)| (name.to_owned(), shape.iter().product())).collect();
        assert!(tensors.len() > 3, "{query}");
        let loss = run.loss();
        for (name, len) in tensors {
            let check = run.check(&name, len - 1).unwrap_or_else(|error| panic!("{query}: {error}"));
            let limit = 1e-4 * check.difference.abs() + 100.0 * check.rounding;
            assert!((check.backprop - check.difference).abs() <= limit, "{query}, {name}: {check:?}");
        }
        assert_eq!(run.loss(), loss, "looking changes nothing");
    }
}

#[test]
fn what_is_not_there_is_named() {
    let run = run("depth=2&width=3");
    let error = run.check("block9.linear0.weight", 0).expect_err("there is no such layer");
    assert!(error.field == "parameter" && error.allowed.contains("block2.linear0.weight"), "{error}");
    let error = run.check("head.weight", 3).expect_err("it has three numbers");
    assert_eq!((error.field.as_str(), error.allowed.as_str()), ("index", "0 to 2"));
}
