//! The project's own files, for tests that read them.

use std::path::Path;

/// Folders that hold what others wrote or what was built: not the project's own.
const SKIPPED: [&str; 4] = ["target", "dist", "node_modules", ".git"];

/// A file of the project.
pub struct Source {
    /// Its path from the project's root, with `/`.
    pub path: String,
    /// What is in it; empty if that is no text.
    pub text: String,
}

/// Every file below the project's root, in the order of their paths.
pub fn all() -> Vec<Source> {
    let mut sources = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 100, "only {} files found", sources.len());
    sources
}

fn walk(folder: &Path, prefix: &str, sources: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("its entry can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        // In a second worktree `.git` is a file.
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if entry.file_type().expect("it has a type").is_dir() {
            walk(&entry.path(), &format!("{path}/"), sources);
        } else {
            let bytes = std::fs::read(entry.path()).expect("the file can be read");
            sources.push(Source { path, text: String::from_utf8(bytes).unwrap_or_default() });
        }
    }
}
