//! What only a browser can tell about the engine: compiled to WebAssembly, it computes the digits it computes natively.
#![cfg(target_arch = "wasm32")]

#[path = "common/digest.rs"]
mod digest;
#[path = "common/numbers.rs"]
mod numbers;

use digest::{THEORY, digest, lines, theory};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_have_the_native_digits() {
    let lines = lines();
    assert!(lines.len() > 5);
    for line in lines {
        let digest = digest(line.query, line.steps);
        assert_eq!(digest, line.expected, "{}", line.query);
    }
}

#[wasm_bindgen_test]
fn the_theory_has_the_native_digits() {
    assert_eq!(theory(), THEORY);
}

#[wasm_bindgen_test]
fn numbers_are_read_as_natively() {
    numbers::assert_numbers_are_read();
}
