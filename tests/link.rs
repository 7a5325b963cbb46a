//! Links: every valid Setup comes back as it was, and whatever else a link says is reported and does no harm.

#[path = "common/numbers.rs"]
mod numbers;
#[path = "common/setups.rs"]
mod setups;

use gradient_lab::lab::parameters::{Domain, Parameter, Value};
use gradient_lab::lab::setup::losses;
use gradient_lab::lab::{Setup, SetupError};
use gradient_lab::link::{Parsed, format, parse};
use gradient_lab::nn::{Activation, Choice, Init, Loss};
use gradient_lab::task::Task;
use proptest::prelude::*;
use strum::VariantArray;

use setups::valid;

/// The longest `got` or `field`: 60 characters and how many there were.
const SHORT: usize = 90;

/// What every answer to a link has to be, whatever the link says: a Setup that runs, and problems that can be shown.
fn assert_sound(query: &str, parsed: &Parsed) {
    let start: String = query.chars().take(80).collect();
    assert_eq!(parsed.setup.validate(), Ok(()), "{start}");
    for SetupError { field, got, allowed } in &parsed.problems {
        assert!(!field.is_empty() || query.contains('='), "{start}: a problem without a field");
        assert!(!allowed.is_empty(), "{start}: {field} does not say what is allowed");
        for text in [field, got] {
            assert!(text.chars().count() <= SHORT, "{start}: {text} is long");
        }
    }
    // What was understood is a link of its own, without problems.
    assert_eq!(parse(&format(&parsed.setup)), Parsed { setup: parsed.setup.clone(), problems: Vec::new() }, "{start}");
}

/// The problems of a link, each as (field, got, allowed).
fn problems(query: &str) -> Vec<(String, String, String)> {
    let parsed = parse(query);
    assert_sound(query, &parsed);
    parsed.problems.into_iter().map(|problem| (problem.field, problem.got, problem.allowed)).collect()
}

/// The one problem of a link.
fn problem(query: &str) -> (String, String, String) {
    let mut problems = problems(query);
    assert_eq!(problems.len(), 1, "{query}: {problems:?}");
    problems.remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_valid_setup_comes_back_from_its_link(setup in valid()) {
        let query = format(&setup);
        prop_assert_eq!(parse(&query), Parsed { setup: setup.clone(), problems: Vec::new() }, "{}", query);
        prop_assert_eq!(parse(&format!("?{query}")).setup, setup);
    }

    #[test]
    fn any_text_is_read_without_a_panic(query in "(?s).{0,200}") {
        assert_sound(&query, &parse(&query));
    }

    #[test]
    fn any_values_of_known_fields_are_read_without_a_panic(
        pairs in prop::collection::vec((0..Parameter::all().count(), "[-+0-9a-z._%]{0,12}"), 0..12),
    ) {
        let pairs: Vec<String> =
            pairs.into_iter().map(|(index, value)| format!("{}={value}", Parameter::all().nth(index).expect("a field").key)).collect();
        let query = pairs.join("&");
        assert_sound(&query, &parse(&query));
    }
}

/// An address that people keep: it is short, and says only what differs from the default.
#[test]
fn defaults_are_left_out() {
    assert_eq!(format(&Setup::default()), "v=1");
    for query in ["v=1&depth=10", "v=1&task=digits", "v=1&task=sine&lr=0.05", "v=1&init=zeros&seed=4294967295"] {
        assert_eq!(format(&parse(query).setup), query);
    }
    for &task in Task::VARIANTS {
        let setup = Setup::for_task(task);
        assert_eq!(setup.loss, losses(task)[0], "the natural loss");
        assert_eq!(parse(&format!("task={}", task.id())), Parsed { setup, problems: Vec::new() });
    }
    assert_eq!(parse(""), Parsed { setup: Setup::default(), problems: Vec::new() });
}

#[test]
fn every_option_has_its_own_id_that_links_understand() {
    for parameter in Parameter::all() {
        let ids = parameter.domain.ids();
        assert_eq!(ids.is_empty(), !matches!(parameter.domain, Domain::Choice(_)));
        for (index, id) in ids.iter().enumerate() {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{id}");
            assert!(!ids[..index].contains(id), "{id} twice");
            assert_eq!(parameter.parse(id), Ok(Value::Choice(id)));
        }
    }
}

