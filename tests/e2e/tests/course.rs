//! The course: lessons open by link, are gone through by keyboard alone, and the measured network decides the tasks.

use anyhow::{Context, Result, ensure};
use e2e::{Page, root};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::Value;

/// A prediction, whatever kind it is.
const PREDICT: &str = "const lesson = document.querySelector('#course .lesson');
    const option = lesson.querySelector('.options input');
    const slider = lesson.querySelector('.lesson-chart input');
    if (option) option.click();
    else { slider.value = -1; slider.dispatchEvent(new Event('input')); }
    lesson.querySelector(':scope > button').click()";

fn file(name: &str) -> Result<Value> {
    let path = root().join(format!("www/lessons/{name}.json"));
    Ok(serde_json::from_str(&std::fs::read_to_string(&path).with_context(|| path.display().to_string())?)?)
}

fn lessons() -> Result<Vec<String>> {
    Ok(serde_json::from_value(file("lessons")?)?)
}

/// The lab with the lesson of this link.
async fn lesson(query: &str) -> Result<Page> {
    let page = Page::lab(query).await?;
    page.wait_for("document.querySelector('#course .lesson')").await?;
    Ok(page)
}

#[tokio::test]
async fn every_lesson_compares_explains_and_judges() -> Result<()> {
    for name in lessons()? {
        let page = lesson(&format!("lesson={name}")).await?;
        page.call(PREDICT).await?;
        page.wait_for("document.querySelector('.lesson-check')").await?;
        page.call("[...document.querySelectorAll('.lesson > div > button')].at(0).click()").await?;
        page.wait_for("document.querySelector('.lesson > div > div[role=status] p')").await?;
        let said = page.call("return document.querySelector('#course .lesson').innerText").await?;
        let said = said.as_str().unwrap_or_default();
        for missing in ["{", "–", "NaN", "∞"] {
            assert!(!said.contains(missing), "{name}: {missing} in {said}");
        }
        let formulas = page.call("return document.querySelectorAll('#course math').length").await?;
        assert!(formulas.as_u64() > Some(0), "{name}: no formula");

        let lesson = file(&name)?;
        let checks = lesson["checks"].as_array().context("checks")?;
        for (at, check) in checks.iter().enumerate() {
            let wrong = check["wrong"].as_array().context("wrong actions")?;
            for (action, expected) in
                wrong.iter().map(|action| (action, action["hint"].as_i64())).chain([(&check["right"], Some(-1))])
            {
                let judge = format!(
                    "await gradientLab.set({}); await gradientLab.step({});
                     const task = document.querySelectorAll('.lesson-check')[{at}];
                     const said = task.querySelector('[role=status]');
                     delete said.dataset.missed;
                     task.querySelector('button').click();
                     while (!said.dataset.missed) await new Promise((done) => setTimeout(done, 20));
                     return [said.dataset.missed, said.textContent]",
                    action["setup"], action["steps"]
                );
                let said = page.call(&judge).await?;
                let missed = said[0].as_str().and_then(|missed| missed.parse().ok());
                assert_eq!(missed, expected, "{name}, task {}, {action}: {said}", at + 1);
                assert!(said[1].as_str().is_some_and(|words| !words.contains(['{', '–'])), "{name}: {said}");
            }
        }
        assert_eq!(page.call("return document.querySelectorAll('.lesson-end').length").await?, 1, "{name} is not done");
        assert_eq!(page.console_errors().await?, [""; 0], "{name}");
    }
    Ok(())
}

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const RIGHT: char = '\u{e014}';
const DOWN: char = '\u{e015}';
/// The field that a number of hidden layers can be typed into; whoever tabs to it has selected what is in it.
const DEPTH: &str = ".field:has(#control-depth) input[type=number]";

async fn press(page: &Page, keys: impl IntoIterator<Item = char>) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in keys {
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    Ok(page.client().perform_actions(actions).await?)
}

/// Presses Tab until this has the focus.
async fn tab_to(page: &Page, selector: &str) -> Result<()> {
    let selector = Value::from(selector);
    for _ in 0..300 {
        press(page, [TAB]).await?;
        if page.call(&format!("return document.activeElement.matches({selector})")).await? == true {
            return Ok(());
        }
    }
    ensure!(false, "Tab does not lead to {selector}");
    Ok(())
}

