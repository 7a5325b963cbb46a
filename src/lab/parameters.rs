//! The fields of a Setup as one table: the link, the run file, the catalog of controls and validation all read it.

use crate::nn::{About, Choice};

use super::decimal;
use super::setup::{Setup, SetupError};

/// One field of a Setup.
pub struct Parameter {
    /// Its name in links and run files: short, lowercase and stable for ever.
    pub key: &'static str,
    /// Its name on the page.
    pub name: &'static str,
    /// The group of controls that it belongs to.
    pub group: Group,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// What is allowed.
    pub domain: Domain,
    /// Reads it.
    pub get: fn(&Setup) -> Value,
    /// Writes it, given a value of its domain.
    pub set: fn(&mut Setup, &Value),
    /// Whether it does anything in this Setup.
    pub applies: fn(&Setup) -> bool,
}

/// Groups of controls, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Group {
    /// What is learned.
    Task,
    /// What learns.
    Network,
    /// Where it starts.
    Start,
    /// How it learns.
    Training,
}

/// What a field may be.
pub enum Domain {
    /// One of a closed set.
    Choice(fn() -> Vec<(&'static str, About)>),
    /// A whole number.
    Integer {
        /// Smallest.
        min: u32,
        /// Largest.
        max: u32,
    },
    /// A number.
    Number {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
        /// Whether a slider should move by factors.
        log: bool,
    },
}

/// What a field is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The id of one of a closed set.
    Choice(&'static str),
    /// A whole number.
    Integer(u32),
    /// A number.
    Number(f64),
}

impl std::fmt::Display for Value {
    /// As it stands in a link; numbers in the fewest digits that read back exactly.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Choice(id) => f.write_str(id),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) if *value != 0.0 && (value.abs() < 1e-4 || value.abs() >= 1e6) => {
                write!(f, "{value:e}")
            }
            Self::Number(value) => write!(f, "{value}"),
        }
    }
}

impl Value {
    /// The option of a closed set. The table pairs each domain with its own `set`, so this finds one.
    fn choice<C: Choice>(&self, into: &mut C) {
        if let Self::Choice(id) = self
            && let Ok(choice) = id.parse()
        {
            *into = choice;
        }
    }

    fn integer(&self, into: &mut u32) {
        if let Self::Integer(value) = self {
            *into = *value;
        }
    }

    fn number(&self, into: &mut f64) {
        if let Self::Number(value) = self {
            *into = *value;
        }
    }
}

impl Domain {
    /// The ids of a closed set.
    pub fn ids(&self) -> Vec<&'static str> {
        match self {
            Self::Choice(options) => options().into_iter().map(|(id, _)| id).collect(),
            Self::Integer { .. } | Self::Number { .. } => Vec::new(),
        }
    }

    /// What is allowed, in words.
    fn allowed(&self) -> String {
        match self {
            Self::Choice(_) => self.ids().join(", "),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number { min, max, .. } => format!("a number from {min} to {max}"),
        }
    }
}

impl Parameter {
    /// The field with this key.
    pub fn find(key: &str) -> Result<&'static Self, SetupError> {
        PARAMETERS.iter().find(|parameter| parameter.key == key).ok_or_else(|| {
            let known: Vec<_> = PARAMETERS.iter().map(|parameter| parameter.key).collect();
            SetupError::new(key, "an unknown field", known.join(", "))
        })
    }

    /// Reads a value as it stands in a link.
    pub fn parse(&self, text: &str) -> Result<Value, SetupError> {
        let value = match &self.domain {
            Domain::Choice(_) => self.domain.ids().into_iter().find(|&id| id == text).map(Value::Choice),
            Domain::Integer { .. } => text.parse().ok().map(Value::Integer),
            Domain::Number { .. } => decimal::parse(text).map(Value::Number),
        };
        let value = value.ok_or_else(|| SetupError::new(self.key, text, self.domain.allowed()))?;
        self.check(&value).map_err(|error| SetupError::new(self.key, text, error.allowed))?;
        Ok(value)
    }

    /// Whether a value of the right kind is in the range.
    pub fn check(&self, value: &Value) -> Result<(), SetupError> {
        let fits = match (&self.domain, value) {
            (Domain::Integer { min, max }, Value::Integer(value)) => (min..=max).contains(&value),
            (Domain::Number { min, max, .. }, Value::Number(value)) => (min..=max).contains(&value),
            (Domain::Choice(_), Value::Choice(id)) => self.domain.ids().contains(id),
            (Domain::Choice(_) | Domain::Integer { .. } | Domain::Number { .. }, _) => false,
        };
        if fits { Ok(()) } else { Err(SetupError::new(self.key, &value.to_string(), self.domain.allowed())) }
    }
}

/// A domain of all options of a closed set.
fn all<C: Choice>() -> Vec<(&'static str, About)> {
    C::VARIANTS.iter().map(|&choice| (choice.id(), choice.about())).collect()
}

const ALWAYS: fn(&Setup) -> bool = |_| true;
const IF_DRAWN: fn(&Setup) -> bool = |setup| !setup.task.needs_digits();

