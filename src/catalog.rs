//! Everything the page needs to build its controls: names, ranges, help, formulas. The page itself knows no option.

use serde::Serialize;

use crate::export::json::Json;
use crate::export::run_file::setup_json;
use crate::lab::parameters::{Domain, Group, Parameter};
use crate::lab::rules::Rule;
use crate::lab::run;
use crate::lab::{Setup, SetupError};
use crate::link::{self, Parsed};
use crate::nn::{About, Choice};
use crate::task::File;

/// All controls that there are.
#[derive(Debug, Serialize)]
pub struct Catalog {
    /// The lab's version.
    pub version: &'static str,
    /// Groups of controls, in the order of the page.
    pub groups: Vec<GroupEntry>,
    /// The controls, in the order of the page.
    pub params: Vec<ControlEntry>,
    /// The rules of the diagnosis, the most severe first; each formula has its thresholds.
    pub rules: Vec<OptionEntry>,
}

/// A group of controls.
#[derive(Debug, Serialize)]
pub struct GroupEntry {
    /// Its id.
    pub id: &'static str,
    /// Its name on the page.
    pub name: &'static str,
}

/// A control.
#[derive(Debug, Serialize)]
pub struct ControlEntry {
    /// The field of the Setup.
    pub key: &'static str,
    /// Its name on the page.
    pub name: &'static str,
    /// The group that it belongs to.
    pub group: &'static str,
    /// What it does.
    pub help: &'static str,
    /// `choice`, `integer`, `number` or `layers`.
    pub kind: &'static str,
    /// What it is in the opening Setup, as it stands in a link.
    pub default: String,
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Whether a slider should move by factors.
    pub log: bool,
    /// The options of a choice.
    pub options: Vec<OptionEntry>,
}

/// An option of a choice, or a rule.
#[derive(Debug, Serialize)]
pub struct OptionEntry {
    /// Its id in links, or in a Verdict.
    pub id: &'static str,
    /// Its name on the page.
    pub name: &'static str,
    /// Its definition.
    pub formula: &'static str,
    /// What to know about it.
    pub help: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// The catalog.
pub fn catalog() -> Catalog {
    let group = |group: Group| GroupEntry { id: group.into(), name: group.name() };
    Catalog {
        version: env!("CARGO_PKG_VERSION"),
        groups: <Group as strum::VariantArray>::VARIANTS.iter().copied().map(group).collect(),
        params: Parameter::all().map(control).collect(),
        rules: <Rule as strum::VariantArray>::VARIANTS.iter().map(|rule| option((rule.id(), rule.about()))).collect(),
    }
}

fn option((id, About { name, formula, help, source }): (&'static str, About)) -> OptionEntry {
    OptionEntry { id, name, formula, help, source }
}

fn control(parameter: &Parameter) -> ControlEntry {
    let (kind, range, log, options) = match &parameter.domain {
        Domain::Choice(options) => ("choice", None, false, options()),
        Domain::Integer { min, max } => ("integer", Some((f64::from(*min), f64::from(*max))), false, Vec::new()),
        Domain::Layers => ("layers", None, false, Vec::new()),
        Domain::Number { min, max, log } => ("number", Some((*min, *max)), *log, Vec::new()),
    };
    ControlEntry {
        key: parameter.key,
        name: parameter.name,
        group: parameter.group.into(),
        help: parameter.help,
        kind,
        default: (parameter.get)(&Setup::default()).to_string(),
        min: range.map(|(min, _)| min),
        max: range.map(|(_, max)| max),
        log,
        options: options.into_iter().map(option).collect(),
    }
}

/// A link as the page sees it.
#[derive(Debug, Serialize)]
pub struct LinkState {
    /// The query, in its shortest form.
    pub query: String,
    /// The Setup, field by field.
    pub setup: Json,
    /// The file in the folder `data` that the run needs.
    pub file: Option<&'static str>,
    /// Whether only the full module can run it.
    pub full: bool,
    /// Trainable numbers of the network.
    pub parameters: usize,
    /// What each control shows, in the order of the catalog.
    pub controls: Vec<ControlState>,
    /// What could not be used.
    pub problems: Vec<Problem>,
}

/// What a control shows.
#[derive(Debug, Serialize)]
pub struct ControlState {
    /// The field of the Setup.
    pub key: &'static str,
    /// Its value, as it stands in a link.
    pub value: String,
    /// Whether it does anything now; otherwise it is to be hidden.
    pub applies: bool,
    /// Its name now, if that is not always the same.
    pub name: &'static str,
    /// What it does now, if that is not always the same.
    pub help: &'static str,
    /// The options that fit now; none unless it is a choice.
    pub options: Vec<&'static str>,
}

/// What could not be used, field by field.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// The error's parts.
    #[serde(flatten)]
    pub error: SetupError,
    /// The error as a sentence.
    pub message: String,
}

/// A query as the page sees it.
pub fn read_link(query: &str) -> LinkState {
    describe(link::parse(query))
}

/// A query with one field changed. A value that is not allowed leaves it as it is, and is reported.
pub fn change_link(query: &str, key: &str, value: &str) -> LinkState {
    let mut parsed = link::parse(query);
    match parsed.setup.changed(key, value) {
        Ok(setup) => parsed.setup = setup,
        Err(problem) => parsed.problems.push(problem),
    }
    describe(parsed)
}

fn describe(parsed: Parsed) -> LinkState {
    let Parsed { setup, problems } = parsed;
    let problem = |error: SetupError| Problem { message: error.to_string(), error };
    LinkState {
        query: link::format(&setup),
        file: setup.task.file().map(File::name),
        full: run::needs_full(&setup),
        parameters: setup.graph(setup.ends()).layout.len(),
        controls: Parameter::all().map(|parameter| control_state(parameter, &setup)).collect(),
        problems: problems.into_iter().map(problem).collect(),
        setup: setup_json(&setup),
    }
}

fn control_state(parameter: &'static Parameter, setup: &Setup) -> ControlState {
    let scale = match parameter.key {
        "scale" => setup.init.scale(),
        "recurrent_scale" => setup.recurrent_init.scale(),
        _ => None,
    };
    // To choose a network is to choose a task for it, so all of them are offered.
    let fitting = setup.fitting(parameter.key).filter(|_| parameter.key != "kind");
    let options = fitting.map_or_else(|| parameter.domain.ids(), |(ids, _)| ids);
    ControlState {
        key: parameter.key,
        value: (parameter.get)(setup).to_string(),
        applies: (parameter.applies)(setup),
        name: scale.map_or("", |scale| scale.name),
        help: scale.map_or("", |scale| scale.help),
        options,
    }
}

impl Group {
    /// Its name on the page.
    fn name(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Network => "Network",
            Self::Start => "Start",
            Self::Remedies => "Remedies in the network",
            Self::Training => "Training",
            Self::Gradient => "Gradient",
        }
    }
}
