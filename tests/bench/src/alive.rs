//! What is asked of the page itself: whether it stays quick while it trains.

use anyhow::{Context, Result, ensure};
use e2e::{Page, number};

use crate::report::Extra;

/// R4, with the data of the page.
const BUSY: &str = "depth=50&width=64&batch=128&activation=tanh&init=xavier&optimizer=sgd&lr=0.001";
/// A network whose step takes more than a tenth of a second.
const SLOW: &str = "depth=150&width=256&batch=256&samples=1024&activation=tanh&init=xavier";
/// How long frames are counted, in milliseconds.
const WATCHED: u32 = 8000;
/// How often a control is changed.
const CHANGES: usize = 9;

/// Measures all of it in a window that has every chart in it.
pub async fn alive() -> Result<Vec<Extra>> {
    let page = Page::lab(BUSY).await?;
    page.viewport(1440, 4000).await?;
    let (interval, work) = frames(&page).await?;
    let reaction = reaction(&page).await?;
    let extra = |what, value, limit| Extra { what, value, limit, runs: Vec::new() };
    Ok(vec![
        extra("R4 trains, every chart is on the screen: 95 of 100 frames come within, ms", interval, 20.0),
        extra("the page's own work for such a frame, ms", work, 8.0),
        extra("a step of over 100 ms is under way: from a control to another network's gradients, ms", reaction, 50.0),
    ])
}

/// The 95th percentile of the time between two frames, and the mean time that the page's thread works for one, in milliseconds.
async fn frames(page: &Page) -> Result<(f64, f64)> {
    page.call(
        "document.querySelectorAll('details').forEach((details) => (details.open = true));
         const speed = document.getElementById('speed');
         speed.value = 'max';
         speed.dispatchEvent(new Event('change'));
         await gradientLab.run();
         await new Promise((done) => setTimeout(done, 4000))",
    )
    .await?;
    let before = page.worked().await?;
    let intervals = page
        .call(&format!(
            "const times = [];
             await new Promise((done) => {{
               const tick = (now) => {{
                 times.push(now);
                 if (now - times[0] < {WATCHED}) requestAnimationFrame(tick);
                 else done();
               }};
               requestAnimationFrame(tick);
             }});
             if (!(await gradientLab.snapshot()).step) throw new Error('nothing was trained');
             return times.slice(1).map((time, index) => time - times[index])"
        ))
        .await?;
    let worked = 1000.0 * (page.worked().await? - before);
    let mut intervals: Vec<f64> = intervals.as_array().context("intervals")?.iter().map(number).collect();
    intervals.sort_by(f64::total_cmp);
    Ok((intervals[intervals.len() * 95 / 100], worked / intervals.len() as f64))
}

/// The median time from a control's change to the first picture of the network that it makes.
async fn reaction(page: &Page) -> Result<f64> {
    let mut times = Vec::with_capacity(CHANGES);
    for _ in 0..CHANGES {
        let seen = page
            .call(&format!(
                "const frame = () => new Promise(requestAnimationFrame);
                 await gradientLab.set('{SLOW}');
                 const start = performance.now();
                 await gradientLab.step(3);
                 const step = (performance.now() - start) / 3;
                 await gradientLab.run();
                 await new Promise((done) => setTimeout(done, 500));
                 const width = document.getElementById('control-width');
                 const label = () => document.getElementById('steps').textContent;
                 const before = label();
                 const changed = performance.now();
                 width.value = '4';
                 width.dispatchEvent(new Event('change', {{ bubbles: true }}));
                 while (label() === before) await frame();
                 return {{ step, took: performance.now() - changed, label: label() }}"
            ))
            .await?;
        ensure!(number(&seen["step"]) > 100.0, "a step is too quick to be in the way: {seen}");
        ensure!(seen["label"] == "step 0", "another step came before the new network: {seen}");
        times.push(number(&seen["took"]));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[CHANGES / 2])
}
