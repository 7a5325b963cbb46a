//! Links: the whole Setup is in the address, and a bad address opens the lab all the same and says what is wrong.

use anyhow::Result;
use e2e::Page;
use serde_json::Value;

/// Every field, with another value than its default; the second has what acts only where the first's skip is not, the
/// third what only sequences have.
const FULL: [&str; 3] = [
    "v=1&task=spiral&noise=0.1&samples=200&test=0.4&depth=4&width=10&activation=tanh&norm=layer_norm&norm_place=after\
     &skip=residual&skip_scale=0.5&order=post&block_layers=2&dropout=0.1&init=mean_field&scale=1.5&bias_variance=0.05\
     &seed=3&loss=mse&optimizer=adam&lr=0.02&momentum=0.8&square_decay=0.99&eps=1e-6&weight_decay=0.01\
     &schedule=cosine&period=500&warmup=10&batch=16&clip=norm&clip_at=0.5&frozen=1-2&precision=f64\
     &gradient_format=float16&loss_scale=1024",
    "v=1&skip=highway&gate_bias=-1",
    "v=1&task=copy&lag=9&kind=gru&layers=2&reset=before&recurrent_init=orthogonal&recurrent_scale=0.9&gate_bias=0.5&truncate=4",
];

/// The notice about the link: its title, and each of its lines.
const NOTICE: &str =
    "return [...document.querySelectorAll('#notices strong, #notices li')].map((line) => line.textContent)";

#[tokio::test]
async fn the_whole_setup_is_in_the_address() -> Result<()> {
    let page = Page::lab("").await?;
    assert_eq!(page.call("return location.search").await?, "", "a bare address stays bare");
    let catalog = page.call("return gradientLab.catalog()").await?;
    for param in catalog["params"].as_array().into_iter().flatten() {
        let key = param["key"].as_str().unwrap_or_default();
        let mut parts = FULL.iter().flat_map(|link| link.split('&'));
        let written = parts.find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        assert!(written.is_some_and(|value| param["default"] != value), "{key} is in no link: extend FULL");
    }
    for link in FULL {
        let setup = page.call(&format!("await gradientLab.set('{link}'); return gradientLab.setup()")).await?;
        let search = page.call("return location.search").await?;
        let search = search.as_str().unwrap_or_default().trim_start_matches('?');
        assert_eq!(search, link);
        assert_eq!(page.call("return gradientLab.link()").await?, format!("http://{}/?{search}", page.site.host()));
        page.goto(search).await?;
        page.ready().await?;
        assert_eq!(page.call("return gradientLab.setup()").await?, setup);
        assert_eq!(page.call(NOTICE).await?, Value::Array(vec![]));
    }
    Ok(())
}

#[tokio::test]
async fn back_and_forward_lead_through_the_setups() -> Result<()> {
    let page = Page::lab("").await?;
    page.call("await gradientLab.set('depth=3'); await gradientLab.set('depth=5')").await?;
    page.call("history.back()").await?;
    page.wait_for("(await gradientLab.setup()).depth === 3").await?;
    page.call("history.back()").await?;
    page.wait_for("(await gradientLab.setup()).depth === 20").await?;
    page.call("history.go(2)").await?;
    page.wait_for("(await gradientLab.setup()).depth === 5").await?;
    Ok(())
}

#[tokio::test]
async fn a_bad_link_opens_the_lab_and_says_what_is_wrong() -> Result<()> {
    let page = Page::lab("").await?;
    let default = page.call("return gradientLab.setup()").await?;
    let options = page
        .call("return (await gradientLab.catalog()).params.find(({ key }) => key === 'activation').options.map(({ id }) => id)")
        .await?;
    let activations: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let bad: [(&str, &str, &[&str]); 6] = [
        ("colour=red", "colour", &["task", "activation", "seed"]),
        ("depth=9999", "depth", &["9999", "1 to 200"]),
        ("lr=NaN", "lr", &["NaN", "0 to 1000"]),
        ("activation=foo", "activation", &["foo"]),
        ("width=", "width", &["nothing", "1 to 256"]),
        ("v=99", "v", &["99", "1"]),
    ];
    for (query, field, parts) in bad {
        let notice = open_bad(&page, query).await?;
        let [title, line] = &notice[..] else { panic!("{query}: {notice:?}") };
        assert!(!title.is_empty() && line.starts_with(&format!("{field}: got ")), "{query}: {notice:?}");
        let (_, allowed) = line.split_once("allowed: ").unwrap_or_default();
        assert!(!allowed.is_empty() && parts.iter().all(|part| line.contains(part)), "{query}: {line}");
        assert!(field != "activation" || activations.iter().all(|option| allowed.contains(option)), "{line}");
        assert_eq!(page.call("return gradientLab.setup()").await?, default, "{query}");
    }

    let all = "depth=9999&lr=NaN&activation=foo&colour=red&width=12";
    let lines = open_bad(&page, all).await?.join("\n");
    for field in ["depth", "lr", "activation", "colour"] {
        assert!(lines.contains(&format!("\n{field}: got ")), "{field}: {lines}");
    }
    assert_eq!(page.call("return (await gradientLab.setup()).width").await?, 12, "what is good in it is used");
    Ok(())
}

#[tokio::test]
async fn ten_kilobytes_of_noise_open_the_lab() -> Result<()> {
    let page = Page::lab("").await?;
    let default = page.call("return gradientLab.setup()").await?;
    for seed in 1..=3 {
        let notice = open_bad(&page, &noise(seed)).await?;
        let length: usize = notice.iter().map(|line| line.chars().count()).sum();
        assert!((2..=10).contains(&notice.len()) && length < 2000, "{notice:?}");
        assert_eq!(page.call("return gradientLab.setup()").await?, default);
        let widths = page
            .call("const { scrollWidth, clientWidth } = document.documentElement; return [scrollWidth, clientWidth]")
            .await?;
        assert_eq!(widths[0], widths[1], "the notice is wider than the page");
    }
    assert_eq!(page.site.violations(), [""; 0]);
    Ok(())
}

/// 10 kB of what an address may hold, the same each time: markup, separators, broken and whole percent-codes.
fn noise(seed: u32) -> String {
    let pieces =
        ["&", "=", "%", "+", "<b>", "depth", "%00", "%E2%80%AE", "%ff", "é", "9", "x", "Q", "-", ";", "?", "\u{1F600}"];
    let (mut state, mut noise) = (seed, String::new());
    while noise.len() < 10_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.push_str(pieces[(state >> 16) as usize % pieces.len()]);
    }
    noise
}

/// Opens a bad link, sees that the lab runs without an error, and returns the notice.
async fn open_bad(page: &Page, query: &str) -> Result<Vec<String>> {
    page.goto(query).await?;
    page.ready().await?;
    page.wait_for("(await gradientLab.snapshot()).step > 0").await?;
    assert_eq!(page.console_errors().await?, [""; 0]);
    let refusal = page
        .call("return gradientLab.set('depth=9999').then(() => null, ({ problems }) => problems.map(({ field }) => field))")
        .await?;
    assert_eq!(refusal, serde_json::json!(["depth"]), "a script is told of a bad link as well");
    Ok(serde_json::from_value(page.call(NOTICE).await?)?)
}
