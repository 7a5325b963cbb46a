//! The files of data, compiled in: the browser's tests cannot open any.

use gradient_lab::task::{File, Task};

/// The bytes of the file that a task needs, if it needs one.
pub fn file_of(task: Task) -> Option<&'static [u8]> {
    task.file().map(|file| match file {
        File::Digits => include_bytes!("../../www/data/digits.txt").as_slice(),
        File::Text => include_bytes!("../../www/data/text.txt").as_slice(),
    })
}
