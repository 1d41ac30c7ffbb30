//! What is one, what is not, and why, on a few exposures of one asset.

use super::*;

fn table() -> std::sync::Arc<Equivalences> {
    Equivalences::built_in().unwrap()
}

/// Exposures from lines of `KEY CWE,... LOCUS`, with their excerpts from `LINE@DAY|CODE`.
fn spots(lines: &[(&str, &str, &str, &str)]) -> (Vec<Spot>, Excerpts) {
    let table = table();
    let mut all = (Vec::new(), Excerpts::new());
    for (number, (key, cwe, locus, excerpt)) in lines.iter().enumerate() {
        let id = ExposureId(number as i64 + 1);
        let cwe: Vec<u32> = cwe.split(',').filter_map(|number| number.parse().ok()).collect();
        let Ok(locus) = locus.parse::<Locus>();
        let Some(rule) = Rule::of(key, &format!("title of {key}"), &cwe, &table) else { continue };
        all.0.push(Spot { id, rule: Rc::new(rule), locus });
        if let Some((line, code)) = excerpt.split_once('|') {
            let (line, days) = line.split_once('@').unwrap_or((line, "0"));
            let at = Timestamp::from_seconds(0).plus_days(days.parse().unwrap());
            all.1.insert(id, Excerpt { line: line.parse().ok(), code: code.to_owned(), at });
        }
    }
    all
}

fn linked(lines: &[(&str, &str, &str, &str)]) -> Vec<(i64, i64, String)> {
    let (spots, excerpts) = spots(lines);
    let wanted = wants_excerpt(&spots);
    let given: Excerpts = excerpts.into_iter().filter(|(id, _)| wanted.contains(id)).collect();
    let found = links(&spots, &given, &table());
    let mut backwards = spots;
    backwards.reverse();
    assert_eq!(links(&backwards, &given, &table()), found, "the order does not matter");
    found.into_iter().map(|link| (link.one.0, link.other.0, link.rule)).collect()
}

#[test]
fn a_specific_cwe_at_the_same_code() {
    let two = |cwe: &str, one: (&str, &str), other: (&str, &str)| {
        linked(&[("bandit:X1", cwe, one.0, one.1), ("semgrep:x", cwe, other.0, other.1)]).len()
    };
    let (a, b) = ("file:src/a.py#1", "file:src/a.py#2");
    assert_eq!(two("89", (a, ""), (a, "")), 1, "the same anchor");
    assert_eq!(two("89", (a, "9|"), (b, "9|")), 1, "the same line, of no known code");
    assert_eq!(two("89", (a, "9|"), (b, "8|")), 0);
    assert_eq!(two("89", (a, "9|"), (b, "9@2|")), 0, "two days later another line may be the ninth");
    assert_eq!(two("89", (a, "9|db.run(q)"), (b, "12|db.run( q )")), 1, "the same code, and the line moved");
    assert_eq!(two("89", (a, "9|db.run(q)"), (b, "9|db.run(other)")), 0, "the line is now another");
    assert_eq!(two("89", (a, "9|x"), (b, "12|x")), 0, "code that says nothing");
    assert_eq!(two("89", (a, "9|8 a\n9 db.run(query)"), (b, "9|db.run(query)")), 1);
    assert_eq!(two("89", (a, "9|"), ("file:src/a.py", "9|")), 0, "a file as a whole is no place");
    assert_eq!(two("20", (a, ""), (a, "")), 0, "an umbrella");
    assert_eq!(
        linked(&[("a:1", "259", a, ""), ("b:1", "798", a, "")]).len(),
        1,
        "a password is a credential"
    );
    assert_eq!(two("89", (a, ""), ("file:/ci/src/a.py#1", "")), 1);
    assert_eq!(two("89", (a, ""), ("file:lib/src/a.py#1", "")), 0);
    assert_eq!(two("79", ("route:/s?q", ""), ("route:/s?q", "")), 1);
    assert_eq!(two("79", ("route:/s?q", ""), ("route:/s?p", "")), 0);
    assert_eq!(two("79", ("route:/s", ""), ("route:/s", "")), 0, "which parameter?");
    for vague in ["", "port/tcp/443", "pkg:npm/a", "setting:x"] {
        assert_eq!(two("295", (vague, ""), (vague, "")), 0, "{vague}");
    }
}

