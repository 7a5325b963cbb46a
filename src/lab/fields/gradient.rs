//! What is done to the gradient on its way.

use super::{ALWAYS, IF_RECURRENT, all};
use crate::lab::parameters::{Domain, Group, Parameter, Value};
use crate::nn::{Choice, Clip, GradientFormat, on_demand};

pub static TABLE: &[Parameter] = &[
    Parameter {
        key: "truncate",
        name: "Truncate after",
        group: Group::Gradient,
        help: on_demand(
            "Time steps that a gradient goes back before it is cut off, counted from the last; 0, or more than there are, lets it go all the way.",
        ),
        domain: Domain::Integer { min: 0, max: 500 },
        get: |setup| Value::Integer(setup.truncate),
        set: |setup, value| value.integer(&mut setup.truncate),
        applies: IF_RECURRENT,
    },
    Parameter {
        key: "clip",
        name: "Clipping",
        group: Group::Gradient,
        help: on_demand("What is done to gradients that are too large."),
        domain: Domain::Choice(all::<crate::nn::Clip>),
        get: |setup| Value::Choice(setup.clip.id()),
        set: |setup, value| value.choice(&mut setup.clip),
        applies: ALWAYS,
    },
    Parameter {
        key: "clip_at",
        name: "Clip at",
        group: Group::Gradient,
        help: on_demand("The threshold c."),
        domain: Domain::Number { min: 0.0, max: 1000000.0, log: true },
        get: |setup| Value::Number(setup.clip_at),
        set: |setup, value| value.number(&mut setup.clip_at),
        applies: |setup| setup.clip != Clip::None,
    },
    Parameter {
        key: "frozen",
        name: "Frozen layers",
        group: Group::Gradient,
        help: on_demand("Layers that do not learn, such as 1-19: 0 is the stem, then the blocks, then the head."),
        domain: Domain::Layers,
        get: |setup| Value::Layers(setup.frozen.clone()),
        set: |setup, value| value.layers(&mut setup.frozen),
        applies: ALWAYS,
    },
    Parameter {
        key: "precision",
        name: "Precision",
        group: Group::Gradient,
        help: on_demand("The float type that the network computes in."),
        domain: Domain::Choice(all::<crate::nn::Precision>),
        get: |setup| Value::Choice(setup.precision.id()),
        set: |setup, value| value.choice(&mut setup.precision),
        applies: ALWAYS,
    },
    Parameter {
        key: "gradient_format",
        name: "Gradients in",
        group: Group::Gradient,
        help: on_demand("The float type that gradients are rounded to on their way back."),
        domain: Domain::Choice(all::<crate::nn::GradientFormat>),
        get: |setup| Value::Choice(setup.gradient_format.id()),
        set: |setup, value| value.choice(&mut setup.gradient_format),
        applies: ALWAYS,
    },
    Parameter {
        key: "loss_scale",
        name: "Loss scale",
        group: Group::Gradient,
        help: on_demand(
            "Multiplies the loss before backward and divides the gradients after it, so that small ones survive 16 bits.",
        ),
        domain: Domain::Number { min: 1.0, max: 1e9, log: true },
        get: |setup| Value::Number(setup.loss_scale),
        set: |setup, value| value.number(&mut setup.loss_scale),
        applies: |setup| setup.gradient_format != GradientFormat::Full,
    },
];
