//! Every account controls Docker.

use super::support::files;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The socket of the Docker engine must not be writable by everybody.
pub(super) const CHECK: Check = Check {
    id: "file-docker-socket",
    title: "Every account on this host controls Docker",
    meaning: "The socket of the Docker engine may be written by everybody.",
    why: "`docker run -v /:/host` then gives all files of this host to any account or hijacked service: it is root.",
    fix: "sudo chown root:docker /run/docker.sock\nsudo chmod 660 /run/docker.sock\n# And find out who opened it, or it will be open again after a restart\nsystemctl cat docker.socket | grep -i SocketMode",
    severity: Severity::High,
    cwe: 732,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    // One is a link to the other on every current system; either will do.
    let paths: Vec<_> = ["/run/docker.sock", "/var/run/docker.sock"]
        .into_iter()
        .filter(|path| facts.files.contains_key(*path))
        .collect();
    if paths.is_empty() {
        return Err("/run/docker.sock: not collected".to_owned());
    }
    let open = files(facts, &paths, |meta| {
        meta.world_writable().then(|| format!("every account may use it (mode {:04o})", meta.mode))
    })?;
    Ok(open.into_iter().take(1).collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{absent, files, hits, host, inconclusive, meta, misses};

    #[test]
    fn hit() {
        let both = [meta("/run/docker.sock", 0o666), meta("/var/run/docker.sock", 0o666)];
        hits(&CHECK, &files(&both), &["file:/run/docker.sock"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &files(&[meta("/run/docker.sock", 0o660)]));
        misses(&CHECK, &absent(host(), &["/var/run/docker.sock"]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
