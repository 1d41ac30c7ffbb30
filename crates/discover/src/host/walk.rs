//! One bounded walk over the local file systems: set-user-id and set-group-id files, and what anyone may write.

use super::{Group, mounts};
use crate::root::{Root, file_meta, why};
use bartizan_model::host::{Fact, FileMeta, HostFacts};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry, FileType};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) const GROUP: Group = Group {
    name: "walk",
    reads: "every entry of the local file systems: owner and mode only, no contents, no links followed",
    needs: "root for folders that others closed; less than five million entries",
    collect,
};

/// The most entries that are looked at.
const ENTRIES: u64 = 5_000_000;
/// The most files that are listed; a host beyond that has another problem.
const FOUND: usize = 100_000;
/// The most threads that walk.
const THREADS: usize = 4;
/// The longest path, in bytes, that is entered: the kernel's own limit for one call.
const PATH: usize = 4000;
/// File systems on disks or in memory of this machine.
const LOCAL: &[&str] = &[
    "bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "jfs", "ntfs", "ntfs3", "ramfs",
    "reiserfs", "tmpfs", "vfat", "xfs", "zfs",
];
/// What is never entered: the kernel's own trees, and the layers and volumes of containers.
const SKIPPED: &[&str] = &[
    "/proc",
    "/sys",
    "/snap",
    "/var/lib/containerd",
    "/var/lib/containers/storage",
    "/var/lib/docker",
    "/var/lib/kubelet",
    "/var/lib/lxc",
    "/var/lib/lxd",
    "/var/lib/machines",
    "/run/containerd",
];
/// Where something that anyone may write is a weakness by itself.
const SYSTEM: &[&str] = &["/etc", "/usr", "/opt", "/root", "/var/spool/cron"];

fn collect(root: &Root, facts: &mut HostFacts) {
    let (suid, writable) = match starts(root) {
        Ok(starts) => walk(root, &starts),
        Err(error) => (Fact::Unknown(error.clone()), Fact::Unknown(error)),
    };
    facts.suid = suid;
    facts.world_writable = writable;
}

type Found = (Fact<Vec<FileMeta>>, Fact<Vec<FileMeta>>);

/// Walks with a few threads: nearly all of the time is spent in the kernel.
fn walk(root: &Root, starts: &BTreeSet<String>) -> Found {
    let mut first = Walk::new(root, starts);
    let mut todo = Vec::new();
    for start in starts {
        let place =
            root.resolve_link(start).and_then(|place| Ok((fs::symlink_metadata(&place)?.dev(), place)));
        match place {
            Ok((device, place)) => todo.push(Folder { place, path: start.clone(), device }),
            // Hidden below a later mount: nobody can reach it there.
            Err(error) if vanished(&error) => {}
            Err(error) => first.fail(start, why(start, &error)),
        }
    }
    let queue = Queue { state: Mutex::new(State { todo, busy: 0, entries: 0 }), changed: Condvar::new() };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(THREADS));
    let walks = std::thread::scope(|scope| {
        let work = || {
            let mut walk = Walk::new(root, starts);
            walk.run(&queue);
            walk
        };
        // A thread that the system refuses is done without: this one works too.
        let helpers: Vec<_> =
            (1..threads).filter_map(|_| std::thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let own = work();
        let mut walks: Vec<_> = helpers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        walks.push(Ok(own));
        walks
    });
    for walk in walks {
        match walk {
            Ok(walk) => first.merge(walk),
            Err(_) => first.fail("/etc", "the walk broke off; please report this".to_owned()),
        }
    }
    first.facts()
}

/// A folder to look into: where it is, what the host calls it, and the device its walk began on.
struct Folder {
    place: PathBuf,
    path: String,
    device: u64,
}

/// The folders that wait, and how many are being looked into, which may yet add some.
struct State {
    todo: Vec<Folder>,
    busy: usize,
    entries: u64,
}

struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in what one folder had, if any, and takes the next; `None` when nothing can come any more.
    fn next(&self, done: Option<(Vec<Folder>, u64)>) -> Option<(Folder, u64)> {
        let mut state = self.state();
        if let Some((folders, entries)) = done {
            state.todo.extend(folders);
            state.entries += entries;
            state.busy -= 1;
            self.changed.notify_all();
        }
        loop {
            if let Some(folder) = state.todo.pop() {
                state.busy += 1;
                return Some((folder, state.entries));
            }
            if state.busy == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The mount points to begin at.
fn starts(root: &Root) -> Result<BTreeSet<String>, String> {
    if !root.is_live() {
        return Ok(BTreeSet::from(["/".to_owned()]));
    }
    let text = root.need("/proc/self/mountinfo")?;
    let mut starts = pick(&text);
    // The root is walked whatever it is: in a container it is an overlay.
    starts.insert("/".to_owned());
    Ok(starts)
}

/// Mount points of local file systems, each part of a file system once (a bind mount shows it again).
pub(super) fn pick(mountinfo: &str) -> BTreeSet<String> {
    let mut by_device: BTreeMap<(String, String), String> = BTreeMap::new();
    for line in mountinfo.lines() {
        let fields: Vec<_> = line.split(' ').collect();
        let Some(dash) = fields.iter().position(|field| *field == "-") else { continue };
        let [_, _, device, inside, target, ..] = fields[..] else { continue };
        let target = mounts::unescape(target);
        let local = fields.get(dash + 1).is_some_and(|fstype| LOCAL.contains(fstype));
        if local && !SKIPPED.iter().any(|skip| under(&target, skip)) {
            by_device.entry((device.to_owned(), mounts::unescape(inside))).or_insert(target);
        }
    }
    let whole: Vec<_> = by_device.keys().cloned().collect();
    by_device
        .into_iter()
        .filter(|((device, inside), _)| {
            !whole.iter().any(|(d, i)| d == device && i != inside && under(inside, i))
        })
        .map(|(_, target)| target)
        .collect()
}

fn vanished(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn under(path: &str, folder: &str) -> bool {
    folder == "/" || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What one thread found.
struct Walk<'a> {
    live: bool,
    starts: &'a BTreeSet<String>,
    /// Every mount point, local or not: none is crossed.
    mounted: BTreeSet<String>,
    suid: Vec<FileMeta>,
    writable: Vec<FileMeta>,
    /// The first thing that could not be looked at, anywhere and on the system paths.
    failed: Option<String>,
    failed_system: Option<String>,
}

impl<'a> Walk<'a> {
    fn new(root: &Root, starts: &'a BTreeSet<String>) -> Self {
        let live = root.is_live();
        let text = if live {
            root.text("/proc/self/mountinfo").ok().flatten().unwrap_or_default()
        } else {
            String::new()
        };
        let mounted = text.lines().filter_map(|line| line.split(' ').nth(4)).map(mounts::unescape).collect();
        let (suid, writable) = (Vec::new(), Vec::new());
        Self { live, starts, mounted, suid, writable, failed: None, failed_system: None }
    }

    fn run(&mut self, queue: &Queue) {
        let mut done = None;
        while let Some((folder, before)) = queue.next(done.take()) {
            let (mut inside, mut entries) = (Vec::new(), 0);
            if before > ENTRIES || self.suid.len() + self.writable.len() > FOUND {
                let reason = format!("the walk stopped at its limit of {ENTRIES} entries or {FOUND} files");
                self.fail("/etc", reason);
            } else if let Err(error) = self.folder(&folder, &mut inside, &mut entries)
                && !vanished(&error)
            {
                self.fail(&folder.path, why(&folder.path, &error));
            }
            done = Some((inside, entries));
        }
    }

    fn folder(&mut self, folder: &Folder, todo: &mut Vec<Folder>, entries: &mut u64) -> std::io::Result<()> {
        let path = folder.path.as_str();
        let system = SYSTEM.iter().any(|top| under(path, top));
        for entry in fs::read_dir(&folder.place)? {
            let entry = entry?;
            *entries += 1;
            let looked = entry.file_type().and_then(|kind| self.entry(folder, system, &entry, kind, todo));
            // What went away in the meantime is no failure, nor the end of its folder.
            if let Err(error) = looked
                && !vanished(&error)
            {
                return Err(error);
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: &Folder,
        system: bool,
        entry: &DirEntry,
        kind: FileType,
        todo: &mut Vec<Folder>,
    ) -> std::io::Result<()> {
        if kind.is_symlink() {
            return Ok(());
        }
        let inside =
            || format!("{}/{}", folder.path.trim_end_matches('/'), entry.file_name().to_string_lossy());
        if !kind.is_dir() {
            let meta = entry.metadata()?;
            if kind.is_file() && meta.mode() & 0o6000 != 0 {
                self.suid.push(file_meta(&inside(), &meta));
            }
            if system && meta.mode() & 0o002 != 0 {
                self.writable.push(file_meta(&inside(), &meta));
            }
            return Ok(());
        }
        let inside = inside();
        let skip = SKIPPED.contains(&inside.as_str()) || self.mounted.contains(&inside);
        if skip || (!self.live && matches!(inside.as_str(), "/dev" | "/run")) {
            self.note_unwalked(&inside);
            return Ok(());
        }
        let system = system || SYSTEM.contains(&inside.as_str());
        // Of folders the mode matters only on the system paths; the device only without a mount table.
        if system || !self.live {
            let meta = entry.metadata()?;
            if system && meta.mode() & 0o1002 == 0o002 {
                self.writable.push(file_meta(&inside, &meta));
            }
            if !self.live && folder.device != meta.dev() {
                return Ok(());
            }
        }
        if inside.len() > PATH {
            self.fail(&inside, format!("{}: a path in it is too long to be walked", folder.path));
            return Ok(());
        }
        todo.push(Folder { place: entry.path(), path: inside, device: folder.device });
        Ok(())
    }

    fn merge(&mut self, other: Self) {
        self.suid.extend(other.suid);
        self.writable.extend(other.writable);
        self.failed = self.failed.take().or(other.failed);
        self.failed_system = self.failed_system.take().or(other.failed_system);
    }

    /// A mount on a system path that is not walked by itself leaves those paths unknown.
    fn note_unwalked(&mut self, path: &str) {
        let walked = self.starts.contains(path) || !self.mounted.contains(path);
        if !walked && SYSTEM.iter().any(|folder| under(path, folder)) && self.failed_system.is_none() {
            self.failed_system =
                Some(format!("{path}: another file system is mounted there, which is not walked"));
        }
    }

    fn fail(&mut self, path: &str, reason: String) {
        if SYSTEM.iter().any(|folder| under(path, folder)) && self.failed_system.is_none() {
            self.failed_system = Some(reason.clone());
        }
        if self.failed.is_none() {
            self.failed = Some(reason);
        }
    }

    fn facts(mut self) -> Found {
        let finish = |mut found: Vec<FileMeta>, failed: Option<String>| {
            found.sort();
            found.dedup();
            failed.map_or(Fact::Known(found), Fact::Unknown)
        };
        let (failed, failed_system) = (self.failed.take(), self.failed_system.take());
        (finish(self.suid, failed), finish(self.writable, failed_system))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::identity;
    use bartizan_model::Timestamp;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn finds_modes_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str, mode: u32| {
            let place = folder.path().join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, "").unwrap();
            fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
        };
        at("usr/bin/su", 0o4755);
        at("usr/bin/ls", 0o755);
        at("var/games/score", 0o2755);
        at("etc/open", 0o666);
        at("home/bob/open", 0o666);
        at("var/lib/docker/overlay2/x/su", 0o4755);
        fs::create_dir_all(folder.path().join("opt/sticky")).unwrap();
        fs::create_dir_all(folder.path().join("opt/open")).unwrap();
        fs::set_permissions(folder.path().join("opt/sticky"), fs::Permissions::from_mode(0o1777)).unwrap();
        fs::set_permissions(folder.path().join("opt/open"), fs::Permissions::from_mode(0o777)).unwrap();
        symlink("/", folder.path().join("etc/everything")).unwrap();
        let mut facts = HostFacts::unknown(identity::nameless(), Timestamp::from_seconds(0));
        collect(&Root::folder(folder.path()), &mut facts);
        let paths = |fact: &Fact<Vec<FileMeta>>| {
            fact.get().unwrap().iter().map(|f| format!("{} {:o}", f.path, f.mode)).collect::<Vec<_>>()
        };
        assert_eq!(paths(&facts.suid), ["/usr/bin/su 4755", "/var/games/score 2755"]);
        assert_eq!(paths(&facts.world_writable), ["/etc/open 666", "/opt/open 777"]);
    }

    #[test]
    fn bind_mounts_and_foreign_file_systems_are_left_out() {
        let info = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:1 /var/x /mnt/bind rw - ext4 /dev/sda1 rw\n3 1 0:5 / /dev/shm rw - tmpfs tmpfs rw\n4 1 0:9 / /nfs rw - nfs4 srv:/ rw\n5 1 0:30 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw\n6 1 8:2 / /home\\040x rw shared:1 - xfs /dev/sda2 rw\nbroken\n";
        assert_eq!(pick(info), ["/".to_owned(), "/dev/shm".to_owned(), "/home x".to_owned()].into());
    }
}
