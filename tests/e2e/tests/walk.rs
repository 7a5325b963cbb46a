//! The walk through one step: its numbers are those of the run file, and it ends when the run goes on.

use std::collections::HashMap;

use anyhow::{Context, Result};
use e2e::{Page, number};
use gradient_lab::catalog;
use serde_json::Value;

/// Walks to the end, and returns what every step says: its title, then its lines.
const WALK: &str = "document.getElementById('walk').scrollIntoView();
    const words = (id) => document.getElementById(id).textContent;
    while (document.getElementById('walk-start').disabled) await new Promise((done) => setTimeout(done, 50));
    document.getElementById('walk-start').click();
    while (!document.getElementById('walk-inside').checkVisibility()) await new Promise((done) => setTimeout(done, 50));
    const said = [];
    for (;;) {
      said.push([words('walk-title'), ...[...document.querySelectorAll('#walk-lines p')].map((line) => line.textContent.replaceAll('\\u2060', ''))]);
      if (document.getElementById('walk-next').disabled) break;
      document.getElementById('walk-next').click();
    }";

/// The number that a line ends with, as the page writes it: with two or three digits.
fn last_number(line: &str) -> Result<f64> {
    Ok(last_rounded(line)?.0)
}

/// The same, with what rounding it to its last digit may have cost it.
fn last_rounded(line: &str) -> Result<(f64, f64)> {
    let text = line.trim_end_matches('.').rsplit(['=', ' ']).find(|part| !part.is_empty()).context("a number")?;
    let text = text.replace('−', "-");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let number = text.parse().with_context(|| format!("{text} in: {line}"))?;
    Ok((number, 0.501 * 10_f64.powi(exponent.parse::<i32>().unwrap_or(0) - decimals as i32)))
}

#[tokio::test]
async fn every_number_is_the_run_files() -> Result<()> {
    let page = Page::lab("").await?;
    let query = "depth=3&width=4&batch=5&activation=tanh&seed=3";
    let said =
        page.call(&format!("await gradientLab.set('{query}'); await gradientLab.step(7); {WALK}; return said")).await?;
    let file: Value = serde_json::from_str(&e2e::run_file(query, 7).await?)?;
    let said: Vec<Vec<String>> = serde_json::from_value(said)?;
    // The input, three layers, the output; back from the loss, three layers, the update.
    assert_eq!(said.len(), 10, "{said:?}");
    let first = |tensor: &Value| number(&tensor["data"][0]);
    // Of the first unit's weights the one with the largest gradient is followed.
    let followed = |tensor: &Value| {
        let width = tensor["shape"][1].as_u64().unwrap_or(0) as usize;
        (0..width).max_by(|a, b| {
            let size = |at: &usize| number(&tensor["data"][*at]).abs();
            size(a).total_cmp(&size(b))
        })
    };
    let near = |line: &str, expected: f64| -> Result<()> {
        let got = last_number(line)?;
        assert!((got - expected).abs() <= 0.06 * expected.abs(), "{line}: not {expected}");
        Ok(())
    };
    let measured = &file["measured"];
    for layer in 1..=3 {
        let forward = &said[layer];
        assert_eq!(forward[0], format!("Forward, layer {layer} ({} of 10)", layer + 1));
        near(&forward[1], first(&measured["activations"][format!("block{layer}.linear0")]))?;
        near(&forward[2], first(&measured["activations"][format!("block{layer}")]))?;
        let backward = &said[9 - layer];
        assert!(backward[0].starts_with(&format!("Backward, layer {layer} (")), "{}", backward[0]);
        near(&backward[1], first(&measured["activation_gradients"][format!("block{layer}")]))?;
        near(&backward[2], first(&measured["activation_gradients"][format!("block{layer}.linear0")]))?;
        let gradients = &measured["gradients"][format!("block{layer}.linear0.weight")];
        near(&backward[4], number(&gradients["data"][followed(gradients).context("a weight")?]))?;
        // What is written out of a sum of two products and a bias adds up to what it is said to be.
        if layer == 1 {
            let sum = forward[1].rsplit(" = ").nth(1).context("a sum")?;
            let plain = |text: &str| text.replace('−', "-").replace(['(', ')'], "");
            let total: f64 = sum
                .split(" + ")
                .map(|term| plain(term).split('·').map(|factor| factor.parse::<f64>()).product::<Result<f64, _>>())
                .sum::<Result<f64, _>>()?;
            let z = last_number(&forward[1])?;
            assert!((total - z).abs() < 0.01, "{sum} is {total}, not {z}");
        }
    }
    assert!(said[4][2].contains(&format!("{:.3}", number(&measured["loss"]))), "{:?}", said[4]);
    let name = "block1.linear0.weight";
    let at = followed(&measured["gradients"][name]).context("a weight")?;
    let of = |tensors: &Value| number(&tensors[name]["data"][at]);
    let (old, updated) = (of(&file["parameters"]), of(&measured["updated_parameters"]));
    near(&said[9][2], updated - old)?;
    assert_change(&said[9], old, updated)
}

