//! The page as a whole.

use anyhow::Result;
use e2e::Page;

#[tokio::test]
async fn the_page_loads_without_an_error() -> Result<()> {
    let page = Page::open("").await?;
    page.wait_for("window.gradientLab").await?;
    page.call("await gradientLab.ready").await?;
    assert_eq!(page.console_errors().await?, [""; 0]);
    assert_eq!(page.site.violations(), [""; 0]);
    assert_eq!(page.site.foreign_requests(), []);
    Ok(())
}
