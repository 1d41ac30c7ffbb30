//! An rpm header: an index of (tag, type, offset, count), all big-endian, then the data
//! (<https://rpm-software-management.github.io/rpm/manual/format_header.html>).

/// The most bytes of one header, rpm's own limit.
const LIMIT: usize = 256 << 20;

/// The longest path of the system.
const PATH: usize = 4096;

pub(super) const NAME: u32 = 1000;
pub(super) const VERSION: u32 = 1001;
pub(super) const RELEASE: u32 = 1002;
pub(super) const EPOCH: u32 = 1003;
pub(super) const ARCH: u32 = 1022;
pub(super) const SOURCE_RPM: u32 = 1044;
/// The module stream it was built for (rpm's `rpmtag.h`, since 4.15; builders wrote it before).
pub(super) const MODULARITY_LABEL: u32 = 5096;
const DIR_INDEXES: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const DIR_NAMES: u32 = 1118;

/// A header whose tags can be asked for.
pub(crate) struct Header<'a> {
    index: &'a [u8],
    data: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn read(blob: &'a [u8]) -> Option<Self> {
        let entries = usize::try_from(number(blob, 0)?).ok()?;
        let length = usize::try_from(number(blob, 4)?).ok()?;
        if blob.len() > LIMIT {
            return None;
        }
        let end = entries.checked_mul(16)?.checked_add(8)?;
        Some(Self { index: blob.get(8..end)?, data: blob.get(end..end.checked_add(length)?)? })
    }

    /// Every file of the package with the package's name.
    pub(crate) fn files(&self, found: &mut dyn FnMut(&str, &str)) -> Option<()> {
        let name = self.texts(NAME).next()?;
        let folders: Vec<_> = self.texts(DIR_NAMES).collect();
        for (index, base) in self.numbers(DIR_INDEXES).zip(self.texts(BASE_NAMES)) {
            let folder = folders.get(usize::try_from(index).ok()?).filter(|folder| folder.len() < PATH)?;
            found(&format!("{folder}{base}"), &name);
        }
        Some(())
    }

    /// The data from where a tag's values begin, with their number.
    fn values(&self, tag: u32) -> (&'a [u8], usize) {
        let entry = self.index.chunks_exact(16).find(|entry| number(entry, 0) == Some(tag));
        let found = entry.and_then(|entry| {
            let offset = usize::try_from(number(entry, 8)?).ok()?;
            Some((self.data.get(offset..)?, usize::try_from(number(entry, 12)?).ok()?))
        });
        found.unwrap_or((&[], 0))
    }

    /// Strings end in a zero byte.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = String> + use<'a> {
        let (data, count) = self.values(tag);
        let count = if data.is_empty() { 0 } else { count };
        data.split(|b| *b == 0).take(count).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    pub(super) fn numbers(&self, tag: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (data, count) = self.values(tag);
        data.chunks_exact(4).take(count).filter_map(|chunk| number(chunk, 0))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A header of `bind-libs`, of a module stream, with two files, as rpm stores it.
    pub(crate) fn header() -> Vec<u8> {
        let texts: [(u32, &[&str]); 8] = [
            (NAME, &["bind-libs"]),
            (VERSION, &["9.16.23"]),
            (RELEASE, &["18.el9"]),
            (ARCH, &["x86_64"]),
            (SOURCE_RPM, &["bind-9.16.23-18.el9.src.rpm"]),
            (MODULARITY_LABEL, &["bind:9.16:9040020240101:a1b2c3d4"]),
            (BASE_NAMES, &["libdns.so", "README"]),
            (DIR_NAMES, &["/usr/lib64/", "/usr/share/doc/"]),
        ];
        let numbers: [(u32, &[u32]); 2] = [(EPOCH, &[32]), (DIR_INDEXES, &[0, 1])];
        let (mut index, mut data) = (Vec::new(), Vec::<u8>::new());
        let mut entry = |tag: u32, kind: u32, offset: usize, count: usize| {
            for value in [tag, kind, offset as u32, count as u32] {
                index.extend(value.to_be_bytes());
            }
        };
        for (tag, values) in numbers {
            entry(tag, 4, data.len(), values.len());
            data.extend(values.iter().flat_map(|v| v.to_be_bytes()));
        }
        for (tag, values) in texts {
            entry(tag, 6, data.len(), values.len());
            data.extend(values.iter().flat_map(|v| v.bytes().chain([0])));
        }
        let mut blob = ((texts.len() + numbers.len()) as u32).to_be_bytes().to_vec();
        blob.extend((data.len() as u32).to_be_bytes());
        blob.extend(index);
        blob.extend(data);
        blob
    }
}
