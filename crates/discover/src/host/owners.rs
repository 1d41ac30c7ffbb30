//! Which package owns the files that the other collectors found. Runs last, so that the package databases are read once.

use super::{Group, packages};
use crate::root::{LARGE, Root};
use bartizan_model::host::{Fact, FileMeta, HostFacts};
use std::collections::HashMap;

pub(super) const GROUP: Group = Group {
    name: "owners",
    reads: "/var/lib/dpkg/info/*.list, the databases of apk and rpm",
    needs: "nothing",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    let mut owners: HashMap<Vec<u8>, Option<String>> = HashMap::new();
    // Packages may know a file by its place before /bin became a link to /usr/bin.
    let merged = root.link("/bin").is_some();
    for path in wanted(facts) {
        if let Some(old) = path.strip_prefix("/usr").filter(|_| merged) {
            owners.insert(old.as_bytes().to_vec(), None);
        }
        owners.insert(path.into_bytes(), None);
    }
    if owners.is_empty() {
        return;
    }
    // Best effort: a file whose owner is not found has none that is known.
    for name in root.list("/var/lib/dpkg/info").ok().flatten().unwrap_or_default() {
        let Some(package) = name.strip_suffix(".list") else { continue };
        let package = package.split(':').next().unwrap_or_default();
        let bytes =
            root.bytes(&format!("/var/lib/dpkg/info/{name}"), LARGE).ok().flatten().unwrap_or_default();
        for line in packages::lines(&bytes) {
            if let Some(owner) = owners.get_mut(line) {
                owner.get_or_insert_with(|| package.to_owned());
            }
        }
    }
    for path in packages::APK {
        if let Ok(Some(bytes)) = root.bytes(path, LARGE) {
            apk(&bytes, |path, package| set(&mut owners, path, package));
        }
    }
    if packages::rpm_database(root).is_some() {
        let _ = packages::rpm_file_owners(root, |path, package| set(&mut owners, path, package));
    }
    let owner = |path: &str| {
        let now = owners.get(path.as_bytes()).cloned().flatten();
        now.or_else(|| owners.get(path.strip_prefix("/usr").filter(|_| merged)?.as_bytes())?.clone())
    };
    each_file(facts, &mut |file| {
        if !file.folder {
            file.package = owner(&file.path);
        }
    });
    if let Fact::Known(sockets) = &mut facts.sockets {
        for socket in sockets {
            socket.package = socket.executable.as_deref().and_then(owner);
        }
    }
}

fn set(owners: &mut HashMap<Vec<u8>, Option<String>>, path: &str, package: &str) {
    if let Some(owner) = owners.get_mut(path.as_bytes()) {
        owner.get_or_insert_with(|| package.to_owned());
    }
}

fn wanted(facts: &mut HostFacts) -> Vec<String> {
    let mut paths = Vec::new();
    each_file(facts, &mut |file| paths.push(file.path.clone()));
    if let Fact::Known(sockets) = &facts.sockets {
        paths.extend(sockets.iter().filter_map(|socket| socket.executable.clone()));
    }
    paths
}

/// Every file that the facts name.
fn each_file(facts: &mut HostFacts, of: &mut dyn FnMut(&mut FileMeta)) {
    for list in [&mut facts.suid, &mut facts.world_writable] {
        if let Fact::Known(files) = list {
            files.iter_mut().for_each(&mut *of);
        }
    }
    for file in facts.files.values_mut() {
        if let Fact::Known(Some(file)) = file {
            of(file);
        }
    }
    if let Fact::Known(units) = &mut facts.units {
        for unit in units {
            of(&mut unit.file);
            unit.programs.iter_mut().for_each(&mut *of);
        }
    }
    if let Fact::Known(entries) = &mut facts.cron {
        for entry in entries {
            of(&mut entry.file);
            entry.program.iter_mut().for_each(&mut *of);
        }
    }
    if let Fact::Known(files) = &mut facts.tls {
        files.iter_mut().for_each(|tls| of(&mut tls.file));
    }
}

/// Reads the files in apk's database: `F:` a folder, `R:` a file in it.
pub(crate) fn apk(bytes: &[u8], mut found: impl FnMut(&str, &str)) {
    let (mut package, mut folder) = (String::new(), String::new());
    for line in packages::lines(bytes) {
        let [key, b':', value @ ..] = line else { continue };
        let value = String::from_utf8_lossy(value);
        match key {
            b'P' => package = value.into_owned(),
            b'F' => folder = value.into_owned(),
            b'R' => {
                let slash = if folder.is_empty() { "" } else { "/" };
                found(&format!("/{folder}{slash}{value}"), &package);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apk_files() {
        let mut found = Vec::new();
        apk(b"P:a\nV:1\nF:usr/bin\nR:x\nR:y\n\nP:b\nF:\nR:z\n", |path, package| {
            found.push(format!("{path} {package}"));
        });
        assert_eq!(found, ["/usr/bin/x a", "/usr/bin/y a", "/z b"]);
    }
}
