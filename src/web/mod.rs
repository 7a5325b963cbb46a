//! What JavaScript sees: the only module that names the browser.

mod bindings;
mod frame;
mod json;
