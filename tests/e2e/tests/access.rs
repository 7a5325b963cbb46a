//! What axe-core, the checker of the accessibility guidelines, finds on the page in its states: nothing serious.

use std::fs;

use anyhow::{Context, Result};
use e2e::{Page, root};

/// Everything that can be opened is open.
const OPEN_ALL: &str = "document.querySelectorAll('details').forEach((details) => (details.open = true));
    for (const id of ['history', 'compare', 'layer', 'map', 'walk']) {
      document.getElementById(id).scrollIntoView();
      await new Promise((done) => setTimeout(done, 100));
    }
    const field = (id) => document.getElementById(`map-${id}`);
    const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 50)); };
    await until(() => !field('start').disabled && !document.getElementById('walk-start').disabled);
    await gradientLab.pin();
    await gradientLab.lanes();
    await gradientLab.select(2);
    document.getElementById('walk-start').click();
    await until(() => ['walk', 'layer'].every((id) => document.getElementById(`${id}-inside`).checkVisibility()));
    field('steps').value = 1;
    field('start').click();
    await until(() => field('start').checkVisibility() && document.getElementById('map-inside').checkVisibility())";

/// The rules that are broken, each with where.
const BROKEN: &str = "const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations.map(({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.slice(0, 5).map(({ target }) => target.join(' ')).join(', ')}`)";

#[tokio::test]
async fn the_guidelines_are_kept_in_every_state() -> Result<()> {
    let checker = root().join("node_modules/axe-core/axe.min.js");
    let checker = fs::read_to_string(&checker).with_context(|| format!("{}: get it by `npm ci`", checker.display()))?;
    let page = Page::lab("").await?;
    page.call(&checker).await?;
    let mut found = Vec::new();
    for (state, script) in [
        ("closed", ""),
        ("open", OPEN_ALL),
        (
            "German",
            "const menu = document.getElementById('language'); menu.value = 'de'; menu.dispatchEvent(new Event('change'));
             while (document.documentElement.lang !== 'de') await new Promise((done) => setTimeout(done, 50))",
        ),
        ("dark", "document.getElementById('dark').click(); await new Promise((done) => setTimeout(done, 300))"),
        (
            "projector",
            "document.getElementById('projector').click(); await new Promise((done) => setTimeout(done, 300))",
        ),
        (
            "sequences",
            "await gradientLab.set('task=text&lag=10&width=8'); await gradientLab.step(3); await gradientLab.select(1)",
        ),
        (
            "over time",
            "await gradientLab.set('task=recall&kind=lstm&layers=2&lag=10&width=8'); document.getElementById('over-time').scrollIntoView();
             while (document.querySelectorAll('#over-time-charts canvas').length < 3) await new Promise((done) => setTimeout(done, 50));
             document.querySelectorAll('#over-time details').forEach((details) => (details.open = true))",
        ),
        (
            "a bad link",
            "history.pushState(null, '', '?depth=9999&foo=1'); dispatchEvent(new PopStateEvent('popstate')); await new Promise((done) => setTimeout(done, 500))",
        ),
    ] {
        page.call(script).await?;
        let broken = page.call(BROKEN).await?;
        found.push((state, broken));
    }
    let lesson = "document.getElementById('course-button').click();
        const until = async (selector) => { while (!document.querySelector(selector)) await new Promise((done) => setTimeout(done, 50)); };
        await until('.lessons button');
        document.querySelector('.lessons button').click();
        document.querySelector('.options input').click();
        document.querySelector('.lesson > button').click();
        await until('.lesson-check')";
    page.call(lesson).await?;
    found.push(("a lesson", page.call(BROKEN).await?));
    // The lesson through time, whatever the language calls it.
    let drawn = "document.querySelectorAll('.lessons button')[11].click();
        const slider = document.querySelector('.lesson-chart input');
        slider.value = -1;
        slider.dispatchEvent(new Event('input'))";
    page.call(drawn).await?;
    found.push(("a drawn prediction", page.call(BROKEN).await?));
    let compared = "document.querySelector('.lesson > button').click();
        while (!document.querySelector('.lesson-check')) await new Promise((done) => setTimeout(done, 50))";
    page.call(compared).await?;
    found.push(("time steps compared", page.call(BROKEN).await?));
    page.viewport(390, 844).await?;
    found.push(("a phone", page.call(BROKEN).await?));
    let clean = |(_, broken): &(&str, serde_json::Value)| broken.as_array().is_some_and(Vec::is_empty);
    assert!(found.iter().all(clean), "{found:#?}");
    Ok(())
}
