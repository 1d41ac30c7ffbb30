//! What a thief of the machine has in hands: whether it is carried about, and whether its disk can be read without a key.

use super::{Group, fact, mounts};
use crate::root::Root;
use bartizan_model::host::HostFacts;
use std::collections::BTreeSet;

pub(super) const GROUP: Group = Group {
    name: "device",
    reads: "/sys/class/dmi/id/chassis_type; /proc/self/mountinfo and /sys/dev/block for what lies under `/`",
    needs: "a running system; of ZFS and of file systems over the network it is not known whether they are encrypted",
    collect,
};

/// Words for the types of a chassis (DMTF SMBIOS 3.7, 7.4.1); what is not here stands as its number.
const CHASSIS: &[(u8, &str)] = &[
    (3, "desktop"),
    (4, "low-profile-desktop"),
    (6, "mini-tower"),
    (7, "tower"),
    (8, "portable"),
    (9, "laptop"),
    (10, "notebook"),
    (11, "hand-held"),
    (13, "all-in-one"),
    (14, "sub-notebook"),
    (17, "main-server"),
    (23, "rack-mount"),
    (28, "blade"),
    (29, "blade-enclosure"),
    (30, "tablet"),
    (31, "convertible"),
    (32, "detachable"),
    (35, "mini-pc"),
];
/// How the UUID of a device begins that the kernel encrypts (cryptsetup).
const ENCRYPTED: &str = "CRYPT-";
/// The deepest stack of devices that is followed.
const DEEPEST: usize = 16;

fn collect(root: &Root, facts: &mut HostFacts) {
    let live = root.need_live("what the machine is");
    let chassis = live.clone().and_then(|()| chassis(&root.need("/sys/class/dmi/id/chassis_type")?));
    let disk = live.and_then(|()| encrypted(root)).map(|encrypted| encrypted.to_string());
    facts.hardening.insert("chassis".to_owned(), fact(chassis));
    facts.hardening.insert("disk-encrypted".to_owned(), fact(disk));
}

fn chassis(text: &str) -> Result<String, String> {
    let number: u8 =
        text.trim().parse().map_err(|_| "/sys/class/dmi/id/chassis_type: no number".to_owned())?;
    // The highest bit says that it has a lock.
    let number = number & 0x7f;
    let known = CHASSIS.iter().find(|(known, _)| *known == number);
    match known {
        Some((_, word)) => Ok((*word).to_owned()),
        None if number <= 2 => Err("the firmware does not tell the type of the chassis".to_owned()),
        None => Ok(number.to_string()),
    }
}

/// Whether everything under `/` is encrypted.
fn encrypted(root: &Root) -> Result<bool, String> {
    let table = root.need("/proc/self/mountinfo")?;
    let (number, kind, source) = of_root(&table).ok_or("/proc/self/mountinfo: nothing is mounted at /")?;
    // File systems of several devices have a number of their own, and name one of them.
    let device = if number.starts_with("0:") {
        let name = source.strip_prefix("/dev/").filter(|name| !name.contains('/'));
        let path = name.map(|name| format!("/sys/class/block/{name}"));
        path.filter(|path| root.exists(path))
    } else {
        Some(format!("/sys/dev/block/{number}"))
    };
    let device = device
        .ok_or_else(|| format!("`/` is a {kind} of {source}: whether that is encrypted is not known"))?;
    under(root, &device, DEEPEST)
}

/// Number, type and source of what is mounted at `/`; the last mount counts.
fn of_root(table: &str) -> Option<(String, String, String)> {
    let line = |line: &str| {
        let (place, rest) = line.split_once(" - ")?;
        let mut place = place.split(' ');
        let (number, target) = (place.nth(2)?.to_owned(), place.nth(1)?);
        let mut rest = rest.split(' ').map(mounts::unescape);
        (target == "/").then_some((number, rest.next()?, rest.next()?))
    };
    table.lines().filter_map(line).next_back()
}

/// Whether a device is encrypted, or all that it lies on are.
fn under(root: &Root, device: &str, deepest: usize) -> Result<bool, String> {
    if root.text(&format!("{device}/dm/uuid"))?.is_some_and(|uuid| uuid.starts_with(ENCRYPTED)) {
        return Ok(true);
    }
    let below: BTreeSet<_> =
        root.list(&format!("{device}/slaves"))?.unwrap_or_default().into_iter().collect();
    if below.is_empty() {
        return if root.exists(device) { Ok(false) } else { Err(format!("{device}: not found")) };
    }
    let deeper =
        deepest.checked_sub(1).ok_or_else(|| format!("{device}: devices lie on each other without end"))?;
    let each = below.iter().map(|name| under(root, &format!("/sys/class/block/{name}"), deeper));
    each.collect::<Result<Vec<_>, _>>().map(|all| all.into_iter().all(|one| one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let place = folder.path().join(&path[1..]);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        let root = Root::replica(folder.path());
        (folder, root)
    }

    #[test]
    fn a_disk_is_encrypted_where_all_that_lies_under_it_is() {
        let volume = (
            "/proc/self/mountinfo",
            "1 0 8:1 / /old rw - ext4 /dev/sda1 rw\n2 0 254:1 / / rw shared:1 - ext4 /dev/mapper/vg-root rw\n",
        );
        let (_folder, root) = tree(&[
            volume,
            ("/sys/dev/block/254:1/dm/uuid", "LVM-abc\n"),
            ("/sys/dev/block/254:1/slaves/dm-0/size", "1"),
            ("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n"),
        ]);
        assert_eq!(encrypted(&root), Ok(true));
        let (_folder, root) = tree(&[
            volume,
            ("/sys/dev/block/254:1/dm/uuid", "LVM-abc\n"),
            ("/sys/dev/block/254:1/slaves/dm-0/size", "1"),
            ("/sys/dev/block/254:1/slaves/sdb/size", "1"),
            ("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n"),
            ("/sys/class/block/sdb/size", "1"),
        ]);
        assert_eq!(encrypted(&root), Ok(false), "half of it is not");
        let (_folder, root) = tree(&[
            ("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
            ("/sys/dev/block/8:1/size", "1"),
        ]);
        assert_eq!(encrypted(&root), Ok(false));
    }

    #[test]
    fn what_cannot_be_followed_is_not_known() {
        for table in [
            "1 0 0:40 / / rw - overlay overlay rw\n",
            "1 0 0:30 / / rw - zfs rpool/ROOT rw\n",
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
            "1 0 8:1 / /boot rw - ext4 /dev/sda1 rw\n",
        ] {
            let (_folder, root) = tree(&[("/proc/self/mountinfo", table)]);
            assert!(encrypted(&root).is_err(), "{table}");
        }
        let (_folder, root) = tree(&[
            ("/proc/self/mountinfo", "1 0 0:25 / / rw - btrfs /dev/dm-0 rw\n"),
            ("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n"),
        ]);
        assert_eq!(encrypted(&root), Ok(true), "a file system of several devices names one");
    }

    #[test]
    fn a_chassis_by_its_number() {
        assert_eq!(chassis("10\n").as_deref(), Ok("notebook"));
        assert_eq!(chassis("138").as_deref(), Ok("notebook"), "with a lock");
        assert_eq!(chassis("24").as_deref(), Ok("24"));
        assert!(chassis("2").is_err() && chassis("x").is_err());
    }
}
