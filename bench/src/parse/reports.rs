//! Reports that are made while they are read: a head, records out of a pool by a seeded generator, a tail. Their structure is that
//! of the tools, with the fields that real reports have. Each round of the pool has a number of its own in names and ids, so that
//! no record is there twice.

use std::io::{Cursor, Read};

/// A report of a format.
pub(super) struct Report {
    pub(super) format: &'static str,
    pub(super) is_xml: bool,
    head: &'static str,
    record: fn(usize, &mut Random) -> String,
    between: &'static str,
    tail: &'static str,
}

/// Different records in the pool.
const POOL: usize = 512;
/// Stands in names and ids; its digits become the number of the round.
const ROUND: &str = "r000000";

/// A small generator of numbers (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// Some sentences.
    fn words(&mut self, length: usize) -> String {
        let parts = [
            "A flaw was found in the way a library handled crafted input",
            "which may allow a remote attacker to read memory",
            "An attacker who can reach the service over the network",
            "could cause the application to crash or to answer with data of somebody else",
            "The component does not check the length of a field before it copies it",
            "Upgrade to a version in which the check was added",
        ];
        let mut text = String::new();
        while text.len() < length {
            text += self.one(&parts);
            text += ". ";
        }
        text
    }
}

/// Bytes of a report of about this size.
pub(super) struct Stream {
    pool: Vec<u8>,
    /// Where the digits of the rounds are, and which is next.
    rounds: Vec<usize>,
    round: usize,
    between: &'static str,
    tail: &'static str,
    left: usize,
    now: Cursor<Vec<u8>>,
    first: bool,
}

impl Report {
    pub(super) fn stream(&self, size: usize) -> Stream {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let pool: Vec<_> = (0..POOL).map(|number| (self.record)(number, &mut random)).collect();
        let pool = pool.join(self.between);
        let now = Cursor::new(self.head.as_bytes().to_vec());
        Stream {
            left: size.div_ceil(pool.len()),
            rounds: pool.match_indices(ROUND).map(|(at, _)| at + 1).collect(),
            round: 0,
            pool: pool.into_bytes(),
            between: self.between,
            tail: self.tail,
            now,
            first: true,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let n = self.now.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            // The cursor's memory is used again.
            let mut next = std::mem::take(self.now.get_mut());
            next.clear();
            if self.left > 0 {
                self.left -= 1;
                if !std::mem::take(&mut self.first) {
                    next.extend(self.between.as_bytes());
                }
                self.round += 1;
                let digits = format!("{:06}", self.round % 1_000_000);
                self.rounds.iter().for_each(|at| self.pool[*at..*at + 6].copy_from_slice(digits.as_bytes()));
                next.extend(&self.pool);
            } else {
                next.extend(std::mem::take(&mut self.tail).as_bytes());
                if next.is_empty() {
                    return Ok(0);
                }
            }
            self.now = Cursor::new(next);
        }
    }
}

pub(super) const REPORTS: &[Report] = &[
    Report { format: "nuclei", is_xml: false, head: "", record: nuclei, between: "\n", tail: "\n" },
    Report {
        format: "trivy",
        is_xml: false,
        head: r#"{"SchemaVersion":2,"CreatedAt":"2026-02-03T10:00:00Z","ArtifactName":"registry.example.org/shop:1","ArtifactType":"container_image","Metadata":{"OS":{"Family":"debian","Name":"12.5"}},"Results":[{"Target":"shop (debian 12.5)","Class":"os-pkgs","Type":"debian","Vulnerabilities":["#,
        record: trivy,
        between: ",\n",
        tail: "]}]}",
    },
    Report {
        format: "sarif",
        is_xml: false,
        head: r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","version":"1","rules":[{"id":"rule-0","shortDescription":{"text":"A rule"},"fullDescription":{"text":"What it looks for"},"properties":{"tags":["external/cwe/cwe-79"],"security-severity":"7.5"}}]}},"results":["#,
        record: sarif,
        between: ",\n",
        tail: "]}]}",
    },
    Report {
        format: "semgrep",
        is_xml: false,
        head: r#"{"version":"1.90.0","results":["#,
        record: semgrep,
        between: ",",
        tail: r#"],"errors":[],"paths":{"scanned":[]}}"#,
    },
    Report {
        format: "asff",
        is_xml: false,
        head: r#"{"Findings":["#,
        record: asff,
        between: ",",
        tail: "]}",
    },
    Report {
        format: "nessus",
        is_xml: true,
        head: r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="scan" xmlns:cm="http://www.nessus.org/cm">"#,
        record: nessus,
        between: "\n",
        tail: "</Report></NessusClientData_v2>",
    },
    Report {
        format: "zap",
        is_xml: true,
        head: r#"<?xml version="1.0"?><OWASPZAPReport version="2.15.0" generated="Tue, 3 Feb 2026 10:00:00"><site name="https://shop.example.org" host="shop.example.org" port="443" ssl="true"><alerts>"#,
        record: zap,
        between: "\n",
        tail: "</alerts></site></OWASPZAPReport>",
    },
];

