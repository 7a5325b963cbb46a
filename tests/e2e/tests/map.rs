//! The map: every cell is a run of its own, with the numbers that the same run has on the page.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::{Value, json};

/// Sets the fields of the form, and has the map drawn.
const DRAW: &str = "document.getElementById('map').scrollIntoView();
    const field = (id) => document.getElementById(`map-${id}`);
    while (field('start').disabled) await new Promise((done) => setTimeout(done, 50));
    const draw = async (values) => {
      for (const [id, value] of Object.entries(values)) {
        if (field(id).value === String(value)) continue;
        field(id).value = value;
        field(id).dispatchEvent(new Event('change', { bubbles: true }));
      }
      field('start').click();
      await new Promise((done) => setTimeout(done, 50));
    };
    const finished = async () => { while (!field('start').checkVisibility()) await new Promise((done) => setTimeout(done, 50)); };
    const cells = () => [...document.querySelectorAll('#map-grid .cell')].map((cell) => [cell.textContent, cell.title]);";

fn cells(seen: &Value) -> Result<Vec<(String, String)>> {
    Ok(serde_json::from_value(seen.clone())?)
}

#[tokio::test]
async fn every_cell_is_the_run_that_it_names() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('width=8&samples=60&activation=tanh'); {DRAW}
             await draw({{ x: 'depth', 'x-from': 2, 'x-to': 5, y: 'scale', 'y-from': 0.5, 'y-to': 2, steps: 20 }});
             await finished();
             const ratios = cells();
             document.querySelector('[name=map-shows][value=after]').click();
             const after = cells();
             document.querySelector('[name=map-shows][value=loss]').click();
             return {{ ratios, after, losses: cells() }}"
        ))
        .await?;
    let [ratios, after, losses] = ["ratios", "after", "losses"].map(|name| cells(&seen[name]));
    let (ratios, after, losses) = (ratios?, after?, losses?);
    assert_eq!(ratios.len(), 4 * 8, "depths 2 to 5, eight gains");
    // The largest gain is on top: the first row; the last row has the smallest.
    for (index, depth, scale) in [(0, 2, "2"), (3, 5, "2"), (28, 2, "0.5"), (31, 5, "0.5")] {
        let run = page
            .call(&format!(
                "await gradientLab.set('width=8&samples=60&activation=tanh&depth={depth}&scale={scale}');
                 return [await gradientLab.snapshot(), await gradientLab.step(20)]"
            ))
            .await?;
        let ratio = number(&run[0]["first_to_last"]["signal"]);
        let (mark, words) = &ratios[index];
        assert_eq!(mark.replace('−', "-").parse::<f64>()?, ratio.log10().round(), "{words}: {ratio}");
        assert!(words.starts_with(&format!("Hidden layers {depth}, Gain {scale}: first : last ")), "{words}");
        let (mark, words) = &after[index];
        let ratio = number(&run[1]["first_to_last"]["signal"]);
        assert_eq!(mark.replace('−', "-").parse::<f64>()?, ratio.log10().round(), "{words}: {ratio}");
        assert!(words.ends_with(" after 20 steps"), "{words}");
        let (loss, chance) = (number(&run[1]["loss"]["train"]), number(&run[1]["loss"]["chance"]));
        let (mark, words) = &losses[index];
        assert_eq!(mark.parse::<f64>()?, (100.0 * loss / chance).round(), "{words}: {loss}");
    }
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn a_cell_opens_its_run_and_arrows_lead_from_cell_to_cell() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('width=6&samples=40'); {DRAW}
             await draw({{ x: 'depth', 'x-from': 2, 'x-to': 4, y: 'lr', 'y-from': 0.01, 'y-to': 1, steps: 3 }});
             await finished();
             const all = [...document.querySelectorAll('#map-grid .cell')];
             all[0].focus();
             for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {{
               document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }}));
             }}
             const place = all.indexOf(document.activeElement);
             document.activeElement.click();
             await new Promise((done) => setTimeout(done, 700));
             const setup = await gradientLab.setup();
             const ghost = document.getElementById('ghost').hidden;
             // Another Setup since the map was drawn: the cell still opens the run that it shows.
             await gradientLab.set('width=6&samples=40&activation=relu');
             all[place].click();
             await new Promise((done) => setTimeout(done, 900));
             const later = await gradientLab.setup();
             return {{ later: [later.activation, later.depth, later.lr], place, title: all[place].title, depth: setup.depth, lr: setup.lr, ghost }}"
        ))
        .await?;
    assert_eq!((&seen["place"], &seen["depth"], &seen["ghost"]), (&json!(7), &json!(3), &json!(false)), "{seen}");
    assert_eq!(seen["later"], json!(["sigmoid", 3, seen["lr"]]));
    let title = seen["title"].as_str().context("a title")?;
    assert!(title.starts_with(&format!("Hidden layers 3, Learning rate {}: ", seen["lr"])), "{title}, {}", seen["lr"]);
    Ok(())
}

