//! Pause acts at once, also while what another Setup needs is still on its way.

use anyhow::Result;
use e2e::Page;
use serde_json::json;

/// Holds the full module back, and asks for a Setup that needs it while the run goes on.
const HELD: &str = "const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const until = async (holds) => { while (!holds()) await after(20); };
    const words = (id) => document.getElementById(id).textContent;
    const press = () => document.getElementById('run').click();
    const real = window.fetch;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    window.fetch = async (...how) => {
      if (String(how[0]).includes('gradient_lab_bg.wasm')) await held;
      return real(...how);
    };
    await gradientLab.set('depth=4&width=8');
    await gradientLab.run();
    history.pushState(null, '', '?depth=4&width=8&precision=f64');
    dispatchEvent(new PopStateEvent('popstate'));
    await until(() => words('rate').startsWith('loading'));
    const before = words('run');
    press();";

#[tokio::test]
async fn a_pause_does_not_wait_for_the_full_module_and_holds_when_it_has_come() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{HELD}
             await until(() => words('run') !== before);
             await after(300);
             const stood = words('steps');
             await after(300);
             const still = words('steps') === stood && stood !== 'step 0';
             release();
             const {{ precision }} = await gradientLab.setup();
             await after(500);
             const {{ step }} = await gradientLab.snapshot();
             return {{ before, still, precision, step, button: words('run') }}"
        ))
        .await?;
    assert_eq!(seen, json!({ "before": "Pause", "still": true, "precision": "f64", "step": 0, "button": "Run" }));
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn what_is_pressed_after_the_pause_holds_as_well() -> Result<()> {
    let page = Page::lab("").await?;
    let seen = page
        .call(&format!(
            "{HELD}
             await until(() => words('run') !== before);
             press();
             release();
             const {{ precision }} = await gradientLab.setup();
             await until(() => words('run') === 'Pause');
             await after(300);
             return [precision, (await gradientLab.snapshot()).step > 0]"
        ))
        .await?;
    assert_eq!(seen, json!(["f64", true]));
    Ok(())
}
