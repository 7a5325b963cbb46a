//! When the training dies, the page says so and gets it going again.

use anyhow::Result;
use e2e::Page;
use fantoccini::Locator;

/// Lets a test reach the workers that the page starts.
const KEEP_WORKERS: &str = "window.workers = [];
     window.Worker = class extends Worker {
       constructor(...how) { super(...how); workers.push(this); }
     };";

/// A speed that no arithmetic can use: the loop inside the worker throws.
const KILL: &str = "workers.at(-1).postMessage({ id: -1, type: 'run', rate: 1n })";

#[tokio::test]
async fn a_dead_worker_is_told_of_and_replaced() -> Result<()> {
    let page = Page::blank().await?;
    page.before_load(KEEP_WORKERS).await?;
    page.goto("depth=5&activation=tanh").await?;
    page.ready().await?;
    let setup = page.call("return gradientLab.setup()").await?;
    let expected = page.call("await gradientLab.reset(); return gradientLab.step(20)").await?;

    // The promise of whoever waits for the worker settles too, as ended early or as stopped, whichever comes first. The
    // worker is at work once it tells of its progress.
    let waiting = page
        .call(&format!(
            "const atWork = new Promise((resolve) => workers.at(-1).addEventListener('message', ({{ data }}) => {{
               if (data.event === 'progress') resolve();
             }}));
             const steps = gradientLab.step(4e9).catch((error) => error.message);
             await atWork;
             {KILL};
             return steps"
        ))
        .await?;
    assert!(waiting.as_str().is_some_and(|words| words.contains("stopped") || words.contains("ended")), "{waiting}");
    page.wait_for("document.querySelector('#notices .notice.bad') !== null").await?;
    let notice = page.client().find(Locator::Css("#notices .notice.bad")).await?;
    assert!(notice.text().await?.contains("stopped"), "{}", notice.text().await?);

    notice.find(Locator::Css("button.primary")).await?.click().await?;
    page.wait_for("document.getElementById('notices').childElementCount === 0").await?;
    assert_eq!(page.call("return workers.length").await?, 2);
    assert_eq!(page.call("return gradientLab.setup()").await?, setup);
    assert!(page.call("return gradientLab.step(20)").await? == expected, "the new worker's run is another one");

    // Without the button, the next thing that is asked for brings a new worker.
    page.call(&format!("{KILL}; await new Promise((resolve) => setTimeout(resolve, 200))")).await?;
    assert_eq!(page.call("return document.querySelectorAll('#notices .bad').length").await?, 1);
    assert!(page.call("return gradientLab.step(20)").await? == expected, "the new worker's run is another one");
    assert_eq!(
        page.call("return [workers.length, document.getElementById('notices').childElementCount]").await?,
        serde_json::json!([3, 0])
    );
    Ok(())
}

#[tokio::test]
async fn an_engine_that_does_not_come_is_told_and_comes_the_next_time() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(
            "await gradientLab.set('depth=3'); await gradientLab.step(2);
             const real = window.fetch;
             window.fetch = (what, how) => (String(what).includes('gradient_lab_bg') ? Promise.reject(new TypeError('no way')) : real(what, how));
             const refused = await gradientLab.set('depth=3&precision=f64').catch((error) => error.message);
             const kept = (await gradientLab.snapshot()).step;
             const theory = await gradientLab.theory().catch((error) => error.message);
             window.fetch = real;
             await gradientLab.set('depth=3&precision=f64');
             const { precision } = await gradientLab.snapshot();
             return { refused, kept, theory, precision }",
        )
        .await?;
    let message = "The engine (gradient_lab_bg.wasm) could not be fetched: no way";
    assert_eq!(seen, serde_json::json!({ "refused": message, "kept": 2, "theory": message, "precision": "f64" }));
    Ok(())
}
