//! The history: what was measured can be looked at again, in every instrument, and led on from.

use anyhow::Result;
use e2e::{Page, number};
use serde_json::json;

/// The lab, with the history in sight.
async fn lab_with_history() -> Result<Page> {
    let page = Page::lab("").await?;
    page.call("document.getElementById('history').scrollIntoView()").await?;
    page.wait_for("document.getElementById('history').getAttribute('aria-label') !== null").await?;
    Ok(page)
}

#[tokio::test]
async fn an_earlier_step_comes_back_as_it_was_and_leads_on_to_the_same_digits() -> Result<()> {
    let page = lab_with_history().await?;
    let taken = page
        .call(
            "await gradientLab.set('depth=6&activation=relu&init=he');
             const taken = [await gradientLab.snapshot()];
             for (let i = 0; i < 8; i++) taken.push(await gradientLab.step(25));
             return taken",
        )
        .await?;
    let headline = "document.getElementById('headline').textContent";
    let now = page.call(&format!("return {headline}")).await?;
    assert_eq!(page.call("return gradientLab.lookAt(100)").await?, taken[4]);
    let line = page.call("return document.getElementById('history-at').textContent").await?;
    assert!(line.as_str().is_some_and(|line| line.contains("step 100 of 200")), "{line}");
    // The words, the table and the numbers beside the loss are those of then.
    let then = page.call(&format!("return {headline}")).await?;
    assert_ne!(now, then);
    let shown = page
        .call(
            "document.getElementById('table-details').open = true; await new Promise((done) => setTimeout(done, 300));
               return document.querySelector('#table caption').textContent",
        )
        .await?;
    assert!(shown.as_str().is_some_and(|caption| caption.contains("step 100")), "{shown}");

    // The run itself has not moved: a step goes on from 200.
    let next = page.call("return gradientLab.step(25)").await?;
    assert_eq!(next["step"], 225);
    let refused = page.call("return gradientLab.continueFrom(1e6).catch((error) => error.message)").await?;
    assert!(
        refused.as_str().is_some_and(|message| message.contains("got 1000000, but the run has come to step")),
        "{refused}"
    );
    let refused = page.call("return gradientLab.lookAt(1.5).catch((error) => error.message)").await?;
    assert!(refused.as_str().is_some_and(|message| message.starts_with("lookAt(step): ")), "{refused}");
    assert_eq!(page.call("return gradientLab.continueFrom(100)").await?, taken[4]);
    // Steps on the way may have been seen as well.
    let recorded = page.call("return gradientLab.recorded()").await?;
    let recorded: Vec<f64> = recorded.as_array().into_iter().flatten().map(number).collect();
    assert!(
        [0.0, 25.0, 50.0, 75.0].iter().all(|step| recorded.contains(step)),
        "what came before is kept: {recorded:?}"
    );
    assert_eq!(recorded.last(), Some(&100.0), "what came after is gone");
    for later in 5..=8 {
        assert_eq!(page.call("return gradientLab.step(25)").await?, taken[later], "the same digits again");
    }
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn every_cell_has_the_colour_of_its_number() -> Result<()> {
    let page = lab_with_history().await?;
    let cells = page
        .call(
            "await gradientLab.set('depth=10&activation=sigmoid');
             for (let i = 0; i < 5; i++) await gradientLab.step(10);
             await new Promise((done) => setTimeout(done, 300));
             const { magnitudeColors } = await import('./gradient_lab_first.js');
             const steps = await gradientLab.recorded();
             const canvas = document.getElementById('history');
             const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
             const wrong = [];
             for (const [column, step] of steps.entries()) {
               const { layers } = await gradientLab.lookAt(step);
               layers.forEach((layer, index) => {
                 const log10 = Math.round(Math.log10(layer.signal_gradient.l2) * 8) / 8;
                 const expected = [...magnitudeColors(false, log10, log10 + 1, 2).slice(0, 3), 255];
                 const place = 4 * ((layers.length - 1 - index) * canvas.width + column);
                 const got = [...image.slice(place, place + 4)];
                 if (got.some((part, channel) => Math.abs(part - expected[channel]) > 1)) wrong.push({ step, index, got, expected });
               });
             }
             return { wrong, width: canvas.width, height: canvas.height, steps: steps.length }",
        )
        .await?;
    assert_eq!(cells["wrong"], json!([]));
    assert_eq!((number(&cells["width"]), number(&cells["height"])), (number(&cells["steps"]), 11.0));
    Ok(())
}

#[tokio::test]
async fn a_long_run_is_kept_whole_in_bounded_memory() -> Result<()> {
    let page = Page::lab("").await?;
    let recorded = page
        .call(
            "await gradientLab.set('depth=2&width=4');
             for (let i = 0; i < 700; i++) await gradientLab.step(1);
             return gradientLab.recorded()",
        )
        .await?;
    let steps: Vec<f64> = recorded.as_array().into_iter().flatten().map(number).collect();
    assert_eq!(steps.len(), 256);
    assert_eq!((steps.first(), steps.last()), (Some(&0.0), Some(&700.0)));
    let gaps = steps.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.clone().fold(0.0, f64::max) <= 4.0, "{:?}", gaps.collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn the_slider_leads_back_by_keyboard() -> Result<()> {
    let page = lab_with_history().await?;
    let looked = page
        .call(
            "await gradientLab.set('depth=3');
             for (let i = 0; i < 4; i++) await gradientLab.step(5);
             await new Promise((done) => setTimeout(done, 300));
             const slider = document.getElementById('history-step');
             const steps = await gradientLab.recorded();
             const [place, last] = [steps.indexOf(5), steps.length - 1].map(String);
             slider.value = place;
             slider.dispatchEvent(new Event('input', { bubbles: true }));
             await new Promise((done) => setTimeout(done, 300));
             const back = document.getElementById('history-now');
             const seen = [slider.max === last, slider.getAttribute('aria-valuetext'), back.checkVisibility()];
             back.click();
             await new Promise((done) => setTimeout(done, 300));
             return [...seen, slider.value === last, back.checkVisibility()]",
        )
        .await?;
    assert_eq!(looked, json!([true, "step 5", true, true, false]));
    Ok(())
}

#[tokio::test]
async fn whoever_looks_back_from_a_running_run_stays_there() -> Result<()> {
    let page = lab_with_history().await?;
    let stayed = page
        .call(
            "await gradientLab.set('depth=6');
             const slider = document.getElementById('history-step');
             const seen = [];
             for (let i = 0; i < 12; i++) {
               await gradientLab.run();
               await new Promise((done) => setTimeout(done, 350 + 7 * i));
               slider.value = String(Math.floor(Number(slider.max) / 3));
               slider.dispatchEvent(new Event('input', { bubbles: true }));
               await new Promise((done) => setTimeout(done, 350));
               seen.push(document.getElementById('history-now').checkVisibility());
             }
             return seen",
        )
        .await?;
    assert_eq!(stayed, json!(vec![true; 12]));
    Ok(())
}

#[tokio::test]
async fn looking_does_not_end_the_way_back_to_an_earlier_step() -> Result<()> {
    let page = lab_with_history().await?;
    let seen = page
        .call(
            "await gradientLab.set('depth=20');
             for (let i = 0; i < 10; i++) await gradientLab.step(60);
             const [there, looked] = await Promise.all([gradientLab.continueFrom(480), gradientLab.lookAt(0)]);
             return [there.step, looked.step, (await gradientLab.snapshot()).step]",
        )
        .await?;
    assert_eq!(seen, json!([480, 0, 480]));
    Ok(())
}

#[tokio::test]
async fn the_loss_goes_on_to_the_present_with_a_line_at_the_step_that_is_looked_at() -> Result<()> {
    let page = lab_with_history().await?;
    let seen = page
        .call(
            "await gradientLab.set('depth=3&activation=tanh');
             for (let i = 0; i < 8; i++) await gradientLab.step(25);
             const canvas = document.getElementById('loss');
             canvas.scrollIntoView();
             document.getElementById('loss-data').open = true;
             // The columns that are of the colour of what is chosen, from top to foot.
             const color = getComputedStyle(document.documentElement).getPropertyValue('--act').trim();
             const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
             const lines = async () => {
               await new Promise((done) => setTimeout(done, 300));
               const { width, height } = canvas;
               const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
               const is = (x, y) => [red, green, blue].every((part, at) => data[4 * (y * width + x) + at] === part);
               return [...Array(width).keys()].filter((x) => [...Array(height).keys()].filter((y) => is(x, y)).length > height / 2);
             };
             const look = async (step) => { await gradientLab.lookAt(step); return (await lines())[0]; };
             const steps = () => [...document.querySelectorAll('#loss-data tbody th')].map((cell) => cell.textContent);
             const before = await lines();
             const places = [await look(50), await look(100), await look(150)];
             const back = { words: canvas.getAttribute('aria-label'), last: steps().at(-1) };
             await gradientLab.lookAt(200);
             return { before, places, back, after: await lines(), words: canvas.getAttribute('aria-label') }",
        )
        .await?;
    assert_eq!((&seen["before"], &seen["after"]), (&json!([]), &json!([])), "the present needs no line");
    let places: Vec<f64> = seen["places"].as_array().into_iter().flatten().map(number).collect();
    assert!(places[0] < places[1] && places[1] < places[2], "{places:?}");
    assert!(
        (places[1] - places[0] - (places[2] - places[1])).abs() <= 1.0,
        "they stand where their steps are: {places:?}"
    );
    assert_eq!(seen["back"]["last"], "200", "the losses go on to the present");
    let says = |words: &serde_json::Value| {
        words.as_str().is_some_and(|words| words.contains("a vertical line marks the step"))
    };
    assert!(says(&seen["back"]["words"]) && !says(&seen["words"]), "{seen}");
    Ok(())
}