/// The last line of a walk says from where to where the weight goes.
fn assert_change(update: &[String], old: f64, updated: f64) -> Result<()> {
    let words: Vec<&str> = update.last().context("a line")?.split(' ').collect();
    for (word, expected) in [("from", old), ("by", updated - old), ("to", updated)] {
        let at = words.iter().position(|other| *other == word).context("a word")? + 1;
        let got: f64 = words[at].trim_end_matches('.').replace('−', "-").parse()?;
        assert!((got - expected).abs() <= 0.06 * expected.abs(), "{word} {expected}: {update:?}");
    }
    Ok(())
}

/// What is said of a step: the number that the line with these words ends with.
fn said_of(step: &[String], words: &str) -> Result<f64> {
    last_number(step.iter().find(|line| line.contains(words)).with_context(|| format!("{words} in {step:?}"))?)
}

/// A network, a step of its walk, and its lines: the words of each, and the tensor whose number of the first sample and the
/// first unit it ends with.
type Walked<'a> = (&'a str, usize, &'a [(&'a str, &'a str)]);

/// The formulas are computed from the run file where they do not quote it: what they come to is compared with the tap.
const OPERATIONS: [Walked; 9] = [
    (
        "depth=1&width=4&batch=5&norm=layer_norm&skip=residual&skip_scale=0.5",
        2,
        &[("Gain times", "activations/block1.norm0"), ("Skip: y", "activations/block1")],
    ),
    (
        "depth=1&width=4&batch=5&norm=layer_norm&skip=residual&skip_scale=0.5",
        6,
        &[("All ways", "activation_gradients/stem")],
    ),
    (
        "depth=1&width=4&batch=5&norm=batch_norm&dropout=0.3",
        4,
        &[("Through the normalization", "activation_gradients/block1.linear0")],
    ),
    (
        "depth=1&width=4&batch=5&norm=rms_norm",
        4,
        &[("Through the normalization", "activation_gradients/block1.linear0")],
    ),
    ("depth=1&width=4&batch=5&skip=highway&gate_bias=0", 6, &[("All ways", "activation_gradients/stem")]),
    ("task=recall&lag=2&kind=rnn&width=3&batch=4", 6, &[("From time step 3", "activation_gradients/h0.t2")]),
    ("task=recall&lag=2&kind=lstm&width=3&batch=4", 6, &[("For the cell", "activation_gradients/c0.t2")]),
    ("task=recall&lag=2&kind=gru&width=3&batch=4", 1, &[("The state keeps", "activations/h0.t2")]),
    ("task=recall&lag=2&kind=attention&width=3&batch=4", 1, &[("Embedded", "activations/h0.t2")]),
];

#[tokio::test]
async fn every_operation_has_its_formula_and_it_comes_to_what_the_run_file_has() -> Result<()> {
    let page = Page::lab("").await?;
    for (query, step, lines) in OPERATIONS {
        let script = format!("await gradientLab.set('{query}'); await gradientLab.step(3); {WALK}; return said");
        let said: Vec<Vec<String>> = serde_json::from_value(page.call(&script).await?)?;
        let file: Value = serde_json::from_str(&e2e::run_file(query, 3).await?)?;
        for (words, tap) in lines {
            let (kind, name) = tap.split_once('/').context("a tap")?;
            let expected = number(&file["measured"][kind][name]["data"][0]);
            let got = said_of(&said[step], words)?;
            assert!(
                (got - expected).abs() <= 0.06 * expected.abs() + 1e-6,
                "{query}: {got}, not {expected}: {:?}",
                said[step]
            );
        }
    }
    Ok(())
}

/// The sums of numbers and of what they may be off, beside what single precision costs.
fn total(numbers: impl IntoIterator<Item = (f64, f64)>) -> (f64, f64) {
    numbers.into_iter().fold((0.0, 0.0), |sum, (number, off)| (sum.0 + number, sum.1 + off + 1e-6 * number.abs()))
}

