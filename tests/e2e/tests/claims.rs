//! What the lab promises to show, asserted from the page's own snapshot.

use anyhow::Result;
use e2e::{Page, number};
use fantoccini::Locator;
use serde_json::Value;

const CURE: &str = "activation=relu&init=he";
/// Outgrows 32-bit floats after a few steps, not at once.
const EXPLODING: &str = "activation=relu&init=he&scale=30";

#[tokio::test]
async fn relu_and_he_cure_it_with_nothing_else_changed() -> Result<()> {
    let page = Page::lab("").await?;
    let default = page.call("return gradientLab.setup()").await?;
    let cured = page.call(&format!("await gradientLab.set('{CURE}'); return gradientLab.setup()")).await?;
    assert_eq!(changes(&default, &cured), ["activation", "init"]);

    let start = page.call("return gradientLab.snapshot()").await?;
    for measure in ["weights", "signal"] {
        let ratio = number(&start["first_to_last"][measure]);
        assert!(ratio > 0.05, "{measure}: {ratio}");
    }
    let end = page.call("return gradientLab.step(500)").await?;
    let (loss, accuracy) = (&end["loss"], &end["accuracy"]);
    assert!(number(&loss["train"]) < 0.1 * number(&loss["chance"]), "{loss}");
    assert!(number(&accuracy["test"]) > 0.95, "{accuracy}");
    Ok(())
}

#[tokio::test]
async fn one_click_cures_it_and_another_brings_it_back() -> Result<()> {
    let page = Page::lab("").await?;
    let default = page.call("return gradientLab.setup()").await?;
    let button = page.client().find(Locator::XPath("//*[@id='tries']/button[.='ReLU + He']")).await?;
    button.click().await?;
    let cured = page.call("return gradientLab.setup()").await?;
    assert_eq!(changes(&default, &cured), ["activation", "init"]);
    assert_eq!(button.attr("aria-pressed").await?.as_deref(), Some("true"));
    page.wait_for("(await gradientLab.snapshot()).step > 0").await?;
    let end = page.call("await gradientLab.reset(); return gradientLab.step(500)").await?;
    assert!(number(&end["first_to_last"]["signal"]) > 0.05, "{}", end["first_to_last"]);
    assert!(number(&end["accuracy"]["test"]) > 0.95, "{}", end["accuracy"]);

    let scripted = page.call(&format!("await gradientLab.set('{CURE}'); return gradientLab.step(500)")).await?;
    assert!(end == scripted, "the click and the script lead to different runs");

    button.click().await?;
    assert_eq!(page.call("return gradientLab.setup()").await?, default);
    Ok(())
}

#[tokio::test]
async fn every_rule_is_listed_and_what_was_found_is_marked() -> Result<()> {
    let page = Page::lab("").await?;
    let first = page.call("await gradientLab.reset(); return gradientLab.step(60)").await?;
    // Each rule: its name and threshold, and what was measured if it was found.
    let read = "document.getElementById('checked-details').open = true;
        await new Promise((resolve) => setTimeout(resolve, 500));
        const shown = (element) => element.checkVisibility() ? element.textContent : '';
        return [...document.querySelectorAll('#checked > li')].map((item) => ({
            rule: item.dataset.rule, found: item.hasAttribute('data-found'),
            words: [...item.children].map(shown).join(' '), mark: shown(item.querySelector('.found')),
        }))";
    let rows = page.call(read).await?;
    let rows = rows.as_array().expect("a list");
    let rules = page.call("return (await gradientLab.catalog()).rules").await?;
    let rules = rules.as_array().expect("the rules");
    assert!(rules.len() >= 15 && rules.len() == rows.len(), "{} rules, {} rows", rules.len(), rows.len());
    for (rule, row) in rules.iter().zip(rows) {
        assert_eq!(row["rule"], rule["id"]);
        let words = row["words"].as_str().unwrap_or_default();
        for part in [&rule["name"], &rule["formula"]] {
            assert!(words.contains(part.as_str().expect("words")), "{part}: {words}");
        }
        let is_found = ["vanishing", "stalled", "small_updates"].contains(&rule["id"].as_str().unwrap_or_default());
        assert_eq!(row["found"], is_found, "{row}");
        assert_eq!(row["mark"], if is_found { "found" } else { "" }, "{row}");
        assert_eq!(words.contains("Measured: "), is_found, "{words}");
    }
    let vanishing = rows.iter().find(|row| row["rule"] == "vanishing").expect("a row");
    let measured = format!("Measured: {:.1e}, layer 1 : layer 20", number(&first["first_to_last"]["signal"]));
    assert!(vanishing["words"].as_str().is_some_and(|words| words.contains(&measured)), "{measured}: {vanishing}");
    let summary = page.client().find(Locator::Id("checked-summary")).await?.text().await?;
    assert!(summary.contains("found: 3"), "{summary}");

    // Another run, another finding; a row that no longer holds says so.
    page.call(&format!("await gradientLab.set('{CURE}'); return gradientLab.step(500)")).await?;
    let cured = page.call(read).await?;
    let found = |id: &str| cured.as_array().into_iter().flatten().any(|row| row["rule"] == id && row["found"] == true);
    assert_eq!((found("learned"), found("vanishing")), (true, false));
    Ok(())
}

