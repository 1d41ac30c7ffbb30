//! Values that many rows share, each kept once under a `u32`.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// A dictionary: equal values have equal numbers, given in order of first appearance.
#[derive(Debug)]
pub(crate) struct Dict<T: ?Sized> {
    values: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T: ?Sized> Default for Dict<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: ?Sized> Clone for Dict<T> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), numbers: self.numbers.clone() }
    }
}

impl<T: ?Sized + Hash + Eq> Dict<T> {
    /// The number of a value, new if it was not there.
    pub(crate) fn number(&mut self, value: &T) -> u32
    where
        for<'a> Arc<T>: From<&'a T>,
    {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.values.len() as u32;
        let value: Arc<T> = Arc::from(value);
        self.values.push(Arc::clone(&value));
        self.numbers.insert(value, number);
        number
    }

    /// The value of a number that this dictionary gave.
    pub(crate) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// All values by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter().map(AsRef::as_ref)
    }
}
