//! How the numbers of a layer lie: every number is counted once, where it belongs, as the run file has it.

mod common;

use gradient_lab::lab::distributions::{Axis, Histogram};
use gradient_lab::lab::run::Run;
use serde_json::Value;

use common::run;

/// The run file of a run.
fn parsed(run: &dyn Run) -> Value {
    serde_json::from_str(&run.run_file()).expect("a run file is JSON")
}

/// The numbers of a tensor in a run file.
fn numbers(tensor: &Value) -> Vec<f64> {
    let lost = |text: &str| match text {
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => f64::NAN,
    };
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| lost(value.as_str().expect("a number or a text")));
    tensor["data"].as_array().expect("a tensor").iter().map(number).collect()
}

/// Counts one after the other with the plainest arithmetic: the edges of each part, and what lies between them.
fn counted(axis: Axis, numbers: &[f64]) -> Vec<u32> {
    let parts = axis.parts();
    let mut counts = vec![0; parts];
    for &x in numbers.iter().filter(|x| x.is_finite()) {
        let place = match axis {
            Axis::Linear { limit } => {
                (1..parts).filter(|&edge| x >= limit * (2.0 * edge as f64 / parts as f64 - 1.0)).count()
            }
            Axis::Powers if x == 0.0 => continue,
            Axis::Powers => {
                (1..parts).filter(|&edge| x.abs() >= 10f64.powf(f64::from(Axis::LOWEST) + edge as f64 / 2.0)).count()
            }
        };
        counts[place] += 1;
    }
    counts
}

/// The histogram is that of these numbers; at an edge rounding may decide otherwise.
fn assert_counts(got: &Histogram, numbers: &[f64], what: &str) {
    let expected = counted(got.axis, numbers);
    let moved: u32 = got.counts.iter().zip(&expected).map(|(got, expected)| got.abs_diff(*expected)).sum();
    assert!(moved <= 2, "{what}: {:?} is not {expected:?}", got.counts);
    assert_eq!(got.zeros as usize, numbers.iter().filter(|x| **x == 0.0).count(), "{what}");
    assert_eq!(got.lost as usize, numbers.iter().filter(|x| !x.is_finite()).count(), "{what}");
    let placed = got.counts.iter().sum::<u32>() + got.lost + if got.axis == Axis::Powers { got.zeros } else { 0 };
    assert_eq!(placed as usize, numbers.len(), "{what}: every number counts once");
}

#[test]
fn the_numbers_are_those_of_the_run_file() {
    for query in ["depth=6&width=9&activation=relu", "depth=3&width=5&activation=tanh&precision=f64", "depth=2&scale=0"]
    {
        let mut run = run(query);
        run.step(7);
        let file = parsed(run.as_ref());
        let measured = &file["measured"];
        for layer in 0..run.snapshot().layers.len() - 1 {
            let block = format!("block{}", layer + 1);
            let got = run.distributions(layer).expect("there is this layer");
            assert_eq!(got.layer, layer);
            let weight = &format!("{block}.linear0.weight");
            assert_counts(&got.weights, &numbers(&file["parameters"][weight]), &format!("{query}, weights of {block}"));
            let gradient = numbers(&measured["gradients"][weight]);
            assert_counts(&got.weight_gradient, &gradient, &format!("{query}, gradient of {block}"));
            let pre = got.pre.as_ref().expect("an activation follows");
            let z = &format!("{block}.linear0");
            assert_counts(pre, &numbers(&measured["activations"][z]), &format!("{query}, z of {block}"));
            assert_counts(
                &got.output,
                &numbers(&measured["activations"][&block]),
                &format!("{query}, output of {block}"),
            );
            let signal = &measured["activation_gradients"][z];
            let rows = signal["shape"][0].as_f64().expect("samples");
            let of_samples: Vec<f64> = numbers(signal).iter().map(|x| x * rows).collect();
            assert_counts(&got.signal_gradient, &of_samples, &format!("{query}, signal of {block}"));
        }
    }
}

#[test]
fn all_layers_share_their_axes() {
    let run = run("depth=8&width=16");
    let axes: Vec<[Axis; 2]> = (0..8)
        .map(|layer| run.distributions(layer).expect("there is this layer"))
        .map(|got| [got.weights.axis, got.output.axis])
        .collect();
    assert!(axes.windows(2).all(|pair| pair[0] == pair[1]), "{axes:?}");
    assert_eq!(run.distributions(9), None, "the head is the last");
    let head = run.distributions(8).expect("the head");
    assert_eq!(head.pre, None, "no activation follows");
}

#[test]
fn time_steps_show_their_own_share_of_what_they_share() {
    let mut run = run("task=recall&lag=6&width=5&kind=gru");
    run.step(3);
    let file = parsed(run.as_ref());
    let [first, last] = [0, 6].map(|step| run.distributions(step).expect("a time step"));
    assert_eq!(first.weights, last.weights, "the weights are the same");
    assert_counts(&last.weights, &numbers(&file["parameters"]["weight_hh_l0"]), "the state's weights");
    assert_ne!(first.weight_gradient, last.weight_gradient);
    assert_eq!(first.weight_gradient.zeros as usize, 5 * 15, "the state before the first step is 0");
    assert_counts(&last.output, &numbers(&file["measured"]["activations"]["h0.t7"]), "the state");
}

#[test]
fn what_is_lost_is_counted_apart() {
    let mut run = run("activation=relu&init=he&scale=30");
    run.step(500);
    assert!(run.snapshot().divergence.is_some());
    let lost: u32 = (0..21).filter_map(|layer| run.distributions(layer)).map(|got| got.signal_gradient.lost).sum();
    assert!(lost > 0);
}

/// The page says in words where the tallest bar is, and knows the ends of that axis by itself.
#[test]
fn the_page_has_the_ends_of_the_axis_of_powers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/js/magnitudes.js");
    let script = std::fs::read_to_string(path).expect("www/js/magnitudes.js is there");
    let ends = format!("const [LOWEST_COUNTED, HIGHEST_COUNTED] = [{}, {}];", Axis::LOWEST, Axis::HIGHEST);
    assert!(script.contains(&ends), "magnitudes.js does not say {ends}");
}