#[test]
fn numbers_are_read_and_nothing_else_is() {
    numbers::assert_numbers_are_read();
}

#[test]
fn the_ends_of_every_range_are_allowed_and_what_is_beyond_is_not() {
    for parameter in Parameter::all() {
        let (inside, outside) = match parameter.domain {
            Domain::Choice(_) => continue,
            Domain::Integer { min, max } => {
                let beyond = [i64::from(min) - 1, i64::from(max) + 1].map(|value| value.to_string());
                ([min.to_string(), max.to_string()], beyond)
            }
            Domain::Number { min, max, .. } => {
                ([min.to_string(), max.to_string()], [(min - 0.001).to_string(), (max * 1.001).to_string()])
            }
            // What sets of layers may be is tested where they are read.
            Domain::Layers => continue,
        };
        for text in &inside {
            assert!(parameter.parse(text).is_ok(), "{}={text}", parameter.key);
        }
        for text in outside.iter().map(String::as_str).chain(["", "NaN", "inf", "-inf", "1e999", "0x10", "1,5", "1_0"])
        {
            let error = parameter.parse(text).expect_err(text);
            assert_eq!((error.field.as_str(), error.got.as_str()), (parameter.key, text));
            assert!(error.allowed.contains("from"), "{}: {}", parameter.key, error.allowed);
        }
    }
}

#[test]
fn a_bad_field_is_named_with_what_it_got_and_what_is_allowed() {
    let is = |query: &str, field: &str, got: &str, allowed: &str| {
        let problem = problem(query);
        assert_eq!((problem.0.as_str(), problem.1.as_str()), (field, got), "{query}");
        assert!(problem.2.contains(allowed), "{query}: {}", problem.2);
    };
    is("depht=9", "depht", "an unknown field", "depth");
    is("depth=9999", "depth", "9999", "a whole number from 1 to 200");
    is("depth=1.5", "depth", "1.5", "a whole number");
    is("lr=NaN", "lr", "NaN", "a number from 0 to 1000");
    is("lr", "lr", "", "a number from 0 to 1000");
    is("activation=foo", "activation", "foo", "sigmoid, tanh, relu");
    is("activation=ReLU", "activation", "ReLU", "relu");
    is("depth=3&depth=4", "depth", "a second value, 4", "one value");
    is("v=2", "v", "2", "1");
    is("=5", "", "an unknown field", "task");
    is("loss=softmax_cross_entropy&task=sine", "loss", "softmax_cross_entropy", "mse (for task=sine)");
    is("task=digits&batch=4000&depth=200&width=256", "batch", "4000 with depth 200 and width 256", "MB");
}

#[test]
fn what_is_bad_leaves_the_rest_as_it_is() {
    let parsed = parse("depth=9999&width=16&activation=foo&lr=0.5&depth=7&seed=3");
    let fields: Vec<&str> = parsed.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["depth", "activation", "depth"], "{:?}", parsed.problems);
    let Setup { depth, activation, .. } = Setup::default();
    assert_eq!(parsed.setup, Setup { width: 16, lr: 0.5, seed: 3, depth, activation, ..Setup::default() });
}

#[test]
fn a_field_that_does_nothing_is_reported_unless_it_has_its_default() {
    for query in ["task=digits&noise=0.2", "task=digits&samples=100", "init=zeros&scale=2", "scale=2&init=zeros"] {
        assert!(problem(query).2.contains("no effect"), "{query}");
    }
    for query in ["lag=10", "task=digits&lag=10", "task=text&noise=0.2", "task=text&samples=100"] {
        assert!(problem(query).2.contains("no effect"), "{query}");
    }
    for query in ["task=recall&lag=495", "task=adding&lag=1", "task=text&lag=30"] {
        assert_eq!(problems(query), []);
        assert_eq!(format(&parse(query).setup), format!("v=1&{query}"));
    }
    assert!(problem("init=framework_default&bias_variance=0.1").2.contains("no effect"));
    assert_eq!(problems("task=digits&noise=0.05&init=zeros&scale=1"), []);
    assert_eq!(parse("init=zeros&scale=2").setup, parse("init=zeros").setup, "and has no effect");
}

