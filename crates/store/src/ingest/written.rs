//! What a tool wrote of findings, word for word: one record behind the other, since thousands of little pieces cost more than what
//! is in them.

/// The records of some findings, in their order; empty where one is not kept.
#[derive(Debug, Default)]
pub struct Written {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Written {
    /// With room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::new() }
    }

    /// Puts the next record behind the others; what is longer than `limit` bytes is cut, and ends with how long it was.
    pub fn push(&mut self, record: &[u8], limit: usize) {
        self.bytes.extend_from_slice(&record[..record.len().min(limit)]);
        if record.len() > limit {
            let length = record.len();
            self.bytes.extend_from_slice(format!("\n[the record goes on: it has {length} bytes]").as_bytes());
        }
        self.ends.push(self.bytes.len());
    }

    /// The record with this number, from 0; empty where there is none.
    pub fn get(&self, number: usize) -> &[u8] {
        let start = if number == 0 { Some(0) } else { self.ends.get(number - 1).copied() };
        let range = start.zip(self.ends.get(number)).and_then(|(start, end)| self.bytes.get(start..*end));
        range.unwrap_or_default()
    }

    /// How many bytes all of them have.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Forgets them and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_found_again_and_a_long_one_says_how_long_it_was() {
        let mut written = Written::with_capacity(8);
        for record in ["one", "", "three and more"] {
            written.push(record.as_bytes(), 5);
        }
        let all: Vec<_> = (0..4).map(|n| String::from_utf8_lossy(written.get(n))).collect();
        assert_eq!(all, ["one", "", "three\n[the record goes on: it has 14 bytes]", ""]);
        written.clear();
        assert_eq!((written.get(0), written.bytes()), (&[][..], 0));
    }
}
