//! From what was found to the instrument that shows it, and to what may help.

use anyhow::{Context, Result};
use e2e::Page;
use serde_json::{Value, json};

/// Opens "What was checked", and tells what each rule that holds offers.
const OFFERS: &str = "document.getElementById('checked-details').open = true;
    while (document.querySelectorAll('#checked > li').length === 0) await new Promise((done) => setTimeout(done, 50));
    await new Promise((done) => setTimeout(done, 500));
    const offers = Object.fromEntries([...document.querySelectorAll('#checked > li[data-found]')].map((item) =>
      [item.dataset.rule, [...item.querySelectorAll('.way button')].map((button) => button.textContent)]));
    const press = async (rule, name) => {
      [...document.querySelectorAll(`#checked > li[data-rule=${rule}] .way button`)].find((button) => button.textContent === name).click();
      await new Promise((done) => setTimeout(done, 700));
    };";

fn offers(seen: &Value, rule: &str) -> Result<Vec<String>> {
    let buttons = seen[rule].as_array().with_context(|| format!("{rule} was not found: {seen}"))?;
    Ok(buttons.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[tokio::test]
async fn what_is_found_leads_to_the_instrument_and_to_the_cures() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('depth=20'); await gradientLab.step(60); {OFFERS}
             await press('vanishing', 'Look into layer 1');
             const layer = document.getElementById('layer-name').textContent;
             await press('small_updates', 'Show the updates');
             const updates = document.getElementById('updates-details').open;
             await press('vanishing', 'residual skips');
             const {{ skip }} = await gradientLab.setup();
             const later = [...document.querySelectorAll('#checked > li[data-rule=vanishing] .way button')].map((button) => button.textContent);
             return {{ offers, layer, updates, skip, later }}"
        ))
        .await?;
    let vanishing = offers(&seen["offers"], "vanishing")?;
    assert_eq!(vanishing, ["Look into layer 1", "ReLU + He", "tanh + orthogonal", "batch norm", "residual skips"]);
    assert_eq!(offers(&seen["offers"], "small_updates")?, ["Show the updates", "Adam, rate 0.001"]);
    assert_eq!(offers(&seen["offers"], "stalled")?, ["Show the loss"]);
    assert_eq!(
        (&seen["layer"], &seen["updates"], &seen["skip"]),
        (&json!("Layer 1 of 20"), &json!(true), &json!("residual"))
    );
    assert!(!seen["later"].to_string().contains("residual skips"), "what is there is not offered: {}", seen["later"]);
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn over_time_other_things_help() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('task=recall&lag=40'); await gradientLab.pause(); {OFFERS} return offers"
        ))
        .await?;
    let vanishing = offers(&seen, "vanishing")?;
    assert_eq!(vanishing, ["Look into time step 1", "orthogonal state", "LSTM, gate bias 4", "attention"]);
    Ok(())
}
