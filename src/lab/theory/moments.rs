//! Means over a normal distribution: what an activation does to z ~ N(0, q), in the limit of many units.
//!
//! Gauss-Hermite quadrature converges badly where f has a kink or saturates steeply, so the density is integrated panel
//! by panel, each with Gauss-Legendre points. Panels end at the kinks; they are as fine as f is near z = 0 and as the
//! density is elsewhere. Beyond 12 deviations the density is below 1e-31.

use std::sync::LazyLock;

use crate::nn::Activation;

/// How many deviations are integrated, on either side.
const REACH: f64 = 12.0;
/// Gauss-Legendre points of a panel.
const POINTS: usize = 20;
/// Width of a panel where only the density varies, in deviations.
const WIDEST: f64 = 2.0;
/// Where f varies: panels in z end here, and then at every [`GROWTH`] times as much.
const FINEST: f64 = 0.5;
const GROWTH: f64 = 1.5;

static RULE: LazyLock<[(f64, f64); POINTS]> = LazyLock::new(gauss_legendre);

/// Gauss-Legendre points and weights on [-1, 1]: the roots of the Legendre polynomial, by Newton's method.
fn gauss_legendre() -> [(f64, f64); POINTS] {
    std::array::from_fn(|index| {
        let degree = POINTS as f64;
        let mut x = libm::cos(std::f64::consts::PI * (index as f64 + 0.75) / (degree + 0.5));
        let mut slope = 0.0;
        for _ in 0..10 {
            let (mut before, mut value) = (1.0, x);
            for k in 2..=POINTS {
                let k = k as f64;
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = degree * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    })
}

/// Points u and weights such that the sum of weight * h(u) is `E[h(u)]` for u ~ N(0, 1), where h varies as a function of
/// deviation * u and has its kinks at `kinks` of that.
fn normal_points(deviation: f64, kinks: &[f64]) -> Vec<(f64, f64)> {
    let mut edges: Vec<f64> = (0..=(2.0 * REACH / WIDEST) as u32).map(|i| WIDEST * f64::from(i) - REACH).collect();
    edges.extend(kinks.iter().map(|kink| kink / deviation).filter(|u| u.abs() < REACH));
    let mut z = FINEST;
    while z < REACH * deviation {
        edges.extend([z / deviation, -z / deviation]);
        z *= GROWTH;
    }
    edges.sort_by(f64::total_cmp);
    let mut points = Vec::with_capacity(edges.len() * POINTS);
    let density_at_zero = 1.0 / (2.0 * std::f64::consts::PI).sqrt();
    for pair in edges.windows(2) {
        let (middle, half) = ((pair[0] + pair[1]) / 2.0, (pair[1] - pair[0]) / 2.0);
        for &(x, weight) in RULE.iter() {
            let u = middle + half * x;
            points.push((u, weight * half * density_at_zero * libm::exp(-u * u / 2.0)));
        }
    }
    points
}

/// `E[h(z)]` for z ~ N(0, q), where h has its kinks at `kinks` and is as smooth as an activation elsewhere.
pub fn normal_mean(q: f64, kinks: &[f64], h: impl Fn(f64) -> f64) -> f64 {
    let deviation = q.sqrt();
    normal_points(deviation, kinks).into_iter().map(|(u, weight)| weight * h(deviation * u)).sum()
}

/// What an activation does to z ~ N(0, q): means, and what the corrections for a finite width need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// `E[f]`
    pub mean: f64,
    /// `E[f^2]`, of f - `E[f]` if that was asked for.
    pub square: f64,
    /// `E[f'^2]`
    pub slope: f64,
    /// First and second derivative of ln `square` with respect to ln q.
    pub square_by_scale: [f64; 2],
    /// First and second derivative of ln `slope` with respect to ln q.
    pub slope_by_scale: [f64; 2],
    /// `E[f^4]` / `E[f^2]`^2 - 1
    pub square_spread: f64,
    /// `E[f'^4]` / `E[f'^2]`^2
    pub slope_kurtosis: f64,
    /// `E[f^2 f'^2]` / (`E[f^2]` `E[f'^2]`) - 1
    pub joint: f64,
    /// `E[f f']`^2 / (`E[f^2]` `E[f'^2]`)
    pub shared_by_mean: f64,
    /// `E[u f f']`^2 / (`E[f^2]` `E[f'^2]`), u being z over its deviation.
    pub shared_by_scale: f64,
}

impl Moments {
    /// The moments of f for z ~ N(0, q), q > 0; `centred` takes f - `E[f]` for f.
    pub fn new(activation: Activation, q: f64, centred: bool) -> Self {
        let deviation = q.sqrt();
        // In units that neither f^4 nor f'^4 leaves the range of f64 in.
        let unit = deviation.max(1.0);
        let mut points: Vec<Point> = normal_points(deviation, activation.kinks())
            .into_iter()
            .map(|(u, weight)| Point {
                u,
                weight,
                value: activation.value(deviation * u) / unit,
                slope: activation.slope(deviation * u),
            })
            .collect();
        let mean = sum(&points, |p| p.value);
        if centred {
            points.iter_mut().for_each(|point| point.value -= mean);
        }
        let square = sum(&points, |p| p.value * p.value);
        let mut square_by_scale = by_scale(&points, |p| p.value * p.value / square);
        if centred {
            // E[f] varies with q, too. To first order that does not show.
            let mean_by_scale = sum(&points, |p| p.value * (p.u * p.u - 1.0)) / 2.0;
            square_by_scale[1] -= 2.0 * mean_by_scale * mean_by_scale / square;
        }
        let slope = sum(&points, |p| p.slope * p.slope);
        let fourth = |x: f64| x * x * x * x;
        let share = |x: f64| x * x / (square * slope);
        Self {
            mean: unit * mean,
            square: unit * unit * square,
            slope,
            square_by_scale,
            slope_by_scale: by_scale(&points, |p| p.slope * p.slope / slope),
            square_spread: sum(&points, |p| fourth(p.value)) / (square * square) - 1.0,
            slope_kurtosis: sum(&points, |p| fourth(p.slope)) / (slope * slope),
            joint: sum(&points, |p| p.value * p.value * p.slope * p.slope) / (square * slope) - 1.0,
            shared_by_mean: share(sum(&points, |p| p.value * p.slope)),
            shared_by_scale: share(sum(&points, |p| p.u * p.value * p.slope)),
        }
    }
}

struct Point {
    u: f64,
    weight: f64,
    value: f64,
    slope: f64,
}

fn sum(points: &[Point], h: impl Fn(&Point) -> f64) -> f64 {
    points.iter().map(|point| point.weight * h(point)).sum()
}

/// First and second derivative of ln `E[h]` with respect to ln q, for `E[h]` = 1. Differentiating the density instead of h
/// gives `E[h (u^2 - 1)]` / 2 and `E[h (u^4 - 6 u^2 + 3)]` / 4 + `E[h (u^2 - 1)]` / 2, kinks or not.
fn by_scale(points: &[Point], h: impl Fn(&Point) -> f64) -> [f64; 2] {
    let second = sum(points, |p| h(p) * (p.u * p.u - 1.0));
    let fourth = sum(points, |p| h(p) * (p.u * p.u * (p.u * p.u - 6.0) + 3.0));
    let first = second / 2.0;
    [first, fourth / 4.0 + first - first * first]
}
