//! Run files: out of the page, back into it, and from elsewhere.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Page, number};
use fantoccini::Locator;
use serde_json::{Value, json};
use tempfile::TempDir;

const QUERY: &str = "depth=4&width=8&activation=tanh&batch=50";

/// Opens a run after 30 steps of it.
async fn some_run() -> Result<Page> {
    let page = Page::lab("").await?;
    page.call(&format!("await gradientLab.set('{QUERY}'); await gradientLab.step(30)")).await?;
    Ok(page)
}

#[tokio::test]
async fn a_run_file_restores_the_run_exactly() -> Result<()> {
    let page = some_run().await?;
    let [file, setup, later] = ["runFile()", "setup()", "step(25)"].map(|call| format!("return gradientLab.{call}"));
    let (saved, saved_setup, expected) = (page.call(&file).await?, page.call(&setup).await?, page.call(&later).await?);
    page.call("await gradientLab.set('task=sine')").await?;

    let opened = page.call(&format!("return gradientLab.openRunFile({saved})")).await?;
    assert_eq!(opened["step"], 30);
    assert_eq!(page.call(&setup).await?, saved_setup);
    assert!(page.call(&file).await? == saved, "opened and saved again, it is another file");
    assert!(page.call(&later).await? == expected, "it goes on in another way than it would have");
    Ok(())
}

#[tokio::test]
async fn a_file_that_has_been_tampered_with_is_refused_by_name() -> Result<()> {
    let page = some_run().await?;
    let text = page.call("return gradientLab.runFile()").await?;
    let file: Value = serde_json::from_str(text.as_str().context("a run file is text")?)?;
    let cases = [
        ("/format", json!("something-else"), "format"),
        ("/version", json!(99), "version"),
        ("/step", json!(-1), "step"),
        ("/setup/depth", json!(9999), "setup.depth"),
        ("/setup/activation", json!("foo"), "setup.activation"),
        ("/config/loss", json!("mse"), "config.loss"),
        ("/parameters/block2.linear0.weight/shape", json!([8, 9]), "parameters.block2.linear0.weight"),
        ("/parameters/head.bias/data", json!(["much"]), "parameters.head.bias"),
    ];
    for (place, value, field) in cases {
        let mut tampered = file.clone();
        *tampered.pointer_mut(place).with_context(|| place.to_owned())? = value;
        let refusal = page.call(&refusal_of(&tampered.to_string())).await?;
        let refusal = refusal.as_str().with_context(|| format!("{place} was accepted"))?;
        assert!(refusal.starts_with(&format!("{field}: got ")) && refusal.contains("allowed: "), "{place}: {refusal}");
    }
    for text in ["", "[1, 2]", "{\"format\": \"gradient-lab-run\",", "\u{0}\u{1}"] {
        let refusal = page.call(&refusal_of(text)).await?;
        assert!(refusal.as_str().is_some_and(|refusal| refusal.contains("run file")), "{text:?}: {refusal}");
    }
    assert!(page.call("return gradientLab.runFile()").await? == text, "a refused file has changed the run");
    Ok(())
}

/// The message with which the page refuses this text, or null.
fn refusal_of(text: &str) -> String {
    format!("return gradientLab.openRunFile({}).then(() => null, (error) => error.message)", json!(text))
}

#[tokio::test]
async fn a_file_from_elsewhere_with_data_of_its_own_runs() -> Result<()> {
    let page = Page::lab("").await?;
    let tensor = |shape: &[usize], data: &[f64]| json!({ "shape": shape, "data": data });
    let batch = |data: [f64; 6], targets: [f64; 2]| json!({ "inputs": tensor(&[2, 3], &data), "targets": tensor(&[2, 1], &targets) });
    let file = json!({
        "format": "gradient-lab-run", "version": 1, "step": 0,
        "config": { "kind": "mlp", "precision": "f64", "loss": "mse", "activation": "tanh", "depth": 2,
                    "optimizer": { "kind": "sgd", "lr": 0.1 } },
        "parameters": {
            "block1.linear0.weight": tensor(&[2, 3], &[0.5, -0.25, 0.125, 0.75, 0.5, -0.5]),
            "block1.linear0.bias": tensor(&[2], &[0.0, 0.1]),
            "block2.linear0.weight": tensor(&[2, 2], &[0.5, -0.5, 0.25, 0.75]),
            "block2.linear0.bias": tensor(&[2], &[0.0, 0.0]),
            "head.weight": tensor(&[1, 2], &[1.0, -1.0]),
            "head.bias": tensor(&[1], &[0.0]),
        },
        "batches": [batch([1.0, 2.0, 3.0, -1.0, 0.0, 1.0], [0.5, -0.5]), batch([0.0, 1.0, 0.0, 1.0, 0.0, 0.0], [1.0, 0.0])],
    });
    let start = page.call(&format!("return gradientLab.openRunFile({file})")).await?;
    assert_eq!((&start["step"], &start["parameters"]), (&0.into(), &json!(17)));
    assert_eq!((&start["layers"][0]["inputs"], &start["layers"][2]["outputs"]), (&json!(3), &json!(1)));
    let end = page.call("return gradientLab.step(200)").await?;
    assert_eq!(end["step"], 200);
    assert!(number(&end["loss"]["train"]) < 0.5 * number(&start["loss"]["train"]), "{} {}", start["loss"], end["loss"]);

    let text = page.call("return gradientLab.runFile()").await?;
    let saved: Value = serde_json::from_str(text.as_str().unwrap_or_default())?;
    assert_eq!(saved["batch"], file["batches"][0], "batches are used in their order, round and round");
    assert_eq!(saved["batches"], file["batches"]);
    page.call(&format!("return gradientLab.openRunFile({text})")).await?;
    assert!(page.call("return gradientLab.runFile()").await? == text, "it does not survive a round trip");
    Ok(())
}

#[tokio::test]
async fn the_buttons_save_a_file_and_open_it() -> Result<()> {
    let page = some_run().await?;
    let text = page.call("return gradientLab.runFile()").await?;
    let folder = TempDir::new()?;
    page.download_into(folder.path()).await?;
    page.client().find(Locator::Id("export")).await?.click().await?;
    let file = folder.path().join("gradient-lab-step-30.json");
    let saved = contents(&file).await?;
    assert!(text == saved.as_str(), "the download is not what runFile() says");

    page.call("await gradientLab.set('task=sine')").await?;
    page.client().find(Locator::Id("file")).await?.send_keys(&file.to_string_lossy()).await?;
    page.wait_for("document.querySelector('#notices .notice:not(.bad)')").await?;
    assert!(page.call("return gradientLab.runFile()").await? == text, "the file opened as another run");

    fs::write(&file, saved.replacen("\"depth\":4", "\"depth\":5", 1))?;
    page.client().find(Locator::Id("file")).await?.send_keys(&file.to_string_lossy()).await?;
    page.wait_for("document.querySelector('#notices .notice.bad')").await?;
    let notice = page.call("return document.querySelector('#notices .bad').textContent").await?;
    assert!(notice.as_str().is_some_and(|notice| notice.contains("depth")), "{notice}");
    Ok(())
}

/// What is in a download, once it is there: the browser gives it its name when it is complete.
async fn contents(file: &Path) -> Result<String> {
    for _ in 0..200 {
        if file.is_file() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    fs::read_to_string(file).with_context(|| format!("{} was not downloaded", file.display()))
}
