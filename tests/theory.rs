//! The mean-field theory: its integrals against closed forms, its numbers against those of docs/model.md.
//! Whether networks do what it says is asked in tests/theory_measured.rs and tests/theory_blocks.rs.

use gradient_lab::lab::Setup;
use gradient_lab::lab::theory::moments::{Moments, normal_mean};
use gradient_lab::lab::theory::{Assumptions, Norm, Order, Place, Theory, critical, limit};
use gradient_lab::nn::{Activation, Choice, Init};
use strum::VariantArray;

fn assert_near(got: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (got - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= tolerance, "{what}: {got}, not {expected} (off by {error:e})");
}

/// The normal distribution function.
fn phi(x: f64) -> f64 {
    libm::erfc(-x / 2f64.sqrt()) / 2.0
}

#[test]
fn integrals_are_exact_where_they_are_known() {
    for exponent in -8..=8 {
        let q = 10f64.powi(exponent);
        let of = |f| Moments::new(f, q, false);
        let near = |got, expected, what: &str| assert_near(got, expected, 1e-10, &format!("{what}, q = {q}"));
        near(of(Activation::Identity).square, q, "identity: E f^2");
        near(of(Activation::Identity).slope, 1.0, "identity: E f'^2");
        near(of(Activation::Relu).square, q / 2.0, "ReLU: E f^2");
        near(of(Activation::Relu).slope, 0.5, "ReLU: E f'^2");
        near(of(Activation::Relu).mean, (q / (2.0 * std::f64::consts::PI)).sqrt(), "ReLU: E f");
        near(of(Activation::Relu).slope_kurtosis, 2.0, "ReLU: E f'^4 / (E f'^2)^2");
        near(of(Activation::Relu).square_spread, 5.0, "ReLU: E f^4 / (E f^2)^2 - 1");
        near(of(Activation::Relu).joint, 1.0, "ReLU: E f^2 f'^2 / (E f^2 E f'^2) - 1");
        near(of(Activation::LeakyRelu).slope, 0.5 + 0.5e-4, "leaky ReLU: E f'^2");
        near(of(Activation::Sigmoid).mean, 0.5, "sigmoid: E f");
        near(of(Activation::HardTanh).slope, libm::erf(1.0 / (2.0 * q).sqrt()), "hard tanh: E f'^2");
        // Stein's lemma: E[z Phi(z)] = q E[density(z)].
        near(of(Activation::Gelu).mean, q / (2.0 * std::f64::consts::PI * (1.0 + q)).sqrt(), "GELU: E f");
        near(normal_mean(q, &[], phi), 0.5, "E Phi");
        near(normal_mean(q, &[], |z| phi(z) * phi(z)), owen(q), "E Phi^2");
        if q < 100.0 {
            near(of(Activation::Elu).slope, 0.5 + libm::exp(2.0 * q) * phi(-2.0 * q.sqrt()), "ELU: E f'^2");
        }
    }
}

/// E[Phi(z)^2] = P(two normal numbers lie below z) = 1/4 + asin(q / (1 + q)) / (2 pi).
fn owen(q: f64) -> f64 {
    0.25 + libm::asin(q / (1.0 + q)) / (2.0 * std::f64::consts::PI)
}

#[test]
fn steep_saturation_is_integrated_as_brute_force_does() {
    // The trapezoidal rule is exact to all digits for analytic functions, if its steps are small enough.
    let smooth = [Activation::Sigmoid, Activation::Tanh, Activation::Silu, Activation::Softplus, Activation::Mish];
    for f in smooth {
        for q in [1e-2, 1.0, 1e2, 1e4] {
            let deviation = f64::sqrt(q);
            let step = 0.02f64.min(0.05 * deviation);
            let points = (12.0 * deviation / step) as i64;
            let brute = |h: &dyn Fn(f64) -> f64| -> f64 {
                let density = |z: f64| libm::exp(-z * z / (2.0 * q)) / (2.0 * std::f64::consts::PI * q).sqrt();
                (-points..=points).map(|i| i as f64 * step).map(|z| step * density(z) * h(z)).sum()
            };
            let moments = Moments::new(f, q, false);
            let what = format!("{f:?} at q = {q}");
            assert_near(moments.square, brute(&|z| f.value(z).powi(2)), 1e-10, &what);
            assert_near(moments.slope, brute(&|z| f.slope(z).powi(2)), 1e-10, &what);
        }
    }
}

