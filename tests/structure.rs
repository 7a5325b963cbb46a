//! The invariants of ARCHITECTURE.md that the source text shows. They read words, not programs: who wants to get round
//! them can, who forgets them is told.

#[path = "common/sources.rs"]
mod sources;

use std::collections::BTreeSet;

use sources::Source;

/// The files in a folder whose names end so. There must be some, or the test has lost sight of what it tests.
fn files(folder: &str, ending: &str) -> Vec<Source> {
    let wanted = |source: &Source| source.path.starts_with(folder) && source.path.ends_with(ending);
    let files: Vec<Source> = sources::all().into_iter().filter(wanted).collect();
    assert!(!files.is_empty(), "no {ending} in {folder}");
    files
}

fn file(path: &str) -> Source {
    sources::all().into_iter().find(|source| source.path == path).unwrap_or_else(|| panic!("{path} is missing"))
}

/// Rust or JavaScript without the comments, which may speak of anything.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"', '`']) {
        let (before, from) = rest.split_at(at);
        code.push_str(before);
        // Quoted text stays: it may hold what looks like a comment, an address for one.
        let end = match from.as_bytes() {
            [b'/', b'/', ..] => from.find('\n').unwrap_or(from.len()),
            [b'/', b'*', ..] => from.find("*/").map_or(from.len(), |end| end + 2),
            [b'/', ..] => 1,
            [quote, ..] if !before.ends_with('\'') => {
                let closing = end_of_quote(from, *quote);
                code.push_str(&from[..closing]);
                closing
            }
            _ => 1,
        };
        if from.as_bytes()[0] == b'/' && end == 1 {
            code.push('/');
        }
        rest = &from[end..];
    }
    code + rest
}

/// Where a quotation that begins the text ends.
fn end_of_quote(text: &str, quote: u8) -> usize {
    let mut escaped = false;
    for (index, &byte) in text.as_bytes().iter().enumerate().skip(1) {
        match (escaped, byte) {
            (false, b'\\') => escaped = true,
            (false, byte) if byte == quote => return index + 1,
            (false | true, _) => escaped = false,
        }
    }
    text.len()
}

/// What of a Rust file is not its unit tests, which stand at its end.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// Every word of a program, in order.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The paths of this crate that a file names, from the crate's root: `nn::Matrix` for `crate::nn::Matrix`.
/// The paths of `super` are followed up from the file's own module.
fn paths(source: &Source) -> Vec<String> {
    let own = source.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Vec<&str> = own.split('/').collect();
    let code = code(&source.text);
    let mut paths = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        if !code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            expand("", &code[start + "crate::".len()..], &mut paths);
        }
    }
    for (start, _) in code.match_indices("super::") {
        if code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = code[start..].trim_start_matches("super::");
        let ups = (code.len() - start - rest.len()) / "super::".len();
        let parent = module[..module.len().saturating_sub(ups)].iter().map(|name| format!("{name}::"));
        expand(&parent.collect::<String>(), rest, &mut paths);
    }
    paths
}

