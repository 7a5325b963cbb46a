//! A group of runs that are checked, and then timed by turns: what one round takes, the next one takes too, so what
//! changes on the machine in between changes it for all of them.

use anyhow::Result;

use crate::ladder::Case;
use crate::stage::{Contender, Opened, Stage};

/// How far the losses of two contenders may lie apart, relatively. 32 bits do 5e-7 here; a contender that leaves out the
/// first layer's gradient or half of the time steps' is 1e-3 off or more.
const AGREEMENT: f64 = 1e-5;

/// How much time is spent.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many times everybody has a turn.
    pub rounds: usize,
    /// What a contender is given in a round, at the least.
    pub milliseconds: f64,
}

/// One run of a group.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who trains.
    pub who: Contender,
    /// What is trained.
    pub case: Case,
}

/// What is timed by turns.
pub struct Plan {
    /// In the order of their turns.
    pub entries: Vec<Entry>,
}

impl Plan {
    /// A network, and everybody who can run it.
    pub fn of_rung(case: &Case, contenders: &[Contender]) -> Self {
        let able = contenders.iter().filter(|who| who.can_run(case.net));
        Self { entries: able.map(|&who| Entry { who, case: case.clone() }).collect() }
    }

    /// Networks that only the lab runs.
    pub fn of_lab(cases: impl IntoIterator<Item = Case>) -> Self {
        Self { entries: cases.into_iter().map(|case| Entry { who: Contender::Lab, case }).collect() }
    }
}

/// What came out for one run.
pub struct Timed {
    /// Who trained.
    pub who: Contender,
    /// What was trained.
    pub case: Case,
    /// Before each of the first steps.
    pub losses: Vec<f64>,
    /// Microseconds a step, round after round; none of a run that failed.
    pub micros: Vec<f64>,
    /// Why it failed.
    pub problem: Option<String>,
}

impl Timed {
    /// Microseconds a step, in the round in the middle.
    pub fn median(&self) -> f64 {
        median(self.micros.iter().copied())
    }

    /// How far the middle half of the rounds lies apart, over the median: what else the machine did meanwhile.
    pub fn spread(&self) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_by(f64::total_cmp);
        let quarter = sorted.len() / 4;
        let half = sorted.get(quarter..sorted.len() - quarter).unwrap_or_default();
        half.last().zip(half.first()).map_or(f64::NAN, |(last, first)| (last - first) / self.median())
    }

    fn fail(&mut self, problem: String) {
        self.problem = Some(problem);
        self.micros.clear();
    }

    /// How many times as long as the other this takes: the median over the rounds.
    pub fn over(&self, other: &Self) -> f64 {
        median(self.micros.iter().zip(&other.micros).map(|(own, other)| own / other))
    }

    /// Its FLOP over what the vectors could have done meanwhile: the median over the rounds.
    pub fn share_of(&self, peaks: &[f64]) -> f64 {
        median(self.micros.iter().zip(peaks).map(|(micros, peak)| 1e6 * self.case.flop() / micros / peak))
    }
}

/// What came out for all runs of a plan.
pub struct Group {
    /// In the order of the plan.
    pub runs: Vec<Timed>,
    /// FLOP a second in registers alone, round after round.
    pub peaks: Vec<f64>,
}

/// The middle one, or NaN if there is none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

/// Checks all runs of a plan and times those that pass. The first run of a case is what the others have to agree with.
pub async fn measure(stage: &mut Stage, plan: &Plan, effort: Effort) -> Result<Group> {
    let mut all: Vec<Timed> = Vec::new();
    let mut peaks = Vec::new();
    for (index, Entry { who, case }) in plan.entries.iter().enumerate() {
        case.write()?;
        let key = index.to_string();
        let reference = all.iter().find(|other| other.case == *case).map(|other| other.losses.as_slice());
        let (losses, mut problem) = match stage.open(&key, *who, case, case.checked_steps()).await {
            Ok(opened) => {
                let problem = wrong(&opened, case, reference);
                (opened.losses, problem)
            }
            Err(error) => (Vec::new(), Some(format!("{error:#}"))),
        };
        if problem.is_none()
            && let Err(error) = stage.calibrate(&key, *who, effort.milliseconds).await
        {
            problem = Some(format!("{error:#}"));
        }
        all.push(Timed { who: *who, case: case.clone(), losses, micros: Vec::new(), problem });
    }
    for _ in 0..effort.rounds {
        for (index, run) in all.iter_mut().enumerate().filter(|(_, run)| run.problem.is_none()) {
            match stage.time(&index.to_string(), run.who).await {
                Ok(micros) => run.micros.push(micros),
                Err(error) => run.fail(format!("{error:#}")),
            }
        }
        peaks.push(stage.peak().await?);
    }
    for (index, run) in all.iter_mut().enumerate().filter(|(_, run)| run.problem.is_none()) {
        let loss = stage.loss(&index.to_string(), run.who).await?;
        if !loss.is_finite() {
            run.fail(format!("its loss has become {loss}"));
        }
    }
    stage.close().await?;
    Ok(Group { runs: all, peaks })
}

/// What is wrong with a run's beginning. `reference` are the losses that it should have.
pub fn wrong(opened: &Opened, case: &Case, reference: Option<&[f64]>) -> Option<String> {
    if opened.parameters != case.parameters() {
        return Some(format!("it has {} parameters, not {}", opened.parameters, case.parameters()));
    }
    // Round against round, because batches differ.
    let (first, second) = opened.losses.split_at(case.batches());
    let (before, after) = (first.iter().sum::<f64>(), second.iter().sum::<f64>());
    // Written so that NaN is wrong as well.
    let falls = after < before;
    if !falls {
        return Some(format!("its losses do not fall: {:?}", opened.losses));
    }
    let reference = reference.unwrap_or(&opened.losses);
    let agree = |(own, other): (&f64, &f64)| (own - other).abs() <= AGREEMENT * other.abs();
    if reference.len() != opened.losses.len() || !opened.losses.iter().zip(reference).all(agree) {
        return Some(format!("its losses are {:?}, not {reference:?}", opened.losses));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladder::ladder;

    #[test]
    fn a_run_that_is_another_one_is_not_timed() {
        let case = &ladder()[0];
        let opened = |parameters, losses: &[f64]| Opened { parameters, losses: losses.to_vec() };
        let good = [4.0, 3.0, 2.0, 1.0, 3.9, 2.9, 1.9, 0.9];
        let count = case.parameters();
        assert_eq!(wrong(&opened(count, &good), case, Some(&good)), None);
        let refused = |opened: Opened, reference: Option<&[f64]>| {
            assert!(wrong(&opened, case, reference).is_some());
        };
        refused(opened(count + 1, &good), None);
        refused(opened(count, &[1.0; 8]), None);
        refused(opened(count, &[f64::NAN; 8]), None);
        let mut other = good;
        other[7] *= 1.01;
        refused(opened(count, &good), Some(&other));
        refused(opened(count, &good), Some(&[]));
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0].into_iter()), 2.5);
        assert!(median(std::iter::empty()).is_nan());
        let case = ladder()[0].clone();
        let micros = vec![10.0, 11.0, 9.0, 10.0, 90.0];
        let run = Timed { who: Contender::Lab, case, losses: Vec::new(), micros, problem: None };
        assert_eq!((run.median(), run.spread()), (10.0, 0.1));
    }
}