#[test]
fn the_order_of_fields_does_not_matter() {
    let one = parse("task=sine&depth=4&noise=0.1");
    assert_eq!(one, parse("noise=0.1&depth=4&task=sine"));
    assert_eq!((one.setup.task, one.setup.loss), (Task::Sine, Loss::Mse), "the task decides what is left out");
}

#[test]
fn ten_kilobytes_of_noise_do_no_harm() {
    const LENGTH: usize = 10_000;
    let kinds = [
        "a",
        "&",
        "=",
        "%",
        "?",
        "+",
        "\0",
        "\u{1f600}",
        "%ff",
        "%zz",
        "%2",
        "%00",
        "depth=",
        "depth=9&",
        "x=1&",
        "task=digits&",
        "v=2&",
        "lr=1e999&",
        "=&",
        "<script>",
        "\"';--",
        "depth%3d9&",
        "%e2%82",
        "\u{202e}&",
    ];
    for kind in kinds {
        let query: String = kind.chars().cycle().take(LENGTH).collect();
        assert_sound(&query, &parse(&query));
        let value = format!("depth={query}&width=12");
        let parsed = parse(&value);
        assert_sound(&value, &parsed);
        assert!(!parsed.problems.is_empty(), "{kind}");
        let key = format!("{query}=1&width=12");
        assert_sound(&key, &parse(&key));
    }
    let long = problem(&format!("activation={}", "x".repeat(LENGTH)));
    assert!(long.1.contains("(10000 characters)"), "{}", long.1);
}

#[test]
fn escapes_are_undone_and_broken_ones_are_reported() {
    assert_eq!(parse("activation=%72elu&%64epth=3").setup, parse("activation=relu&depth=3").setup);
    for query in ["activation=relu%", "activation=%zzrelu", "depth=%ff", "depth=%"] {
        assert_eq!(problems(query).len(), 1, "{query}");
    }
}

#[test]
fn a_change_keeps_the_setup_valid() {
    let change = |query: &str, key: &str, value: &str| parse(query).setup.changed(key, value);
    // What no longer fits falls back to the new task's own default.
    let sine = change("loss=softmax_cross_entropy&depth=3", "task", "sine").expect("valid");
    assert_eq!((sine.task, sine.loss, sine.depth), (Task::Sine, Loss::Mse, 3));
    let digits = change("loss=mse&noise=0.3&samples=50", "task", "digits").expect("valid");
    assert_eq!((digits.loss, digits.noise, digits.samples), (Loss::Mse, 0.05, 400));
    assert_eq!(change("", "task", "digits").expect("valid").loss, Loss::BceWithLogits, "what still fits stays");
    // A field that has no effect any more is forgotten.
    let zeros = change("scale=3&bias_variance=0.1", "init", "zeros").expect("valid");
    assert_eq!((zeros.scale, zeros.bias_variance), (1.0, 0.1));
    let framework = change("scale=3&bias_variance=0.1", "init", "framework_default").expect("valid");
    assert_eq!((framework.init, framework.scale, framework.bias_variance), (Init::FrameworkDefault, 3.0, 0.0));
    // What is not allowed is refused, and says so as a link does.
    let error = change("", "depth", "9999").expect_err("not allowed");
    assert_eq!((error.field.as_str(), error.got.as_str()), ("depth", "9999"));
    assert!(change("", "activation", "foo").is_err() && change("", "depht", "3").is_err());
    assert_eq!(change("task=digits&batch=4000&width=256", "depth", "200").expect_err("too large").field, "batch");
    assert_eq!(change("", "activation", "tanh").map(|setup| setup.activation), Ok(Activation::Tanh));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_any_setup_is_valid_or_refused(
        setup in valid(), index in 0..Parameter::all().count(), value in "[-+0-9a-z._%]{0,8}", option in any::<prop::sample::Index>(),
    ) {
        let parameter = Parameter::all().nth(index).expect("a field");
        let ids = parameter.domain.ids();
        let value = if ids.is_empty() { value.as_str() } else { ids[option.index(ids.len())] };
        match setup.changed(parameter.key, value) {
            Ok(changed) => {
                prop_assert_eq!(changed.validate(), Ok(()));
                prop_assert_eq!(parse(&format(&changed)), Parsed { setup: changed, problems: Vec::new() });
            }
            Err(error) => prop_assert!(!error.allowed.is_empty()),
        }
    }
}
