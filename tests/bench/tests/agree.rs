//! What the bench compares is the same arithmetic: the contender that needs no package from elsewhere has the lab's
//! parameters and the lab's losses, and who computes less is refused. Nothing is timed.

use bench::{Case, Contender, Effort, Net, Plan, Stage, ladder, measure, wrong};
use serde_json::{Value, json};

/// All but R5, whose file is long, and which takes plain loops some seconds a step.
fn rungs() -> impl Iterator<Item = Case> {
    ladder().into_iter().filter(|case| case.name != "R5")
}

#[tokio::test]
async fn plain_javascript_trains_the_same_networks() -> anyhow::Result<()> {
    let mut stage = Stage::start(false).await?;
    for case in rungs() {
        let plan = Plan::of_rung(&case, &[Contender::Lab, Contender::Plain]);
        let runs = measure(&mut stage, &plan, Effort { rounds: 0, milliseconds: 0.0 }).await?.runs;
        assert_eq!(runs.len(), 2);
        for run in runs {
            assert_eq!(run.problem, None, "{} of {}", case.name, run.who.name());
        }
    }
    assert_eq!(stage.violations(), [""; 0]);
    Ok(())
}

/// Two run files: one with all gradients, and one without those of the first layer or the first half of the time steps.
/// Only a Setup says which layers do not learn.
fn whole_and_less(case: &Case, mut whole: Value) -> [Value; 2] {
    let mut less = whole.clone();
    match case.net {
        Net::Perceptron { depth, width } => {
            let setup = json!({ "depth": depth, "width": width, "activation": "tanh", "loss": "mse", "lr": 0.01 });
            for run in [&mut whole, &mut less] {
                run["setup"] = setup.clone();
                run.as_object_mut().expect("a run file is an object").remove("config");
            }
            less["setup"]["frozen"] = json!("1");
        }
        Net::Recurrent { steps, .. } => less["config"]["truncate"] = json!(steps / 2),
    }
    [whole, less]
}

#[tokio::test]
async fn who_leaves_gradients_out_is_refused() -> anyhow::Result<()> {
    let mut stage = Stage::start(false).await?;
    for mut case in rungs() {
        // The other test has files of the usual names.
        case.name.push_str("-less");
        let run = case.run_file();
        case.write_as(&run)?;
        let opened = stage.open("lab", Contender::Lab, &case, case.checked_steps()).await?;
        for (run, expected) in whole_and_less(&case, run).iter().zip([false, true]) {
            case.write_as(run)?;
            let other = stage.open("other", Contender::Lab, &case, case.checked_steps()).await?;
            let problem = wrong(&other, &case, Some(&opened.losses));
            assert_eq!(problem.is_some(), expected, "{}: {problem:?}", case.name);
        }
    }
    Ok(())
}
