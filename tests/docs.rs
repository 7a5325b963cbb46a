//! The documents against the code: tables that follow from it, links that can be opened, files that exist.
//! `UPDATE=1 cargo test --test docs` writes the tables anew.

#[path = "common/sources.rs"]
mod sources;

use std::fmt::Write;

use gradient_lab::lab::Setup;
use gradient_lab::lab::parameters::{Domain, Parameter};
use gradient_lab::lab::rules::Rule;
use gradient_lab::link;
use gradient_lab::nn::{
    About, Activation, Choice, Clip, GradientFormat, Init, Kind, Loss, Norm, Optimizer, Order, Place, Precision, Reset,
    Schedule, Skip,
};
use gradient_lab::task::Task;

/// The document with the tables.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/model.md");
const END: &str = "<!-- end -->";

/// A table's name and what it is to say.
fn tables() -> Vec<(&'static str, String)> {
    vec![
        ("activations", choices::<Activation>("largest slope", |f| f.largest_slope().to_string())),
        (
            "inits",
            choices::<Init>("what `scale` is", |init| init.scale().map_or("no effect".into(), |s| lower(s.name))),
        ),
        ("kinds", options::<Kind>()),
        ("resets", options::<Reset>()),
        ("norms", options::<Norm>()),
        ("places", options::<Place>()),
        ("skips", options::<Skip>()),
        ("orders", options::<Order>()),
        ("losses", choices::<Loss>("targets", |loss| targets(loss).to_owned())),
        ("tasks", choices::<Task>("inputs, classes", |task| format!("{}, {}", inputs(task), classes(task)))),
        ("optimizers", choices::<Optimizer>("remembers", remembers)),
        ("schedules", options::<Schedule>()),
        ("clips", options::<Clip>()),
        ("formats", options::<GradientFormat>()),
        ("precisions", choices::<Precision>("significant bits", |precision| bits(precision).to_string())),
        ("setup", setup()),
        ("rules", choices::<Rule>("thresholds", thresholds)),
    ]
}

/// What the lab says of every option of a closed set, and one thing more of each.
fn choices<C: Choice>(heading: &str, more: impl Fn(C) -> String) -> String {
    let row = |&choice: &C| {
        let About { name, formula, help, source } = choice.about();
        [code(choice.id()), name.to_owned(), code(formula), more(choice), help.to_owned(), source.to_owned()]
    };
    table(["id", "name", "definition", heading, "what to know", "source"], C::VARIANTS.iter().map(row))
}

/// What the lab says of every option of a closed set.
fn options<C: Choice>() -> String {
    let row = |&choice: &C| {
        let About { name, formula, help, source } = choice.about();
        [code(choice.id()), name.to_owned(), code(formula), help.to_owned(), source.to_owned()]
    };
    table(["id", "name", "definition", "what to know", "source"], C::VARIANTS.iter().map(row))
}

fn remembers(optimizer: Optimizer) -> String {
    let slots: Vec<String> = optimizer.slots().iter().map(|slot| code(slot)).collect();
    if slots.is_empty() { "nothing".to_owned() } else { slots.join(", ") }
}

fn thresholds(rule: Rule) -> String {
    let numbers: Vec<String> = rule.thresholds().iter().map(f64::to_string).collect();
    if numbers.is_empty() { "those of the float type".to_owned() } else { numbers.join(", ") }
}

fn targets(loss: Loss) -> &'static str {
    match loss {
        Loss::Mse | Loss::BceWithLogits => "a number for each output, `[B, O]`",
        Loss::SoftmaxCrossEntropy => "a class for each sample, `[B]`",
    }
}

fn inputs(task: Task) -> String {
    if task.is_sequence() { format!("{} a step", task.inputs()) } else { task.inputs().to_string() }
}

fn classes(task: Task) -> String {
    if task.is_classification() { task.classes().to_string() } else { "a number".to_owned() }
}

fn bits(precision: Precision) -> u32 {
    match precision {
        Precision::F32 => f32::MANTISSA_DIGITS,
        Precision::F64 => f64::MANTISSA_DIGITS,
    }
}

/// Every field of a Setup.
fn setup() -> String {
    let row = |parameter: &gradient_lab::lab::parameters::Parameter| {
        let allowed = match parameter.domain {
            Domain::Choice(_) => format!("one of {} ids", parameter.domain.ids().len()),
            Domain::Integer { min, max } => format!("a whole number, {min} to {max}"),
            Domain::Number { min, max, .. } => format!("{min} to {max}"),
            Domain::Layers => "numbers of layers, such as `1-19,25`".to_owned(),
        };
        let default = (parameter.get)(&Setup::default()).to_string();
        [code(parameter.key), parameter.name.to_owned(), allowed, code(&default), parameter.help.to_owned()]
    };
    table(["field", "name on the page", "allowed", "default", "what it does"], Parameter::all().map(row))
}

fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(N));
    for row in rows {
        // A bar would end the cell, also in code.
        let row = row.map(|cell| cell.replace('|', "\\|"));
        writeln!(text, "| {} |", row.join(" | ")).expect("a string takes any text");
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[test]
fn the_tables_of_the_model_are_those_of_the_code() {
    let old = std::fs::read_to_string(MODEL).expect("docs/model.md is there");
    let mut new = old.clone();
    for (name, table) in tables() {
        let mark = format!("<!-- table: {name} -->\n");
        let start = new.find(&mark).unwrap_or_else(|| panic!("docs/model.md has no {mark}")) + mark.len();
        let length = new[start..].find(END).unwrap_or_else(|| panic!("the table {name} has no {END}"));
        new.replace_range(start..start + length, &table);
    }
    assert_eq!(new.matches("<!-- table: ").count(), tables().len(), "a table that nothing writes, or one twice");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(MODEL, &new).expect("docs/model.md can be written");
    } else if let Some((got, expected)) = old.lines().zip(new.lines()).find(|(old, new)| old != new) {
        panic!("docs/model.md is not what the code says (UPDATE=1 cargo test --test docs):\n{got}\n{expected}");
    } else {
        assert_eq!(old, new, "docs/model.md ends otherwise (UPDATE=1 cargo test --test docs)");
    }
}

/// The documents that describe the project.
fn documents() -> Vec<sources::Source> {
    let is_document = |path: &str| path.ends_with(".md") && (!path.contains('/') || path.starts_with("docs/"));
    sources::all().into_iter().filter(|source| is_document(&source.path)).collect()
}

/// What stands between two backticks, and the targets of links.
fn quoted(text: &str) -> Vec<&str> {
    let spans = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    spans.chain(targets).collect()
}

#[test]
fn files_that_the_documents_name_exist() {
    let sources = sources::all();
    let folders = ["src/", "www/", "tests/", "xtask/", "examples/", "docs/", ".ci/"];
    let mut named = 0;
    for document in documents() {
        for name in quoted(&document.text) {
            let name = name.trim_start_matches("../");
            let is_path = folders.iter().any(|folder| name.starts_with(folder)) && !name.contains(['*', ' ', '{']);
            // A picture may be made after the words about it.
            if is_path && !name.ends_with(".png") {
                let path = name.split('#').next().unwrap_or_default();
                let exists = |source: &sources::Source| {
                    source.path == path || (path.ends_with('/') && source.path.starts_with(path))
                };
                assert!(sources.iter().any(exists), "{} names {path}, which is not there", document.path);
                named += 1;
            }
        }
    }
    assert!(named > 40, "only {named} files named");
}

#[test]
fn the_map_shows_every_source_file() {
    let map =
        documents().into_iter().find(|source| source.path == "ARCHITECTURE.md").expect("ARCHITECTURE.md is there");
    let shown = quoted(&map.text);
    for source in sources::all() {
        let is_source = (source.path.starts_with("src/") && source.path.ends_with(".rs"))
            || (source.path.starts_with("www/js/") && source.path.ends_with(".js"));
        let (folder, name) = source.path.rsplit_once('/').unwrap_or_default();
        if is_source && name != "mod.rs" {
            let in_folder = shown.iter().any(|shown| *shown == source.path)
                || (shown.contains(&name) && shown.iter().any(|shown| shown.trim_end_matches('/') == folder));
            assert!(in_folder, "ARCHITECTURE.md does not show {}", source.path);
        }
    }
}

#[test]
fn links_in_the_documents_can_be_opened() {
    let mut seen = 0;
    for document in documents() {
        let ends = |c: char| c.is_whitespace() || "`'\"()<>?|".contains(c);
        for query in document.text.split(ends).filter(|word| word.contains('=') && word.contains('&')) {
            let problems = link::parse(query).problems;
            assert!(problems.is_empty(), "{}: {query}: {problems:?}", document.path);
            seen += 1;
        }
    }
    assert!(seen >= 5, "only {seen} links seen");
}

/// The catalog in full is a file of the page, because the module leaves out what only help needs.
#[test]
fn the_pages_catalog_is_the_codes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/strings/catalog.en.json");
    let expected = serde_json::to_string_pretty(&gradient_lab::catalog::catalog()).expect("a catalog is JSON") + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &expected).expect("www/strings can be written");
    }
    let written = std::fs::read_to_string(path).expect("www/strings/catalog.en.json is there");
    assert!(written == expected, "www/strings/catalog.en.json is stale: UPDATE=1 cargo test --test docs");
}