fn nuclei(number: usize, random: &mut Random) -> String {
    let (words, severity, host) =
        (random.words(300), random.one(&["info", "low", "medium", "high", "critical"]), random.below(5_000));
    format!(
        r#"{{"template":"http/cves/2023/t-{number}.yaml","template-url":"https://cloud.example.org/t-{number}","template-id":"CVE-2023-{}","template-path":"/srv/templates/t-{number}.yaml","info":{{"name":"Widget - Remote Code Execution","author":["somebody","another"],"tags":["cve","cve2023","rce","widget"],"description":"{words}","impact":"{words}","reference":["https://example.org/a/{number}","https://example.com/b"],"severity":"{severity}","metadata":{{"max-request":2,"vendor":"acme","product":"widget","verified":true}},"classification":{{"cve-id":["cve-2023-{}"],"cwe-id":["cwe-78"],"cvss-metrics":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","cvss-score":9.8,"epss-score":0.97,"cpe":"cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*"}},"remediation":"Upgrade."}},"type":"http","host":"https://h{host}-{ROUND}.example.org","port":"443","scheme":"https","url":"https://h{host}-{ROUND}.example.org/","matched-at":"https://h{host}-{ROUND}.example.org/p/{number}?x=1","request":"GET /p/{number} HTTP/1.1\r\nHost: h{host}-{ROUND}.example.org\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n","response":"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>{words}</body></html>","ip":"10.0.0.1","timestamp":"2026-02-03T10:00:00.123456789Z","curl-command":"curl -X GET https://h{host}-{ROUND}.example.org","matcher-status":true}}"#,
        10_000 + number,
        10_000 + number
    )
}

fn trivy(number: usize, random: &mut Random) -> String {
    let (words, severity) = (random.words(500), random.one(&["LOW", "MEDIUM", "HIGH", "CRITICAL"]));
    format!(
        r#"{{"VulnerabilityID":"CVE-2023-{}","PkgID":"lib{number}-{ROUND}@1.0-1","PkgName":"lib{number}-{ROUND}","PkgIdentifier":{{"PURL":"pkg:deb/debian/lib{number}-{ROUND}@1.0-1?arch=amd64&distro=debian-12.5","UID":"a{number:015x}"}},"InstalledVersion":"1.0-1","FixedVersion":"1.0-2","Status":"fixed","Layer":{{"Digest":"sha256:{number:064x}","DiffID":"sha256:{number:064x}"}},"SeveritySource":"nvd","PrimaryURL":"https://avd.example.org/nvd/{number}","DataSource":{{"ID":"debian","Name":"Debian Security Tracker","URL":"https://tracker.example.org"}},"Title":"lib{number}-{ROUND}: reads too far","Description":"{words}","Severity":"{severity}","CweIDs":["CWE-125"],"VendorSeverity":{{"debian":1,"nvd":3,"redhat":2}},"CVSS":{{"nvd":{{"V2Vector":"AV:N/AC:L/Au:N/C:P/I:P/A:P","V3Vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","V2Score":7.5,"V3Score":7.5}},"redhat":{{"V3Vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","V3Score":7.5}}}},"References":["https://example.org/advisory/{number}","https://example.com/bug/{number}","https://example.net/commit/{number}"],"PublishedDate":"2023-01-01T00:00:00Z","LastModifiedDate":"2024-01-01T00:00:00Z"}}"#,
        10_000 + number
    )
}

