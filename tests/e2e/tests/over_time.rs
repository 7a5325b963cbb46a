//! Over time: gates, the recurrent matrix and attention as the engine has them; a lag that one can drag.

use anyhow::{Context, Result};
use e2e::Page;
use gradient_lab::lab::over_time::OverTime;
use gradient_lab::lab::run;
use gradient_lab::link;
use serde_json::json;

const OPEN: &str = "const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const until = async (holds) => { while (!holds()) await after(20); };
    const words = (id) => document.getElementById(id).textContent;
    const visible = (id) => document.getElementById(id).checkVisibility()";

#[tokio::test]
async fn its_numbers_are_those_of_the_engine() -> Result<()> {
    let page = Page::lab("").await?;
    for (query, layer) in [
        ("task=recall&kind=lstm&lag=9&width=6&layers=2", 1),
        ("task=adding&kind=gru&lag=8&width=5", 0),
        ("task=recall&kind=rnn&lag=12&width=8&recurrent_init=orthogonal", 0),
        ("task=copy&kind=attention&lag=6&width=6", 0),
    ] {
        page.call(&format!("await gradientLab.set('{query}'); await gradientLab.step(7)")).await?;
        let got = page.call(&format!("return gradientLab.overTime({layer})")).await?;
        let mut native = run::start(&link::parse(query).setup, None)?;
        native.step(7);
        let got: OverTime = serde_json::from_value(got)?;
        assert_eq!(got, native.over_time(layer).context("a recurrent layer")?, "{query}");
        let beyond = page.call("return gradientLab.overTime(3)").await?;
        assert!(beyond.is_null(), "{query}");
    }
    assert!(page.call("await gradientLab.set('depth=3'); return gradientLab.overTime()").await?.is_null());
    Ok(())
}

#[tokio::test]
async fn the_card_comes_and_goes_with_the_time_steps() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=4');
             const without = visible('over-time');
             await gradientLab.set('task=recall&kind=lstm&lag=9&width=6&layers=2');
             await until(() => words('over-time-words').includes('forget gate'));
             const first = await gradientLab.overTime(0);
             const second = await gradientLab.overTime(1);
             const cell = () => document.querySelector('#over-time-table tbody td').textContent;
             document.querySelector('#over-time details').open = true;
             await until(() => document.querySelector('#over-time-table tbody td'));
             const cells = [cell()];
             document.querySelectorAll('#over-time-layers input')[1].click();
             await until(() => cell() !== cells[0]);
             cells.push(cell());
             const lstm = ['over-time-gates', 'over-time-attention', 'over-time-layers'].map(visible);
             await gradientLab.set('task=copy&kind=attention&lag=6&width=6');
             await until(() => words('over-time-words').includes('looks mostly'));
             const attention = ['over-time-gates', 'over-time-attention', 'over-time-layers'].map(visible);
             return {{ without, cells, means: [first, second].map((each) => each.gates[0].mean[0].toPrecision(3)), lstm, attention }}"
        ))
        .await?;
    assert_eq!(seen["without"], false);
    assert_eq!(seen["cells"], seen["means"], "the input gate's mean at time step 1, of both layers");
    assert_eq!(seen["lstm"], json!([true, false, true]));
    assert_eq!(seen["attention"], json!([false, true, false]));
    Ok(())
}

#[tokio::test]
async fn the_lag_can_be_dragged_and_the_past_is_told_apart() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('task=recall&kind=rnn&lag=9&width=6');
             await until(() => visible('over-time-lag') && words('over-time-words').includes('W_hh'));
             const lag = document.getElementById('over-time-lag');
             lag.value = '30';
             lag.dispatchEvent(new Event('input', {{ bubbles: true }}));
             lag.dispatchEvent(new Event('change', {{ bubbles: true }}));
             await until(() => words('over-time-lag-words').includes('lag of 30'));
             const setup = await gradientLab.setup();
             const layers = (await gradientLab.snapshot()).layers.length;
             await gradientLab.step(4);
             await gradientLab.step(4);
             await gradientLab.lookAt(4);
             await until(() => words('over-time-words').startsWith('Of the present, step 8'));
             return {{ lag: setup.lag, layers, ghost: document.getElementById('ghost').checkVisibility() }}"
        ))
        .await?;
    assert_eq!(seen, json!({ "lag": 30, "layers": 32, "ghost": true }));
    Ok(())
}
