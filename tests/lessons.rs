//! The lessons of the course: each file is complete, its links are good, and what it promises happens, whatever the seed.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use gradient_lab::lab::run::{Run, theory};
use gradient_lab::link;
use serde::Deserialize;
use serde_json::{Value, json};

/// 7 is the one that a link has unless it says otherwise.
const SEEDS: [u32; 5] = [1, 2, 3, 4, 7];

type Quantities = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lesson {
    minutes: u32,
    setup: String,
    steps: u32,
    bars: Bars,
    by_hand: Option<f64>,
    axis: [i32; 2],
    predict: Predict,
    formulas: BTreeMap<String, Vec<Formula>>,
    change: Training,
    checks: Vec<Check>,
    promises: Vec<Promise>,
    sources: Vec<String>,
    words: BTreeMap<String, Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bars {
    of: BarsOf,
    first: usize,
    last: usize,
}

#[derive(PartialEq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BarsOf {
    Layers,
    Steps,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "snake_case")]
enum Predict {
    Profile,
    Choice { moment: Moment, options: Vec<Condition> },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moment {
    Start,
    End,
    ChangedStart,
    ChangedEnd,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Formula {
    Text(String),
    Element(Vec<Formula>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Training {
    setup: String,
    steps: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    conditions: Vec<Condition>,
    right: Training,
    wrong: Vec<Wrong>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    setup: String,
    steps: u32,
    hint: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    quantity: Option<String>,
    field: Option<String>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    equals: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Promise {
    moment: Moment,
    quantity: String,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    title: String,
    question: Vec<String>,
    predict: String,
    options: Vec<String>,
    compare: Vec<String>,
    why: Vec<Block>,
    change: Vec<String>,
    changed: Vec<String>,
    checks: Vec<CheckWords>,
    #[serde(default)]
    matters: Vec<Matter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matter {
    r#where: String,
    words: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Block {
    Words(String),
    Formula { formula: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckWords {
    task: String,
    right: String,
    hints: Vec<String>,
}

/// A file of `www/lessons`.
fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/www/lessons/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every lesson of the list, by its name.
fn lessons() -> Vec<(String, Lesson)> {
    let names: Vec<String> = read("lessons");
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

#[test]
fn every_file_is_a_lesson_of_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/lessons");
    let files = fs::read_dir(folder).expect("the lessons").map(|entry| entry.expect("a file").path());
    let mut found: BTreeSet<String> = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert!(found.remove("lessons") && found.remove("quantities"));
    assert_eq!(found, lessons().into_iter().map(|(name, _)| name).collect());
}

#[test]
fn every_link_is_good() {
    for (name, lesson) in lessons() {
        let tries = lesson.checks.iter().flat_map(|check| {
            let wrong = check.wrong.iter().map(|wrong| (&wrong.setup, wrong.steps));
            [(&check.right.setup, check.right.steps)].into_iter().chain(wrong)
        });
        let runs = [(&lesson.setup, lesson.steps), (&lesson.change.setup, lesson.change.steps)];
        for (query, steps) in runs.into_iter().chain(tries) {
            let parsed = link::parse(query);
            assert!(parsed.problems.is_empty(), "{name}: {query}: {:?}", parsed.problems);
            assert!(steps <= 1000, "{name}: {query} keeps a student waiting for {steps} steps");
        }
    }
}

#[test]
fn every_chart_has_the_bars_of_its_experiment() {
    for (name, lesson) in lessons() {
        let names: Vec<String> =
            common::run(&lesson.setup).snapshot().hidden().iter().map(|layer| layer.name.clone()).collect();
        let Bars { of, first, last } = lesson.bars;
        let expected = match names[0].as_str() {
            "stem" => (BarsOf::Layers, 0),
            "block1" => (BarsOf::Layers, 1),
            "h0.t1" | "c0.t1" => (BarsOf::Steps, 1),
            other => panic!("{name}: {other}"),
        };
        assert_eq!(((of, first), last + 1 - first), (expected, names.len()), "{name}");
        let setup = link::parse(&lesson.setup).setup;
        let theory = theory(&setup, common::files::file_of(setup.task)).expect("a Setup that runs");
        assert!(theory.is_none() || lesson.by_hand.is_none(), "{name}: the engine's theory speaks for itself");
    }
}

#[test]
fn the_course_ends_where_it_matters() {
    let (name, lesson) = lessons().pop().expect("a lesson");
    let words: Vec<_> = lesson.words["en"].matters.iter().flat_map(|part| [&*part.r#where, &*part.words]).collect();
    let words = words.join(" ");
    for named in ["Language", "LSTM", "GRU", "ttention", "ransformer", "Vision", "ResNet", "Mixed precision"] {
        assert!(words.contains(named), "{name}: {named}");
    }
}

#[test]
fn every_part_has_its_words_in_every_language_of_the_lesson() {
    let quantities: Quantities = read("quantities");
    for (name, lesson) in lessons() {
        assert!(lesson.words.contains_key("en"), "{name}: English stands in for any other language");
        assert!((5..=8).contains(&lesson.minutes) && !lesson.sources.is_empty(), "{name}");
        assert!(lesson.axis[0] < 0 && lesson.axis[1] > 0, "{name}: 1 is on the axis");
        assert!((1..=3).contains(&lesson.checks.len()) && !lesson.promises.is_empty(), "{name}");
        let options = match &lesson.predict {
            Predict::Profile => 0,
            Predict::Choice { options, .. } => options.len(),
        };
        for words in lesson.words.values() {
            assert_eq!(words.options.len(), options, "{name}");
            assert_eq!(words.checks.len(), lesson.checks.len(), "{name}");
            for (words, check) in words.checks.iter().zip(&lesson.checks) {
                assert_eq!(words.hints.len(), check.conditions.len(), "{name}: a hint for each condition");
                assert!(
                    check.wrong.len() == 3 && check.wrong.iter().all(|wrong| wrong.hint < words.hints.len()),
                    "{name}"
                );
                placeholders(&name, &words.right, &["now"], &quantities);
                words.hints.iter().for_each(|hint| placeholders(&name, hint, &["now"], &quantities));
                assert!(!words.task.contains('{'), "{name}: nothing is measured yet: {}", words.task);
            }
            for early in words.question.iter().chain([&words.title, &words.predict]).chain(&words.change) {
                assert!(!early.contains('{'), "{name}: nothing is measured yet: {early}");
            }
            for block in &words.why {
                match block {
                    Block::Words(words) => placeholders(&name, words, &["start", "end"], &quantities),
                    Block::Formula { formula } => {
                        let parts = lesson.formulas.get(formula).unwrap_or_else(|| panic!("{name}: {formula}"));
                        parts.iter().for_each(|part| {
                            texts(part, &mut |text| placeholders(&name, text, &["start", "end"], &quantities))
                        });
                    }
                }
            }
            words.compare.iter().for_each(|words| placeholders(&name, words, &["start", "end"], &quantities));
            words.changed.iter().for_each(|words| {
                placeholders(&name, words, &["start", "end", "changed_start", "changed_end"], &quantities)
            });
        }
    }
}

/// The texts in a formula.
fn texts(formula: &Formula, visit: &mut impl FnMut(&str)) {
    match formula {
        Formula::Text(text) => visit(text),
        Formula::Element(parts) => parts.iter().skip(1).for_each(|part| texts(part, visit)),
    }
}

/// What stands in braces is a quantity of one of these moments.
fn placeholders(lesson: &str, words: &str, moments: &[&str], quantities: &Quantities) {
    for part in words.split('{').skip(1) {
        let inside = part.split_once('}').map_or("", |(inside, _)| inside);
        let known = inside
            .split_once('.')
            .is_some_and(|(moment, quantity)| moments.contains(&moment) && quantities.contains_key(quantity));
        assert!(known, "{lesson}: {{{inside}}} in: {words}");
    }
}

#[test]
fn every_condition_asks_for_something_that_there_is() {
    let quantities: Quantities = read("quantities");
    let keys: BTreeSet<&str> = gradient_lab::lab::parameters::Parameter::all().map(|parameter| parameter.key).collect();
    for (name, lesson) in lessons() {
        let options = match &lesson.predict {
            Predict::Profile => &Vec::new(),
            Predict::Choice { options, .. } => options,
        };
        for condition in lesson.checks.iter().flat_map(|check| &check.conditions).chain(options) {
            let known = match (&condition.quantity, &condition.field) {
                (Some(quantity), None) => quantities.contains_key(quantity) && condition.equals.is_none(),
                (None, Some(field)) => keys.contains(field.as_str()),
                (Some(_), Some(_)) | (None, None) => false,
            };
            let bounded = condition.at_least.is_some() || condition.at_most.is_some();
            assert!(
                known && bounded != condition.equals.is_some(),
                "{name}: {:?}, {:?}",
                condition.quantity,
                condition.field
            );
        }
    }
}

#[test]
fn what_a_lesson_promises_happens_for_every_seed() {
    let quantities: Quantities = read("quantities");
    for (name, lesson) in lessons() {
        for seed in SEEDS {
            let measured = measure(&lesson, seed);
            let value = |moment: Moment, quantity: &str| quantity_of(&quantities, &measured[&moment], quantity);
            for Promise { moment, quantity, at_least, at_most } in &lesson.promises {
                let value = value(*moment, quantity);
                assert!(within(value, *at_least, *at_most), "{name}, seed {seed}: {quantity} is {value:?}");
            }
            if let Predict::Choice { moment, options } = &lesson.predict {
                let right = options.iter().filter(|option| {
                    within(
                        value(*moment, option.quantity.as_deref().unwrap_or_default()),
                        option.at_least,
                        option.at_most,
                    )
                });
                assert_eq!(right.count(), 1, "{name}, seed {seed}: one answer is right");
            }
        }
    }
}

fn within(value: Option<f64>, least: Option<f64>, most: Option<f64>) -> bool {
    value.is_some_and(|value| value >= least.unwrap_or(f64::NEG_INFINITY) && value <= most.unwrap_or(f64::INFINITY))
}

/// What a lesson measures at its four moments.
fn measure(lesson: &Lesson, seed: u32) -> BTreeMap<Moment, Value> {
    let open = |setup: &str| {
        let others: Vec<&str> = setup.split('&').filter(|part| !part.starts_with("seed=")).collect();
        common::run(&format!("{}&seed={seed}", others.join("&")))
    };
    let look = |run: &mut dyn Run| json!({ "snapshot": run.snapshot(), "verdict": run.verdict() });
    let train = |setup: &str, steps| {
        let mut run = open(setup);
        let start = look(&mut *run);
        run.step(steps);
        (start, look(&mut *run))
    };
    let (start, end) = train(&lesson.setup, lesson.steps);
    let (changed_start, changed_end) = train(&lesson.change.setup, lesson.change.steps);
    BTreeMap::from([
        (Moment::Start, start),
        (Moment::End, end),
        (Moment::ChangedStart, changed_start),
        (Moment::ChangedEnd, changed_end),
    ])
}

/// As `www/js/lesson-judge.js` reads it.
fn quantity_of(quantities: &Quantities, moment: &Value, name: &str) -> Option<f64> {
    let mut words = quantities.get(name)?.split(' ');
    let mut value = at(moment, words.next()?)?;
    while let Some(operator) = words.next() {
        let next = at(moment, words.next().unwrap_or_else(|| panic!("{name} ends with {operator}")))?;
        match operator {
            "*" => value *= next,
            "/" => value /= next,
            other => panic!("{name}: {other}"),
        }
    }
    Some(value).filter(|value| value.is_finite())
}

/// The number at a path; in a list -1 is the last place.
fn at(moment: &Value, path: &str) -> Option<f64> {
    path.split('.').try_fold(moment, entry)?.as_f64()
}

fn entry<'a>(found: &'a Value, part: &str) -> Option<&'a Value> {
    let Value::Array(list) = found else { return found.get(part) };
    let place: isize = part.parse().unwrap_or_else(|_| panic!("{part} is no place in a list"));
    list.get(if place < 0 { list.len().checked_add_signed(place)? } else { place.unsigned_abs() })
}
