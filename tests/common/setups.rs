//! Random Setups that are valid.

use gradient_lab::lab::Setup;
use gradient_lab::lab::layers::Layers;
use gradient_lab::lab::parameters::{Domain, Parameter, Value};
use gradient_lab::lab::setup::{kinds, losses};
use proptest::prelude::*;

/// Any value of a field: ends of ranges, whole and broken numbers, near and far from 0.
fn value(parameter: &'static Parameter) -> BoxedStrategy<Value> {
    match parameter.domain {
        Domain::Choice(_) => prop::sample::select(parameter.domain.ids()).prop_map(Value::Choice).boxed(),
        Domain::Integer { min, max } => {
            prop_oneof![Just(min), Just(max), min..=max, min..=max.min(min + 9)].prop_map(Value::Integer).boxed()
        }
        Domain::Number { min, max, .. } => {
            let small = (-40.0..1.0f64).prop_map(|power| 10f64.powf(power)).prop_map(move |x| x.clamp(min, max));
            let round = (1..20u32).prop_map(|x| f64::from(x) / 20.0).prop_map(move |x| x.clamp(min, max));
            prop_oneof![Just(min), Just(max), min..=max, small, round].prop_map(Value::Number).boxed()
        }
        Domain::Layers => {
            let run = (0..=Layers::MOST, 0..=Layers::MOST).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b)));
            let text = prop::collection::vec(run, 0..3).prop_map(|runs| runs.join(","));
            text.prop_map(|text| Value::Layers(text.parse().expect("runs of layers"))).boxed()
        }
    }
}

/// Gives fields that a change has left without effect their defaults.
pub fn tidy(mut setup: Setup) -> Setup {
    setup.forget_what_does_not_apply();
    setup
}

/// Any valid Setup, as a link or a control can make it: fields that do nothing have their defaults.
pub fn valid() -> impl Strategy<Value = Setup> {
    let values: Vec<BoxedStrategy<Option<Value>>> =
        Parameter::all().map(|parameter| prop::option::weighted(0.7, value(parameter)).boxed()).collect();
    let setup = values.prop_map(|values| {
        let mut setup = Setup::default();
        for (parameter, value) in Parameter::all().zip(&values) {
            if let Some(value) = value {
                (parameter.set)(&mut setup, value);
            }
        }
        if !losses(setup.task).contains(&setup.loss) {
            setup.loss = losses(setup.task)[0];
        }
        if !kinds(setup.task).contains(&setup.kind) {
            setup.kind = kinds(setup.task)[setup.seed as usize % kinds(setup.task).len()];
        }
        tidy(setup)
    });
    setup.prop_filter("it takes too much memory, or names a layer that is not there", |setup| setup.validate().is_ok())
}
