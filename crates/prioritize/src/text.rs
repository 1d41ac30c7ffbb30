//! Free text over a dictionary: all texts in one run of bytes, so that a word is looked for at the speed of memory.

use crate::bitset::Bitset;
use bartizan_model::query::Pattern;

/// The texts of a dictionary, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Haystack {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl<'a> FromIterator<&'a str> for Haystack {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Self::default();
        for text in texts {
            all.text.push_str(text);
            all.ends.push(all.text.len());
        }
        all
    }
}

impl Haystack {
    /// The numbers of the texts that contain a match.
    pub(crate) fn find(&self, pattern: &Pattern) -> Bitset {
        let longest = pattern.parts().iter().max_by_key(|part| part.len()).map_or("", String::as_str);
        let mut found = Bitset::new(self.ends.len());
        if longest.is_empty() {
            found.invert();
            return found;
        }
        let mut entry = 0;
        occurrences(self.text.as_bytes(), longest.as_bytes(), |at| {
            while self.ends.get(entry).is_some_and(|end| *end <= at) {
                entry += 1;
            }
            let start = if entry == 0 { 0 } else { self.ends[entry - 1] };
            // The occurrence may run into the next text, and the other parts may be missing.
            if !found.contains(entry) && pattern.is_in(&self.text[start..self.ends[entry]]) {
                found.set(entry, true);
            }
        });
        found
    }
}

/// Calls `hit` with every place of `needle`, which is not empty. Blocks where no place has the needle's first and last
/// byte at their distance are passed over 32 bytes at a time, which compiles to vector instructions.
fn occurrences(text: &[u8], needle: &[u8], mut hit: impl FnMut(usize)) {
    const BLOCK: usize = 32;
    let [first, .., last] = *needle else {
        return text.iter().enumerate().filter(|(_, byte)| **byte == needle[0]).for_each(|(at, _)| hit(at));
    };
    let Some(places) = (text.len() + 1).checked_sub(needle.len()) else { return };
    let mut check = |from: usize, to: usize| {
        (from..to).filter(|at| text[*at..].starts_with(needle)).for_each(&mut hit);
    };
    let (heads, tails) = (&text[..places], &text[needle.len() - 1..]);
    let (blocks, _) = heads.as_chunks::<BLOCK>();
    for (block, (head, tail)) in blocks.iter().zip(tails.as_chunks::<BLOCK>().0).enumerate() {
        let any =
            head.iter().zip(tail).fold(0, |any, (a, b)| any | (u8::from(*a == first) & u8::from(*b == last)));
        if any != 0 {
            check(block * BLOCK, (block + 1) * BLOCK);
        }
    }
    check(blocks.len() * BLOCK, places);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_looking_into_each(
            texts in prop::collection::vec("[abä]{0,12}", 0..40),
            parts in prop::collection::vec("[abä]{0,3}", 1..3),
        ) {
            let pattern = Pattern::new(parts);
            let haystack: Haystack = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(haystack.find(&pattern), Bitset::build(texts.len(), |n| pattern.is_in(&texts[n])));
        }
    }
}
