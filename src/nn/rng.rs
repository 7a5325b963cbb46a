//! The only source of chance: ChaCha8 with the run's seed as key, and one stream for each purpose, so that a change of
//! one thing (the depth, the start) leaves every other draw as it was. It never asks the operating system.

use wide::u32x4;

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
    source: ChaCha8,
    /// The second of the pair of normals that [`normal`](Self::normal) draws at a time.
    spare: Option<f64>,
}

impl Rng {
    /// The stream of `seed` for `purpose`.
    pub fn new(seed: u32, purpose: Purpose) -> Self {
        Self { source: ChaCha8::new(seed, purpose.stream()), spare: None }
    }

    /// 64 random bits. It is not generic, as shuffling is, so the cipher is compiled in this package alone.
    fn next(&mut self) -> u64 {
        self.source.next()
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

/// The cipher ChaCha with 8 rounds, as D. J. Bernstein published it (2008), with the seed as its key. The package of this
/// name computes the same, for every processor that there is, in four times the code.
struct ChaCha8 {
    seed: u32,
    stream: u64,
    /// The first block that has not been made.
    block: u64,
    /// Four blocks side by side: of each of their 16 words the four.
    words: [[u32; 4]; 16],
    /// How many words of these have been used.
    used: usize,
}

/// "expand 32-byte k", which every ChaCha begins with.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// The words that a double round mixes: the columns of a square of 4 x 4, then its diagonals.
const QUARTERS: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];
const WORDS: usize = 4 * 16;

impl ChaCha8 {
    fn new(seed: u32, stream: u64) -> Self {
        Self { seed, stream, block: 0, words: [[0; 4]; 16], used: WORDS }
    }

    /// The next two words, the first being the lower half.
    fn next(&mut self) -> u64 {
        if self.used == WORDS {
            self.refill();
        }
        let (word, block) = (self.used % 16, self.used / 16);
        self.used += 2;
        u64::from(self.words[word][block]) | u64::from(self.words[word + 1][block]) << 32
    }

    fn refill(&mut self) {
        let blocks = [0, 1, 2, 3].map(|index| self.block.wrapping_add(index));
        let mut start = [u32x4::ZERO; 16];
        for (word, constant) in start.iter_mut().zip(CONSTANTS) {
            *word = u32x4::splat(constant);
        }
        start[4] = u32x4::splat(self.seed);
        start[12] = u32x4::new(blocks.map(|block| block as u32));
        start[13] = u32x4::new(blocks.map(|block| (block >> 32) as u32));
        start[14] = u32x4::splat(self.stream as u32);
        start[15] = u32x4::splat((self.stream >> 32) as u32);

        let mut mixed = start;
        for _ in 0..4 {
            for quarter in QUARTERS {
                let [mut a, mut b, mut c, mut d] = quarter.map(|word| mixed[word]);
                a += b;
                d = rotated::<16>(d ^ a);
                c += d;
                b = rotated::<12>(b ^ c);
                a += b;
                d = rotated::<8>(d ^ a);
                c += d;
                b = rotated::<7>(b ^ c);
                for (word, new) in quarter.into_iter().zip([a, b, c, d]) {
                    mixed[word] = new;
                }
            }
        }
        for (words, (mixed, start)) in self.words.iter_mut().zip(mixed.into_iter().zip(start)) {
            *words = (mixed + start).to_array();
        }
        self.block = blocks[3].wrapping_add(1);
        self.used = 0;
    }
}

/// Every number's bits, rotated to the left.
fn rotated<const BITS: u32>(words: u32x4) -> u32x4 {
    (words << BITS) | (words >> (32 - BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng};

    #[test]
    fn the_cipher_is_that_of_the_package() {
        for seed in [0, 1, 7, 0x8000_0001, u32::MAX] {
            for stream in [0, 1, 5 << 60 | 3 << 16, u64::from(u32::MAX), 1 << 32, u64::MAX] {
                let mut key = [0; 32];
                key[..4].copy_from_slice(&seed.to_le_bytes());
                let mut theirs = ChaCha8Rng::from_seed(key);
                theirs.set_stream(stream);
                let mut ours = ChaCha8::new(seed, stream);
                for draw in 0..1000 {
                    assert_eq!(ours.next(), theirs.next_u64(), "seed {seed}, stream {stream}, draw {draw}");
                }
                // Where the number of the block is carried into its upper half, and where it begins again.
                for block in [u64::from(u32::MAX) - 5, u64::MAX - 5] {
                    theirs.set_word_pos(u128::from(block) * 16);
                    (ours.block, ours.used) = (block, WORDS);
                    for draw in 0..100 {
                        assert_eq!(ours.next(), theirs.next_u64(), "seed {seed}, stream {stream}, {block} + {draw}");
                    }
                }
            }
        }
    }

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
