//! Answers of Nmap's scripts that have to be read for what they show.

use super::scripts::value;
use crate::common::dates;
use crate::common::xml::Element;
use bartizan_model::Timestamp;

/// What a script said.
pub(super) struct Answer<'a> {
    pub(super) script: &'a Element,
    pub(super) output: &'a str,
    /// When it ran.
    pub(super) at: Option<Timestamp>,
}

impl<'a> Answer<'a> {
    /// All of it, where this stands in it.
    pub(super) fn says(&self, words: &str) -> Option<String> {
        self.output.contains(words).then(|| self.output.to_owned())
    }

    /// The lines with one of these words.
    pub(super) fn lines(&self, words: &[&str]) -> String {
        let with = |line: &&str| words.iter().any(|word| line.contains(word));
        self.output.lines().map(str::trim).filter(with).collect::<Vec<_>>().join("\n")
    }

    /// What stands under a heading that is not empty: `TLSv1.0:`, and indented below it what is offered.
    pub(super) fn section(&self, heading: &str) -> Option<String> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut lines = self.output.lines();
        let first = lines.find(|line| line.trim().strip_suffix(':') == Some(heading))?;
        let below: Vec<_> = lines.take_while(|line| indent(line) > indent(first)).collect();
        (!below.is_empty()).then(|| format!("{first}\n{}", below.join("\n")))
    }

    /// The ciphers of these grades: `TLS_RSA_WITH_3DES_EDE_CBC_SHA (rsa 2048) - C`.
    pub(super) fn ciphers(&self, grades: &[&str]) -> Option<String> {
        let graded =
            self.output.lines().map(str::trim).filter(|line| {
                line.rsplit_once(" - ").is_some_and(|(_, grade)| grades.contains(&grade.trim()))
            });
        let mut ciphers: Vec<_> = graded.collect();
        ciphers.sort_unstable();
        ciphers.dedup();
        found(ciphers)
    }

    fn table(&self, key: &'a str) -> Option<&'a Element> {
        self.script.children("table").find(|table| table.attr("key") == key)
    }

    fn validity(&self, end: &str) -> Option<Timestamp> {
        dates::date(value(self.table("validity")?, end))
    }

    /// The weak ones of a list of algorithms.
    fn algorithms(&self, list: &'a str, is_weak: fn(&str) -> bool) -> Option<String> {
        let names = self.table(list)?.children("elem").map(|elem| elem.text.trim());
        found(names.filter(|name| is_weak(name)).collect())
    }
}

fn found(names: Vec<&str>) -> Option<String> {
    (!names.is_empty()).then(|| names.join("\n"))
}

/// A certificate whose time was over when the script ran.
pub(super) fn expired(answer: &Answer<'_>) -> Option<String> {
    (answer.validity("notAfter")? < answer.at?).then(|| answer.output.to_owned())
}

/// A certificate whose time had not begun.
pub(super) fn not_yet_valid(answer: &Answer<'_>) -> Option<String> {
    (answer.validity("notBefore")? > answer.at?).then(|| answer.output.to_owned())
}

/// A certificate whose subject and issuer are the same.
pub(super) fn self_signed(answer: &Answer<'_>) -> Option<String> {
    let names = |table: &Element| -> Vec<(String, String)> {
        let names = table.children("elem").map(|elem| (elem.attr("key").to_owned(), elem.text.clone()));
        names.collect()
    };
    let (subject, issuer) = (names(answer.table("subject")?), names(answer.table("issuer")?));
    (!subject.is_empty() && subject == issuer).then(|| answer.output.to_owned())
}

/// A key below what NIST SP 800-57 part 1 allows (112 bits of security).
pub(super) fn weak_key(answer: &Answer<'_>) -> Option<String> {
    let key = answer.table("pubkey")?;
    let bits: u32 = value(key, "bits").parse().ok()?;
    let least = match value(key, "type") {
        "rsa" | "dsa" | "dh" => 2048,
        "ec" | "ecdsa" => 224,
        _ => return None,
    };
    (bits < least).then(|| answer.output.to_owned())
}

/// A signature by MD5 or SHA-1, which collide; on a certificate that is signed by itself nobody checks it.
pub(super) fn weak_signature(answer: &Answer<'_>) -> Option<String> {
    let by = answer.script.children("elem").find(|elem| elem.attr("key") == "sig_algo")?.text.to_lowercase();
    let is_weak = ["md2", "md4", "md5", "sha1"].iter().any(|hash| by.contains(hash));
    (is_weak && self_signed(answer).is_none()).then(|| answer.output.to_owned())
}

/// Exchanges of keys with SHA-1 or groups that are too small (RFC 9142).
pub(super) fn ssh_key_exchange(answer: &Answer<'_>) -> Option<String> {
    answer.algorithms("kex_algorithms", |name| {
        name.ends_with("-sha1") || name.starts_with("gss-") && name.contains("-sha1-")
    })
}

/// DSA keys.
pub(super) fn ssh_host_key(answer: &Answer<'_>) -> Option<String> {
    answer.algorithms("server_host_key_algorithms", |name| name.starts_with("ssh-dss"))
}

/// Ciphers of streams that leak, of small blocks, in CBC mode, or none (RFC 4253, 8758).
pub(super) fn ssh_cipher(answer: &Answer<'_>) -> Option<String> {
    answer.algorithms("encryption_algorithms", |name| {
        name == "none" || name.starts_with("arcfour") || name.starts_with("des") || name.contains("-cbc")
    })
}

/// Message authentication by MD5, of 96 bits, or none.
pub(super) fn ssh_mac(answer: &Answer<'_>) -> Option<String> {
    answer.algorithms("mac_algorithms", |name| name == "none" || name.contains("md5") || name.contains("-96"))
}

/// Shares that somebody without a user may read, and not write.
pub(super) fn readable_shares(answer: &Answer<'_>) -> Option<String> {
    shares(answer, |access| access.contains("READ") && !access.contains("WRITE"))
}

/// Shares that somebody without a user may write.
pub(super) fn writable_shares(answer: &Answer<'_>) -> Option<String> {
    shares(answer, |access| access.contains("WRITE"))
}

fn shares(answer: &Answer<'_>, is_open: fn(&str) -> bool) -> Option<String> {
    let open = answer.script.children("table").filter(|share| is_open(value(share, "Anonymous access")));
    found(open.map(|share| share.attr("key")).filter(|name| !name.to_uppercase().ends_with("IPC$")).collect())
}

/// Folders that are exported to everybody: `/srv *`, or without any name.
pub(super) fn open_exports(answer: &Answer<'_>) -> Option<String> {
    let is_open = |line: &&str| {
        let mut machines = line.split_whitespace().skip(1).peekable();
        let everybody = ["*", "everyone", "(everyone)", "0.0.0.0/0", "0.0.0.0/0.0.0.0"];
        machines.peek().is_none() || machines.any(|machine| everybody.contains(&machine))
    };
    let exports = answer.output.lines().map(str::trim).filter(|line| line.starts_with('/'));
    found(exports.filter(is_open).collect())
}

/// Whose passwords were guessed. The passwords are not kept.
pub(super) fn accounts(answer: &Answer<'_>) -> Option<String> {
    let mut names = Vec::new();
    gather(answer.script, &mut names);
    let is_valid = !names.is_empty() || answer.output.contains("Valid credentials");
    is_valid.then(|| names.iter().map(|name| format!("account {name}")).collect::<Vec<_>>().join("\n"))
}

fn gather<'a>(element: &'a Element, names: &mut Vec<&'a str>) {
    for table in element.children("table") {
        let name = value(table, "username");
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        gather(table, names);
    }
}
