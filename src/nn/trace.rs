//! What the passes through a network leave behind, in buffers that are made once.

use super::graph::{Graph, Node, Op};
use super::kernels::{Scratch, gru, lstm};
use super::layers::Norm;
use super::{Matrix, Real};

/// What a forward pass leaves behind: all that backward and the statistics need.
#[derive(Clone, Debug)]
pub struct Trace<R> {
    /// Of each operation.
    pub cells: Vec<Cell<R>>,
    /// Where products bring together what they multiply.
    pub(super) products: Scratch<R>,
}

/// What a forward pass leaves behind of one operation.
#[derive(Clone, Debug)]
pub struct Cell<R> {
    /// Its value `[B, width]`.
    pub value: Matrix<R>,
    /// What backward wants to know beside it: xhat, slopes, factors of dropout, open gates; otherwise without rows.
    pub aux: Matrix<R>,
    /// Statistics of a normalization.
    pub statistics: Vec<f64>,
}

/// What a backward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Gradients<R> {
    /// dLoss/dp `[P]`.
    pub parameters: Vec<R>,
    /// dLoss/dvalue of each operation, over all paths to the loss. Those of the batch's inputs are without meaning
    /// unless they were asked for.
    pub nodes: Vec<Matrix<R>>,
    /// Which of them have been written in the present pass.
    pub(super) written: Vec<bool>,
    pub(super) scratch: Matrix<R>,
    pub(super) products: Scratch<R>,
}

impl<R: Real> Cell<R> {
    fn new(node: &Node, rows: usize) -> Self {
        let aux = match node.op {
            // Attention keeps a weight for each step that it looks at as well.
            Op::Attention => node.width + node.inputs.len(),
            Op::LstmCell => lstm::CELL_KEEPS * node.width,
            Op::LstmOutput => lstm::OUTPUT_KEEPS * node.width,
            Op::GruReset => gru::RESET_KEEPS * node.width,
            Op::Gru(_) => gru::STATE_KEEPS * node.width,
            Op::Input(_)
            | Op::Linear { .. }
            | Op::Norm { .. }
            | Op::Act
            | Op::Dropout(_)
            | Op::Add(_)
            | Op::Highway
            | Op::Zeros
            | Op::Detach
            | Op::Stack
            | Op::Position(_) => node.width,
        };
        let mut cell = Self { value: Matrix::zeros(0, node.width), aux: Matrix::zeros(0, aux), statistics: Vec::new() };
        cell.set_rows(node, rows);
        cell
    }

    fn set_rows(&mut self, node: &Node, rows: usize) {
        self.value.set_rows(rows);
        match node.op {
            Op::Norm { kind, .. } => {
                self.aux.set_rows(rows);
                self.statistics.resize(Norm::statistics(kind, rows, node.width), 0.0);
            }
            Op::Act
            | Op::Dropout(_)
            | Op::Highway
            | Op::LstmCell
            | Op::LstmOutput
            | Op::GruReset
            | Op::Gru(_)
            | Op::Attention => self.aux.set_rows(rows),
            Op::Input(_) | Op::Linear { .. } | Op::Add(_) | Op::Zeros | Op::Detach | Op::Stack | Op::Position(_) => {}
        }
    }
}

impl<R: Real> Trace<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(graph: &Graph, rows: usize) -> Self {
        Self { cells: graph.nodes.iter().map(|node| Cell::new(node, rows)).collect(), products: Scratch::default() }
    }

    /// The network's answers `[B, O]`.
    pub fn logits(&self) -> &Matrix<R> {
        &self.cells[self.cells.len() - 1].value
    }

    /// Samples in the batch.
    pub fn rows(&self) -> usize {
        self.cells[0].value.rows()
    }

    pub(super) fn set_rows(&mut self, graph: &Graph, rows: usize) {
        if self.rows() != rows {
            self.cells.iter_mut().zip(&graph.nodes).for_each(|(cell, node)| cell.set_rows(node, rows));
        }
    }
}

impl<R: Real> Gradients<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(graph: &Graph, rows: usize) -> Self {
        Self {
            parameters: vec![R::ZERO; graph.layout.len()],
            nodes: graph.nodes.iter().map(|node| Matrix::zeros(rows, node.width)).collect(),
            written: vec![false; graph.nodes.len()],
            scratch: Matrix::default(),
            products: Scratch::default(),
        }
    }

    pub(super) fn set_rows(&mut self, rows: usize) {
        if self.nodes.first().is_some_and(|node| node.rows() != rows) {
            self.nodes.iter_mut().for_each(|node| node.set_rows(rows));
        }
    }
}