#[test]
fn derivatives_by_scale_are_those_of_the_integrals() {
    for &f in Activation::VARIANTS {
        for q in [0.05f64, 1.0, 30.0] {
            for centred in [false, true] {
                let h = 1e-3;
                let at = |shift: f64| Moments::new(f, q * shift.exp(), centred);
                let check = |ln: fn(&Moments) -> f64, [first, second]: [f64; 2]| {
                    let (low, middle, high) = (ln(&at(-h)), ln(&at(0.0)), ln(&at(h)));
                    let (by_first, by_second) = ((high - low) / (2.0 * h), (high - 2.0 * middle + low) / (h * h));
                    assert!((first - by_first).abs() < 1e-5, "{f:?}, q = {q}: {first}, not {by_first}");
                    assert!((second - by_second).abs() < 1e-5, "{f:?}, q = {q}: {second}, not {by_second}");
                };
                check(|moments| moments.square.ln(), at(0.0).square_by_scale);
                check(|moments| moments.slope.ln(), at(0.0).slope_by_scale);
            }
        }
    }
}

/// A plain network of 20 layers of so many units.
fn plain(f: Activation, init: Init, width: usize) -> Theory {
    let assumptions = Assumptions::plain(f, (init, 1.0, 0.0), &[width; 22], 1.0).expect("a random start");
    assumptions.predict().expect("numbers in range")
}

#[test]
fn factors_are_those_of_the_table() {
    // docs/model.md, Mean-field theory: framework default, Xavier, He, orthogonal.
    let table = [
        (Activation::Sigmoid, [0.141, 0.235, 0.315, 0.235]),
        (Activation::Tanh, [0.565, 0.918, 1.028, 0.918]),
        (Activation::Relu, [0.408, 0.707, 1.0, 0.707]),
        (Activation::Silu, [0.291, 0.510, 0.764, 0.510]),
        (Activation::Selu, [0.765, 1.035, 1.18, 1.035]),
    ];
    for (f, expected) in table {
        let inits = [Init::FrameworkDefault, Init::Xavier, Init::He, Init::Orthogonal];
        for (init, expected) in inits.into_iter().zip(expected) {
            let factor = plain(f, init, 64).factor_of_infinite_width.expect("20 layers");
            // To the digits that the table has.
            let tolerance = if expected > 1.1 { 5e-3 } else { 6e-4 };
            assert!((factor - expected).abs() < tolerance, "{f:?}, {init:?}: {factor}, not {expected}");
        }
    }
}

#[test]
fn the_width_changes_relu_and_identity_as_the_formulas_say() {
    // Hanin & Rolnick 2018; 19 factors lie between layer 1 and layer 20.
    for width in [32, 64, 512] {
        let n = width as f64;
        for (f, variance) in [(Activation::Relu, 5.0), (Activation::Identity, 2.0)] {
            let init = if f == Activation::Relu { Init::He } else { Init::Lecun };
            let theory = plain(f, init, width);
            assert_near(theory.factor.expect("20 layers"), (-variance / (4.0 * n)).exp(), 1e-9, "factor");
            assert_near(theory.spread.expect("known"), (variance * 19.0 / n).sqrt() / 2.0, 1e-9, "spread");
        }
        let orthogonal = plain(Activation::Identity, Init::Orthogonal, width);
        assert!((orthogonal.factor.expect("20 layers") - 1.0).abs() < 1e-12, "orthogonal and linear is exact");
        assert!(orthogonal.spread.is_some_and(|spread| spread < 1e-6));
    }
}

