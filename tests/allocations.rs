//! A training step makes no buffers: what it needs is there from the start, or from the first steps on. Left out are
//! clipping by the global norm, which lists the layers' norms, and attention, which lists its time steps.

mod common;

use allocation_counter::measure;

#[test]
fn a_step_allocates_nothing() {
    for query in [
        "depth=10&width=32",
        "depth=10&width=6&precision=f64&optimizer=adam&clip=layer",
        "depth=30&init=orthogonal&scale=0.02&activation=tanh",
        "depth=6&norm=batch_norm&dropout=0.2&skip=residual&clip=value&optimizer=momentum",
        "depth=6&norm=layer_norm&skip=highway&gradient_format=float16",
        "depth=6&norm=rms_norm&skip=dense&loss=softmax_cross_entropy",
        "task=recall&lag=10&width=6",
        "task=copy&kind=lstm&lag=6&width=5",
        "task=parity&kind=gru&reset=before&lag=6&width=5&truncate=3",
    ] {
        let mut run = common::run(query);
        // Long enough for an evaluation of all data and a new order of the samples, before and while it is counted.
        run.step(50);
        let mut made = 0;
        let counted = measure(|| made = run.step(50));
        assert_eq!((made, counted.count_total), (50, 0), "{query}");
    }
}
