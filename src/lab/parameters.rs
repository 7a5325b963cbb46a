//! What a field of a Setup is: the link, the run file, the catalog of controls and validation all read the table of
//! `fields`.

use crate::nn::{About, Choice};
use crate::number;

use super::fields;
use super::layers::Layers;
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
    /// What keeps signals in bounds, and leads around layers.
    Remedies,
    /// Where it starts.
    Start,
    /// How it learns.
    Training,
    /// What is done to the gradient on its way.
    Gradient,
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
    /// A set of layers.
    Layers,
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
    /// A set of layers.
    Layers(Layers),
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
            Self::Layers(layers) => write!(f, "{layers}"),
        }
    }
}

impl Value {
    /// The option of a closed set. The table pairs each domain with its own `set`, so this finds one.
    pub(super) fn choice<C: Choice>(&self, into: &mut C) {
        if let Self::Choice(id) = self
            && let Some(choice) = C::find(id)
        {
            *into = choice;
        }
    }

    pub(super) fn integer(&self, into: &mut u32) {
        if let Self::Integer(value) = self {
            *into = *value;
        }
    }

    pub(super) fn number(&self, into: &mut f64) {
        if let Self::Number(value) = self {
            *into = *value;
        }
    }

    pub(super) fn layers(&self, into: &mut Layers) {
        if let Self::Layers(layers) = self {
            into.clone_from(layers);
        }
    }
}

impl Domain {
    /// The ids of a closed set.
    pub fn ids(&self) -> Vec<&'static str> {
        match self {
            Self::Choice(options) => options().into_iter().map(|(id, _)| id).collect(),
            Self::Integer { .. } | Self::Number { .. } | Self::Layers => Vec::new(),
        }
    }

    /// What is allowed, in words.
    fn allowed(&self) -> String {
        match self {
            Self::Choice(_) => self.ids().join(", "),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Self::Layers => format!("numbers of layers from 0 to {}, such as 1-19,25", Layers::MOST),
        }
    }
}

impl Parameter {
    /// Every field of a Setup, in the order of the page and of links.
    pub fn all() -> impl Iterator<Item = &'static Self> + Clone {
        fields::TABLES.iter().copied().flatten()
    }

    /// The field with this key.
    pub fn find(key: &str) -> Result<&'static Self, SetupError> {
        Self::all().find(|parameter| parameter.key == key).ok_or_else(|| {
            let known: Vec<_> = Self::all().map(|parameter| parameter.key).collect();
            SetupError::new(key, "an unknown field", known.join(", "))
        })
    }

    /// Reads a value as it stands in a link.
    pub fn parse(&self, text: &str) -> Result<Value, SetupError> {
        let value = match &self.domain {
            Domain::Choice(_) => self.domain.ids().into_iter().find(|&id| id == text).map(Value::Choice),
            Domain::Integer { .. } => text.parse().ok().map(Value::Integer),
            Domain::Number { .. } => number::parse(text).map(Value::Number),
            Domain::Layers => text.parse().ok().map(Value::Layers),
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
            (Domain::Layers, Value::Layers(_)) => true,
            (Domain::Choice(_) | Domain::Integer { .. } | Domain::Number { .. } | Domain::Layers, _) => false,
        };
        if fits { Ok(()) } else { Err(SetupError::new(self.key, &value.to_string(), self.domain.allowed())) }
    }
}
