//! Over time: gates, attention and the recurrent matrix on the page, against the run file of the same step.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::{Value, json};

const LOOK: &str = "document.getElementById('over-time').scrollIntoView();
    const words = (id) => document.getElementById(id).textContent;
    const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 50)); };
    await until(() => words('over-time-at') !== '')";

fn numbers(tensor: &Value) -> Result<Vec<f64>> {
    Ok(tensor["data"].as_array().context("numbers")?.iter().map(number).collect())
}

async fn file_of(query: &str, steps: usize) -> Result<Value> {
    Ok(serde_json::from_str(&e2e::run_file(query, steps).await?)?)
}

fn assert_near(got: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((got - expected).abs() <= tolerance * expected.abs(), "{what}: {got}, not {expected}");
}

#[tokio::test]
async fn gates_are_those_that_lead_to_the_states_of_the_run_file() -> Result<()> {
    let page = Page::lab("").await?;
    let query = "task=recall&kind=lstm&lag=9&width=6&batch=8&layers=2&precision=f64";
    let got = page
        .call(&format!(
            "await gradientLab.set('{query}'); await gradientLab.step(12);
             return Promise.all([0, 1, 2].map((layer) => gradientLab.overTime(layer)))"
        ))
        .await?;
    let file = file_of(query, 12).await?;
    let (parameters, values) = (&file["parameters"], &file["measured"]["activations"]);
    let data = |name: &str| numbers(&values[name]);
    for layer in 0..2 {
        let of = &got[layer];
        assert_eq!((number(&of["step"]), &of["layers"]), (12.0, &json!(2)));
        let [w_ih, w_hh, b_ih, b_hh] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
            .map(|name| numbers(&parameters[format!("{name}_l{layer}")]));
        let (w_ih, w_hh, b_ih, b_hh) = (w_ih?, w_hh?, b_ih?, b_hh?);
        let mut kept = [1.0; 48];
        for step in 2..=10 {
            let input = if layer == 0 { format!("x.t{step}") } else { format!("h0.t{step}") };
            let (x, h) = (data(&input)?, data(&format!("h{layer}.t{}", step - 1))?);
            let size = x.len() / 8;
            let gate = |block: usize| -> Vec<f64> {
                let unit = |sample: usize, row: usize| {
                    let from = |w: &[f64], size: usize, v: &[f64]| -> f64 {
                        w[row * size..][..size].iter().zip(&v[sample * size..][..size]).map(|(w, v)| w * v).sum()
                    };
                    let sum = from(&w_ih, size, &x) + from(&w_hh, 6, &h) + b_ih[row] + b_hh[row];
                    1.0 / (1.0 + (-sum).exp())
                };
                (0..8)
                    .flat_map(|sample| (0..6).map(move |row| (sample, block * 6 + row)))
                    .map(|(s, r)| unit(s, r))
                    .collect()
            };
            for (place, block) in [0, 1, 3].into_iter().enumerate() {
                let mean = gate(block).iter().sum::<f64>() / 48.0;
                let what = format!("layer {layer}, gate {place}, time step {step}");
                assert_near(number(&of["gates"][place]["mean"][step - 1]), mean, 1e-9, &what);
            }
            kept.iter_mut().zip(gate(1)).for_each(|(kept, forget)| *kept *= forget);
        }
        assert_near(number(&of["carried"]), kept.iter().sum::<f64>() / 48.0, 1e-9, "carried");
    }
    assert_eq!(got[2], Value::Null);
    Ok(())
}

#[tokio::test]
async fn the_card_says_it_in_words_and_shows_the_chosen_layer() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "const hidden = !document.getElementById('over-time').checkVisibility();
             await gradientLab.set('task=recall&kind=gru&lag=9&width=6&layers=2'); {LOOK}
             const measured = await gradientLab.overTime(1);
             document.querySelectorAll('#over-time-layers input')[1].click();
             const canvases = () => [...document.querySelectorAll('#over-time-charts canvas')];
             const cell = () => document.querySelector('#over-time-table tbody tr td')?.textContent;
             await until(() => cell() === measured.gates[0].mean[0].toPrecision(3));
             await gradientLab.step(4);
             await until(() => words('over-time-at').startsWith('At step 4,'));
             await gradientLab.lookAt(0);
             await until(() => words('over-time-at').startsWith('Of the present, step 4, not of step 0'));
             const labels = canvases().map((canvas) => canvas.getAttribute('aria-label'));
             const drawn = canvases().every((canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size > 8);
             await gradientLab.set('depth=3');
             return {{ hidden, labels, drawn, gone: !document.getElementById('over-time').checkVisibility() }}"
        ))
        .await?;
    assert_eq!((&seen["hidden"], &seen["gone"], &seen["drawn"]), (&json!(true), &json!(true), &json!(true)));
    let labels = seen["labels"].as_array().context("labels")?;
    assert!(labels.len() == 2 && labels[1].as_str().is_some_and(|words| words.starts_with("update gate z, from ")));
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn the_matrix_and_the_attention_are_those_of_the_run() -> Result<()> {
    let page = Page::lab("").await?;
    page.call(
        "await gradientLab.set('task=recall&kind=rnn&recurrent_init=orthogonal&recurrent_scale=0.9&lag=9&width=8')",
    )
    .await?;
    let state = page.call("return (await gradientLab.overTime()).state").await?;
    assert_near(number(&state["radius"]), 0.9, 1e-6, "spectral radius of 0.9 Q");
    assert_near(number(&state["norm"]), 0.9, 1e-6, "largest singular value of 0.9 Q");
    page.call("await gradientLab.set('task=copy&kind=attention&lag=4&width=8')").await?;
    let attention = page.call("return (await gradientLab.overTime()).attention").await?;
    let steps = number(&attention["steps"]) as usize;
    for part in ["mean", "sample"] {
        let weights: Vec<f64> = attention[part].as_array().context("weights")?.iter().map(number).collect();
        assert_eq!(weights.len(), steps * steps);
        for (query, row) in weights.chunks(steps).enumerate() {
            assert_near(row.iter().sum(), 1.0, 1e-5, "a row");
            assert!(row[query + 1..].iter().all(|weight| *weight == 0.0), "{part}: step {query} sees a later one");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_lag_of_the_card_is_that_of_the_setup() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('task=recall&kind=rnn&lag=9&width=8'); {LOOK}
             await until(() => document.querySelector('#over-time-lag input[type=range]')?.checkVisibility());
             const slider = document.querySelector('#over-time-lag input[type=range]');
             slider.value = 20;
             slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
             slider.dispatchEvent(new Event('change', {{ bubbles: true }}));
             const set = async () => {{ while ((await gradientLab.setup()).lag !== 20) await new Promise((done) => setTimeout(done, 50)); }};
             await set();
             await until(() => words('over-time-lag-words').startsWith('With a lag of 20 '));
             const {{ first_to_last, layers }} = await gradientLab.snapshot();
             return {{ words: words('over-time-lag-words'), other: document.getElementById('control-lag').value,
               ghost: document.getElementById('ghost').checkVisibility(), factor: first_to_last.signal ** (1 / (layers.length - 2)) }}"
        ))
        .await?;
    assert_eq!((&seen["other"], &seen["ghost"]), (&json!("20"), &json!(true)));
    let words = seen["words"].as_str().context("words")?;
    assert!(words.ends_with(&format!("{:.3} a time step.", number(&seen["factor"]))), "{words}");
    Ok(())
}
