//! What happens over time: gates, attention and slopes computed again from the run file alone, with the plainest
//! arithmetic; spectra of matrices that have known ones.

mod common;

use gradient_lab::lab::over_time::OverTime;
use gradient_lab::lab::run::Run;
use gradient_lab::lab::spectrum;
use gradient_lab::nn::Matrix;
use serde_json::Value;

use common::run;

/// A run file, with what is asked of its tensors here.
struct File(Value);

impl File {
    fn of(run: &dyn Run) -> Self {
        Self(serde_json::from_str(&run.run_file()).expect("a run file is JSON"))
    }

    fn tensor(value: &Value) -> Vec<f64> {
        value["data"].as_array().expect("a tensor").iter().map(|x| x.as_f64().expect("a number")).collect()
    }

    fn parameter(&self, name: &str) -> Vec<f64> {
        Self::tensor(&self.0["parameters"][name])
    }

    /// The inputs of the batch: `[sample][time step][number]`.
    fn inputs(&self) -> Vec<Vec<Vec<f64>>> {
        let inputs = &self.0["batch"]["inputs"];
        let [samples, steps, numbers] = [0, 1, 2].map(|axis| inputs["shape"][axis].as_u64().expect("a size") as usize);
        let data = Self::tensor(inputs);
        let at = |sample: usize, step: usize| data[(sample * steps + step) * numbers..][..numbers].to_vec();
        (0..samples).map(|sample| (0..steps).map(|step| at(sample, step)).collect()).collect()
    }

    /// W x + b, all of its rows.
    fn affine(&self, [weight, bias]: [&str; 2], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = (self.parameter(weight), self.parameter(bias));
        let row = |(row, bias): (&[f64], &f64)| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias;
        weight.chunks(x.len()).zip(&bias).map(row).collect()
    }

