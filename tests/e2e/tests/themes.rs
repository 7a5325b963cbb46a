//! Light, dark and for the projector; and pictures of each in target/e2e, for people to look at.

use anyhow::Result;
use e2e::{Page, number};
use fantoccini::Locator;

/// How light the page's background is, 0 to 255, and how large its type.
const LOOK: &str = "const { backgroundColor, fontSize } = getComputedStyle(document.body);
     const [red, green, blue] = backgroundColor.match(/[\\d.]+/g).map(Number);
     return [(red + green + blue) / 3, parseFloat(fontSize)]";

#[tokio::test]
async fn dark_and_projector_switch_and_stay() -> Result<()> {
    let page = Page::blank().await?;
    page.media(&[("prefers-color-scheme", "light")]).await?;
    page.viewport(1440, 956).await?;
    page.goto("").await?;
    page.ready().await?;
    page.call("await gradientLab.reset(); await gradientLab.step(300)").await?;
    let light = page.call(LOOK).await?;
    assert!(number(&light[0]) > 200.0, "{light}");
    page.screenshot("wide").await?;

    page.client().find(Locator::Id("dark")).await?.click().await?;
    let dark = page.call(LOOK).await?;
    assert!(number(&dark[0]) < 60.0, "{dark}");
    page.screenshot("dark").await?;

    page.client().find(Locator::Id("dark")).await?.click().await?;
    page.client().find(Locator::Id("projector")).await?.click().await?;
    let projector = page.call(LOOK).await?;
    assert!(number(&projector[1]) > 1.1 * number(&light[1]), "{projector} after {light}");
    page.screenshot("projector").await?;

    page.client().refresh().await?;
    page.ready().await?;
    assert_eq!(page.call(LOOK).await?, projector, "the choice is forgotten");
    Ok(())
}

#[tokio::test]
async fn the_system_chooses_until_somebody_does() -> Result<()> {
    let page = Page::blank().await?;
    page.media(&[("prefers-color-scheme", "dark")]).await?;
    page.viewport(390, 844).await?;
    page.goto("").await?;
    page.ready().await?;
    assert!(number(&page.call(LOOK).await?[0]) < 60.0);
    page.media(&[("prefers-color-scheme", "light")]).await?;
    // The canvas follows with one of the next frames.
    page.wait_for(&format!("(() => {{ {LOOK} }})()[0] > 200")).await?;
    page.call("await gradientLab.reset(); await gradientLab.step(300)").await?;
    page.screenshot("phone").await?;
    Ok(())
}
