//! The kernels as they are compiled here, for both float types.
//!
//! A generic function is compiled where its type is chosen, and whoever chooses one is compiled for size: called through
//! this trait it is the one that was compiled for speed.

use super::{Activation, Left, Matrix, Reset, Right, Scratch, Start, elementwise, faint, gru, lstm};

macro_rules! fast {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*) = $kernel:path;)+) => {
        /// The kernels of one float type.
        pub trait Fast: Sized {
            $($(#[$doc])* fn $name($($argument: $type),*);)+
        }

        fast!(impl f32 { $(fn $name($($argument: $type),*) = $kernel;)+ });
        fast!(impl f64 { $(fn $name($($argument: $type),*) = $kernel;)+ });
    };
    (impl $float:ty { $(fn $name:ident($($argument:ident: $type:ty),*) = $kernel:path;)+ }) => {
        impl Fast for $float {
            $(#[inline(never)]
            fn $name($($argument: $type),*) {
                $kernel($($argument),*);
            })+
        }
    };
}

fast! {
    /// `faint::multiply`
    fn product(size: [usize; 3], a: Left<Self>, b: Right<Self>, start: Start<Self>, c: &mut [Self], scratch: &mut Scratch<Self>) = faint::multiply;
    /// [`elementwise::copy`]
    fn copy(x: &[Self], y: &mut [Self]) = elementwise::copy;
    /// [`elementwise::gather`]
    fn gather(x: &[Self], indices: &[usize], cols: usize, y: &mut [Self]) = elementwise::gather;
    /// [`elementwise::add`]
    fn accumulate(y: &mut [Self], x: &[Self]) = elementwise::add;
    /// [`elementwise::add_rows`]
    fn add_rows(y: &mut [Self], x: &Matrix<Self>) = elementwise::add_rows;
    /// [`elementwise::add_scaled`]
    fn add_scaled(y: &mut [Self], scale: Self, x: &[Self]) = elementwise::add_scaled;
    /// [`elementwise::multiply`]
    fn multiply(x: &[Self], factor: &[Self], y: &mut [Self]) = elementwise::multiply;
    /// [`Activation::forward`]
    fn activate(f: Activation, z: &[Self], a: &mut [Self], slopes: &mut [Self]) = Activation::forward;
    /// [`lstm::cell`]
    fn lstm_cell(inputs: [&Matrix<Self>; 2], kept: &mut Matrix<Self>, next: &mut Matrix<Self>) = lstm::cell;
    /// [`lstm::cell_backward`]
    fn lstm_cell_backward(slot: usize, dy: &Matrix<Self>, c: &Matrix<Self>, kept: &Matrix<Self>, out: &mut Matrix<Self>) = lstm::cell_backward;
    /// [`lstm::output`]
    fn lstm_output(inputs: [&Matrix<Self>; 2], kept: &mut Matrix<Self>, h: &mut Matrix<Self>) = lstm::output;
    /// [`lstm::output_backward`]
    fn lstm_output_backward(slot: usize, dy: &Matrix<Self>, kept: &Matrix<Self>, out: &mut Matrix<Self>) = lstm::output_backward;
    /// [`gru::reset`]
    fn gru_reset(inputs: [&Matrix<Self>; 3], kept: &mut Matrix<Self>, y: &mut Matrix<Self>) = gru::reset;
    /// [`gru::reset_backward`]
    fn gru_reset_backward(slot: usize, dy: &Matrix<Self>, h: &Matrix<Self>, kept: &Matrix<Self>, out: &mut Matrix<Self>) = gru::reset_backward;
    /// [`gru::state`]
    fn gru(form: Reset, inputs: [&Matrix<Self>; 4], kept: &mut Matrix<Self>, next: &mut Matrix<Self>) = gru::state;
    /// [`gru::state_backward`]
    fn gru_backward(place: (Reset, usize), dy: &Matrix<Self>, inputs: [&Matrix<Self>; 2], kept: &Matrix<Self>, out: &mut Matrix<Self>) = gru::state_backward;
}
