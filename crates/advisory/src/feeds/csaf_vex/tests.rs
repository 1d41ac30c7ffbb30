//! A made-up VEX document of a distribution, and one of a maker.

use super::*;
use crate::feeds::tests::{advisories, read_all};

const VEX: &str = r#"{"document":{"category":"csaf_vex","csaf_version":"2.0","title":"lib: bad","aggregate_severity":{"text":"Important"},
    "tracking":{"id":"CVE-2099-0001","status":"final","current_release_date":"2099-01-02T00:00:00+00:00","initial_release_date":"2099-01-01T00:00:00+00:00"}},
    "product_tree":{"branches":[{"category":"vendor","name":"Red Hat","branches":[
      {"category":"product_name","name":"RHEL 9","product":{"name":"r","product_id":"AppStream-9","product_identification_helper":{"cpe":"cpe:/a:redhat:enterprise_linux:9::appstream"}}},
      {"category":"product_name","name":"RHEL 7","product":{"name":"r","product_id":"rhel7","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:7"}}},
      {"category":"product_version","name":"l","product":{"name":"l","product_id":"lib-1:2.0-3.el9.x86_64","product_identification_helper":{"purl":"pkg:rpm/redhat/lib@2.0-3.el9?arch=x86_64&epoch=1"}}},
      {"category":"product_version","name":"l","product":{"name":"l","product_id":"lib-1:2.0-1.el9.x86_64","product_identification_helper":{"purl":"pkg:rpm/redhat/lib@2.0-1.el9?arch=x86_64&epoch=1"}}},
      {"category":"product_version","name":"l","product":{"name":"l","product_id":"lib","product_identification_helper":{"purl":"pkg:rpm/redhat/lib"}}},
      {"category":"product_version","name":"n","product":{"name":"n","product_id":"node-1:18-1.x86_64"}},
      {"category":"product_version","name":"m","product":{"name":"m","product_id":"nodejs:18:9","product_identification_helper":{"purl":"pkg:rpmmod/redhat/nodejs@18:9020:abc"}}},
      {"category":"product_version","name":"i","product":{"name":"i","product_id":"image","product_identification_helper":{"purl":"pkg:oci/image@sha256"}}}]}],
     "relationships":[
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"A:lib3"},"product_reference":"lib-1:2.0-3.el9.x86_64","relates_to_product_reference":"AppStream-9"},
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"A:lib1"},"product_reference":"lib-1:2.0-1.el9.x86_64","relates_to_product_reference":"AppStream-9"},
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"7:lib"},"product_reference":"lib","relates_to_product_reference":"rhel7"},
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"A:mod"},"product_reference":"nodejs:18:9","relates_to_product_reference":"AppStream-9"},
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"A:mod:node"},"product_reference":"node-1:18-1.x86_64","relates_to_product_reference":"A:mod"},
      {"category":"default_component_of","full_product_name":{"name":"x","product_id":"A:image"},"product_reference":"image","relates_to_product_reference":"AppStream-9"}]},
    "vulnerabilities":[{"cve":"CVE-2099-0001","title":"lib: bad","cwe":{"id":"CWE-79","name":"x"},"notes":[{"category":"description","text":"A flaw"}],
      "scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},"products":["A:lib3"]}],
      "product_status":{"fixed":["A:lib3","A:lib1","A:mod:node"],"known_affected":["7:lib","A:image"],"known_not_affected":["nowhere"]},
      "remediations":[{"category":"no_fix_planned","details":"Out of support scope","product_ids":["7:lib"]}]}]}"#;

#[test]
fn a_distribution() {
    let (records, rejected, summary) = read_all(&FEED, VEX);
    assert_eq!(rejected, ["CVE-2099-0001: known_not_affected: `nowhere` is not in the product tree"]);
    assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00+00:00"));
    let advisory = advisories(&records)["CVE-2099-0001"];
    assert_eq!((advisory.severity.as_str(), advisory.cwes.len(), advisory.cvss.len()), ("Important", 1, 1));
    let said: Vec<_> = advisory
        .affected
        .iter()
        .map(|one| {
            (
                one.ecosystem.as_str(),
                one.package.as_str(),
                one.module.as_str(),
                one.verdict.as_str(),
                &one.ranges[0],
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("redhat:7", "lib", "", "end-of-life", &Range::all()),
            // The first of two fixes of one stream.
            ("redhat:9", "lib", "", "affected", &Range::until("1:2.0-1.el9")),
            ("redhat:9", "node", "nodejs:18", "affected", &Range::until("1:18-1")),
        ]
    );
}

#[test]
fn a_maker_and_what_was_taken_back() {
    let text = r#"{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"t","tracking":{"id":"ACME-1","status":"final"}},
        "product_tree":{"branches":[{"category":"vendor","name":"Acme Inc","branches":[{"category":"product_name","name":"Big Thing","branches":[
          {"category":"product_version_range","name":"vers:generic/>=1.0|<1.5","product":{"name":"p","product_id":"P1"}},
          {"category":"product_version","name":"1.5","product":{"name":"p","product_id":"P2"}}]}]}],
          "product_groups":[{"group_id":"G","product_ids":["P1"]}]},
        "vulnerabilities":[{"cve":"CVE-2099-0001","product_status":{"known_affected":["P1"],"fixed":["P2"]},"remediations":[{"category":"no_fix_planned","details":"","group_ids":["G"]}]},
          {"cve":"CVE-2099-0002","product_status":{"under_investigation":["P2"]}},{"product_status":{}}]}"#;
    let (records, rejected, _) = read_all(&FEED, text);
    assert_eq!(rejected, ["ACME-1: a vulnerability has neither a CVE nor an id"]);
    let found = advisories(&records);
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["ACME-1/CVE-2099-0001", "ACME-1/CVE-2099-0002"]);
    let first = found["ACME-1/CVE-2099-0001"];
    assert_eq!(first.covers, ["CVE-2099-0001"]);
    let [fixed, range] = &first.affected[..] else { panic!("two: {:?}", first.affected) };
    assert_eq!(
        (fixed.package.as_str(), fixed.verdict, fixed.versions.len()),
        ("acme_inc:big_thing", Verdict::NotAffected, 1)
    );
    assert_eq!(
        (range.verdict, &range.ranges[0]),
        (Verdict::WontFix, &Range::Constraint(">=1.0, <1.5".into()))
    );
    let (records, ..) =
        read_all(&FEED, r#"{"document":{"tracking":{"id":"CVE-2099-0003","status":"deleted"}}}"#);
    assert!(advisories(&records)["CVE-2099-0003"].withdrawn.is_some());
}