#[test]
fn equivalent_rules_at_the_same_place() {
    assert_eq!(
        linked(&[
            ("testssl.sh:TLS1", "", "port/tcp/443", ""),
            ("nessus:104743", "327", "port/tcp/443", ""),
            ("qualys:38628", "", "port/tcp/8443", ""),
            ("sslyze:tls1.0", "327", "port/tcp/443", ""),
            ("sslyze:tls1.1", "327", "port/tcp/443", ""),
        ]),
        [(1, 2, "equivalence:tls-1-0".into()), (1, 4, "equivalence:tls-1-0".into())]
    );
    assert_eq!(
        linked(&[
            ("zap:10038-1", "693", "route:/?content-security-policy", ""),
            ("nuclei:http-missing-security-headers:content-security-policy", "", "route:/", ""),
            ("zap:10038-1", "693", "route:/login?content-security-policy", ""),
        ]),
        [(1, 2, "equivalence:web-no-csp".into())]
    );
    assert_eq!(
        linked(&[
            ("checkov:CKV_AWS_53", "", "file:s3.tf#aws_s3_bucket.logs", ""),
            ("trivy:AVD-AWS-0086", "", "file:infra/s3.tf#aws_s3_bucket.logs", ""),
            ("tfsec:AVD-AWS-0086", "", "file:/src/infra/s3.tf#aws_s3_bucket.logs", ""),
            ("tfsec:AVD-AWS-0086", "", "file:/src/infra/s3.tf#aws_s3_bucket.data", ""),
        ]),
        [(1, 3, "equivalence:aws-s3-block-public-acls".into())],
        "s3.tf may lie in any folder of the machine, infra/s3.tf is not s3.tf"
    );
}

#[test]
fn one_tool_is_one_opinion_and_two_of_its_rules_follow_another_tool() {
    let at = "file:a.py#1";
    assert_eq!(linked(&[("a:1", "89", at, ""), ("a:2", "89", at, ""), ("A:3", "89", at, "")]), []);
    assert_eq!(
        linked(&[("a:1", "89", at, ""), ("a:2", "89", at, ""), ("b:3", "89", at, "")]),
        [(1, 3, "cwe:89".into()), (2, 3, "cwe:89".into())]
    );
    assert_eq!(
        linked(&[("CVE-2024-1", "89", at, ""), ("a:2", "89", at, "")]),
        [],
        "a CVE is known by itself"
    );
}

#[test]
fn a_link_says_why() {
    let (spots, excerpts) = spots(&[
        ("bandit:B608", "89", "file:src/a.py#1", "9|8 a\n9 db.run(query)"),
        ("semgrep:x", "89", "file:src/a.py#2", "12|db.run(query)"),
    ]);
    let found = links(&spots, &excerpts, &table());
    assert_eq!(
        found[0].reason,
        "bandit:B608 and semgrep:x both report CWE-89 or a kind of it at file:src/a.py, the same code (lines 9 and 12 when seen)"
    );
}

#[test]
fn what_is_alike_is_proposed() {
    let (mut spots, excerpts) = spots(&[
        ("bandit:B608", "89", "file:src/a.py#1", "9|"),
        ("semgrep:x", "89", "file:src/a.py#2", "11|"),
        ("semgrep:y", "79", "file:src/a.py#3", "9|"),
        ("burp:1", "", "route:/search", ""),
        ("zap:1", "", "route:/search?q", ""),
        ("zap:2", "", "route:/search?q", ""),
    ]);
    for (spot, title) in spots.iter_mut().zip([
        "Possible SQL injection",
        "Tainted SQL string",
        "Text is not escaped",
        "Cross-site scripting (reflected)",
        "Reflected cross site scripting",
        "A header is missing",
    ]) {
        spot.rule = Rc::new(Rule { title: title.to_owned(), ..(*spot.rule).clone() });
    }
    assert_eq!(similar::wants_excerpt(&spots).len(), 3);
    let found = similar::proposals(&spots, &excerpts);
    let pairs: Vec<_> = found.iter().map(|it| (it.one.0, it.other.0)).collect();
    assert_eq!(pairs, [(4, 5)]);
    assert_eq!(
        found[0].reason,
        "the same route, of which one names the parameter; 100 % of the words of their titles agree"
    );
}
