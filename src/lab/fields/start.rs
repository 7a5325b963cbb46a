//! Where it starts.

use super::{ALWAYS, IF_RECURRENT, all};
use crate::lab::parameters::{Domain, Group, Parameter, Value};
use crate::nn::{Choice, Kind, Skip, on_demand};

pub static TABLE: &[Parameter] = &[
    Parameter {
        key: "init",
        name: "Weights",
        group: Group::Start,
        help: on_demand(
            "How the weights are drawn before training. On the way back the gradient is multiplied by them.",
        ),
        domain: Domain::Choice(all::<crate::nn::Init>),
        get: |setup| Value::Choice(setup.init.id()),
        set: |setup, value| value.choice(&mut setup.init),
        applies: ALWAYS,
    },
    Parameter {
        key: "scale",
        name: "Scale",
        group: Group::Start,
        help: on_demand("The start's one knob."),
        domain: Domain::Number { min: 0.0, max: 1000.0, log: true },
        get: |setup| Value::Number(setup.scale),
        set: |setup, value| value.number(&mut setup.scale),
        applies: |setup| setup.init.scale().is_some(),
    },
    Parameter {
        key: "recurrent_init",
        name: "Recurrent weights",
        group: Group::Start,
        help: on_demand(
            "How the weights of the recurrent state are drawn, gate by gate. The gradient is multiplied by them at every time step.",
        ),
        domain: Domain::Choice(all::<crate::nn::Init>),
        get: |setup| Value::Choice(setup.recurrent_init.id()),
        set: |setup, value| value.choice(&mut setup.recurrent_init),
        applies: IF_RECURRENT,
    },
    Parameter {
        key: "recurrent_scale",
        name: "Recurrent scale",
        group: Group::Start,
        help: on_demand("The one knob of the recurrent weights' start."),
        domain: Domain::Number { min: 0.0, max: 1000.0, log: true },
        get: |setup| Value::Number(setup.recurrent_scale),
        set: |setup, value| value.number(&mut setup.recurrent_scale),
        applies: |setup| IF_RECURRENT(setup) && setup.recurrent_init.scale().is_some(),
    },
    Parameter {
        key: "bias_variance",
        name: "Bias variance",
        group: Group::Start,
        help: on_demand("sigma_b^2: the variance of the biases at the start. 0 starts them at 0."),
        domain: Domain::Number { min: 0.0, max: 100.0, log: true },
        get: |setup| Value::Number(setup.bias_variance),
        set: |setup, value| value.number(&mut setup.bias_variance),
        applies: |setup| {
            setup.init.has_bias_variance() || (IF_RECURRENT(setup) && setup.recurrent_init.has_bias_variance())
        },
    },
    Parameter {
        key: "gate_bias",
        name: "Gate bias",
        group: Group::Start,
        help: on_demand(
            "What the biases of the gates that keep start at: of highways and, added to the draw, of an LSTM's forget gate and a GRU's update gate.",
        ),
        domain: Domain::Number { min: -10.0, max: 10.0, log: false },
        get: |setup| Value::Number(setup.gate_bias),
        set: |setup, value| value.number(&mut setup.gate_bias),
        applies: |setup| setup.skip == Skip::Highway || matches!(setup.kind, Kind::Lstm | Kind::Gru),
    },
    Parameter {
        key: "seed",
        name: "Seed",
        group: Group::Start,
        help: on_demand("Where all chance comes from: the same seed gives the same data, start and order of samples."),
        domain: Domain::Integer { min: 0, max: u32::MAX },
        get: |setup| Value::Integer(setup.seed),
        set: |setup, value| value.integer(&mut setup.seed),
        applies: ALWAYS,
    },
];