#[tokio::test]
async fn a_lesson_is_gone_through_by_keyboard_on_a_phone() -> Result<()> {
    let page = Page::lab("").await?;
    page.viewport(390, 844).await?;
    tab_to(&page, "#course-button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.activeElement.matches('#course h2')").await?;
    tab_to(&page, "#course .lessons button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.activeElement.matches('.lesson h3')").await?;
    assert_eq!(page.call("return location.search").await?, "?lesson=opening");

    tab_to(&page, ".lesson .options input").await?;
    press(&page, [' ']).await?;
    tab_to(&page, ".lesson > button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.querySelector('.lesson-check')").await?;
    tab_to(&page, ".lesson > div > button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.querySelector('.lesson > div > div[role=status] p')").await?;

    // Task 1: sigmoid again, and 3 layers.
    if page.call("return document.getElementById('setup').open").await? == false {
        tab_to(&page, "#setup summary").await?;
        press(&page, [ENTER]).await?;
    }
    tab_to(&page, DEPTH).await?;
    press(&page, ['3', ENTER]).await?;
    tab_to(&page, "#control-activation").await?;
    press(&page, "sigm".chars()).await?;
    page.wait_for("(await gradientLab.setup()).depth === 3").await?;
    page.wait_for("(await gradientLab.setup()).activation === 'sigmoid'").await?;
    tab_to(&page, ".lesson-check:nth-child(1 of .lesson-check) button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.querySelector('.lesson-check [role=status]').dataset.missed === '-1'").await?;

    // Task 2: 20 layers of ReLU with He's start, and some training.
    tab_to(&page, DEPTH).await?;
    press(&page, ['2', '0', ENTER]).await?;
    tab_to(&page, "#control-activation").await?;
    press(&page, "relu".chars()).await?;
    tab_to(&page, "#control-init").await?;
    press(&page, "he (".chars()).await?;
    page.wait_for("(await gradientLab.setup()).init === 'he'").await?;
    tab_to(&page, "#run").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("(await gradientLab.snapshot()).step > 250").await?;
    tab_to(&page, ".lesson-check:nth-child(2 of .lesson-check) button").await?;
    press(&page, [ENTER]).await?;
    page.wait_for("document.querySelector('.lesson-end')").await?;
    let wide = page.call("return document.documentElement.scrollWidth").await?;
    assert!(wide.as_u64() <= Some(390), "the page is {wide} wide");

    // It is known after a reload, until it is forgotten.
    page.goto("").await?;
    page.ready().await?;
    let marks = "document.getElementById('course-button').click();
        while (!document.querySelector('.lessons li')) await new Promise((done) => setTimeout(done, 20));
        return [...document.querySelectorAll('.lessons li')].map((item) => item.textContent.includes('done'))";
    let done = page.call(marks).await?;
    assert_eq!(done.as_array().map(|done| done.iter().filter(|done| **done == true).count()), Some(1), "{done}");
    tab_to(&page, ".lessons + button").await?;
    press(&page, [ENTER]).await?;
    assert_eq!(page.call("return localStorage.getItem('gradient-lab-course')").await?, Value::Null);
    Ok(())
}

#[tokio::test]
async fn what_one_draws_is_what_is_compared() -> Result<()> {
    let page = lesson("lesson=vanish").await?;
    tab_to(&page, ".lesson-chart input").await?;
    press(&page, [DOWN; 8]).await?;
    let drawn = "return [...document.querySelectorAll('.lesson-chart input')].map((slider) => Number(slider.value))";
    let expected = |first: f64, second: f64| Value::from([&[first, second][..], &[0.0; 8]].concat());
    let same = |got: &Value, expected: &Value| {
        let numbers = |value: &Value| value.as_array().into_iter().flatten().map(Value::as_f64).collect::<Vec<_>>();
        assert_eq!(numbers(got), numbers(expected));
    };
    same(&page.call(drawn).await?, &expected(-2.0, 0.0));
    press(&page, [RIGHT, DOWN]).await?;
    same(&page.call(drawn).await?, &expected(-2.0, -0.25));
    page.call("document.querySelector('.lesson > button').click()").await?;
    page.wait_for("document.querySelector('.lesson-check')").await?;
    let said = page.call("return document.querySelector('.lesson > div').innerText").await?;
    let start =
        page.call("await gradientLab.reset(); return (await gradientLab.snapshot()).first_to_last.signal").await?;
    let measured = e2e::number(&start);
    let sentence = format!("You expected layer 1 to get 0.010 of the gradient of layer 10. It gets {measured:.1e}: ");
    let said = said.as_str().unwrap_or_default();
    assert!(said.contains(&sentence), "{sentence}: {said}");
    let said = said.split(&sentence).nth(1).and_then(|rest| rest.split(" times less").next()).unwrap_or_default();
    let times: f64 = said.replace('\u{202f}', "").parse()?;
    assert!((times * measured / 0.01 - 1.0).abs() < 0.01, "{times}");
    Ok(())
}

