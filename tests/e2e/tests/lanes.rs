//! Compare: pinned runs go on beside the run, at the same step, with the numbers that they have alone.

use anyhow::{Context, Result};
use e2e::{Page, number};
use gradient_lab::lab::run;
use gradient_lab::link;
use serde_json::json;

const OPEN: &str = "document.getElementById('compare').scrollIntoView();
    const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const until = async (holds) => { while (!holds()) await after(20); };
    const visible = (id) => document.getElementById(id).checkVisibility();
    const words = (id) => document.getElementById(id).textContent;
    const rows = () => [...document.querySelectorAll('#compare-table tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))";

#[tokio::test]
async fn all_runs_are_at_one_step_with_their_own_numbers() -> Result<()> {
    let page = Page::lab("").await?;
    // 64 bits, a sequence of another task, and the plain default beside a ReLU network.
    let queries = ["depth=8", "depth=8&activation=tanh&precision=f64", "task=recall&kind=gru&lag=6&width=5"];
    for query in queries {
        page.call(&format!("await gradientLab.set('{query}'); await gradientLab.pin()")).await?;
    }
    let refused = page.call("return gradientLab.pin().catch((error) => error.message)").await?;
    assert_eq!(refused, "Pin this run: at most 3 runs can be pinned. Remove one of them first.");
    page.call("await gradientLab.set('depth=8&activation=relu&init=he')").await?;
    for steps in [0, 1, 40] {
        page.call(&format!("await gradientLab.step({steps})")).await?;
        let lanes = page.call("return gradientLab.lanes()").await?;
        let live = page.call("return gradientLab.snapshot()").await?;
        for (lane, query) in lanes.as_array().context("lanes")?.iter().zip(queries) {
            let setup = link::parse(query).setup;
            assert_eq!(lane["query"], link::format(&setup));
            assert_eq!(lane["snapshot"]["step"], live["step"], "{query}");
            let mut native = run::start(&setup, None)?;
            native.step(number(&live["step"]) as u32);
            let snapshot = native.snapshot();
            assert_eq!(number(&lane["snapshot"]["loss"]["train"]), snapshot.loss.train, "{query}");
            let signal = |index: usize| number(&lane["snapshot"]["layers"][index]["signal_gradient"]["l2"]);
            for (index, layer) in snapshot.layers.iter().enumerate() {
                assert_eq!(signal(index), layer.signal_gradient.l2, "{query}, layer {index}");
            }
        }
    }
    // A run from the start takes the others back to it.
    let steps = page
        .call("await gradientLab.reset(); return (await gradientLab.lanes()).map(({ snapshot }) => snapshot.step)")
        .await?;
    assert_eq!(steps, json!([0, 0, 0]));
    let gone = page
        .call(
            "const [{ key }] = await gradientLab.lanes(); await gradientLab.unpin(key);
             return [(await gradientLab.lanes()).length, await gradientLab.unpin(key).catch((error) => error.message)]",
        )
        .await?;
    assert_eq!(gone, json!([2, "lane: got 1, allowed: the key of a pinned run."]));
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn the_card_says_what_differs_and_how_it_ended() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=6');
             document.getElementById('pin').click();
             // What is pinned is the run of that moment, however long the rest takes to load.
             await gradientLab.set('depth=6&activation=relu&init=he&seed=9');
             await until(() => document.querySelectorAll('.lane').length === 2);
             document.getElementById('compare-pin').click();
             await until(() => document.querySelectorAll('.lane').length === 3);
             await gradientLab.set('depth=6&activation=relu&init=normal&scale=30&lr=1');
             await gradientLab.step(30);
             await gradientLab.lanes();
             await until(() => words('compare-words').includes('30') || rows().length === 3);
             await after(400);
             const live = await gradientLab.snapshot();
             return {{ live, rows: rows(), heads: [...document.querySelectorAll('.lane h3')].map((head) => head.textContent),
               warnings: [...document.querySelectorAll('.lane .caption:first-of-type')].map((warning) => warning.textContent !== '') }}"
        ))
        .await?;
    let heads: Vec<&str> = seen["heads"].as_array().context("heads")?.iter().filter_map(|head| head.as_str()).collect();
    assert_eq!(heads[0], "A: the run");
    let parts = ["B: ", "Activation sigmoid", "Weights Xavier", "Learning rate 0.1"];
    assert!(parts.iter().all(|part| heads[1].contains(part)), "{heads:?}");
    assert!(heads[2].starts_with("C: ") && heads[2].contains("Seed 9"), "{heads:?}");
    assert_eq!(seen["warnings"], json!([false, false, true]), "another seed is other data");
    let cell = |row: usize, column: usize| seen["rows"][row][column].as_str().unwrap_or_default().to_owned();
    assert_eq!([0, 1, 2].map(|row| cell(row, 1)), ["diverged", "paused", "paused"]);
    let step = number(&seen["live"]["step"]);
    assert!(step < 30.0, "a run that diverged stands where it did");
    assert_eq!([0, 1, 2].map(|row| cell(row, 2)), [(); 3].map(|()| format!("{step}")));
    Ok(())
}

