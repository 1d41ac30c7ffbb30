//! Paths inside an image: relative to its root, parts separated by `/`.

/// A path as an archive names it; `None` where it is absolute or leads up.
pub(super) fn inside(path: &str) -> Option<String> {
    if path.starts_with('/') { None } else { parts(path, Vec::new(), false) }
}

/// What `path` means in a folder, `..` followed; `None` where it leads out of the root. An absolute one begins at the root.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    let folder = if path.starts_with('/') { "" } else { folder };
    parts(path, folder.split('/').filter(|part| !part.is_empty()).collect(), true)
}

fn parts<'a>(path: &'a str, mut all: Vec<&'a str>, up: bool) -> Option<String> {
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if up => drop(all.pop()?),
            ".." => return None,
            part => all.push(part),
        }
    }
    Some(all.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out() {
        for (path, expected) in [
            ("./usr//lib/./x", Some("usr/lib/x")),
            ("./", Some("")),
            ("/etc/passwd", None),
            ("a/../b", None),
            ("..", None),
            ("a..b/..c", Some("a..b/..c")),
        ] {
            assert_eq!(inside(path).as_deref(), expected, "{path}");
        }
        for (folder, path, expected) in [
            ("a/b", "../c", Some("a/c")),
            ("a", "../../c", None),
            ("a", "/c", Some("c")),
            ("", "c", Some("c")),
        ] {
            assert_eq!(join(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