/// `a::b` as it stands; `{a, b::c}` part by part.
fn expand(prefix: &str, text: &str, paths: &mut Vec<String>) {
    let Some(group) = text.strip_prefix('{') else {
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
        paths.push(format!("{prefix}{}", &text[..end]));
        if let Some(head) = text[..end].strip_suffix("::")
            && text[end..].starts_with('{')
        {
            expand(&format!("{prefix}{head}::"), &text[end..], paths);
        }
        return;
    };
    let mut depth = 0;
    let mut part = 0;
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                expand(prefix, group[part..index].trim(), paths);
                part = index + 1;
                if c == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The parts of the crate that the files of a folder use.
fn uses(folder: &str) -> BTreeSet<(String, String)> {
    let mut uses = BTreeSet::new();
    for source in files(folder, ".rs") {
        for path in paths(&source) {
            let part = path.split("::").next().unwrap_or_default().to_owned();
            if part.is_empty() {
                continue; // `use super::*` right below the root: the file itself.
            }
            uses.insert((part, format!("{} ({path})", source.path)));
        }
    }
    uses
}

fn assert_uses_only(folder: &str, allowed: &[&str]) {
    let uses = uses(folder);
    assert!(!uses.is_empty(), "{folder} names nothing of the crate: the test no longer sees it");
    for (part, place) in uses {
        assert!(allowed.contains(&part.as_str()), "{folder} may use {allowed:?}, but {place} names {part}");
    }
}

#[test]
fn the_engine_knows_nothing_of_what_is_built_on_it() {
    assert_uses_only("src/nn/", &["nn"]);
}

#[test]
fn tasks_know_only_the_engine() {
    assert_uses_only("src/task/", &["nn", "task"]);
}

#[test]
fn an_experiment_knows_neither_pictures_nor_the_page() {
    // It hands itself to the run file, because only a run knows its own precision.
    assert_uses_only("src/lab/", &["nn", "number", "task", "lab", "export"]);
    for folder in ["src/export/", "src/link.rs", "src/catalog.rs"] {
        assert_uses_only(folder, &["nn", "task", "lab", "export", "link"]);
    }
}

#[test]
fn the_theory_does_not_know_the_network() {
    // Or it could not disagree with it. It reads formulas, of activations and starts, and what a Setup has chosen.
    let formulas = ["nn::Activation", "nn::Init", "nn::Norm", "nn::Order", "nn::Place", "nn::Skip", "lab::Setup"];
    for source in files("src/lab/theory/", ".rs") {
        for path in paths(&source) {
            let own = path == "lab::theory::" || path.starts_with("lab::theory::") || path == "nn::" || path == "lab::";
            assert!(own || formulas.contains(&path.as_str()), "{} names {path}", source.path);
        }
        let code = code(&source.text);
        let engine = ["Network", "Trace", "Gradients", "Matrix", "Experiment", "Run", "Shape"];
        let named = words(&code).find(|word| engine.contains(word));
        assert!(named.is_none(), "{} names {named:?}", source.path);
    }
}

#[test]
fn charts_see_plain_data_and_nothing_that_computes_it() {
    let plain = [
        "lab::snapshot",
        "lab::history",
        "lab::learned",
        "lab::distributions",
        "lab::over_time",
        "lab::theory::prediction",
        "nn::Precision",
        "charts",
    ];
    for source in files("src/charts/", ".rs") {
        for path in paths(&source) {
            let allowed = plain.iter().any(|plain| path == *plain || path.starts_with(&format!("{plain}::")));
            assert!(allowed, "{} names {path}; a chart may see {plain:?}", source.path);
        }
    }
    // Plain data stays plain: it does not know the run that it was taken from either.
    assert_eq!(paths(&file("src/lab/theory/prediction.rs")), [""; 0], "what the theory says is plain data");
    for name in ["snapshot", "history", "learned", "distributions", "over_time"] {
        let source = file(&format!("src/lab/{name}.rs"));
        for path in paths(&source) {
            let allowed = ["nn::Precision", "lab::history", "lab::snapshot", "lab::learned"];
            let plain = path.starts_with(&format!("lab::{name}::")) || allowed.iter().any(|ok| path.starts_with(ok));
            assert!(plain || path == "lab::", "{} names {path}, but is to be plain data", source.path);
        }
    }
}

/// The dependencies in a section of Cargo.toml, as Rust names them.
fn dependencies(section: &str) -> Vec<String> {
    let manifest = file("Cargo.toml").text;
    let (_, rest) = manifest.split_once(&format!("{section}\n")).unwrap_or_else(|| panic!("{section} is missing"));
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.replace('-', "_")).collect()
}

