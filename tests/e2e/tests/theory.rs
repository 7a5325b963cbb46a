//! The theory beside the measurement: the engine's own numbers, drawn when it is wanted, silent where it knows nothing.

use anyhow::{Context, Result};
use e2e::{Page, number};
use gradient_lab::lab::run;
use gradient_lab::link;
use serde_json::json;

/// Switches the theory, and waits until it has been drawn or has said that it is silent.
const SWITCH: &str = "const words = document.getElementById('theory-words');
    const picture = () => document.getElementById('gradients').toDataURL();
    const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const spoken = async (begins) => { while (!words.textContent.startsWith(begins)) await after(20); await after(100); };
    document.getElementById('gradients').scrollIntoView();
    const flip = () => document.getElementById('theory').click()";

#[tokio::test]
async fn its_numbers_are_those_of_the_engine() -> Result<()> {
    let page = Page::lab("").await?;
    for query in [
        "",
        "depth=30&activation=relu&init=he&width=64",
        "depth=12&norm=layer_norm&skip=residual",
        "norm=batch_norm&depth=9",
    ] {
        page.call(&format!("await gradientLab.set('{query}')")).await?;
        let got = page.call("return gradientLab.theory()").await?;
        let setup = link::parse(query).setup;
        let measured = run::start(&setup, None)?.snapshot().first_to_last.signal.context("a ratio")?;
        let expected =
            run::theory(&setup, None)?.and_then(|theory| theory.compare(measured)).context("a comparison")?;
        for (name, expected) in [
            ("expected", Some(expected.expected)),
            ("measured", Some(expected.measured)),
            ("deviations", expected.deviations),
        ] {
            assert_eq!(got[name].as_f64(), expected, "{name} of {query:?}");
        }
        assert_eq!(got["within"].as_bool(), expected.within, "{query:?}");
    }
    for query in ["kind=lstm&task=recall", "dropout=0.2", "init=constant", "skip=dense"] {
        let got = page.call(&format!("await gradientLab.set('{query}'); return gradientLab.theory()")).await?;
        assert!(got.is_null(), "{query}: {got}");
    }
    Ok(())
}

#[tokio::test]
async fn it_is_drawn_and_said_when_it_is_wanted() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{SWITCH}; await gradientLab.set('depth=20'); await after(300);
             const plain = picture();
             flip();
             await spoken('Mean-field theory');
             const drawn = picture();
             const {{ expected, measured, deviations }} = await gradientLab.theory();
             const said = words.textContent;
             // Another run asks again by itself.
             await gradientLab.set('kind=rnn&task=recall&lag=8');
             await spoken('Theory says nothing');
             await gradientLab.set('depth=20');
             await spoken('Mean-field theory');
             const again = picture();
             await gradientLab.step(3);
             await spoken('Mean-field theory');
             const trained = words.textContent;
             await gradientLab.reset();
             flip();
             await after(200);
             return {{ expected, measured, deviations, said, trained, hidden: words.hidden,
               pictures: [drawn !== plain, again === drawn, picture() === plain] }}"
        ))
        .await?;
    let said = seen["said"].as_str().context("words")?;
    for name in ["expected", "measured"] {
        let value = format!("{:.3}", number(&seen[name]));
        assert!(said.contains(&value), "{name} {value}: {said}");
    }
    let deviations = number(&seen["deviations"]);
    let side = if deviations < 0.0 { "below" } else { "above" };
    let place = if deviations.abs() <= 2.0 { "within the expected" } else { "outside of the expected" };
    assert!(said.contains(&format!("standard deviations {side}, {place}")), "{said}");
    assert!(!said.contains("Training has moved"), "{said}");
    assert!(seen["trained"].as_str().is_some_and(|words| words.contains("Training has moved")), "{seen}");
    assert_eq!(seen["pictures"], json!([true, true, true]), "drawn, drawn again, gone");
    assert_eq!(seen["hidden"], true);
    Ok(())
}

#[tokio::test]
async fn the_axis_can_be_linear() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{SWITCH}; await gradientLab.set('depth=4&activation=tanh'); await after(300);
             const choose = async (axis) => {{ document.querySelector(`#axis [value=${{axis}}]`).click(); await after(200); }};
             const name = () => document.getElementById('gradients').getAttribute('aria-label');
             const [log, nameOfLog] = [picture(), name()];
             await choose('linear');
             const [linear, nameOfLinear] = [picture(), name()];
             await choose('log');
             return {{ differs: linear !== log, back: picture() === log, names: [nameOfLog, nameOfLinear].map((words) => words.split(':')[0]) }}"
        ))
        .await?;
    assert_eq!(seen["differs"], true);
    assert_eq!(seen["back"], true);
    assert_eq!(seen["names"], json!(["Bar chart on a log axis", "Bar chart on a linear axis"]));
    Ok(())
}
