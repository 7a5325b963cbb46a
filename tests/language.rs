//! Every language says all that English says: the same keys, the same placeholders, nothing empty, nothing left in English.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const STRINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/strings");
/// The languages beside English, each with what it says as English does: key and text, so that a new text asks anew.
const LANGUAGES: [(&str, &[(&str, &str)]); 1] = [("de", &SAME_IN_GERMAN)];
/// What each language has a file of; the name goes before the language.
const FILES: [&str; 3] = ["", "details.", "help."];
const SAME_IN_GERMAN: [(&str, &str); 17] = [
    ("check.parameter", "Parameter"),
    ("data.x", "x"),
    ("data.x1", "x1"),
    ("data.x2", "x2"),
    ("hero.axes.linear", "linear"),
    ("map.where", "{x} {vx}, {y} {vy}"),
    ("overTime.table.columns.signal", "dLoss/dh"),
    ("overTimeView.gate", "{letter}: {name}"),
    ("table.columns.signal", "dLoss/dz"),
    ("table.columns.weights", "dLoss/dW"),
    ("try.gru", "GRU"),
    ("try.lstm", "LSTM"),
    ("try.reluHe", "ReLU + He"),
    ("try.tanhOrthogonal", "tanh + orthogonal"),
    ("verdict.parts", " = {list}"),
    ("walk.a", "a = {f}(z) = {a}"),
    ("walk.z", "z = W a + b = {sum} = {z}"),
];

#[test]
fn a_language_has_the_keys_and_placeholders_of_english() {
    let mut problems = Vec::new();
    each_file(|name, english, theirs| {
        for key in english.keys().filter(|&key| !theirs.contains_key(key)) {
            problems.push(format!("{name} lacks {key}, in English: {}", english[key]));
        }
        for key in theirs.keys().filter(|&key| !english.contains_key(key)) {
            problems.push(format!("{name} has {key}, which English has not"));
        }
        for (key, text) in theirs {
            if text.trim().is_empty() {
                problems.push(format!("{name}: {key} is empty"));
            }
            if let Some(original) = english.get(key)
                && placeholders(original) != placeholders(text)
            {
                let (wanted, found) = (placeholders(original), placeholders(text));
                problems.push(format!("{name}: {key} has the placeholders {found:?}, English has {wanted:?}"));
            }
        }
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_is_left_in_english() {
    for (language, allowed) in LANGUAGES {
        let mut same = BTreeSet::new();
        each_file(|name, english, theirs| {
            if name.ends_with(&format!("{language}.json")) {
                same.extend(theirs.clone().into_iter().filter(|(key, text)| english.get(key) == Some(text)));
            }
        });
        let allowed = allowed.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect::<BTreeSet<_>>();
        let left = same.difference(&allowed).collect::<Vec<_>>();
        assert!(left.is_empty(), "{language}: the same as in English: {left:?}");
        let stale = allowed.difference(&same).collect::<Vec<_>>();
        assert!(stale.is_empty(), "{language}: listed as the same as in English, but not so: {stale:?}");
    }
}

/// Calls back with the name of each file of each language, its English texts, and its own, by dotted keys.
fn each_file(mut check: impl FnMut(&str, &BTreeMap<String, String>, &BTreeMap<String, String>)) {
    for file in FILES {
        let english = texts(&format!("{file}en.json"));
        for (language, _) in LANGUAGES {
            let name = format!("{file}{language}.json");
            check(&name, &english, &texts(&name));
        }
    }
}

fn texts(name: &str) -> BTreeMap<String, String> {
    let json = std::fs::read_to_string(format!("{STRINGS}/{name}")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut found = BTreeMap::new();
    collect(&serde_json::from_str(&json).unwrap_or_else(|error| panic!("{name}: {error}")), "", &mut found);
    found
}

fn collect(value: &Value, key: &str, found: &mut BTreeMap<String, String>) {
    let below = |part: &str| if key.is_empty() { part.to_owned() } else { format!("{key}.{part}") };
    match value {
        Value::Object(entries) => entries.iter().for_each(|(part, value)| collect(value, &below(part), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| collect(value, &below(&at.to_string()), found));
        }
        Value::String(text) => {
            found.insert(key.to_owned(), text.clone());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => panic!("{key}: {value} is no text"),
    }
}

/// The names in braces, as strings.js fills them in.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}
