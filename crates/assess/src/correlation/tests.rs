//! What is one, what is not, and why, on a few exposures of one asset.

use super::*;
use proptest::prelude::*;

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
fn a_place_that_is_told_less_exactly_is_the_same_where_there_is_one() {
    let pairs = |lines: &[(&str, &str, &str, &str)]| {
        linked(lines).into_iter().map(|(one, other, _)| (one, other)).collect::<Vec<_>>()
    };
    let [zap, burp, nikto] = ["zap:10010", "burp:5244416", "arachni:http_only_cookies"];
    assert_eq!(pairs(&[(zap, "", "route:/?sid", ""), (burp, "", "route:/", "")]), [(1, 2)]);
    assert_eq!(pairs(&[(zap, "", "route:/?sid", ""), (nikto, "", "route:/?sid", "")]), [(1, 2)]);
    assert_eq!(
        pairs(&[(zap, "", "route:/?sid", ""), (burp, "", "route:/", ""), (nikto, "", "route:/?sid", "")]),
        [(1, 2), (1, 3)]
    );
    assert_eq!(pairs(&[(zap, "", "route:/?sid", ""), (nikto, "", "route:/?lang", "")]), [], "another cookie");
    assert_eq!(
        pairs(&[(zap, "", "route:/?sid", ""), (burp, "", "route:/", ""), (zap, "", "route:/?lang", "")]),
        [],
        "which of the two?"
    );
    assert_eq!(pairs(&[(zap, "", "route:/?sid", ""), (burp, "", "route:/login", "")]), [], "another route");

    let logging = ["checkov:CKV_AWS_18", "kics:f861041c-8c9f-4156-acfc-5e6e524f5884"];
    let bucket = "file:/s3.tf#aws_s3_bucket.logs";
    assert_eq!(
        pairs(&[
            (logging[0], "", bucket, ""),
            (logging[1], "", "file:s3.tf#aws_s3_bucket[{{logs}}].acl", "")
        ]),
        [(1, 2)]
    );
    assert_eq!(
        pairs(&[(logging[0], "", bucket, ""), (logging[1], "", "file:s3.tf#aws_s3_bucket[data]", "")]),
        []
    );
    assert_eq!(
        pairs(&[
            (logging[0], "", bucket, ""),
            (logging[1], "", "file:s3.tf#aws_s3_bucket[logs].a", ""),
            (logging[1], "", "file:s3.tf#aws_s3_bucket[logs].b", ""),
        ]),
        [],
        "two of one tool are not one"
    );
    let liveness = ["checkov:CKV_K8S_8", "kube-linter:no-liveness-probe", "kubescape:C-0056"];
    assert_eq!(
        pairs(&[
            (liveness[0], "", "file:/deploy/shop.yaml#Deployment.web.shop", ""),
            (liveness[1], "", "file:deploy/shop.yaml#web/Deployment/shop 3d320213", ""),
            (liveness[2], "", "file:deploy/shop.yaml#prod/web/Deployment/shop", ""),
            (liveness[2], "", "file:deploy/shop.yaml#prod/web/Deployment/cart", ""),
        ]),
        [(1, 2), (1, 3)]
    );

    let eval = |other: &str, more: &[(&str, &str, &str, &str)]| {
        let two = [
            ("bandit:B307", "", "file:app/calc.py#1", "30|30 return eval(f)"),
            ("ruff:S307", "", "file:/ci/app/calc.py", other),
        ];
        pairs(&[&two, more].concat())
    };
    assert_eq!(eval("30|", &[]), [(1, 2)], "the only one there, at one line");
    assert_eq!(eval("31|", &[]), []);
    assert_eq!(eval("30@2|", &[]), [], "two days later another line may be the thirtieth");
    assert_eq!(
        eval("30|", &[("bandit:B307", "", "file:app/calc.py#2", "50|eval(another)")]),
        [],
        "it may stand for both"
    );
    assert_eq!(eval("30|", &[("bandit:B307", "", "file:app/sum.py#2", "50|eval(another)")]), [(1, 2)]);

    assert_eq!(
        pairs(&[
            ("trivy:DS002", "", "file:Dockerfile#789f38408b598cb0", ""),
            ("hadolint:DL3002", "", "file:./Dockerfile#12", "12|"),
            ("checkov:CKV_DOCKER_8", "", "file:/Dockerfile#/Dockerfile.USER", ""),
            ("hadolint:DL3002", "", "file:web/Dockerfile", ""),
        ]),
        [(1, 3)],
        "./Dockerfile is written otherwise by the formats"
    );
    assert_eq!(
        pairs(&[
            ("scout-suite:s3-bucket-no-logging", "", "setting:logging", ""),
            ("prowler:s3_bucket_server_access_logging_enabled", "", "", ""),
            ("security-hub:S3.14", "", "", ""),
        ]),
        [(1, 2)]
    );
    assert_eq!(
        pairs(&[("zap:40018", "", "route:/a?sort", ""), ("wapiti:sql injection", "", "route:/a", "")]),
        [],
        "an injection is into a parameter"
    );
}

proptest! {
    /// Whatever is reported where: one tool joins nothing of its own, and nobody's order matters.
    #[test]
    fn links_are_between_tools_and_of_any_order(
        reported in proptest::collection::vec((0_usize..10, 0_usize..7, 0_u8..3), 0..12)
    ) {
        const RULES: [&str; 10] = [
            "zap:10010", "zap:10011", "burp:5244416", "bandit:B307", "ruff:S307", "checkov:CKV_AWS_18",
            "kics:f861041c-8c9f-4156-acfc-5e6e524f5884", "hadolint:DL3002", "trivy:DS002", "prowler:s3_bucket_object_versioning",
        ];
        const PLACES: [&str; 7] = [
            "route:/", "route:/?sid", "file:a.py", "file:/ci/a.py#1", "file:s.tf#aws_s3_bucket.a", "file:s.tf#aws_s3_bucket[a].b", "",
        ];
        let lines: Vec<_> = reported.iter().map(|(rule, place, line)| (RULES[*rule], "", PLACES[*place], ["", "1|x", "2|y"][*line as usize])).collect();
        let tool = |id: i64| lines[id as usize - 1].0.split(':').next();
        for (one, other, _) in linked(&lines) {
            prop_assert!(one < other && tool(one) != tool(other));
        }
    }
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