fn sarif(number: usize, random: &mut Random) -> String {
    let (words, level) = (random.words(120), random.one(&["error", "warning", "note"]));
    let line = 1 + random.below(2_000);
    format!(
        r#"{{"ruleId":"rule-0","ruleIndex":0,"level":"{level}","message":{{"text":"{words}"}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"src/module{number}/{ROUND}/file.ts","uriBaseId":"%SRCROOT%","index":{number}}},"region":{{"startLine":{line},"startColumn":5,"endLine":{line},"endColumn":42,"snippet":{{"text":"const value{number} = eval(input);"}}}}}},"logicalLocations":[{{"fullyQualifiedName":"module{number}.handler"}}]}}],"partialFingerprints":{{"primaryLocationLineHash":"{number:016x}{ROUND}:1","primaryLocationStartColumnFingerprint":"4"}},"codeFlows":[{{"threadFlows":[{{"locations":[{{"location":{{"physicalLocation":{{"artifactLocation":{{"uri":"src/module{number}/{ROUND}/file.ts"}},"region":{{"startLine":{line}}}}},"message":{{"text":"input"}}}}}}]}}]}}]}}"#
    )
}

fn semgrep(number: usize, random: &mut Random) -> String {
    let (words, severity) = (random.words(250), random.one(&["INFO", "WARNING", "ERROR"]));
    let line = 1 + random.below(2_000);
    format!(
        r#"{{"check_id":"javascript.lang.security.audit.rule-{}","path":"src/module{number}/{ROUND}/file.js","start":{{"line":{line},"col":5,"offset":1234}},"end":{{"line":{line},"col":42,"offset":1271}},"extra":{{"metavars":{{"$X":{{"start":{{"line":{line},"col":9,"offset":1238}},"end":{{"line":{line},"col":14,"offset":1243}},"abstract_content":"input{number}"}}}},"message":"{words}","metadata":{{"cwe":["CWE-95: Improper Neutralization of Directives in Dynamically Evaluated Code"],"owasp":["A03:2021 - Injection"],"category":"security","technology":["javascript"],"confidence":"MEDIUM","likelihood":"LOW","impact":"HIGH","subcategory":["audit"],"references":["https://example.org/{number}"],"license":"x","vulnerability_class":["Code Injection"],"source":"https://semgrep.example.org/r/rule","shortlink":"https://sg.example.org/x"}},"severity":"{severity}","fingerprint":"{number:064x}_{ROUND}","lines":"    const value{number} = eval(input{number});","validation_state":"NO_VALIDATOR","engine_kind":"OSS"}}}}"#,
        number % 60
    )
}

fn asff(number: usize, random: &mut Random) -> String {
    let (words, label) = (random.words(250), random.one(&["LOW", "MEDIUM", "HIGH", "CRITICAL"]));
    let region = random.one(&["eu-west-1", "us-east-1", "eu-central-1"]);
    format!(
        r#"{{"SchemaVersion":"2018-10-08","Id":"arn:aws:securityhub:{region}:111122223333:subscription/cis/v/1.2.0/{number}/finding/{number:032x}-{ROUND}","ProductArn":"arn:aws:securityhub:{region}::product/aws/securityhub","ProductName":"Security Hub","CompanyName":"AWS","Region":"{region}","GeneratorId":"security-control/S3.{}","AwsAccountId":"111122223333","Types":["Software and Configuration Checks/Industry and Regulatory Standards"],"FirstObservedAt":"2026-01-01T10:00:00.000Z","LastObservedAt":"2026-02-03T10:00:00.000Z","CreatedAt":"2026-01-01T10:00:00.000Z","UpdatedAt":"2026-02-03T10:00:00.000Z","Severity":{{"Product":40,"Label":"{label}","Normalized":40,"Original":"{label}"}},"Title":"S3.{} Buckets should be private","Description":"{words}","Remediation":{{"Recommendation":{{"Text":"For how to fix this, see the documentation.","Url":"https://docs.example.org/{number}"}}}},"ProductFields":{{"RelatedAWSResources:0/name":"x-{number}","RelatedAWSResources:0/type":"AWS::Config::ConfigRule","aws/securityhub/ProductName":"Security Hub","aws/securityhub/CompanyName":"AWS","Resources:0/Id":"arn:aws:s3:::bucket-{number}-{ROUND}","aws/securityhub/FindingId":"arn:aws:securityhub:{region}::product/aws/securityhub/{number}"}},"Resources":[{{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::bucket-{number}-{ROUND}","Partition":"aws","Region":"{region}","Details":{{"AwsS3Bucket":{{"OwnerId":"{number:064x}","CreatedAt":"2025-01-01T10:00:00.000Z"}}}}}}],"Compliance":{{"Status":"FAILED","SecurityControlId":"S3.{}","AssociatedStandards":[{{"StandardsId":"standards/aws-foundational-security-best-practices/v/1.0.0"}}]}},"WorkflowState":"NEW","Workflow":{{"Status":"NEW"}},"RecordState":"ACTIVE"}}"#,
        number % 30,
        number % 30,
        number % 30
    )
}