#[test]
fn the_edge_of_chaos_is_where_it_was_found() {
    for (biases, weights) in [(2.01e-5, 1.0500), (0.01, 1.4242), (0.05, 1.7610), (0.1, 1.9861)] {
        let found = critical(Activation::Tanh, biases).expect("tanh has an edge of chaos");
        assert!((found.weight_variance - weights).abs() < 6e-5, "{biases}: {found:?}, not {weights}");
        assert!(found.stable);
    }
    for biases in [0.0, 0.1] {
        for &f in Activation::VARIANTS {
            let Some(found) = critical(f, biases) else {
                // Softplus grows whatever the weights; without a bias of 0 so does what has no scale.
                let scale_free = [Activation::Identity, Activation::Relu, Activation::LeakyRelu].contains(&f);
                assert!(f == Activation::Softplus || (scale_free && biases > 0.0), "{f:?} has no critical start");
                continue;
            };
            let q = found.q.map_or(1.0, |q| q.max(1e-20));
            let moments = Moments::new(f, q, false);
            assert_near(found.weight_variance * moments.slope, 1.0, 1e-9, &format!("{f:?}: chi"));
            if q > 1e-20 {
                assert_near(found.weight_variance * moments.square + biases, q, 1e-9, &format!("{f:?}: q"));
            }
            if found.stable && found.q.is_some_and(|q| q > 0.0) {
                let limit = limit(f, found.weight_variance, biases, 1.1 * q).expect("positive numbers");
                assert_near(limit.q.expect("it settles"), q, 1e-6, &format!("{f:?}: limit"));
                assert!(limit.depth_scale.is_none_or(|scale| scale > 1e5), "{f:?}: {limit:?}");
            }
        }
    }
}

#[test]
fn many_layers_end_at_the_limit() {
    let deep = |f, init| {
        let assumptions = Assumptions::plain(f, (init, 1.0, 0.0), &[64; 202], 1.0).expect("a random start");
        assumptions.predict().expect("numbers in range")
    };
    for (f, init) in
        [(Activation::Sigmoid, Init::Xavier), (Activation::Tanh, Init::He), (Activation::Selu, Init::Lecun)]
    {
        let theory = deep(f, init);
        let (limit, last) = (theory.limit.expect("plain"), theory.layers[199]);
        assert_near(last.q, limit.q.expect("it settles"), 1e-9, &format!("{f:?}: q"));
        assert_near(last.chi, limit.chi, 1e-9, &format!("{f:?}: chi"));
        assert_near(limit.depth_scale.expect("not critical"), 1.0 / limit.chi.ln().abs(), 1e-9, "depth scale");
    }
    let sinking = deep(Activation::Relu, Init::Xavier).limit.expect("plain");
    assert_eq!(sinking.q, None);
    assert_near(sinking.chi, 0.5, 1e-9, "ReLU with half of its variance");
    let kept = deep(Activation::Relu, Init::He).limit.expect("plain");
    assert_eq!((kept.q, kept.depth_scale), (Some(2.0), None));
    assert_eq!(deep(Activation::Softplus, Init::He).limit.expect("plain").q, None, "it never stops growing");
}

#[test]
fn blocks_have_the_factors_that_are_known() {
    let squared = |f, init, norm| {
        let mut assumptions = Assumptions::plain(f, (init, 1.0, 0.0), &[64; 22], 1.0).expect("a random start");
        let hidden = assumptions.blocks.len() - 1;
        assumptions.blocks[..hidden].iter_mut().for_each(|block| block.norm = Some((norm, Place::BeforeActivation)));
        let theory = assumptions.predict().expect("numbers in range");
        (theory.layers[10].chi, theory.factor_of_infinite_width.expect("20 layers"))
    };
    // A norm makes the start's size irrelevant.
    for init in [Init::He, Init::Xavier] {
        let tolerance = 1e-9;
        let moments = Moments::new(Activation::Sigmoid, 1.0, false);
        let (chi, factor) = squared(Activation::Sigmoid, init, Norm::Layer);
        assert_near(chi, moments.slope / moments.square, tolerance, "layer norm, sigmoid");
        // From the real input: there is more to divide by in layer 1 than in the last.
        assert!((factor - 0.379).abs() < 6e-4, "{factor}");
        let pi = std::f64::consts::PI;
        assert_near(
            squared(Activation::Relu, init, Norm::Batch(256)).0,
            pi / (pi - 1.0),
            tolerance,
            "batch norm, ReLU",
        );
        assert_near(
            squared(Activation::Identity, init, Norm::Batch(16)).0,
            14.0 / 13.0,
            tolerance,
            "batch norm, linear",
        );
        assert_near(squared(Activation::Relu, init, Norm::Rms).0, 1.0, tolerance, "RMS norm, ReLU");
    }
}

