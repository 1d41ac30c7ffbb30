//! Checks of benchmarks (CIS, DISA STIG, profiles of one's own) as weaknesses.
//!
//! The number of a check says nothing alone: `1.2.2` of the CIS benchmark for Kubernetes is another check than that of EKS, and in its
//! version 1.20 another than in 1.6, since one was taken out before it. What stays is which benchmark it is, the part of it, and
//! what the check is called: so a newer version reports the same exposure. Where it only got stricter (`644` became `600`) it is the
//! same too.

use super::text;

/// A benchmark without its version: `eks` of `eks-1.0.1`, `rke2-cis` of `rke2-cis-1.23`, nothing of `1.6`.
pub(crate) fn family(name: &str) -> String {
    let name = text::name(name).to_lowercase();
    let parts = name.split(['-', '_', ' ', '/', ':']).filter(|part| !part.is_empty() && !is_version(part));
    parts.collect::<Vec<_>>().join("-")
}

/// `1.23`, `v1`, `v1r6`, and the `v` of `v/1.2.0`; a number alone may be of a product (`rhel-8`).
fn is_version(part: &str) -> bool {
    let digits = part.trim_start_matches('v');
    let is_marked = digits.len() < part.len() || part.contains('.');
    is_marked && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'r'))
}

/// A rule of a benchmark, `cis:5.2.1`; the rule alone where nothing says of which.
pub(crate) fn qualified(family: &str, rule: &str) -> String {
    text::name(&if family.is_empty() { rule.to_owned() } else { format!("{family}:{rule}") })
}

/// The rule by which a numbered check is known: `cis:1.2/anonymous-auth-argument-set-to-false`. `part` keeps apart checks of one
/// title (the profiling of the API server, and that of the scheduler), and is empty where titles are unique. By its number
/// where it has no title.
pub(crate) fn rule(family: &str, part: &str, number: &str, title: &str) -> String {
    let words = words(title);
    let divider = if part.is_empty() { "" } else { "/" };
    if words.is_empty() {
        qualified(family, number)
    } else {
        qualified(family, &[part, divider, &words].concat())
    }
}

/// Whether an id is no more than a number of a benchmark: `1.12`.
pub(crate) fn is_number(id: &str) -> bool {
    id.contains('.') && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The part of a benchmark that a check is in: `1.2` of `1.2.6`.
pub(crate) fn part(number: &str) -> &str {
    number.rsplit_once('.').map_or("", |(part, _)| part)
}

/// The words of a title that make the check: without `(Automated)`, filling words, and numbers.
fn words(title: &str) -> String {
    const FILLING: [&str; 8] = ["a", "an", "are", "be", "ensure", "is", "that", "the"];
    let title = text::name(title).to_lowercase();
    let title = match title.rsplit_once('(') {
        Some((title, kind)) if kind.ends_with(')') && !title.is_empty() => title,
        _ => &title,
    };
    let words = title.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !FILLING.contains(word) && word.contains(char::is_alphabetic));
    words.collect::<Vec<_>>().join("-")
}

/// A rule of XCCDF. In its version 1.2 ids say whose they are; those of 1.1 need their benchmark. What only counts is left out:
/// the number of a CIS recommendation (`..._rule_1.1.1.1_Ensure_...`), the revision of a STIG's (`SV-204393r603261_rule`).
pub(crate) fn xccdf(benchmark: &str, rule: &str) -> String {
    if let Some((owner, rest)) = rule.split_once("_rule_")
        && owner.starts_with("xccdf_")
    {
        let bare = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let name = bare.strip_prefix('_').filter(|name| !name.is_empty()).unwrap_or(rest);
        return text::name(&format!("{owner}_rule_{}", unrevised(name)));
    }
    match unrevised(rule) {
        stig if stig != rule => text::name(&stig),
        _ if rule.starts_with("xccdf_") => text::name(rule),
        _ => qualified(&family(benchmark), rule),
    }
}

