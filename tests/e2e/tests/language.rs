//! The page in another language: all of it, from the link or from the menu, while the run goes on.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use e2e::{Page, root};
use serde_json::Value;

/// Files of words that the page shows, before the language; of the catalog, what is shown of it.
const FILES: [&str; 4] = ["", "details.", "help.", "catalog."];
const IDS: [&str; 6] = ["id", "key", "group", "kind", "default", "version"];

/// What is on the page: every text that is shown, and what a screen reader is told besides.
const SHOWN: &str = "const shown = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { parentElement: element, data } = texts.currentNode;
      if (element.closest('script, noscript, math') || !data.trim()) continue;
      if (element.checkVisibility() || element.matches('option, .unseen')) shown.push(data.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      if (element.checkVisibility()) shown.push(...['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? ''));
    }
    return shown.filter(Boolean)";

/// What the scripts below begin with.
const WAIT: &str =
    "const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 50)); };
    const rest = () => new Promise((done) => setTimeout(done, 400));
    const at = (id) => document.getElementById(id);";

/// The page, opened up bit by bit. What a state has opened stays so.
const STATES: [(&str, &str); 9] = [
    ("as it opens", "await rest()"),
    (
        "everything open",
        "document.querySelectorAll('details').forEach((details) => (details.open = true));
         for (const id of ['history', 'compare', 'layer', 'map', 'walk']) { at(id).scrollIntoView(); await rest(); }
         await until(() => !at('map-start').disabled && !at('walk-start').disabled);
         await gradientLab.pause(); await gradientLab.pin(); await gradientLab.lanes(); await gradientLab.select(2);
         document.querySelectorAll('button.help').forEach((button) => button.click());
         at('theory').click(); at('check-any').click();
         await until(() => at('check-result').textContent && !at('theory-words').hidden && at('theory-words').textContent);
         await until(() => [...document.querySelectorAll('.help-panel')].every((panel) => panel.textContent)); await rest()",
    ),
    (
        "a map",
        "at('map-steps').value = 1; at('map-start').click(); await rest(); await until(() => at('map-start').checkVisibility())",
    ),
    (
        "a bad value, and a bad link",
        "const depth = at('control-depth'); depth.value = '9999'; depth.dispatchEvent(new Event('change'));
         history.pushState(null, '', '?lang=de&depth=9999&foo=1&activation=none&batch=1&norm=batch_norm&lag=3'); dispatchEvent(new PopStateEvent('popstate')); await rest()",
    ),
    (
        "a bad run file",
        "const files = new DataTransfer(); files.items.add(new File(['{\"format\": 1}'], 'run.json'));
         dispatchEvent(new DragEvent('drop', { dataTransfer: files })); await until(() => at('notices').textContent.includes('format'))",
    ),
    (
        "over time",
        "await gradientLab.set('task=recall&kind=lstm&layers=2&lag=10&width=8'); at('over-time').scrollIntoView();
         await until(() => document.querySelectorAll('#over-time-charts canvas').length >= 3);
         document.querySelectorAll('#over-time details').forEach((details) => (details.open = true)); await rest()",
    ),
    ("text", "await gradientLab.set('task=text&kind=attention&lag=10&width=8'); await gradientLab.step(3); await rest()"),
    ("diverged", "await gradientLab.set('init=normal&scale=9&activation=relu&lr=10'); await gradientLab.step(50); await rest()"),
    ("the help", "at('help').click(); await until(() => at('about').open)"),
];

/// Every string of a file of words; of a catalog its words alone.
fn strings(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            let is_entry = entries.contains_key("id") || entries.contains_key("key");
            let entries = entries.iter().filter(|(key, _)| !is_entry || !IDS.contains(&key.as_str()));
            entries.for_each(|(_, value)| strings(value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn json(path: &str) -> Result<Value> {
    let path = root().join("www").join(path);
    Ok(serde_json::from_str(&std::fs::read_to_string(&path).with_context(|| path.display().to_string())?)?)
}

/// What is said in a language anywhere.
fn words(language: &str) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for file in FILES {
        strings(&json(&format!("strings/{file}{language}.json"))?, &mut all);
    }
    let lessons: Vec<String> = serde_json::from_value(json("lessons/lessons.json")?)?;
    for lesson in lessons {
        strings(&json(&format!("lessons/{lesson}.json"))?["words"][language], &mut all);
    }
    let engine = json("strings/engine.de.json")?;
    for pairs in ["charts", "said", "sources"] {
        for (english, german) in engine[pairs].as_object().into_iter().flatten() {
            strings(&if language == "en" { Value::from(english.as_str()) } else { german.clone() }, &mut all);
        }
    }
    Ok(all)
}

/// The words around the placeholders of a template.
fn parts(template: &str) -> Vec<String> {
    template.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after).to_owned()).collect()
}

/// Whether a text is what a template makes: it has all its words, in order, from the beginning to the end.
fn is_made_of(parts: &[String], text: &str) -> bool {
    let [first, others @ ..] = parts else { return false };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in others {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    rest.is_empty() || others.last().is_some_and(String::is_empty)
}

/// The English that is on the page: texts that English says and German does not, as a whole or with several words on end.
async fn english(page: &Page) -> Result<Vec<String>> {
    let (english, german) = (words("en")?, words("de")?);
    let has_word = |parts: &Vec<String>| {
        parts.iter().flat_map(|part| part.split(|c: char| !c.is_alphabetic())).any(|word| word.len() > 2)
    };
    let templates: Vec<_> = english.difference(&german).map(|text| parts(text)).filter(has_word).collect();
    let several = |part: &&String| part.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count() > 3;
    let phrases = templates.iter().flatten().filter(several).map(|part| part.trim());
    let phrases: Vec<_> = phrases.filter(|part| !german.iter().any(|text| text.contains(part))).collect();
    let shown = page.call(SHOWN).await?;
    let shown = shown.as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_english = |text: &&str| {
        templates.iter().any(|parts| is_made_of(parts, text)) || phrases.iter().any(|part| text.contains(part))
    };
    Ok(shown.filter(is_english).map(str::to_owned).collect())
}

#[tokio::test]
async fn an_english_page_is_found_to_be_english() -> Result<()> {
    let page = Page::lab("").await?;
    assert!(english(&page).await?.len() > 50, "what finds English on a German page finds too little of it here");
    Ok(())
}

#[tokio::test]
async fn no_english_is_left_on_a_german_page() -> Result<()> {
    let page = Page::lab("lang=de").await?;
    assert_eq!(page.call("return document.documentElement.lang").await?, "de");
    let mut found = Vec::new();
    for (state, script) in STATES {
        page.call(&format!("{WAIT} {script}")).await.with_context(|| state)?;
        found.extend(english(&page).await?.into_iter().map(|text| (state, text)));
    }
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(
        page.call("return gradientLab.link()").await?.as_str().map(|link| link.contains("?lang=de&v=1")),
        Some(true)
    );
    Ok(())
}

#[tokio::test]
async fn a_walk_and_a_lesson_speak_german() -> Result<()> {
    let page = Page::lab("lang=de&kind=mlp&depth=2&norm=batch_norm&skip=residual&dropout=0.1&optimizer=adam&clip=norm")
        .await?;
    let walk = "at('walk').scrollIntoView(); await until(() => !at('walk-start').disabled);
        at('walk-start').click(); await until(() => at('walk-inside').checkVisibility());
        const lines = [];
        for (;;) {
          lines.push(at('walk').innerText);
          if (at('walk-next').disabled) break;
          at('walk-next').click();
        }
        at('walk-lines').append(...lines)";
    for setup in [
        "",
        "task=recall&kind=lstm&lag=4&width=4&layers=2",
        "task=recall&kind=gru&lag=4&width=4",
        "task=recall&kind=attention&lag=4&width=4",
    ] {
        if !setup.is_empty() {
            page.call(&format!("return gradientLab.set('{setup}')")).await?;
        }
        page.call(&format!("{WAIT} {walk}")).await?;
        assert_eq!(english(&page).await?, [""; 0], "{setup}");
    }
    let lesson = "at('course-button').click(); await until(() => document.querySelector('.lessons button'));
        document.querySelector('.lessons button').click();
        document.querySelector('.options input').click();
        document.querySelector('.lesson > button').click();
        await until(() => document.querySelector('.lesson-check'));
        [...document.querySelectorAll('.lesson > div > button')].at(0).click();
        await until(() => document.querySelector('.lesson > div > div[role=status] p'));
        document.querySelectorAll('.lesson-check button').forEach((button) => button.click()); await rest()";
    page.call(&format!("{WAIT} {lesson}")).await?;
    assert_eq!(english(&page).await?, [""; 0], "a lesson");
    Ok(())
}

/// Chooses a language as a person does.
fn choose(language: &str) -> String {
    format!(
        "{WAIT} at('language').value = '{language}'; at('language').dispatchEvent(new Event('change'));
         await until(() => document.documentElement.lang === '{language}'); await rest()"
    )
}

#[tokio::test]
async fn the_language_changes_while_the_run_goes_on() -> Result<()> {
    let page = Page::lab("depth=4").await?;
    page.call(&format!("{WAIT} await gradientLab.pin(); await gradientLab.lanes(); document.querySelectorAll('details').forEach((details) => (details.open = true)); await rest()")).await?;
    page.wait_for("(await gradientLab.recorded()).length > 4").await?;
    let state = "return [(await gradientLab.snapshot()).step, (await gradientLab.recorded()).slice(0, 4), (await gradientLab.lanes()).length, document.getElementById('run').classList.contains('on')]";
    let before = page.call(state).await?;
    page.call(&choose("de")).await?;
    let after = page.call(state).await?;
    assert!(after[0].as_u64() > before[0].as_u64(), "{before} and then {after}");
    assert_eq!(
        [&after[1], &after[2], &after[3]],
        [&before[1], &before[2], &before[3]],
        "history, pinned runs, running"
    );
    assert_eq!(english(&page).await?, [""; 0]);
    assert_eq!(page.call("return new URLSearchParams(location.search).get('lang')").await?, "de");

    page.call("await gradientLab.set('depth=3'); history.back(); await new Promise((done) => setTimeout(done, 500))")
        .await?;
    assert_eq!(page.call("return location.search").await?, "?lang=de&v=1&depth=4", "Back changes the Setup alone");
    page.call(&choose("en")).await?;
    assert_eq!(page.call("return location.search").await?, "?v=1&depth=4", "English needs no word of it");
    let headline = page.call("return document.getElementById('headline').textContent").await?;
    assert!(headline.as_str().is_some_and(|words| words.starts_with("Layer 1")), "{headline}");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn a_language_that_there_is_not_is_told() -> Result<()> {
    let page = Page::lab("lang=xx&depth=9999").await?;
    let notice = page.call("return document.getElementById('notices').innerText").await?;
    let notice = notice.as_str().unwrap_or_default();
    for part in ["depth", "9999", "lang", "xx", "en, de"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert_eq!(
        page.call("return [location.search, document.documentElement.lang]").await?,
        serde_json::json!(["?v=1", "en"])
    );
    Ok(())
}
