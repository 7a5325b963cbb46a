//! Every chart as a table: its numbers are those of the engine, it sorts, and it can be copied.

use anyhow::{Context, Result};
use e2e::{Page, number};
use gradient_lab::lab::learned::Learned;
use gradient_lab::lab::run;
use gradient_lab::link;
use serde_json::{Value, json};

/// Opens a table, and reads it: a list of rows, the heads first.
const READ: &str = "const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const read = async (id) => {
      const details = document.getElementById(`${id}-data`);
      details.open = true;
      while (!details.querySelector('tbody tr')) await after(20);
      return [...details.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent));
    }";

/// A number from 0.1 to 10 as the page writes it.
fn written(value: f64) -> String {
    if value < 1.0 { format!("{value:.3}") } else { format!("{value:.2}") }
}

#[tokio::test]
async fn the_tables_have_the_charts_numbers() -> Result<()> {
    let page = Page::lab("").await?;
    let query = "depth=6&width=8";
    let got = page
        .call(&format!(
            "{READ}; await gradientLab.set('{query}');
             await gradientLab.step(20);
             await gradientLab.step(30);
             document.getElementById('history').scrollIntoView();
             return {{ loss: await read('loss'), history: await read('history'), learned: await read('learned') }}"
        ))
        .await?;
    let mut native = run::start(&link::parse(query).setup, None)?;
    let rows = |name: &str| got[name].as_array().with_context(|| name.to_owned());
    let cells = |row: &Value| -> Vec<String> {
        row.as_array().into_iter().flatten().filter_map(|cell| cell.as_str().map(str::to_owned)).collect()
    };

    let history = rows("history")?;
    assert_eq!(cells(&history[0]), ["step", "layer 1", "layer 2", "layer 3", "layer 4", "layer 5", "layer 6"]);
    for row in &history[1..] {
        let row = cells(row);
        let step: u64 = row[0].parse()?;
        native.step(u32::try_from(step - native.steps())?);
        let layers = native.snapshot().layers;
        for (cell, layer) in row[1..].iter().zip(&layers) {
            assert!(
                cell.parse::<f64>().is_ok_and(|cell| (cell / layer.signal_gradient.l2 - 1.0).abs() < 0.06),
                "{cell}"
            );
        }
    }
    assert_eq!(native.steps(), 50);

    let loss = rows("loss")?;
    let snapshot = native.snapshot();
    let points = native.history().up_to(&snapshot).points;
    assert_eq!(cells(&loss[0]), ["step", "training", "test"]);
    assert_eq!(cells(&loss[1])[1], written(points[0].train));
    assert_eq!(loss.len() - 1, points.len());

    let Learned::Plane { cells: answers, side, extent, .. } = native.learned(48) else { anyhow::bail!("no plane") };
    let learned = rows("learned")?;
    assert_eq!(learned.len(), 1 + 64, "thinned");
    let (first, last) = (cells(&learned[1]), cells(&learned[64]));
    let corner = extent * (1.0 - 1.0 / side as f64);
    assert_eq!(first, [format!("\u{2212}{}", written(corner)), written(corner), written(answers[0].into())]);
    assert_eq!(last[2], written(answers[side * side - 1].into()));
    Ok(())
}

#[tokio::test]
async fn the_histograms_count_every_number() -> Result<()> {
    let page = Page::lab("").await?;
    let got = page
        .call(&format!(
            "{READ}; await gradientLab.set('depth=5&width=7&activation=relu&init=he');
             document.getElementById('layer').scrollIntoView();
             const counted = await gradientLab.select(2);
             const table = await read('layer');
             return {{ counted, table }}"
        ))
        .await?;
    let counted = &got["counted"];
    for (name, part) in [
        ("Weights W", "weights"),
        ("Before the activation, z", "pre"),
        ("Output of the layer", "output"),
        ("Signal |dLoss/dz|, each number", "signal_gradient"),
    ] {
        let of = |row: &&Value| row[0] == name;
        let rows: Vec<&Value> = got["table"].as_array().context("rows")?.iter().skip(1).filter(of).collect();
        let counts: Vec<f64> = counted[part]["counts"].as_array().context("counts")?.iter().map(number).collect();
        let filled: Vec<f64> = counts.into_iter().filter(|count| *count > 0.0).collect();
        let shown: Vec<f64> =
            rows.iter().filter_map(|row| row[3].as_str()?.replace('\u{202f}', "").parse().ok()).collect();
        assert_eq!(shown, filled, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_table_sorts_by_any_column_and_says_so() -> Result<()> {
    let page = Page::lab("").await?;
    let got = page
        .call(
            "const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
             await gradientLab.set('depth=12');
             document.getElementById('table-details').open = true;
             while (!document.querySelector('#table tbody tr')) await after(20);
             const head = document.querySelectorAll('#table thead th')[1];
             const first = () => document.querySelector('#table tbody th').textContent;
             const seen = [];
             for (let press = 0; press < 4; press++) {
               seen.push([head.getAttribute('aria-sort'), first()]);
               head.querySelector('button').click();
             }
             const { layers } = await gradientLab.snapshot();
             const size = ({ weight_gradient }) => weight_gradient.l2;
             const order = layers.map((layer, index) => ({ size: size(layer), name: index === 12 ? 'output' : String(index + 1) }))
               .sort((a, b) => a.size - b.size);
             return { seen, smallest: order[0].name, largest: order.at(-1).name }",
        )
        .await?;
    assert_eq!(
        got["seen"],
        json!([["none", "1"], ["ascending", got["smallest"]], ["descending", got["largest"]], ["none", "1"]])
    );
    assert_ne!(got["largest"], "1");
    Ok(())
}
