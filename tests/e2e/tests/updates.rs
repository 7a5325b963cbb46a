//! From gradient to update: the numbers of the run file, and what the page says of them.

use anyhow::{Context, Result};
use e2e::{Page, number};
use serde_json::Value;

const OPEN: &str = "document.getElementById('updates-details').open = true;
    while (document.querySelectorAll('#updates tbody tr').length === 0) await new Promise((done) => setTimeout(done, 50))";

/// The norm of a tensor, or of the difference of two.
fn norm(tensor: &Value, other: Option<&Value>) -> Result<f64> {
    let numbers = |tensor: &Value| -> Result<Vec<f64>> {
        Ok(tensor["data"].as_array().context("numbers")?.iter().map(number).collect())
    };
    let mut values = numbers(tensor)?;
    if let Some(other) = other {
        values.iter_mut().zip(numbers(other)?).for_each(|(x, y)| *x -= y);
    }
    Ok(values.iter().map(|x| x * x).sum::<f64>().sqrt())
}

#[tokio::test]
async fn the_numbers_are_those_of_the_run_file() -> Result<()> {
    let page = Page::lab("").await?;
    page.call(OPEN).await?;
    for (query, matrices) in [
        ("depth=4&width=6&activation=tanh&optimizer=momentum&clip=norm&clip_at=0.01&precision=f64&frozen=2", 5),
        ("task=recall&lag=6&kind=gru&width=5&optimizer=adam&precision=f64", 3),
    ] {
        let shown = page.call(&format!("await gradientLab.set('{query}'); return gradientLab.step(9)")).await?;
        let file: Value = serde_json::from_str(&e2e::run_file(query, 9).await?)?;
        let measured = &file["measured"];
        let updates = shown["updates"].as_array().context("updates")?;
        assert_eq!(updates.len(), matrices, "{query}");
        for update in updates {
            let name = update["name"].as_str().context("a name")?;
            let near = |got: &str, expected: f64| {
                let got = number(&update[got]);
                assert!((got - expected).abs() <= 1e-9 * expected.abs(), "{query}, {name}: {got} is not {expected}");
            };
            near("gradient", norm(&measured["gradients"][name], None)?);
            near("clipped", norm(&measured["clipped_gradients"][name], None)?);
            let change = norm(&measured["updated_parameters"][name], Some(&file["parameters"][name]))?;
            let got = number(&update["change"]);
            assert!((got - change).abs() <= 1e-6 * change, "{query}, {name}: {got} is not {change}");
            assert_eq!(update["frozen"], name.starts_with("block2."), "{query}, {name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn it_says_what_adam_hides_and_where_epsilon_ends_that() -> Result<()> {
    let page = Page::lab("").await?;
    let words = |query: &str| {
        let query = query.to_owned();
        let page = &page;
        async move {
            let script = format!(
                "await gradientLab.set('{query}'); {OPEN}; await gradientLab.step(5);
                 await new Promise((done) => setTimeout(done, 400));
                 return [document.getElementById('updates-words').textContent, document.querySelectorAll('#updates tbody tr').length]"
            );
            let seen = page.call(&script).await?;
            anyhow::Ok((seen[0].as_str().unwrap_or_default().to_owned(), number(&seen[1])))
        }
    };
    let (plain, rows) = words("depth=20").await?;
    assert_eq!(rows, 21.0);
    assert!(plain.contains("nothing is clipped") && !plain.contains("hides") && !plain.contains("epsilon"), "{plain}");
    let (adam, _) = words("depth=20&optimizer=adam&lr=0.001&eps=1e-8").await?;
    assert!(adam.contains("hides how small") && adam.contains("below epsilon, 1e-8"), "{adam}");
    let (tiny, _) = words("depth=20&optimizer=adam&lr=0.001&eps=1e-30&precision=f64").await?;
    assert!(tiny.contains("hides how small") && !tiny.contains("epsilon"), "{tiny}");
    let (clipped, _) = words("depth=5&clip=norm&clip_at=0.001").await?;
    assert!(clipped.contains("Clipping shortens the gradient as a whole"), "{clipped}");
    let (within, _) = words("depth=5&clip=norm&clip_at=100").await?;
    assert!(within.contains("which clipping leaves as it is"), "{within}");
    assert_eq!(page.console_errors().await?, [""; 0]);
    Ok(())
}
