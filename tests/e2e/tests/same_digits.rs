//! The browser and a native program compute the same, bit for bit.

use anyhow::Result;
use e2e::Page;

const STEPS: usize = 200;

/// Both precisions, every activation and loss, drawn data and real; every normalization, skip, optimizer, schedule and
/// clip, dropout, frozen layers and gradients in 16 bits; every network over sequences, with and without a mask.
const QUERIES: [&str; 29] = [
    "",
    "task=spiral&depth=12&activation=tanh&init=orthogonal&bias_variance=0.05&precision=f64&seed=3",
    "task=moons&depth=8&width=20&activation=gelu&init=mean_field&scale=1.7&loss=softmax_cross_entropy&batch=50&seed=4",
    "task=sine&depth=5&activation=mish&init=lsuv&lr=0.02&precision=f64&seed=5",
    "task=digits&depth=3&width=24&activation=selu&init=lecun&lr=0.05&seed=6",
    "depth=30&activation=relu&init=he&norm=batch_norm&lr=0.01&seed=7",
    "depth=10&norm=layer_norm&norm_place=after&optimizer=momentum&lr=0.02&precision=f64&seed=8",
    "task=xor&depth=10&activation=elu&norm=rms_norm&optimizer=nesterov&lr=0.003&seed=9",
    "task=spiral&depth=20&activation=relu&init=he&skip=residual&lr=0.001&clip=norm&clip_at=0.5&seed=10",
    "depth=20&activation=silu&skip=scaled_residual&order=inner&optimizer=adam&lr=0.002&schedule=cosine&period=150&seed=11",
    "task=moons&depth=8&activation=tanh&skip=rezero&order=post&optimizer=adagrad&lr=0.02&eps=1e-10&precision=f64&seed=12",
    "depth=8&activation=leaky_relu&skip=highway&optimizer=rmsprop&lr=0.001&clip=value&clip_at=0.01&seed=13",
    "depth=5&activation=gelu&skip=residual&block_layers=2&norm=batch_norm&optimizer=adamw&lr=0.003&weight_decay=0.1&seed=14",
    "depth=6&activation=relu&init=he&dropout=0.3&lr=0.05&weight_decay=0.001&seed=15",
    "depth=6&activation=hard_tanh&schedule=step&period=60&warmup=20&clip=layer&clip_at=0.1&seed=16",
    "depth=6&activation=softsign&frozen=1-3&seed=17",
    "depth=12&activation=tanh&gradient_format=float16&seed=18",
    "depth=12&activation=identity&init=lecun&gradient_format=bfloat16&loss_scale=1024&lr=0.01&seed=19",
    "task=digits&depth=4&width=16&activation=softplus&init=framework_default&norm=layer_norm&optimizer=adam&lr=0.003&seed=20",
    "task=gaussians&depth=6&activation=relu&init=he_uniform&skip=scaled_residual&norm=rms_norm&dropout=0.1&optimizer=adam&lr=0.001&precision=f64&seed=21",
    "depth=8&width=12&activation=relu&init=he&skip=dense&norm=layer_norm&lr=0.01&seed=30",
    "task=recall&lag=20&width=12&clip=norm&seed=22",
    "task=adding&lag=15&width=10&activation=relu&init=normal&scale=0.1&recurrent_init=identity&seed=23",
    "task=parity&lag=12&width=8&layers=2&recurrent_init=orthogonal&truncate=5&precision=f64&seed=24",
    "task=copy&kind=lstm&lag=10&width=10&gate_bias=1&seed=25",
    "task=text&kind=lstm&lag=8&width=8&layers=2&batch=8&optimizer=momentum&lr=0.1&precision=f64&seed=26",
    "task=recall&kind=gru&lag=20&width=10&seed=27",
    "task=adding&kind=gru&reset=before&lag=12&width=8&layers=2&optimizer=rmsprop&lr=0.01&precision=f64&seed=28",
    "task=copy&kind=attention&lag=10&width=10&activation=gelu&seed=29",
];

/// Whether both modules are in the same state after so many steps of a link, or that the first one leaves it to the full one.
const BOTH: &str = "const both = async (query, steps) => {
       const { default: init, Lab, parseLink } = await import(new URL('gradient_lab_first.js', location.href));
       const whole = await import(new URL('gradient_lab.js', location.href));
       await Promise.all([init(), whole.default()]);
       const { full, file } = parseLink(query);
       if (full) return 'full';
       const bytes = file ? new Uint8Array(await (await fetch(new URL(`data/${file}`, location.href))).arrayBuffer()) : undefined;
       const [one, other] = [Lab, whole.Lab].map((Lab) => {
         const lab = Lab.fromLink(query, bytes);
         lab.step(steps);
         return String(lab.checkpoint());
       });
       return one === other;
     }";

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
        // The page's runs are in the full module by now; the first one has to compute the same.
        let first = page.call(&format!("{BOTH}; return both('{query}', {STEPS})")).await?;
        assert!(first == true || first == "full", "{query:?}: {first}");
    }
    Ok(())
}

#[tokio::test]
async fn the_engine_drives_from_a_script_without_the_page() -> Result<()> {
    let page = Page::lab("").await?;
    let [own, page_file] = [
        "const { default: init, Lab } = await import(new URL('gradient_lab.js', location.href));
         await init();
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
