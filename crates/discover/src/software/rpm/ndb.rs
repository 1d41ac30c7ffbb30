//! ndb, the database of rpm on SUSE: pages of slots that point at blobs, little-endian
//! (<https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c>).

/// Slots and blobs are counted in blocks of this size.
const BLOCK: usize = 16;
/// Slots lie in pages of this size.
const PAGE: usize = 4096;
/// The header takes the place of the first two slots.
const HEADER: usize = 2 * BLOCK;

pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RpmP")
}

pub(super) fn read(bytes: &[u8], each: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
    let pages = number(bytes, 12).ok_or("rpm's ndb database is cut short")?;
    let slots = pages
        .checked_mul(PAGE)
        .and_then(|end| bytes.get(HEADER..end))
        .ok_or_else(|| format!("rpm's ndb database says it has {pages} pages of slots and is shorter"))?;
    // Blobs do not overlap, so that all of them are no longer than the file.
    let mut left = bytes.len();
    for slot in slots.chunks_exact(BLOCK) {
        if !slot.starts_with(b"Slot") {
            return Err("rpm's ndb database is damaged: a slot has no mark".to_owned());
        }
        let (package, offset) = (number(slot, 4).unwrap_or(0), number(slot, 8).unwrap_or(0));
        if package == 0 || offset == 0 {
            continue;
        }
        let blob = blob(bytes, package, offset).ok_or_else(|| {
            format!("rpm's ndb database is damaged: package {package} is not where its slot says")
        })?;
        left = left.checked_sub(blob.len()).ok_or("rpm's ndb database is damaged: its packages overlap")?;
        each(blob)?;
    }
    Ok(())
}

fn blob(bytes: &[u8], package: usize, offset: usize) -> Option<&[u8]> {
    let blob = bytes.get(offset.checked_mul(BLOCK)?..)?;
    let length = number(blob, 12)?;
    let ours = blob.starts_with(b"BlbS") && number(blob, 4)? == package;
    blob.get(16..length.checked_add(16)?).filter(|_| ours)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    /// A database of one page of slots and these blobs.
    pub(crate) fn database(blobs: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"RpmP".to_vec();
        for value in [0u32, 1, 1, blobs.len() as u32 + 1, 0, 0, 0] {
            bytes.extend(value.to_le_bytes());
        }
        let mut data = Vec::<u8>::new();
        for slot in 0..super::PAGE / super::BLOCK - 2 {
            bytes.extend(b"Slot");
            let (mut package, mut offset, mut blocks) = (0, 0, 0);
            if let Some(blob) = blobs.get(slot) {
                package = slot as u32 + 1;
                offset = ((super::PAGE + data.len()) / super::BLOCK) as u32;
                data.extend(b"BlbS");
                for value in [package, 1, blob.len() as u32] {
                    data.extend(value.to_le_bytes());
                }
                data.extend_from_slice(blob);
                let end = data.len() + 12;
                data.resize(end.next_multiple_of(super::BLOCK), 0);
                blocks = (data.len() / super::BLOCK) as u32;
            }
            for value in [package, offset, blocks] {
                bytes.extend(value.to_le_bytes());
            }
        }
        bytes.extend(data);
        bytes
    }
}