/// Every recurrent cell that there is, the plain one with every activation; two layers, so that there is one above.
fn recurrent_networks() -> Vec<String> {
    let params = catalog::catalog().params;
    let activations = params.into_iter().filter(|param| param.key == "activation").flat_map(|param| param.options);
    let plain = activations.map(|f| format!("kind=rnn&activation={}", f.id));
    let others = ["kind=lstm", "kind=lstm&truncate=2", "kind=gru", "kind=gru&reset=before", "kind=rnn&truncate=2"];
    let all = plain.chain(others.map(str::to_owned));
    all.map(|kind| format!("task=recall&lag=3&layers=2&width=3&batch=1&seed=4&{kind}")).collect()
}

#[tokio::test]
async fn what_comes_back_through_a_recurrent_cell_adds_up_to_the_run_files_gradients() -> Result<()> {
    let page = Page::lab("").await?;
    for query in recurrent_networks() {
        let script = format!("await gradientLab.set('{query}'); await gradientLab.step(3); {WALK}; return said");
        let said: Vec<Vec<String>> = serde_json::from_value(page.call(&script).await?)?;
        let measured = serde_json::from_str::<Value>(&e2e::run_file(&query, 3).await?)?["measured"].take();
        let time_steps = (1..).take_while(|t| measured["activations"].get(format!("h0.t{t}")).is_some()).count();
        // What each line that begins so says, over all time steps: how much a gate's sum gets.
        let mut into_gates: HashMap<(usize, String), Vec<(f64, f64)>> = HashMap::new();
        for t in 1..=time_steps {
            for layer in 0..2 {
                let title = format!("Backward, time step {t}, layer {} (", layer + 1);
                let lines = said.iter().find(|lines| lines[0].starts_with(&title)).with_context(|| title.clone())?;
                let expected = number(&measured["activation_gradients"][format!("h{layer}.t{t}")]["data"][0]);
                let arriving: Vec<&String> = lines.iter().filter(|line| line.starts_with("From ")).collect();
                let parts = arriving.iter().map(|line| last_rounded(line)).collect::<Result<Vec<_>>>()?;
                let (sum, off) = total(parts);
                assert!((sum - expected).abs() <= off, "{query}, {title}: {sum}, not {expected}: {lines:#?}");
                // Something comes from everywhere that it can come from.
                let from = |words: &str| arriving.iter().any(|line| line.starts_with(words));
                let cut = query.contains("truncate") && (time_steps - t).is_multiple_of(2);
                assert_eq!(from("From time step"), t < time_steps && !cut, "{query}, {title}: {lines:#?}");
                assert_eq!(from("From layer 2 above"), layer == 0, "{query}, {title}: {lines:#?}");
                let all = lines.iter().find(|line| line.starts_with("All together")).context("all together")?;
                let (dh, off) = last_rounded(all)?;
                assert!((dh - expected).abs() <= off, "{query}, {title}: {all}");
                for line in lines {
                    let gate = line
                        .strip_prefix("Into ")
                        .or(line.strip_prefix("Through "))
                        .and_then(|line| line.split_once(','));
                    let gate = gate
                        .map_or(if line.starts_with("Through the activation") { "h" } else { "" }, |(gate, _)| gate);
                    if !gate.is_empty() {
                        into_gates.entry((layer, gate.to_owned())).or_default().push(last_rounded(line)?);
                    }
                }
            }
        }
        // The bias of a gate gets what its sums get: there is one sample.
        let gates: &[&str] = match () {
            () if query.contains("rnn") => &["h"],
            () if query.contains("lstm") => {
                &["the input gate", "the forget gate", "what could be stored", "the output gate"]
            }
            () => &["the reset gate", "the update gate", "what could be new"],
        };
        for layer in 0..2 {
            for (block, gate) in gates.iter().enumerate() {
                let said = into_gates.get(&(layer, (*gate).to_owned())).with_context(|| format!("{gate}: {query}"))?;
                let bias = &measured["gradients"][format!("bias_ih_l{layer}")]["data"];
                let (sum, off) = total(said.iter().copied());
                let expected = number(&bias[3 * block]);
                assert_eq!(said.len(), time_steps, "{query}: {gate} of layer {layer}");
                assert!((sum - expected).abs() <= off, "{query}: {gate} of layer {layer}: {sum}, not {expected}");
            }
        }
    }
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn the_update_is_that_of_the_optimizer_and_the_clip() -> Result<()> {
    let page = Page::lab("").await?;
    for rule in [
        "optimizer=sgd&weight_decay=0.1&clip=value&clip_at=0.001",
        "optimizer=momentum&clip=norm&clip_at=0.01",
        "optimizer=nesterov&clip=layer&clip_at=0.01",
        "optimizer=adagrad",
        "optimizer=rmsprop",
        "optimizer=adam",
    ] {
        let query = format!("depth=2&width=4&batch=5&{rule}");
        let script = format!("await gradientLab.set('{query}'); await gradientLab.step(3); {WALK}; return said");
        let said: Vec<Vec<String>> = serde_json::from_value(page.call(&script).await?)?;
        let update = said.last().context("an update")?;
        let [.., rule, change] = update.as_slice() else { anyhow::bail!("{update:?}") };
        let by = change.split(" by ").nth(1).and_then(|rest| rest.split(' ').next()).context("a change")?;
        let (computed, measured) = (last_number(rule)?, by.replace('−', "-").parse::<f64>()?);
        assert!((computed - measured).abs() <= 0.06 * measured.abs(), "{query}: {update:?}");
    }
    Ok(())
}

#[tokio::test]
async fn another_sample_and_unit_can_be_followed_and_nothing_moves() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('depth=3&width=4&batch=5&activation=tanh'); {WALK};
             const tops = new Set();
             while (!document.getElementById('walk-back').disabled) {{
               document.getElementById('walk-back').click();
               tops.add(Math.round(document.getElementById('walk-next').getBoundingClientRect().top - document.getElementById('walk').getBoundingClientRect().top));
             }}
             document.getElementById('walk-next').click();
             const [sample, unit] = document.querySelectorAll('#walk-inside input');
             const enter = (input, value) => {{ input.value = value; input.dispatchEvent(new Event('change')); }};
             enter(sample, 2);
             enter(unit, 3);
             const lines = [...document.querySelectorAll('#walk-lines p')].map((line) => line.textContent.replaceAll('\\u2060', ''));
             enter(unit, 9);
             return {{ tops: [...tops].length, lines, refused: words('walk-complaint') }}"
        ))
        .await?;
    let file: Value = serde_json::from_str(&e2e::run_file("depth=3&width=4&batch=5&activation=tanh", 0).await?)?;
    let expected = number(&file["measured"]["activations"]["block1.linear0"]["data"][4 + 2]);
    let got = last_number(seen["lines"][0].as_str().context("a line")?)?;
    assert!((got - expected).abs() <= 0.06 * expected.abs(), "{got}, not {expected}");
    assert_eq!(seen["tops"], 1, "the buttons stay where they are");
    assert_eq!(seen["refused"], "Unit, 1 to 4: got 9, allowed: a whole number from 1 to 4.");
    Ok(())
}

