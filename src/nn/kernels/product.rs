//! Matrix products: c = start + a b, in tiles whose sums stay in registers.
//!
//! Every element of c is one sum, taken in the order of the rows of b from its start on, whatever tile it is in.

use super::{Float, Lanes, Number};

/// a `[m, depth]`, as it lies in memory.
#[derive(Clone, Copy)]
pub enum Left<'a, R> {
    /// Row after row.
    Rows(&'a [R]),
    /// Transposed: column after column.
    Columns(&'a [R]),
}

/// b `[depth, n]`, as it lies in memory.
#[derive(Clone, Copy)]
pub enum Right<'a, R> {
    /// Row after row.
    Rows(&'a [R]),
    /// Transposed: column after column.
    Columns(&'a [R]),
}

impl<'a, R> Left<'a, R> {
    /// Its numbers.
    pub(super) fn data(self) -> &'a [R] {
        match self {
            Self::Rows(data) | Self::Columns(data) => data,
        }
    }

    /// Others, lying as these do.
    pub(super) fn with<'b>(self, data: &'b [R]) -> Left<'b, R> {
        match self {
            Self::Rows(_) => Left::Rows(data),
            Self::Columns(_) => Left::Columns(data),
        }
    }
}

impl<'a, R> Right<'a, R> {
    /// Its numbers.
    pub(super) fn data(self) -> &'a [R] {
        match self {
            Self::Rows(data) | Self::Columns(data) => data,
        }
    }

    /// Others, lying as these do.
    pub(super) fn with<'b>(self, data: &'b [R]) -> Right<'b, R> {
        match self {
            Self::Rows(_) => Right::Rows(data),
            Self::Columns(_) => Right::Columns(data),
        }
    }
}

/// Where a product puts what it needs for itself: made once, for all of them.
#[derive(Clone, Debug, Default)]
pub struct Scratch<R> {
    pub(super) packed: Vec<R>,
    pub(super) lifted: [Vec<R>; 2],
    pub(super) sums: Vec<R>,
}

/// What the sums start from.
#[derive(Clone, Copy)]
pub enum Start<'a, R> {
    /// 0.
    Zero,
    /// A number for each column `[n]`.
    Row(&'a [R]),
    /// What is there.
    Present,
}

/// Some columns of a matrix with rows of `stride` numbers, from the `first` on.
struct Panel<D> {
    data: D,
    stride: usize,
    first: usize,
}

/// c = start + a b, c being `[m, n]`. Columns of b that cannot be read as they lie are brought together in `packed`.
pub fn multiply<R: Float>(
    size: [usize; 3],
    a: Left<R>,
    b: Right<R>,
    start: Start<R>,
    c: &mut [R],
    packed: &mut Vec<R>,
) {
    let [m, depth, n] = size;
    if n < R::Vector::COUNT {
        return multiply_narrow(size, a, b, start, c, packed);
    }
    let mut done = 0;
    while done < n {
        let vectors = if n - done > R::Vector::COUNT && n >= 2 * R::Vector::COUNT { 2 } else { 1 };
        let width = vectors * R::Vector::COUNT;
        // Where not enough columns are left, some are done once more, and come out the same.
        let first = done.min(n - width);
        let again = done - first;
        let adds_again = again > 0 && matches!(start, Start::Present);
        let panel = match b {
            Right::Rows(data) if !adds_again => Panel { data, stride: n, first },
            Right::Rows(_) | Right::Columns(_) => {
                if packed.len() < depth * width {
                    packed.resize(depth * width, R::ZERO);
                }
                let packed = &mut packed[..depth * width];
                pack(b, [depth, n], first, packed, width);
                if adds_again {
                    // What has been added already must not be added twice.
                    packed.chunks_exact_mut(width).for_each(|row| row[..again].fill(R::ZERO));
                }
                Panel { data: &*packed, stride: width, first: 0 }
            }
        };
        let c = Panel { data: &mut *c, stride: n, first };
        if vectors == 1 {
            tiles::<R, 1>([m, depth], a, panel, start, c);
        } else {
            tiles::<R, 2>([m, depth], a, panel, start, c);
        }
        done = first + width;
    }
}

/// The same for rows that fill no vector.
#[inline(never)]
fn multiply_narrow<R: Float>(
    [m, depth, n]: [usize; 3],
    a: Left<R>,
    b: Right<R>,
    start: Start<R>,
    c: &mut [R],
    packed: &mut Vec<R>,
) {
    if let (Left::Columns(a), Right::Rows(b), Start::Present) = (a, b, start)
        && m >= R::Vector::COUNT
    {
        // The columns do: what is added is taken transposed, and nothing of that has to be packed.
        packed.resize(packed.len().max(m * n), R::ZERO);
        let transposed = &mut packed[..m * n];
        multiply([n, depth, m], Left::Columns(b), Right::Rows(a), Start::Zero, transposed, &mut Vec::new());
        for (column, transposed) in transposed.chunks_exact(m).enumerate() {
            c[column..].iter_mut().step_by(n).zip(transposed).for_each(|(c, &sum)| *c += sum);
        }
        return;
    }
    for row in 0..m {
        for column in 0..n {
            let c = &mut c[row * n + column];
            let mut sum = match start {
                Start::Zero => R::ZERO,
                Start::Row(start) => start[column],
                Start::Present => *c,
            };
            for k in 0..depth {
                let a = match a {
                    Left::Rows(a) => a[row * depth + k],
                    Left::Columns(a) => a[k * m + row],
                };
                let b = match b {
                    Right::Rows(b) => b[k * n + column],
                    Right::Columns(b) => b[column * depth + k],
                };
                sum += a * b;
            }
            *c = sum;
        }
    }
}

