//! y = gain * xhat + shift, where xhat is x with mean 0 and variance 1: over the batch, or over the features of a sample.
//!
//! Variances are biased, and eps is inside the root, as in PyTorch. Means and sums are taken in f64.

use strum::{IntoStaticStr, VariantArray};

use super::super::{About, Choice, Matrix, Real};

/// What a normalization takes its statistics over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Norm {
    None,
    BatchNorm,
    LayerNorm,
    RmsNorm,
}

impl Choice for Norm {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::None => ("none", "y = x", "No normalization.", "-"),
            Self::BatchNorm => (
                "batch norm",
                "y = g (x - mean) / sqrt(var + 1e-5) + s, over the batch",
                "Every unit gets mean 0 and variance 1 over the batch: sigmoid stays where it is steep. \
                 With ReLU the gradient grows by 1.2 a layer at the start, so very deep nets explode.",
                "Ioffe & Szegedy 2015; Yang et al. 2019",
            ),
            Self::LayerNorm => (
                "layer norm",
                "y = g (x - mean) / sqrt(var + 1e-5) + s, over the units",
                "Every sample gets mean 0 and variance 1 over the units. It sets the scale of the signal, \
                 but a small slope of the activation still vanishes.",
                "Ba, Kiros & Hinton 2016",
            ),
            Self::RmsNorm => (
                "RMS norm",
                "y = g x / sqrt(mean(x^2) + 1e-5), over the units",
                "Layer norm without the mean: usual in today's language models.",
                "Zhang & Sennrich 2019",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// Added to a variance before its root is taken.
pub const EPSILON: f64 = 1e-5;
/// How much of the running statistics each update replaces.
pub const MOMENTUM: f64 = 0.1;

/// The gain and the shift `[n]`, where there is one.
#[derive(Clone, Copy)]
pub struct Affine<'a, R> {
    /// Multiplies.
    pub gain: &'a [R],
    /// Is added.
    pub shift: Option<&'a [R]>,
}

/// What a forward pass keeps for backward and for the running statistics.
pub struct Kept<'a, R> {
    /// xhat `[B, n]`.
    pub standard: &'a mut Matrix<R>,
    /// Batch norm: means, then variances `[2 n]`. The others: 1 / sqrt(var + eps) of each sample `[B]`.
    pub statistics: &'a mut [f64],
}

impl Norm {
    /// Numbers that a forward pass keeps of `rows` samples, beside xhat.
    pub fn statistics(self, rows: usize, width: usize) -> usize {
        match self {
            Self::None => 0,
            Self::BatchNorm => 2 * width,
            Self::LayerNorm | Self::RmsNorm => rows,
        }
    }

    /// x `[B, n]` -> y `[B, n]`. Batch norm takes the statistics of x, or `running` ones: means, then variances.
    pub fn forward<R: Real>(
        self,
        x: &Matrix<R>,
        affine: Affine<R>,
        running: Option<&[R]>,
        kept: Kept<R>,
        y: &mut Matrix<R>,
    ) {
        let Kept { standard, statistics } = kept;
        let width = x.cols();
        match self {
            Self::None => standard.data_mut().copy_from_slice(x.data()),
            Self::BatchNorm => {
                match running {
                    Some(running) => statistics.iter_mut().zip(running).for_each(|(s, r)| *s = r.to_f64()),
                    None => batch_statistics(x, statistics),
                }
                let (means, variances) = statistics.split_at(width);
                for (out, row) in standard.data_mut().chunks_exact_mut(width).zip(x.iter_rows()) {
                    for ((out, &x), (mean, variance)) in out.iter_mut().zip(row).zip(means.iter().zip(variances)) {
                        *out = R::of((x.to_f64() - mean) / (variance + EPSILON).sqrt());
                    }
                }
            }
            Self::LayerNorm | Self::RmsNorm => {
                let rows = standard.data_mut().chunks_exact_mut(width).zip(x.iter_rows());
                for ((out, row), inverse) in rows.zip(statistics.iter_mut()) {
                    let mean = if self == Self::LayerNorm { mean(row.iter().map(|x| x.to_f64())) } else { 0.0 };
                    let square = mean_of_squares(row, mean);
                    *inverse = 1.0 / (square + EPSILON).sqrt();
                    out.iter_mut().zip(row).for_each(|(out, x)| *out = R::of((x.to_f64() - mean) * *inverse));
                }
            }
        }
        for (out, standard) in y.data_mut().chunks_exact_mut(width).zip(standard.iter_rows()) {
            for ((out, &x), &gain) in out.iter_mut().zip(standard).zip(affine.gain) {
                *out = gain * x;
            }
            if let Some(shift) = affine.shift {
                out.iter_mut().zip(shift).for_each(|(out, &shift)| *out += shift);
            }
        }
    }

