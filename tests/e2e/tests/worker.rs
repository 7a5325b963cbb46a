//! When the training dies, the page says so and gets it going again.

use anyhow::Result;
use e2e::Page;
use fantoccini::Locator;
use gradient_lab::lab::run;
use gradient_lab::link;

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

/// Asked for what only the full module can do, the run that the first one began goes on there: same digits, same history,
/// same pictures.
#[tokio::test]
async fn a_run_moves_into_the_full_module_as_it_is() -> Result<()> {
    let query = "task=spiral&depth=6&width=9&activation=tanh&optimizer=adam&lr=0.01&norm=batch_norm&dropout=0.1";
    let page = Page::lab(query).await?;
    let began = page
        .call(
            "window.loaded = () => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('gradient_lab_bg.wasm'));
             window.pictures = () => ['gradients', 'loss', 'learned'].map((id) => document.getElementById(id).toDataURL());
             await gradientLab.pause();
             // A change of a control leaves an outline of what was before.
             const seed = document.getElementById('control-seed');
             seed.value = '5'; seed.dispatchEvent(new Event('change', { bubbles: true }));
             while ((await gradientLab.setup()).seed !== 5) await new Promise((done) => setTimeout(done, 20));
             await gradientLab.pause();
             await gradientLab.reset();
             await gradientLab.step(50);
             window.before = pictures();
             return { loaded: loaded(), outline: document.getElementById('ghost').checkVisibility() }",
        )
        .await?;
    assert_eq!(began, serde_json::json!({ "loaded": false, "outline": true }));

    let setup = link::parse(&format!("{query}&seed=5")).setup;
    let mut native = run::start(&setup, None)?;
    native.step(50);
    assert!(page.call("return gradientLab.runFile()").await? == native.run_file(), "another run after the move");
    let same = page
        .call(
            "const [axis] = document.querySelectorAll('#axis input:not(:checked)');
             const first = document.querySelector('#axis input:checked');
             axis.click(); first.click();
             return [loaded(), ...pictures().map((picture, index) => picture === before[index])]",
        )
        .await?;
    assert_eq!(same, serde_json::json!([true, true, true, true]), "a picture changed");

    native.step(25);
    page.call("await gradientLab.step(25)").await?;
    assert!(page.call("return gradientLab.runFile()").await? == native.run_file(), "it goes on otherwise");
    let points = page
        .call(
            "const details = document.getElementById('loss-data');
             details.open = true;
             while (!details.querySelector('tbody tr')) await new Promise((done) => setTimeout(done, 20));
             return details.querySelectorAll('tbody tr').length",
        )
        .await?;
    let snapshot = native.snapshot();
    assert_eq!(points, native.history().up_to(&snapshot).points.len(), "the history was lost");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