#[test]
fn only_the_bindings_name_what_is_the_browsers() {
    let browser = dependencies("[target.'cfg(target_arch = \"wasm32\")'.dependencies]");
    for name in ["wasm_bindgen", "web_sys", "js_sys", "serde_wasm_bindgen", "plotters_canvas", "getrandom"] {
        assert!(browser.iter().any(|other| other == name), "{name} is not among the dependencies of the browser alone");
    }
    let everywhere = dependencies("[dependencies]");
    assert!(everywhere.iter().all(|name| !browser.contains(name)), "{everywhere:?} is for every platform");
    for source in files("src/", ".rs") {
        let code = code(&source.text);
        let named = words(&code).find(|word| browser.iter().any(|name| name == word));
        let is_binding = source.path.starts_with("src/web/");
        assert!(is_binding || named.is_none(), "{} names {named:?}, which is for src/web alone", source.path);
        // Nor does anything else know of the bindings, but the root that holds them, and what the browser reads numbers for.
        let is_binding = is_binding || source.path == "src/number.rs";
        let knows = paths(&source).iter().any(|path| path.split("::").next() == Some("web"));
        assert!(is_binding || !knows, "{} names web", source.path);
    }
}

#[test]
fn nothing_that_computes_asks_the_machine() {
    // Time, chance and the order of a hash map differ from run to run; the standard library's functions beyond + - * /
    // and the square root differ from machine to machine, and a fused multiply-add from processor to processor.
    let machine = ["SystemTime", "Instant", "HashMap", "HashSet", "RandomState", "getrandom", "thread_rng", "OsRng"];
    let functions = ["ln", "log", "log2", "log10", "exp2", "powf", "powi", "sin", "cos", "tan", "sin_cos", "asin"];
    let more = ["acos", "atan", "atan2", "sinh", "cosh", "hypot", "cbrt", "mul_add", "asinh", "acosh", "atanh"];
    for folder in ["src/nn/", "src/task/", "src/lab/", "src/export/"] {
        for source in files(folder, ".rs") {
            let code = code(without_tests(&source.text));
            for word in words(&code) {
                assert!(!machine.contains(&word), "{} names {word}", source.path);
            }
            for name in functions.iter().chain(&more) {
                let call = format!(".{name}(");
                assert!(!code.contains(&call), "{} calls {call}..), which libm has for every machine", source.path);
            }
        }
    }
}

#[test]
fn only_the_store_changes_the_pages_state() {
    for source in files("www/js/", ".js").iter().filter(|source| source.path != "www/js/store.js") {
        let code = code(&source.text);
        for (start, _) in code.match_indices("state.") {
            let member =
                code[start + "state.".len()..].trim_start_matches(|c: char| c.is_alphanumeric() || "_.#".contains(c));
            let member = member.trim_start();
            let operator = member.trim_start_matches(|c: char| "+-*/%&|?^<>".contains(c));
            let compares = member.starts_with("<=") || member.starts_with(">=");
            let assigns =
                !compares && operator.starts_with('=') && !operator.starts_with("==") && !operator.starts_with("=>");
            let counts = member.starts_with("++") || member.starts_with("--");
            let line = code[..start].lines().count();
            assert!(!assigns && !counts, "{}, about line {line}, changes the state", source.path);
        }
        let stores = code.matches("new Store(").count();
        assert!(stores == usize::from(source.path == "www/js/main.js"), "{} makes {stores} stores", source.path);
    }
}

#[test]
fn only_the_engine_talks_to_the_worker() {
    // load-engine.js starts the worker early and hands it over: nobody but engine.js may take it. The map has workers of its
    // own, to which map-runs.js talks, and so have the pinned runs, with lanes.js.
    for source in files("www/js/", ".js") {
        let code = code(&source.text);
        let name = source.path.trim_start_matches("www/js/");
        let of_worker =
            ["engine.js", "load-engine.js", "worker.js", "map-runs.js", "map-worker.js", "lanes.js", "lanes-worker.js"]
                .contains(&name);
        let starts = ["load-engine.js", "map-runs.js", "lanes.js"].contains(&name);
        assert_eq!(code.contains("new Worker("), starts, "{name}: new Worker");
        assert!(of_worker || !code.contains("postMessage("), "{name} posts a message");
        assert_eq!(code.contains("\"./load-engine.js\""), name == "engine.js", "{name}: imports load-engine.js");
        assert!(!code.contains("\"./worker.js\"") || name == "load-engine.js", "{name} names worker.js");
        assert!(!code.contains("\"./map-worker.js\"") || name == "map-runs.js", "{name} names map-worker.js");
        assert!(!code.contains("\"./lanes-worker.js\"") || name == "lanes.js", "{name} names lanes-worker.js");
    }
}

