//! The experiments of the literature, as the examples print them: each fails if a number is not as it was promised.

// Each example is a program of its own and brings its copy of what they share.
#![allow(clippy::duplicate_mod)]

use std::process::ExitCode;

/// The example is a module here, and its test asks for what its program returns.
macro_rules! experiments {
    ($($name:ident: $path:literal)*) => {$(
        #[path = $path]
        mod $name;

        #[test]
        fn $name() {
            assert_eq!($name::main(), ExitCode::SUCCESS, "see the table above");
        }
    )*};
}

experiments! {
    adam: "../examples/adam.rs"
    adding: "../examples/adding.rs"
    batch_norm: "../examples/batch_norm.rs"
    clipping: "../examples/clipping.rs"
    depth_scale: "../examples/depth_scale.rs"
    glorot: "../examples/glorot.rs"
    he: "../examples/he.rs"
    recall: "../examples/recall.rs"
    residual: "../examples/residual.rs"
    saxe: "../examples/saxe.rs"
    through_time: "../examples/through_time.rs"
}
