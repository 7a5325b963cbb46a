//! What a visitor meets: a vanishing network that runs, and a page that asks for little and disturbs nothing.

use std::collections::BTreeSet;

use anyhow::Result;
use e2e::{Page, gzip_size, number};

const WASM: &str = "gradient_lab_first_bg.wasm";
const FULL_WASM: &str = "gradient_lab_bg.wasm";
/// Bytes, compressed: of the engine, of the one that has everything, and of all that the first view loads.
const MOST_WASM: u64 = 150_000;
const MOST_FULL_WASM: u64 = 265_000;
const MOST_IN_ALL: u64 = 225_000;

#[tokio::test]
async fn it_opens_on_a_vanishing_network_already_running() -> Result<()> {
    let page = Page::lab("").await?;
    let setup = page.call("return gradientLab.setup()").await?;
    assert_eq!((&setup["depth"], &setup["activation"]), (&20.into(), &"sigmoid".into()));
    page.wait_for("(await gradientLab.snapshot()).step > 0").await?;

    let start = page.call("await gradientLab.reset(); return gradientLab.snapshot()").await?;
    for measure in ["weights", "signal"] {
        let ratio = number(&start["first_to_last"][measure]);
        assert!(ratio > 0.0 && ratio < 1e-6, "{measure}: {ratio}");
    }
    let end = page.call("return gradientLab.step(500)").await?;
    assert_eq!(end["step"], 500);
    let share = number(&end["loss"]["train"]) / number(&end["loss"]["chance"]);
    assert!(share > 0.98, "the loss is {share} of what answering blindly costs");

    let headline = page
        .call("const { dataset, textContent } = document.getElementById('headline'); return [dataset.finding, textContent]")
        .await?;
    assert_eq!(headline[0], "vanishing");
    let words = headline[1].as_str().unwrap_or_default();
    for part in ["Layer 1", "layer 20", "not learning", &written(number(&end["first_to_last"]["signal"]))] {
        assert!(words.contains(part), "{part}: {words}");
    }
    Ok(())
}

/// A small number as the page writes it.
fn written(number: f64) -> String {
    format!("{number:.1e}")
}

#[tokio::test]
async fn it_opens_quietly() -> Result<()> {
    let page = Page::lab("").await?;
    page.wait_for("(await gradientLab.snapshot()).step > 0").await?;
    assert_eq!(page.call("return document.activeElement === document.body").await?, true, "something has the focus");
    assert_eq!(page.call("return document.getElementById('notices').childElementCount").await?, 0);
    assert_eq!(page.console_errors().await?, [""; 0]);
    assert_eq!(page.site.violations(), [""; 0]);
    assert_eq!(page.site.foreign_requests(), []);
    Ok(())
}

#[tokio::test]
async fn nothing_sticks_out_of_a_narrow_window() -> Result<()> {
    let page = Page::lab("").await?;
    for width in [390, 320] {
        page.viewport(width, 844).await?;
        // A chart follows the window with the next frame.
        page.call("for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)").await?;
        let widths = page.call("return [innerWidth, document.documentElement.clientWidth]").await?;
        assert_eq!(widths[0], width);
        let scroll = page.call("return document.documentElement.scrollWidth").await?;
        assert_eq!(scroll, widths[1], "a window {width} pixels wide has to scroll sideways");
    }
    Ok(())
}

#[tokio::test]
async fn the_first_view_is_small_and_its_first_bar_soon() -> Result<()> {
    let page = Page::lab("").await?;
    let marks = page.call("return performance.getEntriesByName('first-bar').map((mark) => mark.startTime)").await?;
    assert_eq!(marks.as_array().map(Vec::len), Some(1), "{marks}");
    // Only told: how long it takes is the machine's business as well, and this one runs other tests.
    eprintln!("first bar after {:.0} ms", number(&marks[0]));

    let own = page.site.requests().into_iter().filter(|request| request.host.is_none());
    let files: BTreeSet<String> = own.map(|request| request.target).collect();
    let names = files.iter().map(|target| match target.split('?').next().unwrap_or_default() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    });
    let mut sizes = names.map(|name| Ok((gzip_size(name)?, name))).collect::<Result<Vec<_>>>()?;
    sizes.sort();
    let wasm = sizes.iter().find(|(_, name)| *name == WASM).map_or(0, |(size, _)| *size);
    let total: u64 = sizes.iter().map(|(size, _)| size).sum();
    eprintln!("{total} bytes in {} files, {wasm} of them the engine", sizes.len());
    assert!((1..=MOST_WASM).contains(&wasm), "{WASM}: {wasm} bytes");
    assert!(total <= MOST_IN_ALL, "{total} bytes: {sizes:#?}");
    let full = gzip_size(FULL_WASM)?;
    assert!((wasm..=MOST_FULL_WASM).contains(&full), "{FULL_WASM}: {full} bytes");
    assert!(!files.iter().any(|target| target.contains(FULL_WASM)), "the first view loads the full engine");
    Ok(())
}