#[tokio::test]
async fn a_lane_takes_the_place_of_the_run_and_back() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=5'); await gradientLab.pin(); await gradientLab.set('depth=6'); await gradientLab.pin();
             await gradientLab.set('depth=7'); await gradientLab.step(3);
             await until(() => document.querySelectorAll('.lane').length === 3);
             const press = async (text) => {{
               [...document.querySelectorAll('.lane button')].find((button) => button.textContent === text).click();
               await after(500);
             }};
             await press('Make B the run');
             const traded = [(await gradientLab.setup()).depth, (await gradientLab.lanes()).map(({{ query }}) => query)];
             await press('Remove C');
             await press('Remove B');
             return {{ traded, left: (await gradientLab.lanes()).length, hidden: !document.getElementById('compare-inside').checkVisibility(),
               focus: document.activeElement.id }}"
        ))
        .await?;
    assert_eq!(seen["traded"], json!([5, ["v=1&depth=7", "v=1&depth=6"]]));
    assert_eq!((&seen["left"], &seen["hidden"], &seen["focus"]), (&json!(0), &json!(true), &json!("compare-pin")));
    Ok(())
}

#[tokio::test]
async fn slow_lanes_are_in_nobodys_way() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=40&width=64'); await gradientLab.pin();
             await gradientLab.set('depth=2&width=4'); await gradientLab.run();
             const running = (await gradientLab.lanes())[0].snapshot.step;
             await gradientLab.pause();
             // One that has far to go is removed, and the run begins anew, while it is on its way.
             await gradientLab.set('depth=2&width=5');
             await gradientLab.pin();
             await gradientLab.step(20000);
             const [slow] = await Promise.race([gradientLab.lanes(), after(300).then(() => [{{ key: 1 }}])]);
             await gradientLab.unpin(slow.key);
             await gradientLab.reset();
             const left = (await gradientLab.lanes()).map(({{ query, snapshot }}) => [query, snapshot.step]);
             // What is looked at again holds nobody up either.
             await gradientLab.step(5);
             await gradientLab.lanes();
             await gradientLab.step(5);
             await gradientLab.lanes();
             await gradientLab.lookAt(5);
             const back = (await gradientLab.lanes())[0].snapshot.step;
             await until(() => words('compare-words').startsWith('All at step 5,'));
             const then = rows().map((row) => row[2]);
             await gradientLab.lookAt(10);
             await until(() => words('compare-words').startsWith('All at step 10,'));
             return {{ running, left, back, then, error: words('compare-words') }}"
        ))
        .await?;
    assert!(seen["running"].is_u64());
    assert_eq!((&seen["left"], &seen["back"]), (&json!([["v=1&depth=2&width=5", 0]]), &json!(10)));
    assert_eq!(seen["then"], json!(["5", "5"]), "looking back, what is compared is of then");
    assert!(seen["error"].as_str().is_some_and(|words| words.starts_with("All at step")), "{seen}");
    Ok(())
}

#[tokio::test]
async fn a_run_from_a_file_is_not_pinned_and_an_outline_is() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=4'); await gradientLab.step(2);
             await gradientLab.openRunFile(await gradientLab.runFile());
             const refused = await gradientLab.pin().catch((error) => error.message);
             await gradientLab.set('depth=4');
             document.querySelector('[data-try=reluHe]').click();
             await until(() => visible('ghost-pin'));
             document.getElementById('ghost-pin').click();
             await until(() => document.querySelectorAll('.lane').length === 2);
             return {{ refused, query: (await gradientLab.lanes())[0].query, said: words('pin-said') }}"
        ))
        .await?;
    assert_eq!(
        seen["refused"],
        "Pin this run: it was opened from a run file, and its Setup alone would not give it back."
    );
    assert_eq!(seen["query"], "v=1&depth=4");
    assert_eq!(seen["said"], "Pinned: 1 of 3. They go on under “Compare”, below.");
    Ok(())
}