#[tokio::test]
async fn whoever_looks_back_is_told_which_step_an_instrument_is_of() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(
            "const words = (id) => document.getElementById(id).textContent;
             document.getElementById('walk').scrollIntoView();
             while (document.getElementById('walk-start').disabled) await new Promise((done) => setTimeout(done, 50));
             await gradientLab.set('depth=2'); await gradientLab.step(5); await gradientLab.step(5);
             await gradientLab.lookAt(5);
             document.getElementById('check-details').open = true;
             const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 50)); };
             await until(() => words('check-details').includes('present step'));
             const back = [document.getElementById('walk-start').disabled, words('walk-of'), words('check-details')];
             document.getElementById('export').click();
             await until(() => words('notices') !== '');
             return [...back, words('notices')]",
        )
        .await?;
    assert_eq!(seen[0], true);
    for (index, wanted) in
        [(1, "You are looking back at step 5."), (2, "the run's present step, 10"), (3, "the run's present step, 10")]
    {
        assert!(seen[index].as_str().is_some_and(|words| words.contains(wanted)), "{seen}");
    }
    Ok(())
}

#[tokio::test]
async fn a_walk_ends_when_the_run_goes_on_and_is_refused_where_it_is_too_large() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('depth=2'); {WALK};
             const inside = () => document.getElementById('walk-inside').checkVisibility();
             const before = inside();
             await gradientLab.step(1);
             return [before, inside(), document.getElementById('walk-start').checkVisibility()]"
        ))
        .await?;
    assert_eq!(seen, serde_json::json!([true, false, true]));
    let diverged = page
        .call(&format!(
            "await gradientLab.set('depth=3&width=4&batch=5&activation=relu&init=he&scale=1000&lr=1000'); await gradientLab.step(50);
             {WALK}; return said.flat().join(' ')"
        ))
        .await?;
    assert!(diverged.as_str().is_some_and(|words| words.contains("NaN") || words.contains('∞')), "{diverged}");
    let large = page
        .call(
            "await gradientLab.set('depth=40&width=128');
             document.getElementById('walk-start').click();
             await new Promise((done) => setTimeout(done, 300));
             return [document.getElementById('walk-of').textContent, document.getElementById('walk-inside').checkVisibility()]",
        )
        .await?;
    assert!(large[0].as_str().is_some_and(|words| words.contains(" numbers; the walk goes through")), "{large}");
    assert_eq!(large[1], false);
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
