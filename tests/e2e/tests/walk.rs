//! The walk through one step: its numbers are those of the run file, and it ends when the run goes on.

use anyhow::{Context, Result};
use e2e::{Page, number};
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
    let text = line.trim_end_matches('.').rsplit(['=', ' ']).find(|part| !part.is_empty()).context("a number")?;
    text.replace('−', "-").parse().with_context(|| format!("{text} in: {line}"))
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
    let near = |line: &str, expected: f64| -> Result<()> {
        let got = last_number(line)?;
        assert!((got - expected).abs() <= 0.06 * expected.abs(), "{line}: not {expected}");
        Ok(())
    };
    let measured = &file["measured"];
    for layer in 1..=3 {
        let forward = &said[layer];
        assert_eq!(forward[0], format!("Forward, layer {layer} of 3 ({} of 10)", layer + 1));
        near(&forward[1], first(&measured["activations"][format!("block{layer}.linear0")]))?;
        near(&forward[2], first(&measured["activations"][format!("block{layer}")]))?;
        let backward = &said[9 - layer];
        assert!(backward[0].starts_with(&format!("Backward, layer {layer} of 3 ")), "{}", backward[0]);
        near(&backward[1], first(&measured["activation_gradients"][format!("block{layer}")]))?;
        near(&backward[2], first(&measured["activation_gradients"][format!("block{layer}.linear0")]))?;
        near(&backward[4], first(&measured["gradients"][format!("block{layer}.linear0.weight")]))?;
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
    let (old, updated) = (first(&file["parameters"][name]), first(&measured["updated_parameters"][name]));
    let words: Vec<&str> = said[9][1].split(' ').collect();
    let of = |word: &str| {
        let at = words.iter().position(|other| *other == word).context("a word")? + 1;
        anyhow::Ok(words[at].trim_end_matches('.').replace('−', "-").parse::<f64>()?)
    };
    for (word, expected) in [("from", old), ("by", updated - old), ("to", updated)] {
        let got = of(word)?;
        assert!((got - expected).abs() <= 0.06 * expected.abs(), "{word} {expected}: {:?}", said[9]);
    }
    Ok(())
}

#[tokio::test]
async fn other_networks_are_walked_through_operation_by_operation_until_the_run_goes_on() -> Result<()> {
    let page = Page::lab("").await?;
    for query in
        ["depth=2&width=4&batch=5&skip=residual&norm=layer_norm", "task=recall&lag=4&kind=lstm&width=4&batch=5"]
    {
        let said = page.call(&format!("await gradientLab.set('{query}'); {WALK}; return said")).await?;
        let file: Value = serde_json::from_str(&e2e::run_file(query, 0).await?)?;
        let taps = file["measured"]["activations"].as_object().context("taps")?;
        let said: Vec<Vec<String>> = serde_json::from_value(said)?;
        assert_eq!(said.len(), 2 * taps.len() + 1, "{query}");
    }
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