/// `width` columns of b, row after row.
fn pack<R: Float>(b: Right<R>, [depth, n]: [usize; 2], first: usize, packed: &mut [R], width: usize) {
    match b {
        Right::Rows(data) => {
            for (row, packed) in data.chunks_exact(n).zip(packed.chunks_exact_mut(width)) {
                let vectors = row[first..first + width].chunks_exact(R::Vector::COUNT);
                for (values, packed) in vectors.zip(packed.chunks_exact_mut(R::Vector::COUNT)) {
                    R::Vector::load(values).store(packed);
                }
            }
        }
        Right::Columns(data) if depth < R::Vector::COUNT => {
            for (column, data) in data[first * depth..(first + width) * depth].chunks_exact(depth).enumerate() {
                for (packed, &value) in packed.chunks_exact_mut(width).zip(data) {
                    packed[column] = value;
                }
            }
        }
        Right::Columns(data) => {
            for column in (0..width).step_by(R::Vector::COUNT) {
                let mut done = 0;
                while done < depth {
                    let row = done.min(depth - R::Vector::COUNT);
                    let block = &data[(first + column) * depth + row..];
                    R::transpose((block, depth), (&mut packed[row * width + column..], width));
                    done = row + R::Vector::COUNT;
                }
            }
        }
    }
}

#[inline(never)]
fn tiles<R: Float, const VECTORS: usize>(
    size: [usize; 2],
    a: Left<R>,
    b: Panel<&[R]>,
    start: Start<R>,
    mut c: Panel<&mut [R]>,
) {
    let [m, _] = size;
    let mut row = 0;
    while row < m {
        match m - row {
            1 => {
                tile::<R, 1, VECTORS>(size, row, a, &b, start, &mut c);
                row += 1;
            }
            2 | 3 => {
                tile::<R, 2, VECTORS>(size, row, a, &b, start, &mut c);
                row += 2;
            }
            _ => {
                tile::<R, 4, VECTORS>(size, row, a, &b, start, &mut c);
                row += 4;
            }
        }
    }
}

/// The rows of c from this one on.
#[inline(always)]
fn tile<R: Float, const ROWS: usize, const VECTORS: usize>(
    [m, depth]: [usize; 2],
    row: usize,
    a: Left<R>,
    b: &Panel<&[R]>,
    start: Start<R>,
    c: &mut Panel<&mut [R]>,
) {
    let mut sums = [[R::Vector::ZERO; VECTORS]; ROWS];
    match start {
        Start::Zero => {}
        Start::Row(start) => sums = [load_vectors(&start[c.first..]); ROWS],
        Start::Present => {
            for (index, sums) in sums.iter_mut().enumerate() {
                *sums = load_vectors(&c.data[(row + index) * c.stride + c.first..]);
            }
        }
    }
    let rows_of_b = b.data.chunks_exact(b.stride).map(|row| &row[b.first..]);
    let sums = match a {
        Left::Rows(a) => {
            let a: [&[R]; ROWS] = std::array::from_fn(|index| &a[(row + index) * depth..][..depth]);
            add_products(sums, (0..depth).map(|k| a.map(|a| a[k])).zip(rows_of_b))
        }
        Left::Columns(a) => {
            let columns = a.chunks_exact(m).map(|a| std::array::from_fn(|index| a[row + index]));
            add_products(sums, columns.zip(rows_of_b))
        }
    };
    for (index, sums) in sums.into_iter().enumerate() {
        let c = &mut c.data[(row + index) * c.stride + c.first..][..VECTORS * R::Vector::COUNT];
        for (c, sum) in c.chunks_exact_mut(R::Vector::COUNT).zip(sums) {
            sum.store(c);
        }
    }
}

/// sums + the products of a column of a and a row of b, pair after pair.
#[inline(always)]
fn add_products<'a, R: Float, const ROWS: usize, const VECTORS: usize>(
    mut sums: [[R::Vector; VECTORS]; ROWS],
    pairs: impl Iterator<Item = ([R; ROWS], &'a [R])>,
) -> [[R::Vector; VECTORS]; ROWS] {
    for (a, b) in pairs {
        let b = load_vectors::<R, VECTORS>(b);
        for (sums, a) in sums.iter_mut().zip(a) {
            let a = R::Vector::splat(a);
            sums.iter_mut().zip(b).for_each(|(sum, b)| *sum = *sum + a * b);
        }
    }
    sums
}

#[inline(always)]
fn load_vectors<R: Float, const VECTORS: usize>(values: &[R]) -> [R::Vector; VECTORS] {
    let values = &values[..VECTORS * R::Vector::COUNT];
    std::array::from_fn(|index| R::Vector::load(&values[index * R::Vector::COUNT..]))
}