#[tokio::test]
async fn nothing_moves_while_the_runs_go_on() -> Result<()> {
    let page = Page::lab("").await?;
    let moved = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=6'); await gradientLab.pin(); await gradientLab.set('depth=6&activation=relu&init=he');
             await gradientLab.step(5); await gradientLab.lanes(); await until(() => rows().length === 2); await after(600);
             const places = () => [...document.querySelectorAll('#compare canvas, #compare h3, #compare-table, #layer')].map((element) => Math.round(element.getBoundingClientRect().top - document.getElementById('compare').getBoundingClientRect().top));
             const before = places();
             await gradientLab.run();
             const seen = [];
             for (let time = 0; time < 15; time++) {{ await after(100); seen.push(places().some((top, index) => top !== before[index])); }}
             await gradientLab.pause();
             return seen.filter(Boolean).length"
        ))
        .await?;
    assert_eq!(moved, 0);
    Ok(())
}

/// Remembers what the hero is given to mark: each run's letter, and its Snapshot.
const MARKED: &str = "const { View } = await import('./gradient_lab.js');
    const marked = new Map();
    const { keepPinned, dropPinned } = View.prototype;
    View.prototype.dropPinned = function () { marked.clear(); dropPinned.call(this); };
    View.prototype.keepPinned = function (name, bytes) {
      const view = new View(bytes);
      marked.set(name, view.snapshot());
      view.free();
      keepPinned.call(this, name, bytes);
    };
    const hero = document.getElementById('gradients');
    const box = () => document.getElementById('marking');
    const shown = async () => { hero.scrollIntoView(); await after(300); return hero.toDataURL(); }";

