//! The pictures, one chart a file, each a function `draw(area, data, options, theme)`.
//!
//! Charts know plain data ([`Snapshot`](crate::lab::snapshot::Snapshot), [`History`](crate::lab::history::History),
//! [`Learned`](crate::lab::learned::Learned), [`Distributions`](crate::lab::distributions::Distributions),
//! [`Theory`](crate::lab::theory::prediction::Theory)) and a [`Theme`], never a network: what is not in the data cannot be drawn, so a
//! picture cannot claim more than was measured. The same code draws on the page's canvas and, natively, to SVG.
//!
//! Whatever the data, a chart draws something: a number that is not finite is a finding to show, and
//! an area too small for words is drawn without them. Sizes are in css pixels and are multiplied by
//! [`Theme::scale`] where they are used.

pub mod attention;
pub mod axes;
mod contour;
pub mod course;
pub mod gradients;
mod heights;
pub mod histogram;
mod images;
mod key;
pub mod lanes;
pub mod learned;
pub mod loss;
mod marks;
mod measure;
pub mod number;
mod pen;
mod pinned;
mod plane;
mod slots;
pub mod theme;
mod words;

pub use axes::Decades;
pub use pen::Drawn;
pub use theme::Theme;
pub use words::Words;
