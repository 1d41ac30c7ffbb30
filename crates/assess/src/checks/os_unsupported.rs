//! Releases that get no more security updates.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity, Timestamp};

/// The dates are the last days of free security support: Debian LTS (wiki.debian.org/LTS), Ubuntu without Pro
/// (ubuntu.com/about/release-cycle), Red Hat's maintenance phase (access.redhat.com/support/policy/updates/errata),
/// CentOS Linux and Stream (the later of the two, since os-release does not tell them apart), Rocky, Alma,
/// alpinelinux.org/releases, Amazon Linux' FAQs and en.opensuse.org/Lifetime. Where a source names only a month, its
/// last day. Paid extensions (Ubuntu Pro, Debian ELTS, Red Hat ELS) cannot be seen from here: who has one accepts the
/// finding. Of a release that is not in the table, its os-release may say it (`SUPPORT_END`), or the feed `eol`, which the
/// caller puts there; else it is inconclusive.
pub(super) const CHECK: Check = Check {
    id: "os-unsupported",
    title: "The operating system gets no more security updates",
    meaning: "The release of the operating system is past the end of its security support.",
    why: "New errors are found every week and are never repaired here. Attackers look for such hosts, since old programs work on them for ever.",
    fix: "# Debian: follow the release notes of the next release, one release at a time\nsudo sed -i 's/OLDCODENAME/NEWCODENAME/g' /etc/apt/sources.list && sudo apt update && sudo apt full-upgrade\n# Ubuntu\nsudo do-release-upgrade\n# RHEL and its kin\nsudo dnf install leapp-upgrade && sudo leapp preupgrade",
    severity: Severity::High,
    cwe: 1104,
    attack: "T1190",
    cis: "",
    judge,
};

/// Id and version of a release, and the last day of its support.
const RELEASES: &[(&str, &str, &str)] = &[
    ("debian", "8", "2020-06-30"),
    ("debian", "9", "2022-07-01"),
    ("debian", "10", "2024-06-30"),
    ("debian", "11", "2026-08-31"),
    ("debian", "12", "2028-06-30"),
    ("debian", "13", "2030-06-30"),
    ("ubuntu", "14.04", "2019-04-30"),
    ("ubuntu", "16.04", "2021-04-30"),
    ("ubuntu", "18.04", "2023-05-31"),
    ("ubuntu", "20.04", "2025-05-31"),
    ("ubuntu", "22.04", "2027-04-30"),
    ("ubuntu", "24.04", "2029-05-31"),
    ("ubuntu", "26.04", "2031-04-30"),
    ("ubuntu", "22.10", "2023-07-20"),
    ("ubuntu", "23.04", "2024-01-25"),
    ("ubuntu", "23.10", "2024-07-12"),
    ("ubuntu", "24.10", "2025-07-10"),
    ("ubuntu", "25.04", "2026-01-17"),
    ("rhel", "6", "2020-11-30"),
    ("rhel", "7", "2024-06-30"),
    ("rhel", "8", "2029-05-31"),
    ("rhel", "9", "2032-05-31"),
    ("rhel", "10", "2035-05-31"),
    ("centos", "6", "2020-11-30"),
    ("centos", "7", "2024-06-30"),
    ("centos", "8", "2024-05-31"),
    ("centos", "9", "2027-05-31"),
    ("centos", "10", "2030-01-01"),
    ("rocky", "8", "2029-05-31"),
    ("rocky", "9", "2032-05-31"),
    ("rocky", "10", "2035-05-31"),
    ("almalinux", "8", "2029-03-01"),
    ("almalinux", "9", "2032-05-31"),
    ("almalinux", "10", "2035-05-31"),
    ("alpine", "3.10", "2021-05-01"),
    ("alpine", "3.11", "2021-11-01"),
    ("alpine", "3.12", "2022-05-01"),
    ("alpine", "3.13", "2022-11-01"),
    ("alpine", "3.14", "2023-05-01"),
    ("alpine", "3.15", "2023-11-01"),
    ("alpine", "3.16", "2024-05-23"),
    ("alpine", "3.17", "2024-11-22"),
    ("alpine", "3.18", "2025-05-09"),
    ("alpine", "3.19", "2025-11-01"),
    ("alpine", "3.20", "2026-04-01"),
    ("alpine", "3.21", "2026-11-01"),
    ("alpine", "3.22", "2027-05-01"),
    ("alpine", "3.23", "2027-11-01"),
    ("amzn", "2018.03", "2023-12-31"),
    ("amzn", "2", "2026-06-30"),
    ("amzn", "2023", "2029-06-30"),
    ("opensuse-leap", "15.0", "2019-12-03"),
    ("opensuse-leap", "15.1", "2021-02-02"),
    ("opensuse-leap", "15.2", "2022-01-04"),
    ("opensuse-leap", "15.3", "2022-12-31"),
    ("opensuse-leap", "15.4", "2023-12-07"),
    ("opensuse-leap", "15.5", "2024-12-31"),
    ("opensuse-leap", "15.6", "2026-04-30"),
    ("opensuse-leap", "16.0", "2027-10-31"),
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let os = facts.os.get()?;
    // `8.9` is a point release of `8`, and `3.18.4` one of `3.18`.
    let is = |version: &str| {
        os.version_id.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let row = RELEASES.iter().find(|row| row.0 == os.id && is(row.1));
    let end = Timestamp::parse(row.map_or(&os.support_end, |row| row.2));
    let unknown = || {
        let (id, version) = (&os.id, &os.version_id);
        format!(
            "the end of support of {id} {version} is not known; `bartizan feeds load` of endoflife.date (eol) may tell it"
        )
    };
    let end = end.ok_or_else(unknown)?;
    let over = facts.collected_at.days_since(end) > 0;
    let detail = || format!("{} {} had its last security updates on {}", os.id, os.version_id, end.date());
    Ok(if over { vec![Hit::whole(detail())] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use super::RELEASES;
    use crate::checks::testing::{hits, host, inconclusive, misses, os};
    use bartizan_model::Timestamp;
    use bartizan_model::host::{Fact, HostFacts, OsRelease};

    fn release(id: &str, version: &str) -> HostFacts {
        HostFacts { os: os(id, version), ..host() }
    }

    #[test]
    fn hit() {
        hits(&CHECK, &release("ubuntu", "18.04"), &[""]);
        hits(&CHECK, &release("centos", "6"), &[""]);
        hits(&CHECK, &release("alpine", "3.14.10"), &[""]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &release("debian", "12"));
        misses(&CHECK, &release("rhel", "8.9"));
        misses(&CHECK, &release("amzn", "2023"));
        misses(&CHECK, &release("alpine", "3.18.4"));
        assert!(RELEASES.iter().all(|row| Timestamp::parse(row.2).is_some()));
    }

    #[test]
    fn what_is_in_no_table_may_say_it_itself() {
        let fedora = |end: &str| {
            let os = OsRelease {
                id: "fedora".into(),
                version_id: "40".into(),
                support_end: end.into(),
                ..OsRelease::default()
            };
            HostFacts { os: Fact::Known(os), ..host() }
        };
        hits(&CHECK, &fedora("2000-05-13"), &[""]);
        misses(&CHECK, &fedora("2999-05-13"));
        inconclusive(&CHECK, &fedora("soon"));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &release("arch", ""));
        inconclusive(&CHECK, &release("debian", "99"));
    }
}