    /// dLoss/dy `[B, n]` -> dLoss/dx `[B, n]`, through the statistics as well.
    pub fn backward<R: Real>(self, dy: &Matrix<R>, gain: &[R], kept: (&Matrix<R>, &[f64]), dx: &mut Matrix<R>) {
        let (standard, statistics) = kept;
        let width = dy.cols();
        match self {
            Self::None => dx.data_mut().copy_from_slice(dy.data()),
            Self::BatchNorm => {
                let rows = dy.rows() as f64;
                for unit in 0..width {
                    let column =
                        || (0..dy.rows()).map(|row| (dy.row(row)[unit].to_f64(), standard.row(row)[unit].to_f64()));
                    let (sum, along) = column().fold((0.0, 0.0), |(s, a), (d, x)| (s + d, a + d * x));
                    let factor = gain[unit].to_f64() / (statistics[width + unit] + EPSILON).sqrt();
                    for row in 0..dy.rows() {
                        let (d, x) = (dy.row(row)[unit].to_f64(), standard.row(row)[unit].to_f64());
                        dx.row_mut(row)[unit] = R::of(factor * (d - sum / rows - x * along / rows));
                    }
                }
            }
            Self::LayerNorm | Self::RmsNorm => {
                for (row, inverse) in statistics.iter().enumerate() {
                    let (dy, standard) = (dy.row(row), standard.row(row));
                    let scaled = || dy.iter().zip(gain).map(|(d, gain)| d.to_f64() * gain.to_f64());
                    let centre = if self == Self::LayerNorm { mean(scaled()) } else { 0.0 };
                    let along = mean(scaled().zip(standard).map(|(d, x)| d * x.to_f64()));
                    for ((out, d), x) in dx.row_mut(row).iter_mut().zip(scaled()).zip(standard) {
                        *out = R::of(inverse * (d - centre - x.to_f64() * along));
                    }
                }
            }
        }
    }
}

/// dLoss/dy `[B, n]` and xhat `[B, n]` -> dLoss/dgain `[n]`, added to what is there.
pub fn gain_gradient<R: Real>(dy: &Matrix<R>, standard: &Matrix<R>, gradient: &mut [R]) {
    for (dy, standard) in dy.iter_rows().zip(standard.iter_rows()) {
        gradient.iter_mut().zip(dy.iter().zip(standard)).for_each(|(gradient, (&d, &x))| *gradient += d * x);
    }
}

/// Means, then biased variances, of the columns of x.
fn batch_statistics<R: Real>(x: &Matrix<R>, statistics: &mut [f64]) {
    let rows = x.rows() as f64;
    let (means, variances) = statistics.split_at_mut(x.cols());
    means.fill(0.0);
    variances.fill(0.0);
    x.iter_rows().for_each(|row| means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x.to_f64() / rows));
    for row in x.iter_rows() {
        for ((variance, mean), x) in variances.iter_mut().zip(means.iter()).zip(row) {
            *variance += (x.to_f64() - mean) * (x.to_f64() - mean) / rows;
        }
    }
}

/// The running statistics (means, then variances `[2 n]`) after an update whose batch of `rows` samples had these.
/// The variance that is kept is the unbiased one, as in PyTorch.
pub fn update_running<R: Real>(running: &mut [R], statistics: &[f64], rows: usize) {
    let unbiased = if rows > 1 { rows as f64 / (rows as f64 - 1.0) } else { 1.0 };
    let width = running.len() / 2;
    for (index, (running, statistic)) in running.iter_mut().zip(statistics).enumerate() {
        let statistic = if index < width { *statistic } else { statistic * unbiased };
        *running = R::of((1.0 - MOMENTUM) * running.to_f64() + MOMENTUM * statistic);
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    sum / count
}

fn mean_of_squares<R: Real>(row: &[R], centre: f64) -> f64 {
    mean(row.iter().map(|x| (x.to_f64() - centre) * (x.to_f64() - centre)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(norm: Norm, x: &Matrix<f64>) -> Matrix<f64> {
        let (mut standard, mut y) = (x.clone(), x.clone());
        let mut statistics = vec![0.0; norm.statistics(x.rows(), x.cols())];
        let gain = vec![1.0; x.cols()];
        let kept = Kept { standard: &mut standard, statistics: &mut statistics };
        norm.forward(x, Affine { gain: &gain, shift: None }, None, kept, &mut y);
        y
    }

    #[test]
    fn each_sets_mean_and_variance_where_it_says() {
        let x = Matrix::<f64>::from_rows(3, [1.0, -2.0, 5.0, 4.0, 0.5, 5.5, -1.0, 3.0, 4.0, 2.0, 2.0, -3.0]);
        let column = |y: &Matrix<f64>, unit: usize| -> Vec<f64> { y.iter_rows().map(|row| row[unit]).collect() };
        let moments = |values: &[f64]| {
            let centre = mean(values.iter().copied());
            (centre, mean_of_squares(values, centre))
        };
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-4, "{got} is not {expected}");
        let batch = normalized(Norm::BatchNorm, &x);
        let layer = normalized(Norm::LayerNorm, &x);
        for (centre, variance) in
            (0..3).map(|unit| moments(&column(&batch, unit))).chain(layer.iter_rows().map(moments))
        {
            near(centre, 0.0);
            near(variance, 1.0);
        }
        let rms = normalized(Norm::RmsNorm, &x);
        rms.iter_rows().for_each(|row| near(mean_of_squares(row, 0.0), 1.0));
        near(rms.row(0)[1] / rms.row(0)[0], -2.0);
        assert_eq!(normalized(Norm::None, &x), x);
    }

    #[test]
    fn running_statistics_move_a_tenth_of_the_way() {
        let mut running = [0.0, 1.0];
        update_running(&mut running, &[2.0, 3.0], 4);
        assert!((running[0] - 0.2f64).abs() < 1e-15 && (running[1] - (0.9 + 0.1 * 4.0)).abs() < 1e-15, "{running:?}");
    }
}
