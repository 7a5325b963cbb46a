//! The browser and a native program compute the same, bit for bit.

use anyhow::Result;
use e2e::Page;

const STEPS: usize = 200;

/// Both precisions, five activations and starts, every loss, drawn data and real.
const QUERIES: [&str; 5] = [
    "",
    "task=spiral&depth=12&activation=tanh&init=orthogonal&bias_variance=0.05&precision=f64&seed=3",
    "task=moons&depth=8&width=20&activation=gelu&init=mean_field&scale=1.7&loss=softmax_cross_entropy&batch=50&seed=4",
    "task=sine&depth=5&activation=mish&init=lsuv&lr=0.02&precision=f64&seed=5",
    "task=digits&depth=3&width=24&activation=selu&init=lecun&lr=0.05&seed=6",
];

#[tokio::test]
async fn run_files_are_the_native_ones_byte_for_byte() -> Result<()> {
    let page = Page::lab("").await?;
    for query in QUERIES {
        let script = format!("await gradientLab.set('{query}'); await gradientLab.step({STEPS});");
        let browser = page.call(&format!("{script} return gradientLab.runFile()")).await?;
        let native = e2e::run_file(query, STEPS).await?;
        let (browser, native) = (browser.as_str().unwrap_or_default(), native.trim_end());
        assert!(browser.contains(&format!("\"step\":{STEPS}")), "{query:?} did not get to its last step");
        if let Some(place) = first_difference(browser, native) {
            let around = |text: &str| text.get(place.saturating_sub(60)..text.len().min(place + 60)).map(str::to_owned);
            panic!("{query:?} differs at byte {place}:\n{:?}\n{:?}", around(browser), around(native));
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_engine_drives_from_a_script_without_the_page() -> Result<()> {
    let page = Page::lab("").await?;
    let [own, page_file] = [
        "const { Lab } = await import(new URL('gradient_lab.js', location.href));
         const lab = Lab.fromLink('depth=5&activation=tanh');
         const done = lab.step(50);
         if (done !== 50 || lab.snapshot().step !== 50 || !(lab.loss() > 0)) throw new Error('it does not step');
         const file = lab.runFile();
         if (Lab.fromRunFile(file).runFile() !== file) throw new Error('its own file opens as something else');
         return file",
        "await gradientLab.set('depth=5&activation=tanh'); await gradientLab.step(50); return gradientLab.runFile()",
    ];
    assert!(page.call(own).await? == page.call(page_file).await?, "the page computes something else");
    Ok(())
}

fn first_difference(a: &str, b: &str) -> Option<usize> {
    let differs = a.bytes().zip(b.bytes()).position(|(a, b)| a != b);
    differs.or_else(|| (a.len() != b.len()).then(|| a.len().min(b.len())))
}