#[tokio::test]
async fn the_hero_marks_what_is_measured_of_the_pinned_runs_at_the_common_step() -> Result<()> {
    let page = Page::lab("").await?;
    let queries = ["depth=8", "depth=3&activation=tanh&width=8", "task=recall&kind=gru&lag=6&width=5"];
    for query in queries {
        page.call(&format!("await gradientLab.set('{query}'); await gradientLab.pin()")).await?;
    }
    let seen = page
        .call(&format!(
            "{OPEN}; {MARKED};
             await until(() => box() !== null);
             await gradientLab.set('depth=8&activation=relu&init=he'); await gradientLab.step(40); await gradientLab.lanes();
             await until(() => words('marked-words').includes('step 40'));
             const told = words('marked-words');
             const withMarks = await shown();
             const marks = [...marked];
             box().click();
             const without = await shown();
             const hidden = !visible('marked-words');
             box().click();
             const again = await shown();
             // A click still finds the layer below it.
             const {{ left, top, width, height }} = hero.getBoundingClientRect();
             const at = {{ clientX: left + width / 2, clientY: top + height / 2, bubbles: true }};
             hero.dispatchEvent(new MouseEvent('click', at));
             document.getElementById('layer').scrollIntoView();
             await until(() => visible('layer-inside'));
             const layer = words('layer-name');
             document.getElementById('layer-close').click();
             await until(() => !visible('layer-inside'));
             const lanes = await gradientLab.lanes();
             for (const {{ key }} of lanes) await gradientLab.unpin(key);
             const none = await shown();
             return {{ told, marks, layer, hidden, gone: !visible('marking'),
               drawn: [withMarks !== without, again === withMarks, none === without] }}"
        ))
        .await?;
    assert_eq!(seen["drawn"], json!([true, true, true]), "marks come and go with their box and their runs");
    assert_eq!((&seen["hidden"], &seen["gone"]), (&json!(true), &json!(true)));
    assert!(
        seen["layer"].as_str().is_some_and(|layer| layer.contains('4') || layer.contains('5')),
        "{}",
        seen["layer"]
    );
    let told = seen["told"].as_str().context("words")?;
    for part in ["at step 40", "▲ B (Activation sigmoid", "◆ C (Hidden layers 3", "do not compare: D"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let marks = seen["marks"].as_array().context("marks")?;
    assert_eq!(marks.len(), 2, "time steps are no layers");
    for ((mark, query), letter) in marks.iter().zip(queries).zip(["B", "C"]) {
        assert_eq!(mark[0], letter);
        let mut native = run::start(&link::parse(query).setup, None)?;
        native.step(40);
        for (index, layer) in native.snapshot().layers.iter().enumerate() {
            assert_eq!(number(&mark[1]["layers"][index]["signal_gradient"]["l2"]), layer.signal_gradient.l2, "{query}");
        }
    }
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn what_the_hero_shows_besides_stays_when_there_are_marks() -> Result<()> {
    let page = Page::lab("").await?;
    // An outline and the theory, first without marks, then with them: what is below them is the same picture.
    let seen = page
        .call(&format!(
            "{OPEN}; {MARKED};
             await gradientLab.set('depth=6'); await gradientLab.step(3);
             document.querySelector('[data-try=reluHe]').click();
             await until(() => visible('ghost'));
             await gradientLab.reset();
             document.getElementById('theory').click();
             await until(() => words('theory-words') !== '');
             const own = await shown();
             await gradientLab.pin();
             await until(() => box() !== null);
             await gradientLab.lanes();
             const withMarks = await shown();
             const full = View.prototype.draw;
             View.prototype.draw = function (...how) {{ dropPinned.call(this); full.apply(this, how); }};
             document.getElementById('measure').querySelector('input:not(:checked)').click();
             document.getElementById('measure').querySelector('input:not(:checked)').click();
             return [withMarks !== own, (await shown()) === own]"
        ))
        .await?;
    assert_eq!(seen, json!([true, true]));
    Ok(())
}

#[tokio::test]
async fn the_axis_of_the_hero_is_that_of_all() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{OPEN}; await gradientLab.set('depth=4&activation=tanh'); await gradientLab.pin(); await gradientLab.set('depth=4&activation=relu&init=he');
             await gradientLab.step(5); await gradientLab.lanes(); await until(() => rows().length === 2);
             const look = async () => {{
               await after(400);
               const canvases = [...document.querySelectorAll('.lane canvas')];
               return {{ said: canvases.map((canvas) => canvas.getAttribute('aria-label').includes('on a linear axis')),
                 pictures: canvases.map((canvas) => canvas.toDataURL()), words: words('compare-words') }};
             }};
             const log = await look();
             document.querySelector('#axis input[value=linear]').click();
             const linear = await look();
             return {{ before: log.said, after: linear.said, words: [log.words, linear.words],
               others: linear.pictures.every((picture, place) => picture !== log.pictures[place]) }}"
        ))
        .await?;
    assert_eq!((&seen["before"], &seen["after"]), (&json!([false, false]), &json!([true, true])));
    assert_eq!(seen["others"], true);
    let words = |place: usize| seen["words"][place].as_str().unwrap_or_default().to_owned();
    assert!(words(0).contains("share one log axis") && words(1).contains("share one linear axis"), "{seen}");
    Ok(())
}

#[tokio::test]
async fn on_a_phone_each_run_of_the_table_is_a_block() -> Result<()> {
    let page = Page::lab("").await?;
    page.call("for (const depth of [4, 5, 6]) { await gradientLab.set(`depth=${depth}`); await gradientLab.pin(); }")
        .await?;
    page.call(&format!(
        "{OPEN}; await gradientLab.set('depth=7&activation=relu&init=he&seed=12'); await gradientLab.step(20);
         await gradientLab.lanes(); await until(() => rows().length === 4)"
    ))
    .await?;
    let look = "const box = document.querySelector('#compare .scroll');
        const cells = [...document.querySelectorAll('#compare-table tbody tr')].map((row) => [...row.cells]);
        const heads = [...document.querySelectorAll('#compare-table thead th')].map((head) => head.textContent);
        const said = (cell) => getComputedStyle(cell, '::before').content.slice(1, -1);
        return { wide: box.scrollWidth > box.clientWidth || document.documentElement.scrollWidth > innerWidth,
          heads: cells.every((row) => row.slice(1).every((cell, place) => said(cell) === heads[place + 1])),
          within: cells.flat().every((cell) => cell.scrollWidth <= cell.clientWidth + 1),
          roles: [...new Set(cells.flat().map((cell) => cell.getAttribute('role')))] }";
    let expected = json!({ "wide": false, "heads": true, "within": true, "roles": ["rowheader", "cell"] });
    for width in [390, 320] {
        page.viewport(width, 844).await?;
        assert_eq!(page.call(look).await?, expected, "{width} px");
    }
    Ok(())
}