#[tokio::test]
async fn a_quick_drag_draws_every_time_step() -> Result<()> {
    let page = lesson("lesson=time").await?;
    let place = "const chart = document.querySelector('.lesson-chart svg');
        chart.scrollIntoView({ block: 'center' });
        const box = chart.getBoundingClientRect();
        return [box.left, box.top, box.width, box.height]";
    let place: [f64; 4] = serde_json::from_value(page.call(place).await?)?;
    // From the first bar low down to the last at the top, with nothing seen between.
    let to = |x: f64, y: f64| PointerAction::MoveTo {
        duration: None,
        x: place[0] + x * place[2],
        y: place[1] + y * place[3],
    };
    let drag = MouseActions::new("mouse".to_owned())
        .then(to(0.11, 0.8))
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(to(0.98, 0.1))
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    page.client().perform_actions(drag).await?;
    let drawn = "return [...document.querySelectorAll('.lesson-chart input')].map((slider) => Number(slider.value))";
    let drawn: Vec<f64> = serde_json::from_value(page.call(drawn).await?)?;
    let name = "return document.querySelector('.lesson-chart input').getAttribute('aria-label')";
    assert_eq!(page.call(name).await?, "Gradient of time step 1 over that of the last");
    assert_eq!(drawn.len(), 50);
    assert!(drawn[0] < -10.0 && drawn[48] > -1.0, "{drawn:?}");
    // A straight line, but for the notches of the sliders.
    let slope = (drawn[48] - drawn[0]) / 48.0;
    for (at, power) in drawn.iter().enumerate().take(49) {
        assert!((power - drawn[0] - slope * at as f64).abs() <= 0.5, "{at}: {drawn:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_address_keeps_the_lesson_and_refuses_a_bad_one() -> Result<()> {
    let page = lesson("depth=5&lesson=he").await?;
    assert_eq!(page.call("return (await gradientLab.setup()).depth").await?, 5);
    assert_eq!(page.call("return document.getElementById('notices').childElementCount").await?, 0);
    page.call("await gradientLab.set('depth=7')").await?;
    let search = "return location.search.slice(1).split('&').sort()";
    let kept = page.call(search).await?;
    assert!(
        kept.as_array().is_some_and(|parts| parts.contains(&"lesson=he".into()) && parts.contains(&"depth=7".into())),
        "{kept}"
    );
    page.call("document.querySelector('.course-head button').click()").await?;
    let closed = page.call(search).await?;
    assert!(closed.as_array().is_some_and(|parts| !parts.contains(&"lesson=he".into())), "{closed}");

    page.goto("lesson=nonsense").await?;
    page.ready().await?;
    page.wait_for("document.getElementById('notices').childElementCount === 1").await?;
    let notice = page.call("return document.getElementById('notices').textContent").await?;
    let notice = notice.as_str().unwrap_or_default();
    for part in ["lesson", "nonsense", "opening", "vanish"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert_eq!(page.call("return location.search").await?, "");
    Ok(())
}

#[tokio::test]
async fn nothing_of_it_is_loaded_before_it_is_opened() -> Result<()> {
    let page = Page::lab("").await?;
    let loaded = |requests: Vec<e2e::Request>| requests.iter().any(|request| request.target.contains("lessons/"));
    assert!(!loaded(page.site.requests()));
    page.call("document.getElementById('course-button').click()").await?;
    page.wait_for("document.querySelector('.lessons li')").await?;
    assert!(loaded(page.site.requests()));
    assert_eq!(page.site.violations(), [""; 0]);
    Ok(())
}
