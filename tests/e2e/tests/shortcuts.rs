//! Every key that the help lists does something, where nobody types, unless they are switched off.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use e2e::{Page, root};
use serde_json::{Value, json};

/// A key as a person presses it, with nothing in focus.
const PRESS: &str = "const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const press = async (key, target = document.body) => {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await after(300);
    }";

/// All that a key may change.
const STATE: &str = "const words = (id) => document.getElementById(id).textContent;
    const chosen = (name) => document.querySelector(`#${name} :checked`).value;
    const state = async () => ({
      run: words('run'), steps: words('steps'), measure: chosen('measure'), axis: chosen('axis'), layer: words('layer-name'),
      theory: document.getElementById('theory').checked, focus: document.activeElement.id,
      theme: document.documentElement.dataset.theme, projector: document.documentElement.hasAttribute('data-projector'),
      said: words('announce'), help: document.getElementById('about').open,
    })";

#[tokio::test]
async fn every_listed_key_does_something_and_only_that() -> Result<()> {
    let page = Page::lab("").await?;
    let listed = page
        .call(&format!(
            "{PRESS}; await gradientLab.set('depth=5'); await gradientLab.step(2);
             document.getElementById('layer').scrollIntoView();
             await press('?');
             while (!document.querySelector('.keys')) await after(20);
             const keys = [...document.querySelectorAll('.keys kbd')].map((key) => key.textContent);
             document.getElementById('about').close();
             return keys"
        ))
        .await?;
    let listed: Vec<&str> = listed.as_array().context("keys")?.iter().filter_map(Value::as_str).collect();
    let expected = [
        ("r", json!(["run", "steps"])),
        ("n", json!(["steps"])),
        ("0", json!(["steps"])),
        ("m", json!(["measure"])),
        ("a", json!(["axis"])),
        ("t", json!(["theory"])),
        ("j", json!(["layer"])),
        ("k", json!(["layer"])),
        ("h", json!(["focus"])),
        ("d", json!(["theme"])),
        ("p", json!(["projector"])),
        ("s", json!(["said"])),
        ("?", json!(["help"])),
    ];
    let tried: BTreeSet<&str> = expected.iter().map(|(key, _)| *key).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), tried);

    for (key, changed) in expected {
        let got = page
            .call(&format!(
                "{PRESS}; {STATE}; await gradientLab.pause(); await gradientLab.step(1); await gradientLab.select(2);
                 document.getElementById('about').close();
                 document.activeElement.blur();
                 document.getElementById('announce').textContent = '';
                 await after(100);
                 const before = await state();
                 await press('{key}');
                 const now = await state();
                 await gradientLab.pause();
                 return Object.keys(now).filter((part) => now[part] !== before[part])"
            ))
            .await?;
        let extra = ["said", "focus"]; // a standstill is announced, and a dialogue takes the focus
        let got: Vec<&str> = got.as_array().context("parts")?.iter().filter_map(Value::as_str).collect();
        for part in changed.as_array().context("parts")? {
            assert!(got.contains(&part.as_str().unwrap_or_default()), "{key} changed {got:?}, not {part}");
        }
        let others = got.iter().filter(|part| !extra.contains(*part) && !changed.to_string().contains(**part));
        assert_eq!(others.count(), 0, "{key} changed {got:?}");
    }
    Ok(())
}

#[tokio::test]
async fn keys_are_left_to_whoever_types_and_can_be_switched_off() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{PRESS}; await gradientLab.set('depth=5');
             const dark = () => document.documentElement.dataset.theme;
             const first = dark();
             await press('d', document.querySelector('#controls input[type=number]'));
             await press('d', document.getElementById('speed'));
             const typing = dark() === first;
             document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'd', ctrlKey: true, bubbles: true }}));
             await after(100);
             const held = dark() === first;
             await press('d');
             const pressed = dark() !== first;
             await press('?');
             while (!document.getElementById('shortcuts')) await after(20);
             await press('d');
             const dialogue = dark() !== first;
             document.getElementById('shortcuts').click();
             document.getElementById('about').close();
             await press('d');
             return {{ typing, held, pressed, dialogue, off: dark() !== first }}"
        ))
        .await?;
    assert_eq!(seen, json!({ "typing": true, "held": true, "pressed": true, "dialogue": true, "off": true }));
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[test]
fn every_key_has_its_words() -> Result<()> {
    let words: Value = serde_json::from_str(&std::fs::read_to_string(root().join("www/strings/details.en.json"))?)?;
    let script = std::fs::read_to_string(root().join("www/js/shortcuts.js"))?;
    let keys = words["shortcuts"]["keys"].as_object().context("keys")?;
    assert!(keys.len() > 9);
    for key in keys.keys() {
        let bound = [format!("\n  {key}: "), format!("\n  \"{key}\": ")];
        assert!(bound.iter().any(|entry| script.contains(entry)), "{key} has words, but does nothing");
    }
    Ok(())
}
