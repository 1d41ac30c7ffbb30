//! Berkeley DB's hash table, in which rpm kept its packages before 4.16: pages of key and value, where a large value
//! is a chain of overflow pages (the layout: `db_page.h` of Berkeley DB 4 and 5). Either byte order.

const MAGIC: u32 = 0x0006_1561;
/// Before the entries of a page.
const HEADER: usize = 26;
/// Kinds of pages: a hash page as older versions wrote it, a sorted one.
const HASH_PAGES: [u8; 2] = [2, 13];
const OVERFLOW_PAGE: u8 = 7;
/// Kinds of entries: on the page itself, and in a chain of overflow pages.
const ON_PAGE: u8 = 1;
const OFF_PAGE: u8 = 3;

pub(super) fn is(bytes: &[u8]) -> bool {
    Table::open(bytes).is_some()
}

pub(super) fn read(bytes: &[u8], each: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
    let table = Table::open(bytes).ok_or("no Berkeley DB hash table")?;
    if bytes.get(24) != Some(&0) {
        return Err("rpm's Berkeley DB database is encrypted".to_owned());
    }
    if !table.size.is_power_of_two() || !(512..=65536).contains(&table.size) {
        return Err(format!("rpm's Berkeley DB database says its pages have {} bytes", table.size));
    }
    let last = table.number(bytes, 32).unwrap_or(0);
    let there = bytes.len() / table.size;
    if last >= there {
        return Err(format!("rpm's Berkeley DB database says it has {} pages, {there} are here", last + 1));
    }
    // No two values share their bytes, so that all of them are no longer than the file.
    let mut left = bytes.len();
    for number in 1..=last {
        let page = table.page(number).ok_or("rpm's Berkeley DB database is cut short")?;
        if HASH_PAGES.contains(&page[25]) {
            table.values(page, number, &mut left, each)?;
        }
    }
    Ok(())
}

struct Table<'a> {
    bytes: &'a [u8],
    size: usize,
    big: bool,
}

impl<'a> Table<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let magic: [u8; 4] = bytes.get(12..16)?.try_into().ok()?;
        let big = match (u32::from_le_bytes(magic), u32::from_be_bytes(magic)) {
            (MAGIC, _) => false,
            (_, MAGIC) => true,
            _ => return None,
        };
        let table = Self { bytes, size: 0, big };
        let size = table.number(bytes, 20)?;
        Some(Self { size, ..table })
    }

    fn number(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let raw: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if self.big { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) }).ok()
    }

    fn short(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let raw: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(usize::from(if self.big { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) }))
    }

    fn page(&self, number: usize) -> Option<&'a [u8]> {
        let start = number.checked_mul(self.size)?;
        self.bytes.get(start..start.checked_add(self.size)?)
    }

    /// Hands over the values of a hash page. Entries are keys and values in turn, each reaching up to where the one
    /// before it begins.
    fn values(
        &self,
        page: &[u8],
        number: usize,
        left: &mut usize,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        let damaged = || format!("rpm's Berkeley DB database is damaged at page {number}");
        let entries = self.short(page, 20).ok_or_else(damaged)?;
        for index in (1..entries).step_by(2) {
            let place = |index: usize| self.short(page, HEADER + 2 * index);
            let (end, start) = place(index - 1).zip(place(index)).ok_or_else(damaged)?;
            let entry = page.get(start..end).ok_or_else(damaged)?;
            let value = match *entry.first().ok_or_else(damaged)? {
                OFF_PAGE => self.chain(entry, left).ok_or_else(damaged)?,
                ON_PAGE => {
                    *left = left.checked_sub(entry.len()).ok_or_else(damaged)?;
                    entry[1..].to_vec()
                }
                _ => return Err(damaged()),
            };
            // The number of the next package is kept as a package of number 0.
            if value.len() > 4 {
                each(&value)?;
            }
        }
        Ok(())
    }

    /// The value in a chain of overflow pages.
    fn chain(&self, entry: &[u8], left: &mut usize) -> Option<Vec<u8>> {
        let (mut number, length) = (self.number(entry, 4)?, self.number(entry, 8)?);
        *left = left.checked_sub(length)?;
        let mut value = Vec::with_capacity(length);
        while value.len() < length {
            let page = self.page(number).filter(|page| number != 0 && page[25] == OVERFLOW_PAGE)?;
            let here = self.short(page, 22).filter(|here| *here > 0)?;
            value.extend_from_slice(page.get(HEADER..HEADER + here)?);
            number = self.number(page, 16)?;
        }
        (value.len() == length).then_some(value)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SIZE: usize = 512;

    /// A database with one hash page for these values, each in overflow pages but those of at most 64 bytes.
    pub(crate) fn database(values: &[&[u8]], big: bool) -> Vec<u8> {
        let number = |value: usize| {
            if big { (value as u32).to_be_bytes() } else { (value as u32).to_le_bytes() }
        };
        let short = |value: usize| {
            if big { (value as u16).to_be_bytes() } else { (value as u16).to_le_bytes() }
        };
        let mut pages = vec![vec![0; SIZE], vec![0; SIZE]];
        let mut at = SIZE;
        for (index, value) in values.iter().enumerate() {
            let entry = if value.len() <= 64 {
                [&[ON_PAGE], *value].concat()
            } else {
                let entry = [&[OFF_PAGE, 0, 0, 0][..], &number(pages.len()), &number(value.len())].concat();
                let chunks: Vec<_> = value.chunks(SIZE - HEADER).collect();
                for (n, chunk) in chunks.iter().enumerate() {
                    let mut page = vec![0; SIZE];
                    let next = if n + 1 < chunks.len() { pages.len() + 1 } else { 0 };
                    page[16..20].copy_from_slice(&number(next));
                    page[22..24].copy_from_slice(&short(chunk.len()));
                    page[25] = OVERFLOW_PAGE;
                    page[HEADER..HEADER + chunk.len()].copy_from_slice(chunk);
                    pages.push(page);
                }
                entry
            };
            for (n, entry) in [&[ON_PAGE, index as u8, 0, 0, 0][..], &entry].into_iter().enumerate() {
                at -= entry.len();
                pages[1][at..at + entry.len()].copy_from_slice(entry);
                let place = HEADER + 2 * (2 * index + n);
                pages[1][place..place + 2].copy_from_slice(&short(at));
            }
        }
        pages[1][20..22].copy_from_slice(&short(2 * values.len()));
        pages[1][25] = HASH_PAGES[1];
        let last = pages.len() - 1;
        pages[0][12..16].copy_from_slice(&number(MAGIC as usize));
        pages[0][20..24].copy_from_slice(&number(SIZE));
        pages[0][25] = 8;
        pages[0][32..36].copy_from_slice(&number(last));
        pages.concat()
    }
}
