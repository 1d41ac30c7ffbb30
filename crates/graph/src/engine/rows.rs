//! Compressed sparse rows: for each of `n` numbers a slice of items, all in one vector.

/// Items grouped by the number they belong to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows<T> {
    /// Where each row begins; one more at the end. Empty when there is no item at all.
    first: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Rows<T> {
    /// Counting sort of `(row, item)` into `rows` rows; items of a row keep their order. `pairs` is walked twice and
    /// must give the same both times, fewer than 2^32 of them. `blank` fills what is about to be written.
    pub(crate) fn new<I: Iterator<Item = (u32, T)>>(rows: u32, blank: T, pairs: impl Fn() -> I) -> Self {
        let (mut first, count) = starts(rows, pairs().map(|(row, _)| row));
        if count == 0 {
            return Self { first: Vec::new(), items: Vec::new() };
        }
        let mut items = vec![blank; count];
        for (row, item) in pairs() {
            let place = &mut first[row as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        // Each start has moved to its row's end, which is the next row's start.
        first.rotate_right(1);
        first[0] = 0;
        Self { first, items }
    }

    /// All items, and where each row begins, as said above.
    pub(crate) fn into_parts(self) -> (Vec<u32>, Vec<T>) {
        (self.first, self.items)
    }

    /// The items of a row.
    #[inline]
    pub(crate) fn row(&self, row: u32) -> &[T] {
        match self.first.get(row as usize..row as usize + 2) {
            Some(&[from, to]) => &self.items[from as usize..to as usize],
            _ => &[],
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.first.as_slice()) + size_of_val(self.items.as_slice())
    }
}

/// Where each row would start, and the number of all items. One place more than rows: the end.
fn starts(rows: u32, row_of: impl Iterator<Item = u32>) -> (Vec<u32>, usize) {
    let mut first = vec![0_u32; rows as usize + 1];
    let mut count = 0;
    for row in row_of {
        first[row as usize] += 1;
        count += 1;
    }
    let mut sum = 0;
    for place in &mut first {
        sum += std::mem::replace(place, sum);
    }
    (first, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stand_in_their_rows_in_order() {
        let pairs = [(2, 'a'), (0, 'b'), (2, 'c')];
        let rows = Rows::new(4, ' ', || pairs.into_iter());
        assert_eq!(rows.row(0), ['b']);
        assert_eq!(rows.row(1), []);
        assert_eq!(rows.row(2), ['a', 'c']);
        assert_eq!(rows.row(3), []);
    }

    #[test]
    fn no_items_take_no_memory() {
        let rows = Rows::<u32>::new(1_000, 0, std::iter::empty);
        assert!(rows.is_empty());
        assert_eq!(rows.bytes(), 0);
        assert!(rows.row(999).is_empty());
    }
}