#[test]
fn markup_holds_no_program_and_programs_make_no_markup() {
    let page: String =
        file("www/index.html").text.split("<!--").map(|part| part.rsplit("-->").next().unwrap_or_default()).collect();
    let mut tags = 0;
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
        tags += 1;
        let mut attributes = tag.split_whitespace();
        let name = attributes.next().unwrap_or_default();
        assert_ne!(name, "style", "an inline style sheet");
        assert!(name != "script" || tag.contains(" src="), "an inline script: <{tag}>");
        for attribute in attributes {
            let attribute = attribute.split('=').next().unwrap_or_default();
            assert!(attribute != "style" && !attribute.starts_with("on"), "an inline style or handler: <{tag}>");
        }
        assert!(!tag.contains("javascript:"), "an inline script: <{tag}>");
    }
    assert!(tags > 50, "only {tags} tags seen");
    for source in files("www/js/", ".js") {
        let code = code(&source.text);
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function("] {
            assert!(!code.contains(word), "{} uses {word}", source.path);
        }
    }
}

#[test]
fn the_page_names_no_other_host() {
    for source in files("www/", "").iter().filter(|source| source.path != "www/data/README.md") {
        // The names of the namespaces of SVG and MathML are no addresses: nobody asks for them.
        let text =
            source.text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1998/Math/MathML", "");
        for mark in ["http:", "https:", "ws://", "wss://", "\"//", "'//", "(//", "`//"] {
            assert!(!text.contains(mark), "{} names a host: {mark}", source.path);
        }
    }
}

#[test]
fn no_file_grows_past_400_lines() {
    let endings = [".rs", ".js", ".css", ".html", ".d.ts"];
    let folders = ["src/", "www/", "tests/", "xtask/", "examples/"];
    let mut seen = 0;
    for source in sources::all() {
        let is_code = endings.iter().any(|ending| source.path.ends_with(ending));
        if is_code && folders.iter().any(|folder| source.path.starts_with(folder)) {
            let lines = source.text.lines().count();
            assert!(lines <= 400, "{} has {lines} lines: it is two things", source.path);
            seen += 1;
        }
    }
    assert!(seen > 80, "only {seen} files seen");
}

#[test]
fn no_file_names_somebodys_machine() {
    // In two parts, or this file would be the first to be found.
    let homes = [("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/"), ("/tm", "p/"), ("/wo", "rk/"), ("C:", "\\")];
    for source in sources::all() {
        for (start, end) in homes {
            let home = format!("{start}{end}");
            // A slash before it makes it the end of another path.
            let named = source
                .text
                .match_indices(&home)
                .find(|(at, _)| !source.text[..*at].ends_with(|c: char| c.is_alphanumeric() || ".-_/".contains(c)));
            assert!(named.is_none(), "{} names {home}", source.path);
        }
    }
    let sources = |file: &Source, mark: &str| -> Vec<String> {
        file.text.lines().map(str::trim).filter(|line| line.starts_with(mark)).map(str::to_owned).collect()
    };
    for line in sources(&file("Cargo.lock"), "source = ") {
        assert_eq!(line, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
    for lock in ["package-lock.json", "tests/bench/package-lock.json"] {
        for line in sources(&file(lock), "\"resolved\": ") {
            assert!(line.starts_with("\"resolved\": \"https://registry.npmjs.org/"), "{lock}: {line}");
        }
    }
}
