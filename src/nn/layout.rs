//! Where each parameter lies in the one flat array that holds them all, and what it is called.
//!
//! Parameters, their gradients, an optimizer's slots and the start are arrays of the same layout, so whatever goes
//! through all of them (an update, a norm, a file) is one loop.

use std::ops::Range;

/// What a parameter is to its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// W `[out, in]`.
    Weight,
    /// W of a recurrent cell's input `[G H, in]`, one block of H rows a gate.
    FromInput,
    /// W of a recurrent cell's state `[G H, H]`.
    FromState,
    /// b `[out]`.
    Bias,
    /// What a normalization multiplies by `[n]`.
    Gain,
    /// What a normalization adds `[n]`.
    Shift,
    /// What a branch is multiplied by before it joins its skip `[1]`.
    Scale,
    /// A statistic that normalization keeps for evaluation `[n]`; no gradient goes to it.
    Statistic,
}

impl Role {
    /// Whether it is a matrix that values are multiplied by.
    pub fn is_weight(self) -> bool {
        match self {
            Self::Weight | Self::FromInput | Self::FromState => true,
            Self::Bias | Self::Gain | Self::Shift | Self::Scale | Self::Statistic => false,
        }
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in run files, such as `block1.linear0.weight`.
    pub name: String,
    /// Its shape; row-major.
    pub shape: Vec<usize>,
    /// The layer that it belongs to, by its place in [`Layout::layers`].
    pub layer: usize,
    /// What it is to that layer.
    pub role: Role,
    /// How many matrices lie in it one below the other, each drawn by itself: the gates of a cell; otherwise 1.
    pub blocks: usize,
    start: usize,
    len: usize,
}

impl Entry {
    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it lies.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.len
    }
}

/// All parameters of a network, in the order of the forward pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Names of layers, in the order of the forward pass: `stem`, `block1` .. `blockL`, `final`, `head`, or what
    /// [`Sequence`](super::Sequence) calls them.
    pub layers: Vec<String>,
    /// The parameters.
    pub entries: Vec<Entry>,
    len: usize,
}

impl Layout {
    /// Numbers in the flat array.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a parameter of the layer that was named last, and returns its place in [`entries`](Self::entries).
    pub fn add(&mut self, name: String, shape: Vec<usize>, role: Role) -> usize {
        self.add_blocks(name, shape, role, 1)
    }

    /// Adds a parameter that is so many matrices one below the other.
    pub fn add_blocks(&mut self, name: String, shape: Vec<usize>, role: Role, blocks: usize) -> usize {
        let (layer, len) = (self.layers.len().saturating_sub(1), shape.iter().product());
        let entry = Entry { name, shape, layer, role, blocks, start: self.len, len };
        self.len += len;
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// The numbers of one parameter in a flat array.
    pub fn of<'a, R>(&self, entry: usize, values: &'a [R]) -> &'a [R] {
        &values[self.entries[entry].range()]
    }

    /// The numbers of one parameter in a flat array.
    pub fn of_mut<'a, R>(&self, entry: usize, values: &'a mut [R]) -> &'a mut [R] {
        &mut values[self.entries[entry].range()]
    }

    /// The parameters of one layer.
    pub fn of_layer(&self, layer: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.layer == layer)
    }
}
