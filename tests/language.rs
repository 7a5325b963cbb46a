//! Every language says all that English says: the same keys, the same placeholders, nothing empty, nothing left in English.

#[path = "common/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The languages beside English, each with what it says as English does: names, symbols, and words that it has too.
const LANGUAGES: [(&str, &[&str]); 1] = [("de", &SAME_IN_GERMAN)];
/// What each language has a file of; the name goes before the language.
const FILES: [&str; 4] = ["", "details.", "help.", "catalog."];
/// What is said in the catalog; the rest of it is the same in every language.
const SAID: [&str; 4] = ["name", "help", "formula", "source"];
/// Words that no other language has: what contains one is English.
const ENGLISH: [&str; 18] = [
    "the", "of", "and", "with", "from", "that", "this", "which", "until", "else", "if", "not", "by", "over", "is",
    "are", "to", "all",
];
const SAME_IN_GERMAN: [&str; 43] = [
    " = {list}",
    "Adagrad",
    "Adam",
    "AdamW",
    "Batch",
    "Clipping",
    "Dropout",
    "ELU",
    "Epsilon",
    "GELU",
    "GRU",
    "Gradient",
    "LSTM",
    "LeCun",
    "Mish",
    "Momentum (beta1)",
    "Momentum: v = {momentum}·{was} + {g} = {v}",
    "Parameter",
    "RMSprop",
    "ReLU + He",
    "ReLU",
    "ReZero",
    "SELU",
    "Seed",
    "Start",
    "Training",
    "dLoss/dW",
    "dLoss/dh",
    "dLoss/dz",
    "h = {f}(W_ih x + b_ih + W_hh h + b_hh) = {f}({sum}) = {h}",
    "linear",
    "orthogonal",
    "tanh + orthogonal",
    "tanh",
    "x",
    "x1",
    "x2",
    "z = W a + b = {sum} = {z}",
    "{f}({x}) = {a}",
    "{ids} ({why})",
    "{mark} {letter} ({differs})",
    "{x} {vx}, {y} {vy}",
    "✓ {words}",
];

/// The texts of a file by dotted keys.
type Texts = BTreeMap<String, String>;

#[test]
fn the_menu_offers_every_language() {
    let page = read("index.html");
    let menu = page.split("<select id=\"language\"").nth(1).and_then(|menu| menu.split("</select>").next());
    let options =
        menu.unwrap_or_default().split("<option value=\"").skip(1).filter_map(|option| option.split('"').next());
    let known = ["en"].into_iter().chain(LANGUAGES.map(|(language, _)| language));
    assert_eq!(options.collect::<Vec<_>>(), known.collect::<Vec<_>>());
}

