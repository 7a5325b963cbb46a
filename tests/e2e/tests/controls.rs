//! No control is dead: each changes its own field of the Setup, and another network runs.

use anyhow::{Context, Result};
use e2e::{Page, number};
use fantoccini::Locator;
use serde_json::{Value, json};

/// Defines `operate(element, value)`, which does what a person's hand does to a form control.
const OPERATE: &str = "const operate = (element, value) => {
       element.value = value;
       element.dispatchEvent(new Event('input', { bubbles: true }));
       element.dispatchEvent(new Event('change', { bubbles: true }));
     };
     // Some knobs tell only after a few steps: what an optimizer keeps, how a rate changes.
     const look = async () => {
       await gradientLab.reset();
       return { setup: await gradientLab.setup(), start: await gradientLab.snapshot(), later: await gradientLab.step(3) };
     };";

/// A run whose gradients are large enough for every knob to tell, clipping too, and whose steps are small enough to last.
const BASE: &str = "depth=6&width=16&activation=relu&init=he&scale=1.5&lr=0.001";

/// The same for what only sequences have.
const OVER_TIME: &str = "task=parity&lag=300&width=4&recurrent_init=orthogonal";

/// Every parameter of the catalog.
async fn params(page: &Page) -> Result<Vec<Value>> {
    Ok(serde_json::from_value(page.call("return (await gradientLab.catalog()).params").await?)?)
}

/// A link in which the control of this parameter can be seen: the base, or the first option that brings it out.
async fn where_seen(page: &Page, params: &[Value], key: &str) -> Result<String> {
    let with_choices = |base: &'static str| {
        let choices = params.iter().flat_map(move |param| {
            let options = param["options"].as_array().into_iter().flatten();
            let id = move |option: &Value| Some(format!("{}={}", param["key"].as_str()?, option["id"].as_str()?));
            options.filter_map(id)
        });
        let is_new = move |choice: &String| !base.contains(&choice[..=choice.find('=').unwrap_or_default()]);
        std::iter::once(base.to_owned()).chain(choices.filter(is_new).map(move |choice| format!("{base}&{choice}")))
    };
    for query in [BASE, OVER_TIME].into_iter().flat_map(with_choices) {
        let seen = format!(
            "try {{ await gradientLab.set('{query}'); }} catch {{ return false; }} // it does nothing by itself
             return document.getElementById('control-{key}').checkVisibility()"
        );
        if page.call(&seen).await? == true {
            return Ok(query);
        }
    }
    anyhow::bail!("no option of any other control brings out {key}")
}

/// Some values other than the default that the parameter may have.
fn other_values(param: &Value) -> Vec<Value> {
    let default = param["default"].as_str().unwrap_or_default();
    if param["kind"] == "choice" {
        let ids = param["options"].as_array().into_iter().flatten().map(|option| option["id"].clone());
        return ids.filter(|id| id != default).collect();
    }
    if param["kind"] == "layers" {
        return vec![json!("1"), json!("2-5,7")];
    }
    let default: f64 = default.parse().unwrap_or_default();
    let within = |value: f64| value >= number(&param["min"]) && value <= number(&param["max"]);
    let candidates =
        if param["kind"] == "integer" { [1.0, -1.0].map(|by| default + by) } else { [default + 0.25, default / 128.0] };
    candidates.into_iter().filter(|&value| value != default && within(value)).map(written).collect()
}

