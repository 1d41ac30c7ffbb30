//! Operating system and kernel release.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::{HostFacts, OsRelease};

pub(super) const GROUP: Group = Group {
    name: "os",
    reads: "/etc/os-release, /usr/lib/os-release, /proc/sys/kernel/osrelease",
    needs: "nothing; the kernel release only of a running system",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.os = fact(read(root));
    facts.kernel = fact(
        root.need_live("the kernel's release")
            .and_then(|()| Ok(root.need("/proc/sys/kernel/osrelease")?.trim().to_owned())),
    );
}

fn read(root: &Root) -> Result<OsRelease, String> {
    match root.text("/etc/os-release")? {
        Some(text) => Ok(parse(&text)),
        None => Ok(parse(&root.need("/usr/lib/os-release")?)),
    }
}

/// Reads `os-release`: shell-like assignments.
pub(super) fn parse(text: &str) -> OsRelease {
    let mut os = OsRelease::default();
    for line in text.lines() {
        let Some((key, value)) = line.trim().split_once('=') else { continue };
        let field = match key {
            "ID" => &mut os.id,
            "VERSION_ID" => &mut os.version_id,
            "PRETTY_NAME" => &mut os.pretty_name,
            "ID_LIKE" => &mut os.id_like,
            "VERSION_CODENAME" => &mut os.codename,
            _ => continue,
        };
        *field = unquote(value);
    }
    os
}

fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let os = parse(
            "# a comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID='12'\nVERSION_CODENAME=bookworm\nID_LIKE=\"a \\\"b\\\"\"\nNAME\n",
        );
        assert_eq!(os.id, "debian");
        assert_eq!(os.version_id, "12");
        assert_eq!(os.pretty_name, "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(os.codename, "bookworm");
        assert_eq!(os.id_like, "a \"b\"");
    }
}
