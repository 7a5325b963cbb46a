//! Decimal text -> the nearest float. The browser brings a reader of its own, so that the module need not carry the
//! standard library's, which is 14 kB of tables; both find the same float.

#[cfg(target_arch = "wasm32")]
use crate::web::nearest;

#[cfg(not(target_arch = "wasm32"))]
fn nearest(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Reads a number such as `-1.5e-3`, written in digits: words, spaces and other bases are none.
pub fn parse(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_plain && !text.is_empty() { nearest(text) } else { None }
}