/// A host with some items.
fn nessus(number: usize, random: &mut Random) -> String {
    let mut text = format!(
        "<ReportHost name=\"10.0.{}.{}\"><HostProperties><tag name=\"host-ip\">10.0.{}.{}</tag><tag name=\"host-fqdn\">h{number}-{ROUND}.example.org</tag><tag name=\"operating-system\">Linux Kernel 6.1</tag><tag name=\"HOST_END\">Tue Feb  3 10:00:00 2026</tag></HostProperties>",
        number / 250,
        number % 250 + 1,
        number / 250,
        number % 250 + 1
    );
    for item in 0..12 {
        let (words, level, output) = (random.words(350), random.below(5), random.words(200));
        text += &format!(
            "\n<ReportItem port=\"{}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{level}\" pluginID=\"{}\" pluginName=\"Widget &lt; 1.{item} Overflow\" pluginFamily=\"Web Servers\">\n<agent>unix</agent>\n<cve>CVE-2024-{}</cve>\n<cvss3_base_score>7.5</cvss3_base_score>\n<cvss3_vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N</cvss3_vector>\n<cvss_base_score>5.0</cvss_base_score>\n<cvss_vector>CVSS2#AV:N/AC:L/Au:N/C:P/I:N/A:N</cvss_vector>\n<description>{words}</description>\n<exploit_available>true</exploit_available>\n<exploitability_ease>Exploits are available</exploitability_ease>\n<fname>widget.nasl</fname>\n<plugin_modification_date>2025/01/01</plugin_modification_date>\n<plugin_name>Widget &lt; 1.{item} Overflow</plugin_name>\n<plugin_publication_date>2024/01/01</plugin_publication_date>\n<plugin_type>remote</plugin_type>\n<risk_factor>Medium</risk_factor>\n<script_version>1.7</script_version>\n<see_also>https://example.org/a\nhttps://example.org/b</see_also>\n<solution>Upgrade to 1.{item} or later.</solution>\n<synopsis>The remote web server is too old.</synopsis>\n<xref>CWE:120</xref>\n<plugin_output>\n{output}\n</plugin_output>\n</ReportItem>",
            8000 + item,
            100_000 + number % 100 * 12 + item,
            10_000 + item
        );
    }
    text + "</ReportHost>"
}

/// An alert with some instances.
fn zap(number: usize, random: &mut Random) -> String {
    let words = random.words(400);
    let mut text = format!(
        "<alertitem><pluginid>{}</pluginid><alertRef>{}</alertRef><alert>Cross Site Scripting</alert><name>Cross Site Scripting</name><riskcode>{}</riskcode><confidence>2</confidence><riskdesc>High (Medium)</riskdesc><confidencedesc>Medium</confidencedesc><desc>&lt;p&gt;{words}&lt;/p&gt;</desc><instances>",
        40_000 + number % 40,
        40_000 + number % 40,
        random.below(4)
    );
    for instance in 0..10 {
        text += &format!(
            "<instance><uri>https://shop.example.org/page/{number}-{ROUND}/{instance}?q=1</uri><method>GET</method><param>q{instance}</param><attack>&lt;script&gt;alert(1);&lt;/script&gt;</attack><evidence>&lt;script&gt;alert(1);&lt;/script&gt;</evidence><otherinfo></otherinfo><requestheader>GET https://shop.example.org/page/{number}-{ROUND}/{instance}?q=1 HTTP/1.1\nhost: shop.example.org\nuser-agent: Mozilla/5.0\n\n</requestheader><responseheader>HTTP/1.1 200 OK\nContent-Type: text/html\n\n</responseheader></instance>"
        );
    }
    text += &format!(
        "</instances><count>10</count><solution>&lt;p&gt;{words}&lt;/p&gt;</solution><otherinfo></otherinfo><reference>&lt;p&gt;https://example.org/xss&lt;/p&gt;</reference><cweid>79</cweid><wascid>8</wascid><sourceid>1</sourceid></alertitem>"
    );
    text
}