#[test]
fn fifty_residual_blocks_explode_unless_they_are_scaled_down() {
    let end_to_end = |alpha: f64| {
        let start = (Init::He, 1.0, 0.0);
        let mut assumptions = Assumptions::plain(Activation::Relu, start, &[64; 53], 1.0).expect("a random start");
        let hidden = assumptions.blocks.len() - 1;
        for (index, block) in assumptions.blocks[..hidden].iter_mut().enumerate() {
            // A stem and fifty blocks.
            block.order = if index == 0 { Order::Linear } else { Order::ActivationFirst };
            block.skip = (index > 0).then_some(alpha);
        }
        let theory = assumptions.predict().expect("numbers in range");
        (1..hidden).map(|layer| theory.layers[layer].chi.sqrt()).product::<f64>()
    };
    assert_near(end_to_end(1.0), 2f64.powi(25), 1e-9, "alpha 1");
    assert_near(end_to_end(1.0 / 50f64.sqrt()), 1.02f64.powi(25), 1e-9, "alpha 1 / sqrt(50)");
    // One network of 64 units was measured at 1.9e7 and 1.7.
    let spread = 2.0;
    assert!((end_to_end(1.0) / 1.9e7).ln().abs() < spread && (end_to_end(1.0 / 50f64.sqrt()) / 1.7).ln().abs() < 0.1);
}

#[test]
fn a_setup_is_understood_or_nothing_is_said() {
    let setup = Setup::default();
    let theory = Assumptions::of(&setup, 0.6).and_then(|all| all.predict()).expect("Xavier is random");
    assert_eq!(theory.layers.len(), 21);
    assert_eq!((theory.layers[0].inputs, theory.layers[0].outputs, theory.layers[20].outputs), (2, 32, 1));
    assert_near(theory.layers[0].q, 2.0 * 2.0 / 34.0 * 0.6, 1e-12, "the first layer's own fan-in and fan-out");
    assert_near(theory.layers[19].signal, 1.0, 1e-12, "relative to the last hidden layer");
    assert_near(theory.layers[19].weights, 1.0, 1e-12, "relative to the last hidden layer");
    let json = serde_json::to_string(&theory).expect("plain data");
    assert_eq!(serde_json::from_str::<Theory>(&json).expect("the same data"), theory);

    for &init in Init::VARIANTS {
        let setup = Setup { init, ..Setup::default() };
        let says = Assumptions::of(&setup, 0.6).and_then(|all| all.predict()).is_some();
        let random = ![Init::Constant, Init::Identity, Init::Zeros].contains(&init);
        assert_eq!(says, random, "{}", init.id());
    }
    assert_eq!(Assumptions::of(&setup, 0.0).and_then(|all| all.predict()), None, "no input, no biases");
    let huge = Setup { activation: Activation::Relu, init: Init::He, scale: 1000.0, depth: 200, ..Setup::default() };
    assert_eq!(Assumptions::of(&huge, 0.6).and_then(|all| all.predict()), None, "beyond f64");
    let one = Setup { depth: 1, ..Setup::default() };
    assert_eq!(Assumptions::of(&one, 0.6).and_then(|all| all.predict()).expect("a layer").factor, None);
}
