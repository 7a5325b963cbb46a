//! Snapshot and history -> verdict: what is wrong, with the numbers that say so. The words are the page's, the rules are
//! those of [`Rule`].

use serde::Serialize;
use strum::VariantArray;

use super::rules::{EARLY, Finding, Rule};
use super::snapshot::{Divergence, LayerSnapshot, Snapshot, Split, Way};

/// What the measurements say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// How the gradient changes from the last hidden layer back to the first.
    pub gradient: GradientFinding,
    /// What training has come to.
    pub learning: LearningFinding,
    /// Number of hidden layers.
    pub hidden_layers: usize,
    /// |dLoss/dz| of hidden layer 1 over that of the last; none where it is not a number.
    pub ratio: Option<f64>,
    /// The geometric mean of that, a layer; none where the gradient does not come from the next layer alone.
    pub factor: Option<f64>,
    /// What that mean factor is made of; none where some layer's is not a positive number.
    pub split: Option<Split>,
    /// Steps that layer 1 would need, at its present update, to change by 1 % of its weights.
    pub steps_to_move: Option<f64>,
    /// Every rule that holds, the most severe first.
    pub findings: Vec<Finding>,
    /// Updates done.
    pub step: u64,
    /// Loss on the training set now.
    pub loss_now: f64,
    /// What the best constant answer costs.
    pub loss_chance: f64,
    /// Where and when the run stopped being finite.
    pub divergence: Option<Divergence>,
}

/// How the gradient fares on its way back: the most severe rule about it that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GradientFinding {
    /// [`Rule::Diverged`].
    Diverged,
    /// One hidden layer: there is no way back to speak of.
    Shallow,
    /// [`Rule::Zero`].
    Zero,
    /// [`Rule::Underflow`].
    Underflow,
    /// [`Rule::Truncated`].
    Truncated,
    /// [`Rule::Vanishing`].
    Vanishing,
    /// [`Rule::Exploding`].
    Exploding,
    /// None of these, on a way that is direct.
    Direct,
    /// None of these.
    Even,
}

/// What training has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningFinding {
    /// [`Rule::Diverged`].
    Diverged,
    /// Fewer than [`EARLY`] steps: too early to say.
    TooEarly,
    /// [`Rule::Stalled`].
    Stalled,
    /// Neither stalled nor learned.
    Learning,
    /// [`Rule::Learned`].
    Learned,
}

/// What the measurements say.
pub fn judge(snapshot: &Snapshot) -> Verdict {
    let hidden = snapshot.hidden();
    let ratio = snapshot.first_to_last.signal;
    let findings = findings(snapshot);
    let holds = |rule| findings.iter().any(|finding| finding.rule == rule);
    Verdict {
        gradient: gradient_finding(holds, snapshot),
        learning: learning_finding(holds, snapshot.step),
        hidden_layers: hidden.len(),
        ratio,
        factor: ratio
            .filter(|_| snapshot.way == Way::Chain)
            .map(|ratio| libm::exp(libm::log(ratio) / (hidden.len() as f64 - 1.0))),
        split: mean_split(hidden),
        steps_to_move: hidden.first().and_then(|first| first.update_ratio).map(|ratio| 0.01 / ratio),
        step: snapshot.step,
        loss_now: snapshot.loss.train,
        loss_chance: snapshot.loss.chance,
        divergence: snapshot.divergence.clone(),
        findings,
    }
}

/// Every rule that holds.
fn findings(snapshot: &Snapshot) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in Rule::VARIANTS {
        findings.extend(rule.check(snapshot));
        // Numbers that are not finite are no evidence of anything else.
        if *rule == Rule::Diverged && !findings.is_empty() {
            break;
        }
    }
    findings
}

/// The geometric means of the factors between hidden layers.
fn mean_split(hidden: &[LayerSnapshot]) -> Option<Split> {
    let (_last, others) = hidden.split_last()?;
    let splits: Vec<Split> = others.iter().map(|layer| layer.split).collect::<Option<_>>()?;
    let mean = |part: fn(&Split) -> f64| {
        let logarithms: f64 = splits.iter().map(|split| libm::log(part(split))).sum();
        libm::exp(logarithms / splits.len() as f64)
    };
    let split = Split {
        weights: mean(|split| split.weights),
        slope: mean(|split| split.slope),
        norm: mean(|split| split.norm),
        skip: mean(|split| split.skip),
        gate: mean(|split| split.gate),
        dropout: mean(|split| split.dropout),
    };
    let product = split.product();
    (product.is_finite() && product > 0.0).then_some(split)
}

fn gradient_finding(holds: impl Fn(Rule) -> bool, snapshot: &Snapshot) -> GradientFinding {
    let by_severity = [
        (Rule::Diverged, GradientFinding::Diverged),
        (Rule::Zero, GradientFinding::Zero),
        (Rule::Underflow, GradientFinding::Underflow),
        (Rule::Truncated, GradientFinding::Truncated),
        (Rule::Vanishing, GradientFinding::Vanishing),
        (Rule::Exploding, GradientFinding::Exploding),
    ];
    let other = match snapshot.way {
        _ if snapshot.hidden().len() < 2 => GradientFinding::Shallow,
        Way::Direct => GradientFinding::Direct,
        Way::Chain | Way::Joined => GradientFinding::Even,
    };
    by_severity.into_iter().find(|&(rule, _)| holds(rule)).map_or(other, |(_, finding)| finding)
}

fn learning_finding(holds: impl Fn(Rule) -> bool, step: u64) -> LearningFinding {
    if holds(Rule::Diverged) {
        LearningFinding::Diverged
    } else if step < EARLY {
        LearningFinding::TooEarly
    } else if holds(Rule::Learned) {
        LearningFinding::Learned
    } else if holds(Rule::Stalled) {
        LearningFinding::Stalled
    } else {
        LearningFinding::Learning
    }
}