/// A rule of a STIG without its revision.
fn unrevised(rule: &str) -> String {
    let revised = rule.strip_prefix("SV-").and_then(|rest| rest.strip_suffix("_rule"));
    match revised.and_then(|rest| rest.split_once('r')) {
        Some((number, revision))
            if [number, revision].iter().all(|it| it.bytes().all(|b| b.is_ascii_digit())) =>
        {
            format!("SV-{number}_rule")
        }
        _ => rule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_a_benchmark_of_any_version() {
        for (name, expected) in [
            ("1.6", ""),
            ("cis-1.23", "cis"),
            ("eks-1.0.1", "eks"),
            ("eks-stig-kubernetes-v1r6", "eks-stig-kubernetes"),
            ("cis-1.24-microk8s", "cis-microk8s"),
            ("rke2-cis-1.7", "rke2-cis"),
            ("cis-aws-foundations-benchmark/v/1.2.0", "cis-aws-foundations-benchmark"),
            ("cis_v150", "cis"),
            ("CIS RHEL-8", "cis-rhel-8"),
            ("vsphere", "vsphere"),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn a_check_that_moved_or_got_stricter_is_the_same() {
        let old =
            rule("cis", "1.2", "1.2.3", "Ensure that the --token-auth-file parameter is not set (Scored)");
        let new =
            rule("cis", "1.2", "1.2.2", "Ensure that the --token-auth-file parameter is not set (Automated)");
        assert_eq!(old, "cis:1.2/token-auth-file-parameter-not-set");
        assert_eq!(new, old);
        let of = |mode: &str| {
            rule("cis", "4.1", "4.1.1", &format!("Ensure permissions are set to {mode} or stricter"))
        };
        assert_eq!(of("644"), of("600"));
    }

    #[test]
    fn a_number_of_another_benchmark_or_part_is_another_check() {
        let profiling = |family: &str, number: &str| {
            rule(family, part(number), number, "Ensure that the --profiling argument is set to false")
        };
        assert_ne!(profiling("cis", "1.3.2"), profiling("cis", "1.4.1"));
        assert_ne!(profiling("cis", "1.3.2"), profiling("rke", "1.3.2"));
        assert_ne!(
            rule("cis", "1.2", "1.2.2", "Ensure that the --basic-auth-file argument is not set"),
            rule("cis", "1.2", "1.2.2", "Ensure that the --token-auth-file parameter is not set"),
        );
        assert_eq!(rule("eks", "3.1", "3.1.1", ""), "eks:3.1.1");
        assert_eq!(rule("", "", "3.1.1", "(Manual)"), "manual");
    }

    #[test]
    fn rules_of_xccdf_say_whose_they_are() {
        for (benchmark, rule, expected) in [
            (
                "b",
                "xccdf_org.ssgproject.content_rule_sshd_root",
                "xccdf_org.ssgproject.content_rule_sshd_root",
            ),
            (
                "b",
                "xccdf_org.cisecurity.benchmarks_rule_1.1.1.1_Ensure_cramfs_is_disabled",
                "xccdf_org.cisecurity.benchmarks_rule_Ensure_cramfs_is_disabled",
            ),
            ("b", "xccdf_example_rule_1.1", "xccdf_example_rule_1.1"),
            (
                "b",
                "xccdf_mil.disa.stig_rule_SV-204393r603261_rule",
                "xccdf_mil.disa.stig_rule_SV-204393_rule",
            ),
            ("RHEL_7_STIG", "SV-204393r603261_rule", "SV-204393_rule"),
            ("RHEL_7_STIG", "SV-2r_x_rule", "rhel-7-stig:SV-2r_x_rule"),
            ("house-1.2", "rule-1.1", "house:rule-1.1"),
            ("", "rule-1.1", "rule-1.1"),
        ] {
            assert_eq!(xccdf(benchmark, rule), expected, "{rule}");
        }
    }
}
