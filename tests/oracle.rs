//! The lab against PyTorch: the run files of tests/fixtures/setups.txt, recomputed by autograd (see the README there).

mod common;

use std::path::Path;

use serde_json::Value;

/// Every number of `expected` that is also in `got`, compared; returns how many arrays and numbers that were.
fn compare(got: &Value, expected: &Value, tolerance: f64, smallest: f64, place: &str) -> usize {
    match expected {
        Value::Object(fields) if fields.contains_key("data") => {
            assert_eq!(got["shape"], expected["shape"], "{place}: shape");
            close(&numbers(&got["data"]), &numbers(&expected["data"]), tolerance, smallest, place);
            1
        }
        Value::Object(fields) => {
            let inner = |(key, expected): (&String, &Value)| {
                let got = got.get(key).unwrap_or_else(|| panic!("{place}.{key} is missing"));
                compare(got, expected, tolerance, smallest, &format!("{place}.{key}"))
            };
            fields.iter().map(inner).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            close(&[number(got)], &[number(expected)], tolerance, smallest, place);
            1
        }
    }
}

fn close(got: &[f64], expected: &[f64], tolerance: f64, smallest: f64, place: &str) {
    let norm = |values: &[f64]| {
        let largest = values.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        scale * values.iter().map(|x| (x / scale) * (x / scale)).sum::<f64>().sqrt()
    };
    assert_eq!(got.len(), expected.len(), "{place}");
    // PyTorch keeps what is subnormal, and the lab may make it 0: that is all that a number may be off for it.
    let flushed = |difference: f64| if difference.abs() < smallest { 0.0 } else { difference };
    let differences: Vec<f64> = got.iter().zip(expected).map(|(got, expected)| flushed(got - expected)).collect();
    if norm(got) < smallest && norm(expected) < smallest {
        return;
    }
    let error = norm(&differences) / norm(expected);
    assert!(error <= tolerance, "{place}: relative error {error:e} is above {tolerance:e}");
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a finite number"))
}

#[test]
fn run_files_agree_with_pytorch() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let setups = std::fs::read_to_string(folder.join("setups.txt")).expect("setups.txt");
    let mut compared = 0;
    for line in setups.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [name, query, steps] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}: not three fields") };
        let text = std::fs::read_to_string(folder.join(name).with_extension("json")).expect(name);
        let fixture: Value = serde_json::from_str(&text).expect(name);
        assert_eq!(
            (fixture["query"].as_str(), fixture["steps"].to_string().as_str()),
            (Some(query), steps),
            "{name}: stale"
        );
        let mut run = common::run(query);
        run.step(steps.parse().expect(name));
        let file: Value = serde_json::from_str(&run.run_file()).expect(name);
        let (limit, smallest) = match fixture["precision"].as_str() {
            Some("f64") => (1e-9, f64::MIN_POSITIVE),
            // With batch norm, from 30 layers and from 100 time steps on, rounding adds up.
            Some("f32") => {
                let config = &file["config"];
                let steps = file["batch"]["inputs"]["shape"].as_array().filter(|shape| shape.len() == 3);
                let is_long = steps.is_some_and(|shape| shape[1].as_u64() >= Some(100));
                let is_hard = is_long || config["norm"] == "batch_norm" || config["depth"].as_u64() >= Some(30);
                (if is_hard { 1e-3 } else { 1e-4 }, f64::from(f32::MIN_POSITIVE))
            }
            other => panic!("{name}: precision {other:?}"),
        };
        assert!(number(&fixture["tolerance"]) <= limit, "{name}: a tolerance that was widened");
        let arrays = compare(&file["measured"], &fixture["measured"], limit, smallest, name);
        assert!(arrays > 20, "{name}: only {arrays} arrays compared");
        compared += 1;
    }
    assert!(compared >= 120, "only {compared} Setups compared");
}

/// The fixture of Adam after ten steps, with one number of it changed by a millionth, against the lab.
fn compare_changed(path: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = std::fs::read_to_string(folder.join("adam_10.json")).expect("adam_10.json");
    let mut fixture: Value = serde_json::from_str(&text).expect("a fixture");
    let number = path.iter().fold(&mut fixture["measured"], |value, &key| match key.parse::<usize>() {
        Ok(index) => &mut value[index],
        Err(_) => &mut value[key],
    });
    *number = (number.as_f64().expect("a number") * (1.0 + 1e-6)).into();
    let mut run = common::run(fixture["query"].as_str().expect("a link"));
    run.step(10);
    let file: Value = serde_json::from_str(&run.run_file()).expect("a run file");
    compare(&file["measured"], &fixture["measured"], 1e-9, f64::MIN_POSITIVE, "adam_10");
}

#[test]
#[should_panic(expected = "updated_parameters.head.weight: relative error")]
fn an_updated_parameter_that_is_wrong_is_seen() {
    compare_changed(&["updated_parameters", "head.weight", "data", "2"]);
}

#[test]
#[should_panic(expected = "block1.linear0.bias.exp_avg_sq: relative error")]
fn a_memory_of_the_optimizer_that_is_wrong_is_seen() {
    compare_changed(&["updated_optimizer_state", "parameters", "block1.linear0.bias", "exp_avg_sq", "data", "0"]);
}

#[test]
#[should_panic(expected = "global_gradient_norm: relative error")]
fn a_norm_that_is_wrong_is_seen() {
    compare_changed(&["global_gradient_norm"]);
}
