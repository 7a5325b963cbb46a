//! Each rule of the diagnosis against two runs: one that it must find, and one, as near to it as may be, that it must not.

mod common;

use gradient_lab::catalog::catalog;
use gradient_lab::lab::diagnosis::{GradientFinding, Verdict};
use gradient_lab::lab::rules::{self, Finding, Rule};
use gradient_lab::lab::snapshot::{State, Way};
use gradient_lab::nn::Choice;
use strum::VariantArray;

use common::run;

/// ReLU with He's start, shallow and quick to learn.
const HEALTHY: &str = "activation=relu&init=he&depth=5";
/// Few and noisy samples, and a network that can remember them all.
const NOISY: &str = "activation=relu&init=he&task=gaussians&noise=0.6&samples=60&depth=3&width=64";

/// A link query and the steps that are made.
type Case = (String, u32);

/// A run where the rule holds, and one where it does not.
fn cases(rule: Rule) -> (Case, Case) {
    let at = |query: &str, steps| (query.to_owned(), steps);
    let healthy = |change: &str, steps| (format!("{HEALTHY}{change}"), steps);
    let noisy = |change: &str, steps| (format!("{NOISY}{change}"), steps);
    match rule {
        Rule::Diverged => (at("activation=relu&init=he&scale=30", 500), at("activation=relu&init=he", 100)),
        // What 16 bits round to zero is zero; what 32 bits cannot hold is an underflow.
        Rule::Zero => (at("gradient_format=float16", 0), at("init=framework_default&depth=100", 0)),
        Rule::Underflow => {
            (at("init=framework_default&depth=100", 0), at("init=framework_default&depth=100&precision=f64", 0))
        }
        // Sequences that are no longer than what is kept are not cut.
        Rule::Truncated => (at("task=recall&lag=9&truncate=9", 0), at("task=recall&lag=9&truncate=10", 0)),
        Rule::Vanishing => (at("", 0), at("norm=batch_norm", 0)),
        Rule::Exploding => (at("activation=relu&init=he&scale=3", 0), at("activation=relu&init=he", 0)),
        Rule::Stalled => (at("", 60), at("", 40)),
        Rule::Dead => (healthy("&lr=3", 20), healthy("", 20)),
        Rule::Saturated => {
            (at("activation=tanh&init=normal&scale=3&depth=5", 0), at("activation=tanh&init=xavier&depth=5", 0))
        }
        // The frozen layer does not move either, but it is not meant to.
        Rule::SmallUpdates => (healthy("&lr=1e-6", 60), healthy("&frozen=1", 60)),
        Rule::LargeUpdates => (healthy("&optimizer=adam&lr=0.1", 5), healthy("&optimizer=adam&lr=0.001", 5)),
        Rule::Masked => (at("depth=8&optimizer=adam&lr=0.001", 0), at("depth=8", 0)),
        Rule::FlatWeights => (at("activation=relu&init=xavier&depth=40", 0), at("", 0)),
        Rule::Clipped => (healthy("&clip=norm&clip_at=0.01", 0), healthy("&clip=norm&clip_at=100", 0)),
        Rule::Overfitting => (noisy("", 2000), noisy("", 40)),
        Rule::Learned => (healthy("", 500), at("", 500)),
    }
}

fn verdict((query, steps): &Case) -> Verdict {
    let mut run = run(query);
    run.step(*steps);
    run.verdict()
}

fn found(verdict: &Verdict, rule: Rule) -> Option<&Finding> {
    verdict.findings.iter().find(|finding| finding.rule == rule)
}

#[test]
fn every_rule_holds_where_it_should_and_is_silent_where_it_should_be() {
    for &rule in Rule::VARIANTS {
        let (loud, silent) = cases(rule);
        let verdict_of_loud = verdict(&loud);
        assert!(
            found(&verdict_of_loud, rule).is_some(),
            "{rule:?} is silent: {loud:?}, {:?}",
            verdict_of_loud.findings
        );
        let other = verdict(&silent);
        assert_eq!(found(&other, rule), None, "{rule:?}: {silent:?}");
    }
}

#[test]
fn a_rule_of_two_conditions_needs_both() {
    let silent = |rule, change: &str, steps| {
        let case = (format!("{HEALTHY}{change}"), steps);
        assert_eq!(found(&verdict(&case), rule), None, "{rule:?}: {case:?}");
    };
    silent(Rule::Masked, "&optimizer=adam&lr=0.001", 0);
    silent(Rule::FlatWeights, "", 0);
    // The learning rate has come down to 0, but by then the task is learned.
    silent(Rule::SmallUpdates, "&schedule=cosine&period=500", 600);
}