#[tokio::test]
async fn an_explosion_is_told_survived_and_reset() -> Result<()> {
    let page = Page::lab("").await?;
    let fresh = page.call(&format!("await gradientLab.set('{EXPLODING}'); return gradientLab.snapshot()")).await?;
    assert_eq!(fresh["divergence"], Value::Null);
    let end = page.call("return gradientLab.step(500)").await?;

    let divergence = &end["divergence"];
    let step = divergence["step"].as_u64().expect("it diverges");
    assert!(step > 0 && step < 500, "{divergence}");
    assert_eq!(end["step"], step, "a run that has diverged takes no further step");
    assert!(["activation", "gradient"].map(Value::from).contains(&divergence["quantity"]), "{divergence}");
    let states = end["layers"].as_array().into_iter().flatten();
    let states: Vec<&Value> =
        states.flat_map(|layer| [&layer["signal_gradient"]["state"], &layer["weight_gradient"]["state"]]).collect();
    assert!(states.iter().any(|&state| state == "infinite" || state == "nan"), "{states:?}");

    let headline = page.client().find(Locator::Id("headline")).await?.text().await?;
    let layer = match divergence["layer"].as_str().and_then(|name| name.strip_prefix("block")) {
        Some(number) => format!("layer {number} "),
        None => "the output layer".to_owned(),
    };
    for part in [&format!("step {step} "), &layer] {
        assert!(headline.contains(part.as_str()), "{part}: {headline}");
    }

    let again = page.call("await gradientLab.reset(); return gradientLab.snapshot()").await?;
    assert_eq!(again, fresh);
    let other = page.call(&format!("await gradientLab.set('{CURE}'); return gradientLab.step(20)")).await?;
    assert_eq!((&other["step"], &other["divergence"]), (&20.into(), &Value::Null));
    page.call("return gradientLab.run()").await?;
    page.wait_for("(await gradientLab.snapshot()).step > 20").await?;
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn the_digits_are_learned_and_fetched_only_when_asked_for() -> Result<()> {
    let page = Page::lab("").await?;
    let fetched = || page.site.requests().iter().filter(|request| request.target.contains("digits.txt")).count();
    page.wait_for("(await gradientLab.snapshot()).step > 0").await?;
    assert_eq!(fetched(), 0);
    page.call("await gradientLab.set('task=digits&depth=2&activation=relu&init=he&width=64&lr=0.1')").await?;
    assert_eq!(fetched(), 1);
    let end = page.call("return gradientLab.step(2000)").await?;
    assert!(number(&end["accuracy"]["test"]) > 0.95, "{}", end["accuracy"]);
    Ok(())
}

/// The fields in which two Setups differ.
fn changes<'a>(before: &'a Value, after: &'a Value) -> Vec<&'a str> {
    let fields = before.as_object().into_iter().flatten();
    fields.filter(|(key, value)| after[key.as_str()] != **value).map(|(key, _)| key.as_str()).collect()
}
