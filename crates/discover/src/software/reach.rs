//! What can be reached: lockfiles that do not say what is for development say what asks for what.

use std::collections::BTreeSet;

/// Everything that `start` leads to by `next`, with itself.
pub(crate) fn reach<T: Ord + Copy>(
    start: impl IntoIterator<Item = T>,
    next: impl Fn(T) -> Vec<T>,
) -> BTreeSet<T> {
    let mut todo: Vec<T> = start.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(one) = todo.pop() {
        if reached.insert(one) {
            todo.extend(next(one));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_end() {
        let reached = reach([1], |n| vec![n * 2 % 7, n]);
        assert_eq!(reached, [1, 2, 4].into());
    }
}
