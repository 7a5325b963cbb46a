//! What JavaScript sees: the only module that names the browser.

mod bindings;
mod draw;
mod json;