#[test]
fn findings_come_in_order_of_severity_and_divergence_alone() {
    let order = |verdict: &Verdict| -> Vec<Rule> { verdict.findings.iter().map(|finding| finding.rule).collect() };
    assert_eq!(order(&verdict(&(String::new(), 60))), [Rule::Vanishing, Rule::Stalled, Rule::SmallUpdates]);
    assert_eq!(order(&verdict(&cases(Rule::Diverged).0)), [Rule::Diverged]);
    for &rule in Rule::VARIANTS {
        let places = order(&verdict(&cases(rule).0)).into_iter().map(|rule| rule as usize);
        assert!(places.is_sorted(), "{rule:?}");
    }
}

#[test]
fn a_healthy_run_has_nothing_but_its_success() {
    let healthy = verdict(&("activation=tanh&init=orthogonal&depth=5".to_owned(), 500));
    let rules: Vec<Rule> = healthy.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::Learned]);
}

#[test]
fn evidence_is_what_the_snapshot_says_of_that_layer() {
    let mut opening = run("");
    let snapshot = opening.snapshot();
    let verdict_of_opening = opening.verdict();
    let vanishing = found(&verdict_of_opening, Rule::Vanishing).expect("it vanishes");
    assert_eq!((Some(vanishing.value), vanishing.threshold), (snapshot.first_to_last.signal, rules::VANISHING));
    assert_eq!(vanishing.layers, [0, 19]);
    let small = found(&verdict_of_opening, Rule::SmallUpdates).expect("it hardly moves");
    assert_eq!((small.layers.as_slice(), Some(small.value)), ([0].as_slice(), snapshot.layers[0].update_ratio));

    let (query, steps) = cases(Rule::Dead).0;
    let mut dying = run(&query);
    dying.step(steps);
    let shares: Vec<f64> = dying.snapshot().layers.iter().filter_map(|layer| layer.dead).collect();
    let verdict_of_dying = dying.verdict();
    let dead = found(&verdict_of_dying, Rule::Dead).expect("units are dead");
    assert_eq!(dead.value, shares[dead.layers[0]]);
    assert!(shares.iter().all(|&share| share <= dead.value), "{shares:?}");

    // From some layer down the gradient falls out of 32 bits; the one nearest to the loss is named.
    let underflow = verdict(&cases(Rule::Underflow).0);
    let underflow = found(&underflow, Rule::Underflow).expect("it underflows");
    let elements = 32.0 * 32.0_f64;
    assert!(underflow.value < underflow.threshold * elements.sqrt() && underflow.layers[0] > 0, "{underflow:?}");
    let exploding = verdict(&cases(Rule::Exploding).0);
    assert!(found(&exploding, Rule::Exploding).is_some_and(|finding| finding.value > finding.threshold));
}

#[test]
fn a_network_of_one_layer_has_no_ratio() {
    let findings = verdict(&("depth=1".to_owned(), 0)).findings;
    assert_eq!(findings, []);
}

#[test]
fn rules_make_do_with_what_a_snapshot_has() {
    let mut snapshot = run("").snapshot();
    // Layers that share their weights have no updates of their own, and some have no activation.
    for layer in &mut snapshot.layers {
        (layer.update_ratio, layer.saturated, layer.dead) = (None, None, None);
    }
    let holds = |snapshot: &_| -> Vec<Rule> {
        Rule::VARIANTS.iter().copied().filter(|rule| rule.check(snapshot).is_some()).collect()
    };
    assert_eq!(holds(&snapshot), [Rule::Vanishing]);
    // What has underflowed at both ends has no ratio: that is not an explosion.
    for layer in &mut snapshot.layers[..20] {
        layer.signal_gradient.state = State::Underflow;
    }
    snapshot.first_to_last.signal = None;
    assert_eq!(holds(&snapshot), [Rule::Underflow]);
    snapshot.layers.truncate(1);
    assert_eq!(holds(&snapshot), []);
}

#[test]
fn the_catalog_lists_every_rule_with_its_thresholds() {
    let listed: Vec<&str> = catalog().rules.iter().map(|rule| rule.id).collect();
    let ids: Vec<&str> = Rule::VARIANTS.iter().map(|rule| rule.id()).collect();
    assert_eq!(listed, ids);
    for &rule in Rule::VARIANTS {
        let formula = rule.about().formula;
        let numbers: Vec<f64> = formula.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
        for threshold in rule.thresholds() {
            assert!(numbers.contains(threshold), "{rule:?}: {formula} does not name {threshold}");
        }
    }
}