/// A number in the JSON form that the Setup has for it.
fn written(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

#[tokio::test]
async fn every_control_changes_its_field_and_the_run() -> Result<()> {
    let page = Page::lab("").await?;
    page.viewport(1440, 956).await?;
    let params = params(&page).await?;
    assert!(params.len() > 10);
    let mut operated = 0;
    for param in &params {
        let key = param["key"].as_str().context("a parameter has a key")?;
        let query = where_seen(&page, &params, key).await?;
        let values = other_values(param);
        assert!(!values.is_empty(), "{key} has only one value");
        let mut tells = false;
        for value in values {
            let place = format!("{key}={value}, from {query:?}");
            let result = page
                .call(&format!(
                    "{OPERATE} await gradientLab.set('{query}');
                     const before = await look();
                     const control = document.getElementById('control-{key}');
                     const options = control.options && [...control.options].map((option) => option.value);
                     if (options && !options.includes({value}) || control.value === {value}) return null;
                     operate(control, {value});
                     const fresh = (await gradientLab.snapshot()).step;
                     const hidden = [...document.querySelectorAll('.field[hidden] .field-value :is(input, select)')];
                     return {{ before, fresh, after: await look(), shown: control.value, hidden: hidden.map(({{ id }}) => id) }}"
                ))
                .await
                .context(place.clone())?;
            if result.is_null() {
                continue; // an option that does not fit this Setup is not offered, and one that holds is no change
            }
            operated += 1;
            let [before, after] = ["before", "after"].map(|time| &result[time]);
            let same = |a: &Value, b: &Value| a == b || a.as_f64().is_some_and(|a| Some(a) == b.as_f64());
            assert!(same(&after["setup"][key], &value), "{place}: {}", after["setup"]);
            for (field, old) in before["setup"].as_object().into_iter().flatten() {
                // The loss follows the data: not each fits every task. A knob that no longer acts goes back to its default.
                let is_hidden =
                    result["hidden"].as_array().is_some_and(|ids| ids.contains(&json!(format!("control-{field}"))));
                // Another kind of task is another beginning.
                let [old_kind, new_kind] = [before, after].map(|time| time["setup"]["kind"] == "mlp");
                let follows = (field == "loss" && key == "task") || is_hidden || old_kind != new_kind;
                assert!(field == key || follows || after["setup"][field] == *old, "{place} changes {field}");
            }
            assert_eq!(result["fresh"], 0, "{place}: the old run goes on");
            tells |= after["start"] != before["start"] || after["later"] != before["later"];
            let shown = result["shown"].as_str().unwrap_or_default();
            let as_number = shown.parse().map_or(Value::Null, |number: f64| json!(number));
            assert!(value == shown || same(&as_number, &value), "{place} shows {shown}");
        }
        assert!(tells, "{key} makes no difference, whatever it is");
    }
    assert!(operated > params.len(), "only {operated} values were tried");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn every_slider_and_the_new_seed_do_the_same() -> Result<()> {
    let page = Page::lab("").await?;
    page.viewport(1440, 956).await?;
    let params = params(&page).await?;
    for param in params.iter().filter(|param| param["kind"] != "choice" && param["kind"] != "layers") {
        let key = param["key"].as_str().context("a parameter has a key")?;
        let query = where_seen(&page, &params, key).await?;
        let changed = page
            .call(&format!(
                "{OPERATE} await gradientLab.set('{query}');
                 const before = await look();
                 const field = document.getElementById('control-{key}').closest('.field');
                 const slider = field.querySelector('input[type=range]');
                 const halfway = slider && Math.round((Number(slider.value) + Number(slider.max)) / 2);
                 if (slider) operate(slider, halfway);
                 else field.querySelector('button.another').click();
                 const after = await look();
                 const run = ({{ start, later }}) => JSON.stringify([start, later]);
                 return [before.setup.{key}, after.setup.{key}, run(before) !== run(after)]"
            ))
            .await
            .context(key.to_owned())?;
        assert!(changed[0] != changed[1] && changed[2] == true, "{key}: {changed}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_beside_the_control() -> Result<()> {
    let page = Page::lab("").await?;
    page.viewport(1440, 956).await?;
    let before = page.call("return gradientLab.setup()").await?;
    for (key, value) in [("depth", "9999"), ("lr", ""), ("width", "1.5")] {
        let complaint = page
            .call(&format!(
                "{OPERATE} operate(document.getElementById('control-{key}'), '{value}');
                 return document.getElementById('control-{key}-complaint').textContent"
            ))
            .await?;
        assert!(complaint.as_str().is_some_and(|words| words.contains("Allowed")), "{key}={value}: {complaint}");
        assert_eq!(page.call("return gradientLab.setup()").await?, before, "{key}={value}");
    }
    page.client().find(Locator::Id("defaults")).await?.click().await?;
    assert_eq!(page.call("return document.querySelector('[aria-invalid=true]')").await?, Value::Null);
    Ok(())
}

#[tokio::test]
async fn run_pause_step_and_reset_do_what_they_say() -> Result<()> {
    let page = Page::lab("").await?;
    let click = async |id: &str| -> Result<()> { Ok(page.client().find(Locator::Id(id)).await?.click().await?) };
    let step = async || -> Result<f64> { Ok(number(&page.call("return (await gradientLab.snapshot()).step").await?)) };
    click("run").await?; // it says Pause, because the lab opens running
    let paused = step().await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(step().await?, paused);
    click("step").await?;
    assert_eq!(step().await?, paused + 1.0);
    click("reset").await?;
    assert_eq!(step().await?, 0.0);
    click("run").await?;
    page.wait_for("(await gradientLab.snapshot()).step > 10").await?;
    Ok(())
}

#[tokio::test]
async fn every_control_explains_itself() -> Result<()> {
    let page = Page::lab("").await?;
    page.viewport(1440, 956).await?;
    let fetched = || page.site.requests().iter().filter(|request| request.target.contains("catalog.en.json")).count();
    assert_eq!(fetched(), 0, "what only help needs waits for it");
    let silent = page
        .call(
            "const fields = [...document.querySelectorAll('.field')].filter((field) => field.checkVisibility());
             fields.forEach((field) => field.querySelector('button.help').click());
             await new Promise((done) => setTimeout(done, 500));
             const words = (field) => field.querySelector('.help-panel').textContent;
             const isChoice = (field) => field.querySelector('select') !== null;
             const enough = (field) => words(field).length > 20 && (!isChoice(field) || field.querySelector('.help-panel code'));
             return [fields.length, fields.filter((field) => !enough(field)).map((field) => field.textContent)]",
        )
        .await?;
    assert!(number(&silent[0]) > 15.0, "{silent}");
    assert_eq!(silent[1], json!([]), "these have nothing to say");
    assert_eq!(fetched(), 1);
    Ok(())
}
