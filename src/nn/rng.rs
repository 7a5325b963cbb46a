//! The only source of chance: ChaCha8 with the run's seed as key, and one stream for each purpose, so that a change of
//! one thing (the depth, the start) leaves every other draw as it was. It never asks the operating system.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

/// What a stream of random numbers is for. The numbers are part of what "same Setup, same digits" promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Drawing the data.
    Data,
    /// Choosing which samples are kept back for the test.
    Split,
    /// The weights of a layer, 0 being the first.
    Weights(u32),
    /// The biases of a layer.
    Biases(u32),
    /// The order of the samples in a pass over the training set.
    Epoch(u64),
    /// What dropout takes out: after so many updates, in this operation.
    Dropout(u64, u32),
}

impl Purpose {
    fn stream(self) -> u64 {
        let (kind, index) = match self {
            Self::Data => (0, 0),
            Self::Split => (1, 0),
            Self::Weights(layer) => (2, u64::from(layer)),
            Self::Biases(layer) => (3, u64::from(layer)),
            Self::Epoch(epoch) => (4, epoch),
            Self::Dropout(step, operation) => (5, (step << 16) | u64::from(operation)),
        };
        (kind << 60) | index
    }
}

/// A stream of random numbers.
pub struct Rng {
    source: ChaCha8Rng,
    /// The second of the pair of normals that [`normal`](Self::normal) draws at a time.
    spare: Option<f64>,
}

impl Rng {
    /// The stream of `seed` for `purpose`.
    pub fn new(seed: u32, purpose: Purpose) -> Self {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&seed.to_le_bytes());
        let mut source = ChaCha8Rng::from_seed(key);
        source.set_stream(purpose.stream());
        Self { source, spare: None }
    }

    /// 64 random bits. It is not generic, as shuffling is, so the cipher is compiled in this package alone.
    fn next(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// Uniform on [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform on [-bound, bound).
    pub fn symmetric(&mut self, bound: f64) -> f64 {
        (2.0 * self.unit() - 1.0) * bound
    }

    /// Standard normal, by Marsaglia's polar method.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (self.symmetric(1.0), self.symmetric(1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(y * factor);
                return x * factor;
            }
        }
    }

    /// Shuffles, every order being equally likely (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let draw = u128::from(self.next()) * (last as u128 + 1);
            items.swap(last, (draw >> 64) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_purpose_give_the_same_numbers_and_another_gives_others() {
        let draw = |seed, purpose| Rng::new(seed, purpose).normal();
        assert_eq!(draw(7, Purpose::Data), draw(7, Purpose::Data));
        assert_ne!(draw(7, Purpose::Data), draw(8, Purpose::Data));
        assert_ne!(draw(7, Purpose::Weights(0)), draw(7, Purpose::Weights(1)));
        assert_ne!(draw(7, Purpose::Weights(1)), draw(7, Purpose::Biases(1)));
    }

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let mut rng = Rng::new(1, Purpose::Data);
        let draws: Vec<f64> = (0..100_000).map(|_| rng.normal()).collect();
        let moment = |power| draws.iter().map(|x| x.powi(power)).sum::<f64>() / draws.len() as f64;
        assert!(moment(1).abs() < 0.02, "mean {}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.02, "variance {}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.15, "fourth moment {}", moment(4));
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        Rng::new(3, Purpose::Epoch(0)).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