#[test]
fn time_steps_are_judged_by_their_states() {
    let rules = |query: &str| -> Vec<Rule> {
        let verdict = run(query).verdict();
        verdict.findings.iter().map(|finding| finding.rule).collect()
    };
    let vanishing = rules("task=recall&lag=40");
    assert!(vanishing.contains(&Rule::Vanishing) && !vanishing.contains(&Rule::Masked), "{vanishing:?}");
    let kept = rules("task=recall&lag=40&kind=lstm&gate_bias=5");
    assert!(!kept.contains(&Rule::Vanishing), "{kept:?}");
    let exploding = rules("task=recall&lag=40&activation=identity&recurrent_init=orthogonal&recurrent_scale=1.5");
    assert!(exploding.contains(&Rule::Exploding), "{exploding:?}");
}

#[test]
fn attention_has_no_way_back_to_judge() {
    for lag in [2, 40, 300] {
        let mut attention = run(&format!("task=recall&lag={lag}&kind=attention"));
        let (snapshot, verdict) = (attention.snapshot(), attention.verdict());
        assert_eq!(
            (snapshot.way, snapshot.first_to_last.signal, snapshot.first_to_last.weights),
            (Way::Direct, None, None)
        );
        assert_eq!(
            (verdict.gradient, verdict.ratio, verdict.factor),
            (GradientFinding::Direct, None, None),
            "lag {lag}"
        );
        let steps: Vec<f64> = snapshot.hidden().iter().map(|step| step.signal_gradient.l2).collect();
        // Every earlier step has its share, and the last one what it has besides.
        let earlier = &steps[..lag];
        let (least, most) =
            earlier.iter().fold((f64::MAX, 0.0), |(least, most): (f64, f64), &l2| (least.min(l2), most.max(l2)));
        assert!(steps.len() == lag + 1 && most < 10.0 * least, "lag {lag}: {least} to {most}");
    }
}

#[test]
fn an_answer_at_every_step_joins_the_way_back() {
    let mut parity = run("task=parity&lag=20");
    assert_eq!(parity.snapshot().way, Way::Joined);
    let verdict = parity.verdict();
    assert!(verdict.ratio.is_some() && verdict.factor.is_none(), "a mean factor says nothing where the loss comes in");
    let mut recall = run("task=recall&lag=20");
    assert_eq!(recall.snapshot().way, Way::Chain);
    assert!(recall.verdict().factor.is_some());
}

#[test]
fn what_truncation_keeps_the_gradient_from_has_not_vanished() {
    for (query, cut) in [
        ("task=recall&lag=40&truncate=10", 31),
        ("task=recall&lag=40&truncate=10&kind=lstm", 31),
        ("task=adding&lag=12&truncate=1&kind=gru&layers=2", 12),
    ] {
        let mut run = run(query);
        let (snapshot, verdict) = (run.snapshot(), run.verdict());
        assert_eq!(snapshot.cut, cut, "{query}");
        for (step, layer) in snapshot.hidden().iter().enumerate() {
            assert_eq!(layer.signal_gradient.l2 == 0.0, step < cut, "{query}: step {step}");
        }
        assert_eq!(verdict.gradient, GradientFinding::Truncated, "{query}");
        let finding = found(&verdict, Rule::Truncated).expect("it is cut");
        assert_eq!((finding.value, finding.layers.as_slice()), (cut as f64, [cut - 1].as_slice()));
        for silent in [Rule::Zero, Rule::Underflow, Rule::Vanishing, Rule::Exploding] {
            assert_eq!(found(&verdict, silent), None, "{query}");
        }
    }
    // Copy asks for its five symbols at the end: what lies before the cut before these gets nothing.
    for (truncate, cut) in [(3, 20), (4, 18), (7, 19), (11, 15)] {
        let mut copy = run(&format!("task=copy&lag=21&truncate={truncate}"));
        let snapshot = copy.snapshot();
        assert_eq!((snapshot.hidden().len(), snapshot.cut), (26, cut), "{truncate}");
        for (step, layer) in snapshot.hidden().iter().enumerate() {
            assert_eq!(layer.signal_gradient.l2 == 0.0, step < cut, "copy, cut after {truncate}: step {step}");
        }
        assert_eq!(copy.verdict().gradient, GradientFinding::Truncated);
    }
    // Where every step has an answer, every step gets a gradient.
    let mut parity = run("task=parity&lag=20&truncate=5");
    assert_eq!((parity.snapshot().cut, parity.verdict().gradient), (0, GradientFinding::Even));
}

#[test]
fn the_page_knows_where_to_go_on_from_every_rule() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/js/checked.js");
    let script = std::fs::read_to_string(path).expect("www/js/checked.js is there");
    for rule in Rule::VARIANTS {
        assert!(script.contains(&format!("\n  {}: {{ ", rule.id())), "WAYS in checked.js does not have {}", rule.id());
    }
}
