//! Tests with a certificate made for them and keys without any secret.

use super::*;
use base64::engine::general_purpose::STANDARD;

const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIICEDCCAXmgAwIBAgIUR/1zjK0WvgVu9FWDj1d4DSxC3c8wDQYJKoZIhvcNAQEL
BQAwGjEYMBYGA1UEAwwPd2ViLmV4YW1wbGUub3JnMB4XDTI2MTEyMzE0MzIxN1oX
DTM2MTEyMDE0MzIxN1owGjEYMBYGA1UEAwwPd2ViLmV4YW1wbGUub3JnMIGfMA0G
CSqGSIb3DQEBAQUAA4GNADCBiQKBgQDgIvD3alVVqnem6mKCODDipJhKR8o/3zvi
cbz5BSlJ6CNPprGt87pnkP5eZ79CKMq39/7dofvCD/Ucra04ZOxpZOBXFK0R+cdO
XXnmVrTi9R+FWQu6nmotM+By2T0JKZ/kU+nDs2v284hGoLzKSNBQJDjdpEIMlXna
XjWpEdc2sQIDAQABo1MwUTAdBgNVHQ4EFgQU52UynvM8nBDnnsgRCqZg1pIGGOMw
HwYDVR0jBBgwFoAU52UynvM8nBDnnsgRCqZg1pIGGOMwDwYDVR0TAQH/BAUwAwEB
/zANBgkqhkiG9w0BAQsFAAOBgQCHDtBZf+IjhW6fKIWjroq/PjiJrFkXodvEQHsS
rlISzWJI4dp1VIYcOJWBsWgouKrFQohEm0VuXAFwLN1AT3Ur5mPIKVKv7ih6qhdd
LUVo7KTprVoGGSiqaPpr1i2sN55r4JghbH+SfDP9SECtmCzt4QCpdlMPzHYgRHkw
Os/TIg==
-----END CERTIFICATE-----
";

fn file() -> FileMeta {
    FileMeta { path: "/etc/nginx/x.pem".into(), mode: 0o600, uid: 0, gid: 0, folder: false, package: None }
}

fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len();
    let mut out = match length {
        0..128 => vec![tag, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    out.extend(contents);
    out
}

fn armor(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn show(text: &str) -> Vec<String> {
    let line = |t: &TlsFile| format!("{} {} {:?} {}", t.kind, t.algorithm, t.bits, t.encrypted);
    parse(text.as_bytes(), &file()).iter().map(line).collect()
}

#[test]
fn certificates() {
    let found = parse(format!("text before\n{CERTIFICATE}").as_bytes(), &file());
    assert_eq!(found.len(), 1);
    let t = &found[0];
    assert_eq!((t.kind.as_str(), t.algorithm.as_str(), t.bits), ("certificate", "rsa", Some(1024)));
    assert_eq!((t.signature.as_str(), t.subject.as_str()), ("sha256WithRSAEncryption", "CN=web.example.org"));
    assert_eq!(t.not_after, Timestamp::parse("2036-11-20T14:32:17Z"));
    let blocks = pem(CERTIFICATE);
    assert_eq!(parse(&blocks[0].der, &file()), found);
    assert!(parse(CERTIFICATE.repeat(11).as_bytes(), &file()).is_empty());
}

#[test]
fn private_keys() {
    let mut modulus = vec![0, 0x80];
    modulus.resize(257, 1);
    let pkcs1 = der(0x30, &[&[2, 1, 0], &der(2, &[&modulus]), &[2, 1, 3]]);
    let rsa_id = der(0x30, &[&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], &[5, 0]]);
    let prime256v1 = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let ec_id = der(0x30, &[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &prime256v1]);
    let sec1 = der(0x30, &[&[2, 1, 1], &der(4, &[&[0; 32]]), &der(0xa0, &[&prime256v1])]);
    for (label, der, shown) in [
        ("RSA PRIVATE KEY", pkcs1.clone(), "private-key rsa Some(2048) false"),
        (
            "PRIVATE KEY",
            der(0x30, &[&[2, 1, 0], &rsa_id, &der(4, &[&pkcs1])]),
            "private-key rsa Some(2048) false",
        ),
        ("PRIVATE KEY", der(0x30, &[&[2, 1, 0], &ec_id, &[4, 0]]), "private-key ec Some(256) false"),
        ("EC PRIVATE KEY", sec1, "private-key ec Some(256) false"),
        (
            "PRIVATE KEY",
            der(0x30, &[&[2, 1, 0], &der(0x30, &[&[6, 3, 0x2b, 0x65, 0x70]]), &[4, 0]]),
            "private-key ed25519 Some(256) false",
        ),
        ("ENCRYPTED PRIVATE KEY", vec![0x30, 0], "private-key  None true"),
        ("PRIVATE KEY", vec![1, 2, 3], "private-key  None false"),
        ("DH PARAMETERS", vec![0x30, 0], ""),
    ] {
        assert_eq!(show(&armor(label, &der)).join("|"), shown, "{label}");
    }
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(show(old), ["private-key rsa None true"]);
}

#[test]
fn cut_short_never_panics() {
    let whole = pem(CERTIFICATE).remove(0).der;
    for cut in 0..whole.len() {
        let _ = parse(&whole[..cut], &file());
        let _ = pkcs8(&whole[..cut]);
        let _ = rsa(&whole[cut..]);
    }
}