#[test]
fn a_language_has_the_keys_and_placeholders_of_english() {
    let mut problems = Vec::new();
    for (language, _) in LANGUAGES {
        each_file(language, |name, english, theirs| {
            for key in english.keys().filter(|&key| !theirs.contains_key(key)) {
                problems.push(format!("{name} lacks {key}, in English: {}", english[key]));
            }
            for key in theirs.keys().filter(|&key| !english.contains_key(key)) {
                problems.push(format!("{name} has {key}, which English has not"));
            }
            for (key, text) in theirs {
                let Some(original) = english.get(key) else { continue };
                if text.trim().is_empty() {
                    problems.push(format!("{name}: {key} is empty"));
                }
                let (wanted, found) = (placeholders(original), placeholders(text));
                if wanted != found {
                    problems.push(format!("{name}: {key} has the placeholders {found:?}, English has {wanted:?}"));
                }
            }
        });
        for (english, other) in ["charts", "said", "sources"].map(|part| engine(language, part)).into_iter().flatten() {
            if placeholders(&english) != placeholders(&other) || other.is_empty() {
                problems.push(format!("engine.{language}.json: {english} is {other}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_is_left_in_english() {
    for (language, allowed) in LANGUAGES {
        let mut same = BTreeSet::new();
        let mut foreign = Vec::new();
        let mut check = |name: &str, english: &Texts, theirs: &Texts| {
            for (key, text) in theirs {
                // Symbols and names of people are the same in every language: only words in between would be English.
                let spoken = !key.ends_with(".formula") && !key.ends_with(".source");
                if spoken && english.get(key) == Some(text) {
                    same.insert(text.clone());
                }
                if has_english(text) {
                    foreign.push(format!("{name}: {key}: {text}"));
                }
            }
        };
        each_file(language, &mut check);
        for part in ["charts", "said", "sources"] {
            let pairs = engine(language, part);
            check("engine", &pairs.keys().map(|key| (key.clone(), key.clone())).collect(), &pairs);
        }
        assert!(foreign.is_empty(), "{language}: English words in\n{}", foreign.join("\n"));
        let allowed = allowed.iter().map(|&text| text.to_owned()).collect::<BTreeSet<_>>();
        let left = same.difference(&allowed).collect::<Vec<_>>();
        assert!(left.is_empty(), "{language}: the same as in English: {left:#?}");
        let stale = allowed.difference(&same).collect::<Vec<_>>();
        assert!(stale.is_empty(), "{language}: listed as the same as in English, but not so: {stale:?}");
    }
}

/// Only words differ between the catalogs: ids, ranges and defaults are the code's.
#[test]
fn a_catalog_differs_in_words_alone() {
    for (language, _) in LANGUAGES {
        let [english, theirs] = ["en", language].map(|language| json(&format!("strings/catalog.{language}.json")));
        assert_eq!(without_words(english), without_words(theirs), "catalog.{language}.json");
    }
}

/// The English words of the charts are their own keys.
#[test]
fn every_word_on_a_chart_has_its_translation() {
    let code = code("src/charts/").into_iter().filter(|(path, _)| !path.ends_with("theme.rs"));
    let drawn = code.flat_map(|(_, code)| literals(&code)).filter(|text| has_a_word(&unnamed(text)));
    let names = ["system-ui, sans-serif", "full", "head", "stem", "NaN", "inf", "-inf"];
    let drawn =
        drawn.filter(|text| !names.contains(&text.as_str()) && !text.contains("dLoss")).collect::<BTreeSet<_>>();
    for (language, _) in LANGUAGES {
        assert_eq!(engine(language, "charts").into_keys().collect::<BTreeSet<_>>(), drawn, "engine.{language}.json");
    }
}

/// So are the sentences in which the engine says what is wrong, and the names of the start's one knob.
#[test]
fn every_sentence_of_the_engine_has_its_translation() {
    let files = [
        "src/lab/setup.rs",
        "src/lab/parameters.rs",
        "src/lab/run.rs",
        "src/lab/check.rs",
        "src/lab/checkpoint.rs",
        "src/link.rs",
    ];
    let others = ["src/export/", "src/task/digits.rs", "src/task/sequences.rs", "src/nn/init.rs"];
    let code = files.into_iter().chain(others).flat_map(code).collect::<Vec<_>>();
    let all = code.iter().flat_map(|(_, code)| literals(code)).map(|text| unnamed(&text)).collect::<BTreeSet<_>>();
    let errors = code.iter().filter(|(path, _)| path != "src/nn/init.rs");
    let sentences = errors.flat_map(|(_, code)| literals(code)).map(|text| unnamed(&text));
    let is_field = |text: &str| text == "config.block, after_add, final";
    let is_sentence = |text: &String| has_a_word(text) && text.contains(' ') && !is_field(text);
    let sentences: BTreeSet<String> = sentences.filter(is_sentence).collect();
    let scales = <gradient_lab::nn::Init as strum::VariantArray>::VARIANTS.iter().filter_map(|init| init.scale());
    let scales = scales.flat_map(|scale| [scale.name.to_owned(), scale.help.to_owned()]);
    for (language, _) in LANGUAGES {
        let known: BTreeSet<String> = engine(language, "said").keys().map(|key| unnamed(key)).collect();
        let missing = sentences.iter().cloned().chain(scales.clone()).filter(|text| !known.contains(text));
        assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "engine.{language}.json lacks these");
        let stale = known.iter().filter(|text| !all.contains(*text));
        assert_eq!(stale.collect::<Vec<_>>(), [""; 0], "engine.{language}.json: no code says these");
    }
}

/// And what a lesson names as its sources.
#[test]
fn sources_of_lessons_are_said_in_the_language_of_the_lesson() {
    for (language, _) in LANGUAGES {
        let known = engine(language, "sources");
        let mut used = BTreeSet::new();
        for (name, lesson) in lessons().into_iter().filter(|(_, lesson)| lesson["words"].get(language).is_some()) {
            for source in lesson["sources"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                used.insert(source.to_owned());
                assert!(
                    !has_english(source) || known.contains_key(source),
                    "{name}: engine.{language}.json lacks {source}"
                );
            }
        }
        let stale = known.keys().filter(|source| !used.contains(*source));
        assert_eq!(stale.collect::<Vec<_>>(), [""; 0], "engine.{language}.json: no lesson has these sources");
    }
}

/// Calls back with the name of each file of a language, the English texts, and its own; of lessons that it has.
fn each_file(language: &str, mut check: impl FnMut(&str, &Texts, &Texts)) {
    for file in FILES {
        let name = format!("{file}{language}.json");
        check(&name, &texts(&json(&format!("strings/{file}en.json"))), &texts(&json(&format!("strings/{name}"))));
    }
    for (name, lesson) in lessons() {
        if let Some(theirs) = lesson["words"].get(language) {
            check(&name, &texts(&lesson["words"]["en"]), &texts(theirs));
        }
    }
}

fn lessons() -> Vec<(String, Value)> {
    let names: Vec<String> = serde_json::from_value(json("lessons/lessons.json")).expect("a list of names");
    names.into_iter().map(|name| (name.clone(), json(&format!("lessons/{name}.json")))).collect()
}

/// A part of what the engine says: English, and the other language.
fn engine(language: &str, part: &str) -> Texts {
    serde_json::from_value(json(&format!("strings/engine.{language}.json"))[part].take()).expect("pairs of texts")
}

fn read(path: &str) -> String {
    let path = format!("{}/www/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn texts(value: &Value) -> Texts {
    let mut found = Texts::new();
    collect(value, "", &mut found);
    found
}

/// What is said: of a catalog's entry its words alone, and of a lesson no name of a formula.
fn collect(value: &Value, key: &str, found: &mut Texts) {
    let below = |part: &str| if key.is_empty() { part.to_owned() } else { format!("{key}.{part}") };
    match value {
        Value::Object(entries) => {
            let is_entry = entries.contains_key("id") || entries.contains_key("key");
            let said = |part: &str| !is_entry || SAID.contains(&part) || part == "options";
            let entries = entries
                .iter()
                .filter(|(part, value)| said(part) && !(entries.len() == 1 && *part == "formula" && value.is_string()));
            entries.for_each(|(part, value)| collect(value, &below(part), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| collect(value, &below(&at.to_string()), found));
        }
        Value::String(text) => {
            if key != "version" {
                found.insert(key.to_owned(), text.clone());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => panic!("{key}: {value} is no text"),
    }
}

fn without_words(mut catalog: Value) -> Value {
    match &mut catalog {
        Value::Object(entries) => {
            entries.retain(|key, value| !(SAID.contains(&key.as_str()) && value.is_string()));
            entries.values_mut().for_each(|value| *value = without_words(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_words(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    catalog
}

/// The names in braces, as strings.js fills them in.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Rust files whose path begins so, without comments and unit tests.
fn code(path: &str) -> Vec<(String, String)> {
    let files =
        sources::all().into_iter().filter(|source| source.path.starts_with(path) && source.path.ends_with(".rs"));
    let code = files.map(|source| {
        let text = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        (source.path, lines.collect::<Vec<_>>().join("\n"))
    });
    let code = code.collect::<Vec<_>>();
    assert!(!code.is_empty(), "no Rust in {path}");
    code
}

/// The string literals of a program, with their escapes undone.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code.replace("'\"'", "");
    while let Some((_, from)) = rest.split_once('"') {
        let mut text = String::new();
        let mut chars = from.chars();
        while let Some(c) = chars.next().filter(|&c| c != '"') {
            text.extend(if c == '\\' { chars.next() } else { Some(c) });
        }
        found.push(text);
        rest = chars.collect();
    }
    found
}

/// Whether one of its words is English; what stands in braces is not read by anybody.
fn has_english(text: &str) -> bool {
    unnamed(text).split(|c: char| !c.is_alphanumeric()).any(|word| ENGLISH.contains(&word))
}

fn has_a_word(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() >= 3)
}

/// A template without the names of its placeholders: they differ between Rust and the page.
fn unnamed(template: &str) -> String {
    let mut parts = template.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').filter(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || "_:.*$".contains(c)))
        {
            Some((_, after)) => text = text + "{}" + after,
            None => text = text + "{" + part,
        }
    }
    text
}