    /// W_ih x + b_ih and W_hh h + b_hh of a recurrent layer.
    fn sides(&self, layer: usize, x: &[f64], h: &[f64]) -> [Vec<f64>; 2] {
        let name = |part: &str, side: &str| format!("{part}_{side}_l{layer}");
        let of = |side: &str, x: &[f64]| self.affine([&name("weight", side), &name("bias", side)], x);
        [of("ih", x), of("hh", h)]
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn over_time(query: &str, steps: u32, layer: usize) -> (OverTime, File) {
    let mut run = run(query);
    run.step(steps);
    (run.over_time(layer).expect("a recurrent layer"), File::of(run.as_ref()))
}

fn assert_near(got: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((got - expected).abs() <= tolerance * expected.abs().max(1e-3), "{what}: {got}, not {expected}");
}

/// Mean, and what a tenth lies below and above.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    [values.iter().sum::<f64>() / values.len() as f64, values[last / 10], values[last - last / 10]]
}

/// Gates, computed again: of each, what it is at each time step for all samples and units.
fn assert_gates(got: &OverTime, names: &[&str], gates: &[Vec<Vec<f64>>], carry: usize) {
    assert_eq!(got.gates.iter().map(|gate| gate.name.as_str()).collect::<Vec<_>>(), names);
    for (gate, expected) in got.gates.iter().zip(gates) {
        assert_eq!(gate.mean.len(), expected.len(), "{}", gate.name);
        for (step, values) in expected.iter().enumerate() {
            let [mean, low, high] = spread(values.clone());
            let what = |part: &str| format!("{} gate, {part}, time step {}", gate.name, step + 1);
            assert_near(gate.mean[step], mean, 1e-9, &what("mean"));
            assert_near(gate.low[step], low, 1e-9, &what("low"));
            assert_near(gate.high[step], high, 1e-9, &what("high"));
        }
    }
    let carrying = &gates[carry];
    let products = (0..carrying[0].len()).map(|unit| carrying[1..].iter().map(|step| step[unit]).product::<f64>());
    let carried = products.sum::<f64>() / carrying[0].len() as f64;
    assert_near(got.carried.expect("there are gates"), carried, 1e-9, "carried");
}

#[test]
fn an_lstms_gates_are_those_of_its_equations() {
    for layer in [0, 1] {
        let query = "task=recall&kind=lstm&lag=7&width=5&layers=2&batch=9&gate_bias=1&precision=f64";
        let (got, file) = over_time(query, 4, layer);
        assert_eq!((got.step, got.layer, got.layers), (4, layer, 2));
        let mut gates = vec![Vec::new(); 3];
        for sample in file.inputs() {
            let (mut h, mut c) = (vec![vec![0.0; 5]; 2], vec![vec![0.0; 5]; 2]);
            for (step, x) in sample.iter().enumerate() {
                let mut x = x.clone();
                for below in 0..2 {
                    let [a, b] = file.sides(below, &x, &h[below]);
                    let z: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
                    let block = |gate: usize| z[gate * 5..][..5].iter().copied();
                    let [i, f, o] = [0, 1, 3].map(|gate| block(gate).map(sigmoid).collect::<Vec<f64>>());
                    let g: Vec<f64> = block(2).map(f64::tanh).collect();
                    c[below] = (0..5).map(|unit| f[unit] * c[below][unit] + i[unit] * g[unit]).collect();
                    h[below] = (0..5).map(|unit| o[unit] * c[below][unit].tanh()).collect();
                    x.clone_from(&h[below]);
                    if below == layer {
                        for (gate, values) in gates.iter_mut().zip([i, f, o]) {
                            gate.resize(gate.len().max(step + 1), Vec::new());
                            gate[step].extend(values);
                        }
                    }
                }
            }
        }
        assert_gates(&got, &["input", "forget", "output"], &gates, 1);
    }
}

#[test]
fn a_grus_gates_are_those_of_its_equations() {
    for reset in ["after", "before"] {
        let (got, file) =
            over_time(&format!("task=adding&kind=gru&lag=6&width=4&batch=8&reset={reset}&precision=f64"), 3, 0);
        let mut gates = vec![Vec::new(); 2];
        for sample in file.inputs() {
            let mut h = vec![0.0; 4];
            for (step, x) in sample.iter().enumerate() {
                let [a, b] = file.sides(0, x, &h);
                let gate = |place: usize| {
                    (0..4).map(|unit| sigmoid(a[place * 4 + unit] + b[place * 4 + unit])).collect::<Vec<f64>>()
                };
                let (r, z) = (gate(0), gate(1));
                let recalled: Vec<f64> = if reset == "after" {
                    (0..4).map(|unit| r[unit] * b[8 + unit]).collect()
                } else {
                    let part: Vec<f64> = r.iter().zip(&h).map(|(r, h)| r * h).collect();
                    file.sides(0, x, &part)[1][8..].to_vec()
                };
                h = (0..4)
                    .map(|unit| (1.0 - z[unit]) * (a[8 + unit] + recalled[unit]).tanh() + z[unit] * h[unit])
                    .collect();
                for (gate, values) in gates.iter_mut().zip([r, z]) {
                    gate.resize(gate.len().max(step + 1), Vec::new());
                    gate[step].extend(values);
                }
            }
        }
        assert_gates(&got, &["reset", "update"], &gates, 1);
    }
}

#[test]
fn attention_is_that_of_its_equations_and_sees_no_later_step() {
    for (task, answers) in [("recall", 1), ("parity", 6)] {
        let (got, file) = over_time(&format!("task={task}&kind=attention&lag=5&width=6&batch=7&precision=f64"), 5, 0);
        let got = got.attention.expect("attention");
        assert_eq!((got.steps, got.first), (6, 6 - answers));
        let samples = file.inputs();
        let mut expected = vec![0.0; answers * 6];
        for sample in &samples {
            let embedded: Vec<Vec<f64>> = sample
                .iter()
                .enumerate()
                .map(|(place, x)| {
                    let position = |index: usize| {
                        let angle = place as f64 / 10000f64.powf((index - index % 2) as f64 / 6.0);
                        if index.is_multiple_of(2) { angle.sin() } else { angle.cos() }
                    };
                    let e = file.affine(["embed.weight", "embed.bias"], x);
                    e.into_iter().enumerate().map(|(index, e)| e + position(index)).collect()
                })
                .collect();
            let names = ["self_attn.in_proj_weight", "self_attn.in_proj_bias"];
            let projected: Vec<Vec<f64>> = embedded.iter().map(|e| file.affine(names, e)).collect();
            for (row, query) in (6 - answers..6).enumerate() {
                let score = |key: usize| {
                    (0..6).map(|unit| projected[query][unit] * projected[key][6 + unit]).sum::<f64>() / 6f64.sqrt()
                };
                let powers: Vec<f64> = (0..=query).map(|key| score(key).exp()).collect();
                let sum: f64 = powers.iter().sum();
                for (key, power) in powers.iter().enumerate() {
                    expected[row * 6 + key] += power / sum / samples.len() as f64;
                }
            }
        }
        for (place, (got, expected)) in got.mean.iter().zip(&expected).enumerate() {
            assert!((got - expected).abs() < 1e-9, "{task}, weight {place}: {got}, not {expected}");
        }
        for (row, weights) in got.mean.chunks(6).chain(got.sample.chunks(6)).enumerate() {
            assert_near(weights.iter().sum(), 1.0, 1e-9, "a row");
            let query = 6 - answers + row % answers;
            assert_eq!(weights[query + 1..], vec![0.0; 5 - query], "{task}: no step sees a later one");
        }
    }
}

#[test]
fn a_plain_recurrent_layer_has_a_matrix_and_slopes() {
    let query =
        "task=recall&kind=rnn&lag=9&width=7&batch=6&recurrent_init=orthogonal&recurrent_scale=0.8&precision=f64";
    let (got, file) = over_time(query, 0, 0);
    let state = got.state.expect("a plain recurrent layer");
    assert_near(state.radius, 0.8, 1e-9, "spectral radius of 0.8 Q");
    assert_near(state.norm, 0.8, 1e-9, "largest singular value of 0.8 Q");
    let mut slopes = vec![Vec::new(); 10];
    for sample in file.inputs() {
        let mut h = vec![0.0; 7];
        for (step, x) in sample.iter().enumerate() {
            let [a, b] = file.sides(0, x, &h);
            h = a.iter().zip(&b).map(|(a, b)| (a + b).tanh()).collect();
            slopes[step].extend(h.iter().map(|h| 1.0 - h * h));
        }
    }
    for (step, slopes) in slopes.iter().enumerate() {
        let [mean, low, high] = spread(slopes.clone());
        assert_near(state.slope.mean[step], mean, 1e-9, "mean slope");
        assert_near(state.slope.low[step], low, 1e-9, "low slope");
        assert_near(state.slope.high[step], high, 1e-9, "high slope");
    }
    let steepest = slopes[1..].iter().flatten().copied().fold(0.0, f64::max);
    assert_near(state.steepest, steepest, 1e-9, "steepest slope");
    assert!(got.gates.is_empty() && got.carried.is_none() && got.attention.is_none());
}

#[test]
fn there_is_nothing_over_time_without_time() {
    assert!(run("depth=3").over_time(0).is_none());
    assert!(run("task=recall&kind=rnn&layers=2").over_time(2).is_none());
}

fn matrix(rows: &[&[f64]]) -> Matrix<f64> {
    Matrix::from_rows(rows.len(), rows.iter().flat_map(|row| row.iter().copied()))
}

#[test]
fn spectra_are_those_that_are_known() {
    let turn = |angle: f64, scale: f64| {
        matrix(&[&[scale * angle.cos(), -scale * angle.sin()], &[scale * angle.sin(), scale * angle.cos()]])
    };
    let jordan = matrix(&[&[0.9, 1.0, 0.0, 0.0], &[0.0, 0.9, 1.0, 0.0], &[0.0, 0.0, 0.9, 1.0], &[0.0, 0.0, 0.0, 0.9]]);
    for (what, matrix, radius) in [
        ("a number", matrix(&[&[-0.3]]), 0.3),
        ("a turn", turn(0.7, 1.0), 1.0),
        ("a turn that grows", turn(2.1, 1.5), 1.5),
        ("a triangle", matrix(&[&[0.5, 9.0, -3.0], &[0.0, -1.25, 40.0], &[0.0, 0.0, 0.75]]), 1.25),
        ("a Jordan block", jordan, 0.9),
        ("eigenvalues 3 and -1", matrix(&[&[1.0, 2.0], &[2.0, 1.0]]), 3.0),
        ("the companion of x^3 - 2", matrix(&[&[0.0, 0.0, 2.0], &[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]]), 2f64.cbrt()),
        ("tiny numbers", turn(0.7, 1e-200), 1e-200),
        ("huge numbers", turn(0.7, 1e150), 1e150),
    ] {
        let got = spectrum::radius(&matrix);
        assert!((got / radius - 1.0).abs() < 1e-6, "{what}: {got}, not {radius}");
    }
    assert_eq!(spectrum::radius(&matrix(&[&[0.0, 5.0], &[0.0, 0.0]])), 0.0, "nilpotent");
    assert_eq!(spectrum::radius(&Matrix::zeros(3, 3)), 0.0);
    assert!(spectrum::radius(&matrix(&[&[f64::NAN]])).is_nan());
    for (what, matrix, norm) in [
        ("a turn", turn(0.7, 1.5), 1.5),
        ("rank one", matrix(&[&[2.0, 1.0], &[4.0, 2.0]]), 5.0),
        ("nilpotent", matrix(&[&[0.0, 5.0], &[0.0, 0.0]]), 5.0),
    ] {
        let got = spectrum::norm(&matrix);
        assert!((got / norm - 1.0).abs() < 1e-6, "{what}: {got}, not {norm}");
    }
}