/// Every field of a Setup, in the order of the page and of links.
pub static PARAMETERS: [Parameter; 15] = [
    Parameter {
        key: "task",
        name: "Data",
        group: Group::Task,
        help: "What the network is to learn.",
        domain: Domain::Choice(all::<crate::task::Task>),
        get: |setup| Value::Choice(setup.task.id()),
        set: |setup, value| value.choice(&mut setup.task),
        applies: ALWAYS,
    },
    Parameter {
        key: "noise",
        name: "Noise",
        group: Group::Task,
        help: "Standard deviation of the normal noise that is added to the data.",
        domain: Domain::Number { min: 0.0, max: 1.0, log: false },
        get: |setup| Value::Number(setup.noise),
        set: |setup, value| value.number(&mut setup.noise),
        applies: IF_DRAWN,
    },
    Parameter {
        key: "samples",
        name: "Samples",
        group: Group::Task,
        help: "How many samples are drawn, training and test together.",
        domain: Domain::Integer { min: 4, max: 4000 },
        get: |setup| Value::Integer(setup.samples),
        set: |setup, value| value.integer(&mut setup.samples),
        applies: IF_DRAWN,
    },
    Parameter {
        key: "test",
        name: "Test share",
        group: Group::Task,
        help: "Share of the samples that is kept back to test what was learned.",
        domain: Domain::Number { min: 0.0, max: 0.5, log: false },
        get: |setup| Value::Number(setup.test),
        set: |setup, value| value.number(&mut setup.test),
        applies: ALWAYS,
    },
    Parameter {
        key: "depth",
        name: "Hidden layers",
        group: Group::Network,
        help: "How many hidden layers there are. The gradient is multiplied once more in each.",
        domain: Domain::Integer { min: 1, max: 200 },
        get: |setup| Value::Integer(setup.depth),
        set: |setup, value| value.integer(&mut setup.depth),
        applies: ALWAYS,
    },
    Parameter {
        key: "width",
        name: "Width",
        group: Group::Network,
        help: "How many units each hidden layer has.",
        domain: Domain::Integer { min: 1, max: 256 },
        get: |setup| Value::Integer(setup.width),
        set: |setup, value| value.integer(&mut setup.width),
        applies: ALWAYS,
    },
    Parameter {
        key: "activation",
        name: "Activation",
        group: Group::Network,
        help: "The function that each hidden unit applies. On the way back the gradient is multiplied by its slope.",
        domain: Domain::Choice(all::<crate::nn::Activation>),
        get: |setup| Value::Choice(setup.activation.id()),
        set: |setup, value| value.choice(&mut setup.activation),
        applies: ALWAYS,
    },
    Parameter {
        key: "init",
        name: "Weights",
        group: Group::Start,
        help: "How the weights are drawn before training. On the way back the gradient is multiplied by them.",
        domain: Domain::Choice(all::<crate::nn::Init>),
        get: |setup| Value::Choice(setup.init.id()),
        set: |setup, value| value.choice(&mut setup.init),
        applies: ALWAYS,
    },
    Parameter {
        key: "scale",
        name: "Scale",
        group: Group::Start,
        help: "The start's one knob.",
        domain: Domain::Number { min: 0.0, max: 1000.0, log: true },
        get: |setup| Value::Number(setup.scale),
        set: |setup, value| value.number(&mut setup.scale),
        applies: |setup| setup.init.scale().is_some(),
    },
    Parameter {
        key: "bias_variance",
        name: "Bias variance",
        group: Group::Start,
        help: "sigma_b^2: the variance of the biases at the start. 0 starts them at 0.",
        domain: Domain::Number { min: 0.0, max: 100.0, log: true },
        get: |setup| Value::Number(setup.bias_variance),
        set: |setup, value| value.number(&mut setup.bias_variance),
        applies: |setup| setup.init.has_bias_variance(),
    },
    Parameter {
        key: "seed",
        name: "Seed",
        group: Group::Start,
        help: "Where all chance comes from: the same seed gives the same data, start and order of samples.",
        domain: Domain::Integer { min: 0, max: u32::MAX },
        get: |setup| Value::Integer(setup.seed),
        set: |setup, value| value.integer(&mut setup.seed),
        applies: ALWAYS,
    },
    Parameter {
        key: "loss",
        name: "Loss",
        group: Group::Training,
        help: "What training makes small.",
        domain: Domain::Choice(all::<crate::nn::Loss>),
        get: |setup| Value::Choice(setup.loss.id()),
        set: |setup, value| value.choice(&mut setup.loss),
        applies: ALWAYS,
    },
    Parameter {
        key: "lr",
        name: "Learning rate",
        group: Group::Training,
        help: "Each step moves a weight by this much times its gradient (plain gradient descent).",
        domain: Domain::Number { min: 0.0, max: 1000.0, log: true },
        get: |setup| Value::Number(setup.lr),
        set: |setup, value| value.number(&mut setup.lr),
        applies: ALWAYS,
    },
    Parameter {
        key: "batch",
        name: "Batch",
        group: Group::Training,
        help: "Samples that each step looks at. A batch larger than the training set is the whole training set.",
        domain: Domain::Integer { min: 1, max: 4000 },
        get: |setup| Value::Integer(setup.batch),
        set: |setup, value| value.integer(&mut setup.batch),
        applies: ALWAYS,
    },
    Parameter {
        key: "precision",
        name: "Precision",
        group: Group::Training,
        help: "The float type that the network computes in.",
        domain: Domain::Choice(all::<crate::nn::Precision>),
        get: |setup| Value::Choice(setup.precision.id()),
        set: |setup, value| value.choice(&mut setup.precision),
        applies: ALWAYS,
    },
];
