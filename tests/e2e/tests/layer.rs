//! One layer: chosen by a click on its bar or by buttons, with the numbers that the engine has natively.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::{Value, json};

const LOOK: &str = "document.getElementById('layer').scrollIntoView();
    while (document.getElementById('layer-next').disabled) await new Promise((done) => setTimeout(done, 50))";

/// A histogram of the page against the numbers of a run file: how many of them lie elsewhere.
fn misplaced(histogram: &Value, tensor: &Value) -> Result<u64> {
    let limit = number(&histogram["axis"]["linear"]["limit"]);
    let counts: Vec<u64> =
        histogram["counts"].as_array().context("counts")?.iter().map(|count| number(count) as u64).collect();
    let mut expected = vec![0u64; counts.len()];
    for x in tensor["data"].as_array().context("numbers")?.iter().map(number) {
        let part = ((x / limit + 1.0) / 2.0 * counts.len() as f64) as usize;
        expected[part.min(counts.len() - 1)] += 1;
    }
    Ok(counts.iter().zip(&expected).map(|(got, expected)| got.abs_diff(*expected)).sum())
}

#[tokio::test]
async fn its_histograms_are_those_of_the_engine() -> Result<()> {
    let page = Page::lab("").await?;
    page.call(LOOK).await?;
    for (query, layer, weights, pre, output) in [
        ("depth=6&width=9&activation=relu", 2, "block3.linear0.weight", Some("block3.linear0"), "block3"),
        ("task=recall&lag=8&kind=gru&width=6", 4, "weight_hh_l0", None, "h0.t5"),
    ] {
        page.call(&format!("await gradientLab.set('{query}'); await gradientLab.select({layer})")).await?;
        // From now on every frame has them.
        page.call("await gradientLab.step(12)").await?;
        let got = page.call(&format!("return gradientLab.select({layer})")).await?;
        let file: Value = serde_json::from_str(&e2e::run_file(query, 12).await?)?;
        let values = &file["measured"]["activations"];
        assert_eq!(number(&got["layer"]), f64::from(layer), "{query}");
        assert_eq!(misplaced(&got["weights"], &file["parameters"][weights])?, 0, "{query}");
        assert_eq!(misplaced(&got["output"], &values[output])?, 0, "{query}");
        match pre {
            Some(pre) => assert_eq!(misplaced(&got["pre"], &values[pre])?, 0, "{query}"),
            None => assert_eq!(got["pre"], Value::Null, "{query}"),
        }
    }
    assert_eq!(page.call("return gradientLab.select(null)").await?, Value::Null);
    let refused = page.call("return gradientLab.select(-1).catch((error) => error.message)").await?;
    assert!(refused.as_str().is_some_and(|message| message.starts_with("select(layer): ")), "{refused}");
    let refused = page.call("return gradientLab.select(99).catch((error) => error.message)").await?;
    assert_eq!(refused, "select(layer): got 99, allowed: null, or a place from 0 to 9.");
    Ok(())
}

#[tokio::test]
async fn a_click_on_a_bar_says_why_its_gradient_has_that_size() -> Result<()> {
    let page = Page::lab("").await?;
    page.call(&format!("await gradientLab.set('depth=10'); {LOOK}")).await?;
    let clicked = page
        .call(
            "const words = (id) => document.getElementById(id).textContent;
             const after = () => new Promise((done) => setTimeout(done, 400));
             const canvas = document.getElementById('gradients');
             // The third bar of eleven, whose columns begin right of the axis.
             const click = async () => {
               const { left, top, width, height } = canvas.getBoundingClientRect();
               canvas.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: left + 50 + (width - 60) * 2.5 / 11, clientY: top + height / 2 }));
               await after();
             };
             await click();
             // The full module counts, and has to come first.
             while (!document.getElementById('layer-charts').checkVisibility()) await after();
             const seen = [words('layer-name'), words('layer-why'), document.getElementById('layer-charts').checkVisibility()];
             document.getElementById('layer-next').click();
             await after();
             seen.push(words('layer-name'));
             document.getElementById('layer-before').click();
             await after();
             await click();
             seen.push(document.getElementById('layer-inside').checkVisibility());
             return { seen, layers: (await gradientLab.snapshot()).layers }",
        )
        .await?;
    let seen = clicked["seen"].as_array().context("what was seen")?;
    assert_eq!(
        (&seen[0], &seen[2], &seen[3], &seen[4]),
        (&json!("Layer 3 of 10"), &json!(true), &json!("Layer 4 of 10"), &json!(false))
    );
    let signal = |layer: usize| number(&clicked["layers"][layer]["signal_gradient"]["l2"]);
    let split = &clicked["layers"][2]["split"];
    let factor = signal(2) / signal(3);
    let product: f64 = split.as_object().context("a split")?.values().map(number).product();
    assert!((product / factor - 1.0).abs() < 1e-6, "{product} is not {factor}");
    let why = seen[1].as_str().context("words")?;
    let starts = format!("Its signal is {factor:.3} times that of layer 4 = ");
    assert!(why.starts_with(&starts) && why.contains("(slope of the activation)"), "{why}");
    Ok(())
}

#[tokio::test]
async fn it_goes_back_with_the_history_and_away_with_its_layer() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('depth=8'); {LOOK};
             const shown = async () => {{
               await new Promise((done) => setTimeout(done, 400));
               const visible = (id) => document.getElementById(id).checkVisibility();
               return [visible('layer-inside'), visible('layer-charts'), visible('layer-missing')];
             }};
             await gradientLab.step(5);
             await gradientLab.select(5);
             await gradientLab.step(5);
             await gradientLab.step(5);
             await gradientLab.lookAt(10);
             const counted = await shown();
             await gradientLab.lookAt(0);
             const uncounted = await shown();
             await gradientLab.set('depth=3');
             return {{ counted, uncounted, gone: await shown() }}"
        ))
        .await?;
    assert_eq!(seen["counted"], json!([true, true, false]));
    assert_eq!(seen["uncounted"], json!([true, false, true]));
    assert_eq!(seen["gone"], json!([false, false, false]));
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
