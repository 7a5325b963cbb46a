//! The theory against the engine: plain networks at their start, one sample, an error that does not depend on the
//! network's answer.

use gradient_lab::lab::theory::{Assumptions, Comparison, LayerTheory, Theory};
use gradient_lab::lab::{Setup, run, stats};
use gradient_lab::nn::Start;
use gradient_lab::nn::loss::Targets;
use gradient_lab::nn::rng::{Purpose, Rng};
use gradient_lab::nn::{Activation, Gradients, Init, Loss, Matrix, Mode, Network, Shape, Trace};
use strum::VariantArray;

const DEPTH: usize = 20;
const INITS: [Init; 4] = [Init::He, Init::Xavier, Init::Lecun, Init::FrameworkDefault];

/// ln(first layer / last hidden layer) of one network.
#[derive(Clone, Copy)]
struct Ratio {
    signal: f64,
    weights: f64,
}

/// The ratios of every activation on one start: the weights are drawn once, which is most of the work.
fn ratios([inputs, width, outputs]: [usize; 3], init: Init, seed: u32) -> Vec<Ratio> {
    let mut rng = Rng::new(seed, Purpose::Data);
    let mut row = |count: usize, scale: f64| Matrix::<f32>::from_rows(count, (0..count).map(|_| scale * rng.normal()));
    let (input, targets) = (row(inputs, 1.0), Targets::new(row(outputs, 1e6)));
    let mut network = Network::new(Activation::Identity, Shape::plain(inputs, DEPTH, width, outputs).graph());
    let layers: Vec<(usize, usize)> = network.graph.linears().collect();
    let parameters: Vec<f32> = network.start(Start::of(init, seed));
    let mut trace = Trace::new(&network.graph, 1);
    let mut gradients = Gradients::new(&network.graph, 1);
    let mut ratio = |&activation: &Activation| {
        network.activation = activation;
        network.forward(&parameters, &input, Mode::Train { seed, step: 0 }, &mut trace);
        network.backward(&parameters, &trace, (Loss::Mse, &targets), false, &mut gradients);
        let signal = |layer: usize| stats::norm(gradients.nodes[layers[layer].0].data());
        let weights = |layer: usize| stats::norm(network.graph.layout.of(layers[layer].1, &gradients.parameters));
        Ratio { signal: (signal(0) / signal(DEPTH - 1)).ln(), weights: (weights(0) / weights(DEPTH - 1)).ln() }
    };
    Activation::VARIANTS.iter().map(&mut ratio).collect()
}

/// All seeds, on as many threads as there are processors: `[seed][activation]`.
fn measure(sizes: [usize; 3], init: Init, seeds: u32) -> Vec<Vec<Ratio>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicU32::new(1);
    let work = || {
        let mut own = Vec::new();
        loop {
            let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if seed > seeds {
                return own;
            }
            own.push((seed, ratios(sizes, init, seed)));
        }
    };
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no thread fails")).collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all.into_iter().map(|(_, ratios)| ratios).collect()
}

/// Median and standard deviation.
fn statistics(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (count, middle) = (values.len() as f64, values.len() / 2);
    let median =
        if values.len().is_multiple_of(2) { (values[middle - 1] + values[middle]) / 2.0 } else { values[middle] };
    let mean = values.iter().sum::<f64>() / count;
    (median, (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0)).sqrt())
}

fn theory(activation: Activation, init: Init, [inputs, width, outputs]: [usize; 3]) -> Theory {
    let mut sizes = [width; DEPTH + 2];
    (sizes[0], sizes[DEPTH + 1]) = (inputs, outputs);
    let assumptions = Assumptions::plain(activation, (init, 1.0, 0.0), &sizes, 1.0).expect("a random start");
    assumptions.predict().expect("numbers in range")
}

/// The factor a layer lies within 3 % of the theory's, for every activation and start.
fn assert_factors(sizes: [usize; 3], init: Init, measured: &[Vec<Ratio>]) {
    let steps = (DEPTH - 1) as f64;
    for (index, &activation) in Activation::VARIANTS.iter().enumerate() {
        let theory = theory(activation, init, sizes);
        let check = |what: &str, of: fn(&Ratio) -> f64, expected: fn(&LayerTheory) -> f64| {
            let (median, _) = statistics(measured.iter().map(|ratios| of(&ratios[index])));
            let (got, expected) = ((median / steps).exp(), (expected(&theory.layers[0]).ln() / steps).exp());
            let error = got / expected - 1.0;
            assert!(error.abs() < 0.03, "{sizes:?}, {activation:?}, {init:?}, {what}: {got}, not {expected}");
        };
        check("signal", |ratio| ratio.signal, |layer| layer.signal);
        check("weights", |ratio| ratio.weights, |layer| layer.weights);
    }
}

