//! Sequences on the page: time steps instead of layers, with the numbers of the run file.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::Value;

const HEADLINE: &str = "return document.getElementById('headline').textContent";
/// The buttons after "Try" that can be seen.
const TRIES: &str =
    "return [...document.querySelectorAll('#tries button')].filter((button) => button.checkVisibility())
    .map((button) => button.textContent)";

/// Presses a button after "Try", and waits until its Setup runs.
async fn press(page: &Page, name: &str, key: &str, value: &str) -> Result<()> {
    page.call(&format!(
        "[...document.querySelectorAll('#tries button')].find((button) => button.textContent === '{name}').click()"
    ))
    .await?;
    page.wait_for(&format!("String((await gradientLab.setup()).{key}) === '{value}'")).await?;
    page.call("await gradientLab.pause(); await gradientLab.reset()").await?;
    Ok(())
}

async fn headline(page: &Page) -> Result<String> {
    Ok(page.call(HEADLINE).await?.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn bars_are_the_time_steps_of_the_run_file() -> Result<()> {
    let page = Page::lab("").await?;
    for (query, tap, steps) in [
        ("task=recall&lag=12&width=8", 'h', 13),
        ("task=copy&kind=lstm&lag=8&width=6&layers=2", 'c', 13),
        ("task=parity&kind=gru&lag=9&width=6&truncate=4", 'h', 10),
        ("task=text&kind=attention&lag=7&width=8&batch=8", 'h', 8),
    ] {
        let shown = page.call(&format!("await gradientLab.set('{query}'); return gradientLab.step(20)")).await?;
        let file: Value = serde_json::from_str(&e2e::run_file(query, 20).await?)?;
        let layers = shown["layers"].as_array().context("layers")?;
        assert_eq!(layers.len(), steps + 1, "{query}");
        for (index, layer) in layers[..steps].iter().enumerate() {
            let name = format!("{tap}0.t{}", index + 1);
            assert_eq!(layer["name"], name.as_str(), "{query}");
            let expected = number(&file["measured"]["activation_gradient_norms"][&name]);
            let got = number(&layer["signal_gradient"]["l2"]);
            assert!((got - expected).abs() <= 1e-12 * expected, "{query}, {name}: {got} is not {expected}");
        }
        // What the time steps add to the gradient of the weights that they share cannot be less than the whole.
        let whole = layers[..steps].iter().map(|layer| number(&layer["weight_gradient"]["l2"])).sum::<f64>();
        let part = if query.contains("attention") { "self_attn.in_proj" } else { "recurrent0.hh" };
        let together = number(&file["measured"]["weight_gradient_norms"][part]);
        assert!(together > 0.0 && whole >= together * (1.0 - 1e-6), "{query}: {whole} in parts, {together} together");
    }
    Ok(())
}

#[tokio::test]
async fn the_page_speaks_of_time_steps_and_of_layers_in_turn() -> Result<()> {
    let page = Page::lab("").await?;
    page.call("await gradientLab.pause()").await?;
    assert!(headline(&page).await?.starts_with("Layer 1 "), "{}", headline(&page).await?);
    press(&page, "through time (RNN)", "kind", "rnn").await?;
    assert!(headline(&page).await?.starts_with("Time step 1 gets "), "{}", headline(&page).await?);
    let tries = page.call(TRIES).await?;
    assert!(
        tries.as_array().is_some_and(|tries| tries.contains(&"LSTM".into()) && !tries.contains(&"batch norm".into()))
    );
    let examples = page.call("return document.querySelectorAll('#examples tbody tr').length").await?;
    assert_eq!(examples, 6, "sequences in words");

    let ratio = |snapshot: &Value| number(&snapshot["first_to_last"]["signal"]);
    let plain = ratio(&page.call("return gradientLab.snapshot()").await?);
    press(&page, "LSTM, gate bias 4", "kind", "lstm").await?;
    let kept = ratio(&page.call("return gradientLab.snapshot()").await?);
    assert!(plain < 1e-3 && kept > 0.1, "{plain} becomes {kept}");
    assert_eq!(page.call("return document.getElementById('ghost').hidden").await?, false, "the run before stays");

    press(&page, "cut after 5 steps", "truncate", "5").await?;
    assert!(
        headline(&page).await?.starts_with("Truncation keeps the gradient from the first "),
        "{}",
        headline(&page).await?
    );
    press(&page, "attention", "kind", "attention").await?;
    assert!(
        headline(&page).await?.starts_with("Attention hands the gradient to every time step"),
        "{}",
        headline(&page).await?
    );
    press(&page, "layers (points)", "kind", "mlp").await?;
    assert!(headline(&page).await?.starts_with("Layer 1 "), "{}", headline(&page).await?);
    assert_eq!(page.call("return document.getElementById('ghost').hidden").await?, true, "time steps are no layers");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
