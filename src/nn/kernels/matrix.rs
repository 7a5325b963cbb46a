//! Row-major storage.

use super::Float;

/// A matrix `[rows, cols]`, row after row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix<R> {
    rows: usize,
    cols: usize,
    data: Vec<R>,
}

impl<R: Float> Matrix<R> {
    /// All zeros.
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![R::ZERO; rows * cols] }
    }

    /// From the numbers, row after row; there must be a whole number of rows.
    pub fn from_rows(cols: usize, values: impl IntoIterator<Item = f64>) -> Self {
        let data: Vec<R> = values.into_iter().map(R::of).collect();
        let rows = data.len().checked_div(cols).unwrap_or(0);
        assert_eq!(rows * cols, data.len(), "{} numbers do not fill rows of {cols}", data.len());
        Self { rows, cols, data }
    }

    /// From so many rows, one after the other, all of the same length.
    pub fn of(rows: usize, data: Vec<R>) -> Self {
        let cols = data.len().checked_div(rows).unwrap_or(0);
        assert_eq!(rows * cols, data.len(), "{} numbers do not make {rows} rows", data.len());
        Self { rows, cols, data }
    }

    /// The same in another precision.
    pub fn to<S: Float>(&self) -> Matrix<S> {
        Matrix { rows: self.rows, cols: self.cols, data: self.data.iter().map(|x| S::of(x.to_f64())).collect() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All elements, row after row.
    pub fn data(&self) -> &[R] {
        &self.data
    }

    /// All elements, row after row.
    pub fn data_mut(&mut self) -> &mut [R] {
        &mut self.data
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[R] {
        &self.data[index * self.cols..][..self.cols]
    }

    /// One row.
    pub fn row_mut(&mut self, index: usize) -> &mut [R] {
        &mut self.data[index * self.cols..][..self.cols]
    }

    /// Every row in turn. A matrix without columns has none to show.
    pub fn iter_rows(&self) -> std::slice::ChunksExact<'_, R> {
        self.data.chunks_exact(self.cols.max(1))
    }

    /// Makes it `rows` high, keeping what fits; new rows are zero. Shrinking and growing back does not allocate.
    pub fn set_rows(&mut self, rows: usize) {
        self.rows = rows;
        self.data.resize(rows * self.cols, R::ZERO);
    }

    /// Gives it another shape; what is in it is then without meaning.
    pub fn reshape(&mut self, rows: usize, cols: usize) {
        self.cols = cols;
        self.set_rows(rows);
    }

    /// Writes `source`, of the same height, into the columns from `from` on.
    pub fn set_columns(&mut self, from: usize, source: &Self) {
        for row in 0..self.rows {
            R::copy(source.row(row), &mut self.row_mut(row)[from..from + source.cols]);
        }
    }

    /// Takes the columns of `source`, of the same height, from `from` on.
    pub fn take_columns(&mut self, from: usize, source: &Self) {
        if self.cols == source.cols {
            return R::copy(&source.data, &mut self.data);
        }
        for row in 0..self.rows {
            let cols = self.cols;
            R::copy(&source.row(row)[from..from + cols], self.row_mut(row));
        }
    }

    /// Copies the rows `indices` of `source` into this one, which takes their number.
    pub fn gather(&mut self, source: &Self, indices: &[usize]) {
        self.set_rows(indices.len());
        if self.cols > 0 {
            R::gather(&source.data, indices, self.cols, &mut self.data);
        }
    }
}