#[tokio::test]
async fn it_can_be_cancelled_and_says_what_it_refuses() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "await gradientLab.set('width=32'); {DRAW}
             await draw({{ x: 'depth', 'x-from': 100, 'x-to': 190, y: 'scale', steps: 10000 }});
             const running = [field('cancel').checkVisibility(), field('progress').checkVisibility()];
             field('cancel').click();
             await finished();
             const cancelled = [field('progress').checkVisibility(), field('words').textContent, cells().at(-1)[1]];
             const before = JSON.stringify(cells());
             await new Promise((done) => setTimeout(done, 1000));
             const still = before === JSON.stringify(cells());
             await draw({{ x: 'depth', 'x-from': 150, 'x-to': 240, y: 'scale', steps: 0 }});
             const outside = [field('words').textContent, document.activeElement.id, document.activeElement.getAttribute('aria-invalid')];
             await gradientLab.set('width=4&samples=40&norm=batch_norm');
             await draw({{ x: 'batch', 'x-from': 1, 'x-to': 4, y: 'activation', steps: 0 }});
             await finished();
             const refused = cells();
             const [cell] = document.querySelectorAll('#map-grid .cell');
             cell.click();
             const pressed = [cell.getAttribute('aria-disabled'), field('words').textContent, document.querySelector('.map-told').textContent];
             const heads = [...document.querySelectorAll('#map-grid [role=row]:first-child [role=columnheader]')].map((head) => head.textContent);
             const rows = [...document.querySelectorAll('#map-grid [role=rowheader]')].map((head) => head.textContent);
             await draw({{ x: 'depth', y: 'depth' }});
             return {{ running, cancelled, still, refused, outside, pressed, heads, rows, twice: field('words').textContent }}"
        ))
        .await?;
    assert_eq!(seen["running"], json!([true, true]));
    assert_eq!(seen["cancelled"][0], false);
    assert!(seen["cancelled"][1].as_str().is_some_and(|words| words.contains(" of 80 runs are there")), "{seen}");
    assert!(seen["cancelled"][2].as_str().is_some_and(|words| words.ends_with(": no result")), "{seen}");
    assert_eq!(seen["still"], true, "nothing comes after that");
    let refused = cells(&seen["refused"])?;
    let (mark, words) = &refused[0];
    assert_eq!(mark, "–");
    assert!(
        words.ends_with("batch: got 1, allowed: at least 2 with batch norm: one sample has no variance"),
        "{words}"
    );
    assert_eq!(
        seen["outside"],
        json!(["Across, to: got 240, allowed: a whole number from 1 to 200", "map-x-to", "true"])
    );
    assert_eq!((&seen["pressed"][0], seen["pressed"][1].as_str()), (&json!("true"), Some(words.as_str())));
    assert_eq!(seen["heads"], json!(["1", "2", "3", "4"]));
    assert!(seen["rows"].as_array().is_some_and(|rows| rows.contains(&json!("tanh"))), "{}", seen["rows"]);
    assert_eq!(seen["twice"], "Choose two different knobs.");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
