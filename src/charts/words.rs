//! The words that charts write, in English or in the language that the page gives them.

/// What stands for the English words in another language; by default nothing, and charts are English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words(&'static str);

impl Words {
    /// From lines: English words, then the others, and so on. Each `{}` in them stands for a value, in the English order.
    pub const fn new(lines: &'static str) -> Self {
        Self(lines)
    }

    /// Whether they are from these lines.
    pub fn are(self, lines: &str) -> bool {
        self.0 == lines
    }

    /// What to write for the English words; these if there is nothing for them.
    pub(super) fn of(self, english: &str) -> &str {
        let mut lines = self.0.split('\n');
        while let (Some(own), Some(others)) = (lines.next(), lines.next()) {
            if own == english {
                return others;
            }
        }
        english
    }

    /// The same, with a value for each `{}`.
    pub(super) fn with(self, english: &str, values: &[&str]) -> String {
        let mut sentence = String::new();
        let mut parts = self.of(english).split('{');
        sentence.push_str(parts.next().unwrap_or_default());
        for (value, part) in values.iter().zip(parts) {
            sentence.push_str(value);
            sentence.push_str(part.get(1..).unwrap_or_default());
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn words_are_those_of_the_language_or_english() {
        let german = Words::new("step {}\nSchritt {}\n{} of these {} right\n{} von diesen {} richtig\ntest\nTest");
        assert_eq!(german.of("test"), "Test");
        assert_eq!(german.of("train"), "train");
        assert_eq!(german.with("step {}", &["12"]), "Schritt 12");
        assert_eq!(german.with("{} of these {} right", &["3", "8"]), "3 von diesen 8 richtig");
        assert_eq!(Words::default().with("step {}", &["12"]), "step 12");
    }
}
