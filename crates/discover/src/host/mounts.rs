//! Mounted file systems.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::{HostFacts, Mount};

pub(super) const GROUP: Group =
    Group { name: "mounts", reads: "/proc/self/mounts", needs: "a running system", collect };

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.mounts = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<Mount>, String> {
    root.need_live("what is mounted")?;
    // `/proc/self` of a replica is a folder, not a link of ours.
    Ok(parse(&root.need("/proc/self/mounts")?))
}

/// Reads the kernel's table: source, target, type, options.
pub(super) fn parse(text: &str) -> Vec<Mount> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').map(unescape);
            Some(Mount {
                source: fields.next()?,
                target: fields.next()?,
                fstype: fields.next()?,
                options: fields.next()?.split(',').map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// Undoes the kernel's octal escapes: `\040` is a space.
pub(super) fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..3).filter(|d| d.iter().all(|b| (b'0'..=b'7').contains(b)));
        match code {
            Some([a, b, c]) if *first == b'\\' => {
                out.push(((a - b'0') & 3) << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = &after[3..];
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    crate::root::lossy(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let mounts = parse(
            "/dev/sda1 / ext4 rw,relatime 0 0\n//nas/a\\040b /mnt/a\\134b\\011\\x cifs ro,nosuid 0 0\nbroken\n",
        );
        assert_eq!(mounts.len(), 2);
        assert_eq!((mounts[0].target.as_str(), mounts[0].fstype.as_str()), ("/", "ext4"));
        assert_eq!((mounts[1].source.as_str(), mounts[1].target.as_str()), ("//nas/a b", "/mnt/a\\b\t\\x"));
        assert_eq!(mounts[1].options, ["ro", "nosuid"]);
        assert_eq!(unescape("\\777\\"), "\u{fffd}\\");
    }
}
