//! Certificates past their end.

use super::support::{file_hit, merged, own_certificate};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// This host's own certificates, not those of public authorities or of packages.
pub(super) const CHECK: Check = Check {
    id: "tls-certificate-expired",
    title: "A certificate has expired",
    meaning: "A certificate of this host is past the end of its validity.",
    why: "Programs refuse the connection, or people learn to click warnings away, and then do so when an attacker is in between.",
    fix: "# Let's Encrypt\nsudo certbot renew\n# Others: ask the authority for a new one and put it in place, or remove the file if nothing uses it",
    severity: Severity::Medium,
    cwe: 298,
    attack: "T1557",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let own = facts.tls.get()?.iter().filter(|tls| own_certificate(tls));
    Ok(merged(own.filter_map(|tls| {
        let end = tls.not_after.filter(|end| *end < facts.collected_at)?;
        Some(file_hit(&tls.file.path, "", format!("{} expired on {}", tls.subject, end.date())))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{certificate, days_ago, hits, host, inconclusive, misses, tls};
    use bartizan_model::host::TlsFile;

    #[test]
    fn hit() {
        let old = TlsFile { not_after: Some(days_ago(1)), ..certificate("/etc/ssl/web.pem") };
        hits(&CHECK, &tls(&[old]), &["file:/etc/ssl/web.pem"]);
    }

    #[test]
    fn miss() {
        let old = |path: &str| TlsFile { not_after: Some(days_ago(1)), ..certificate(path) };
        let renewed = old("/etc/letsencrypt/archive/example.org/cert1.pem");
        let authority = old("/usr/share/ca-certificates/mozilla/Old_Root.crt");
        misses(&CHECK, &tls(&[certificate("/etc/ssl/web.pem"), renewed, authority]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
