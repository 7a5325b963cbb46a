//! "Check one weight": the page's two numbers are those of the run file and of the difference.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::Value;

#[tokio::test]
async fn a_weight_of_ones_choice_is_checked() -> Result<()> {
    let page = Page::lab("").await?;
    let query = "depth=3&width=5&activation=tanh&init=orthogonal";
    page.call(&format!("await gradientLab.set('{query}'); await gradientLab.step(10)")).await?;
    let words = page
        .call(
            "document.getElementById('check-details').open = true;
             const parameter = document.getElementById('check-parameter');
             while (parameter.options.length === 0) await new Promise((done) => setTimeout(done, 20));
             parameter.value = 'block2.linear0.weight';
             parameter.dispatchEvent(new Event('change', { bubbles: true }));
             document.getElementById('check-row').value = '2';
             document.getElementById('check-column').value = '4';
             document.querySelector('#check-form button').click();
             const result = document.getElementById('check-result');
             while (!result.textContent) await new Promise((done) => setTimeout(done, 20));
             return result.textContent",
        )
        .await?;
    let words = words.as_str().context("a sentence")?;
    let file: Value = serde_json::from_str(&e2e::run_file(query, 10).await?)?;
    let expected = number(&file["measured"]["gradients"]["block2.linear0.weight"]["data"][5 + 3]);
    let (_, shown) = words.split_once("Back-propagation: ").context(words.to_owned())?;
    let shown: f64 = shown.split(". ").next().context("a number")?.replace('−', "-").parse()?;
    assert!((shown / expected - 1.0).abs() < 1e-5, "{words}: {expected}");
    assert!(words.contains("They differ by"), "{words}");

    let check = page.call("return gradientLab.check('head.bias', 0)").await?;
    assert!((number(&check["backprop"]) - number(&check["difference"])).abs() < 1e-6, "{check}");
    let refused =
        page.call("try { await gradientLab.check('nothing', 0); } catch (error) { return error.message }").await?;
    assert!(
        refused.as_str().is_some_and(|message| message.starts_with("parameter: got nothing, allowed: ")),
        "{refused}"
    );
    let outside = page
        .call(
            "const row = document.getElementById('check-row');
             row.value = '99';
             document.querySelector('#check-form button').click();
             await new Promise((done) => setTimeout(done, 200));
             return document.getElementById('check-result').textContent",
        )
        .await?;
    assert!(outside.as_str().is_some_and(|words| words.contains("rows go from 1 to 5")), "{outside}");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