#[test]
fn networks_of_512_units_do_what_the_theory_says() {
    for init in INITS {
        assert_factors([512; 3], init, &measure([512; 3], init, 20));
    }
}

#[test]
fn a_first_layer_of_few_inputs_and_a_head_of_few_outputs_count_as_what_they_are() {
    // The norm of dLoss/dW_1 is smaller by a factor 4, which is 7 % a layer. With He's start the activations whose q
    // runs away depend on the mean square of these few inputs too much for 3 %.
    for init in [Init::Xavier, Init::Lecun, Init::FrameworkDefault] {
        assert_factors([8, 128, 3], init, &measure([8, 128, 3], init, 40));
    }
}

#[test]
fn networks_of_256_units_do_so_too_and_differ_by_the_spread() {
    for init in INITS {
        let measured = measure([256; 3], init, 80);
        assert_factors([256; 3], init, &measured[..20]);
        for (index, &activation) in Activation::VARIANTS.iter().enumerate() {
            let first = theory(activation, init, [256; 3]).layers[0];
            let check = |what: &str, of: fn(&Ratio) -> f64, expected: Option<f64>| {
                let expected = expected.expect("a plain network");
                let (_, got) = statistics(measured.iter().map(|ratios| of(&ratios[index])));
                // 80 networks tell a deviation to 8 %: three times that. GELU with He's start is beyond first order: its
                // q runs away from an unstable fixed point, and so do small differences.
                let beyond = (activation, init) == (Activation::Gelu, Init::He);
                let tolerance = if beyond { 0.5 } else { 0.25 };
                assert!(
                    (got / expected - 1.0).abs() < tolerance,
                    "{activation:?}, {init:?}, {what}: {got}, not {expected}"
                );
            };
            check("signal", |ratio| ratio.signal, first.signal_spread);
            check("weights", |ratio| ratio.weights, first.weights_spread);
        }
    }
}

/// What the page asks of a run.
fn comparison(setup: &Setup) -> Comparison {
    let mut run = run::start(setup, None).expect("a Setup without a file");
    let measured = run.snapshot().first_to_last.signal.expect("numbers in range");
    let theory = run::theory(setup, None).expect("a Setup without a file").expect("a plain network");
    theory.compare(measured).expect("several layers")
}

#[test]
fn of_twenty_runs_nineteen_or_so_are_within_twice_the_spread() {
    for batch in [1, 32] {
        let of = |activation, seed| {
            let setup = Setup {
                activation,
                init: Init::Xavier,
                batch,
                width: 64,
                depth: DEPTH as u32,
                seed,
                ..Setup::default()
            };
            comparison(&setup).within == Some(true)
        };
        for &activation in Activation::VARIANTS {
            let within = (1..=20).filter(|seed| of(activation, *seed)).count();
            assert!(within >= 18, "{activation:?}, batches of {batch}: {within} of 20");
        }
    }
}

#[test]
fn what_the_theory_did_not_describe_is_not_within() {
    let sigmoid = Setup { depth: 20, ..Setup::default() };
    let theory = run::theory(&sigmoid, None).expect("a Setup without a file").expect("a plain network");
    let other = Setup { activation: Activation::Tanh, ..sigmoid.clone() };
    let measured = run::start(&other, None).expect("a Setup without a file").snapshot().first_to_last.signal;
    assert_eq!(theory.compare(measured.expect("a number")).and_then(|all| all.within), Some(false));

    // The ends of the rule itself.
    let (layers, factor, spread) =
        (19.0, theory.factor.expect("several layers"), theory.spread.expect("a plain network"));
    for (deviations, within) in [(-2.01, false), (-1.99, true), (0.0, true), (1.99, true), (2.01, false)] {
        let compared = theory.compare((layers * factor.ln() + deviations * spread).exp()).expect("a number");
        assert!((compared.deviations.expect("a spread") - deviations).abs() < 1e-9);
        assert_eq!(compared.within, Some(within), "{deviations}");
    }
    assert_eq!([0.0, f64::NAN, f64::INFINITY].map(|ratio| theory.compare(ratio)), [None; 3]);

    let normed = Setup { norm: gradient_lab::nn::Norm::BatchNorm, ..sigmoid };
    assert_eq!(comparison(&normed).within, None, "no spread is known for batch norm");
}
