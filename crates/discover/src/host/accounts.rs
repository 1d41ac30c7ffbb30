//! Accounts, groups, the state of passwords (never the hashes) and the rules for new ones.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::Timestamp;
use bartizan_model::host::{self, HostFacts, Password, PasswordState, User};
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "accounts",
    reads: "/etc/passwd, /etc/group, /etc/shadow, /etc/login.defs",
    needs: "root for /etc/shadow",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.users = fact(root.need("/etc/passwd").map(|text| parse_passwd(&text)));
    facts.groups = fact(root.need("/etc/group").map(|text| parse_group(&text)));
    facts.passwords = fact(root.need("/etc/shadow").map(|text| parse_shadow(&text)));
    // Systems without the shadow suite have no such file.
    facts.login_defs =
        fact(root.text("/etc/login.defs").map(|text| parse_login_defs(&text.unwrap_or_default())));
}

/// The fields of each line that is no comment.
fn records(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split(':').collect())
}

/// Reads `passwd`; lines that the C library would not take as an account are none.
pub(super) fn parse_passwd(text: &str) -> Vec<User> {
    records(text)
        .filter_map(|fields| {
            let [name, _, uid, gid, gecos, home, shell] = fields[..] else { return None };
            let user = User {
                name: name.to_owned(),
                uid: uid.parse().ok()?,
                gid: gid.parse().ok()?,
                home: home.to_owned(),
                shell: shell.to_owned(),
                gecos: gecos.to_owned(),
            };
            (!name.is_empty()).then_some(user)
        })
        .collect()
}

/// Reads `group`.
pub(super) fn parse_group(text: &str) -> Vec<host::Group> {
    records(text)
        .filter_map(|fields| {
            let [name, _, gid, members] = fields[..] else { return None };
            let members =
                members.split(',').map(str::trim).filter(|m| !m.is_empty()).map(str::to_owned).collect();
            Some(host::Group { name: name.to_owned(), gid: gid.parse().ok()?, members })
        })
        .collect()
}

/// Reads `shadow`; of the hash only its scheme is kept.
pub(super) fn parse_shadow(text: &str) -> Vec<Password> {
    records(text)
        .filter_map(|fields| {
            let number = |at: usize| fields.get(at).and_then(|f: &&str| f.parse::<u32>().ok());
            // What lies behind the year 9999 is no day that anybody meant.
            let day = |at: usize| number(at).filter(|day| *day < 2_932_896);
            let day = |at: usize| day(at).map(|day| Timestamp::from_seconds(0).plus_days(i64::from(day)));
            let (state, scheme) = state(fields.get(1)?);
            let user = (*fields.first()?).to_owned();
            (!user.is_empty()).then(|| Password {
                user,
                state,
                scheme: scheme.to_owned(),
                changed: day(2),
                min_days: number(3),
                max_days: number(4),
                inactive_days: number(6),
                expires: day(7),
            })
        })
        .collect()
}

fn state(field: &str) -> (PasswordState, &'static str) {
    let hash = field.trim_start_matches(['!', '*']);
    let scheme = scheme(hash);
    match field {
        "" => (PasswordState::Empty, ""),
        // What is no hash, such as `x`, matches no password.
        _ if hash.len() != field.len() || scheme.is_empty() => (PasswordState::Locked, scheme),
        _ => (PasswordState::Set, scheme),
    }
}

/// The scheme of a hash by its prefix (`crypt(5)`), empty where it is none.
fn scheme(hash: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 13] = [
        ("$y$", "yescrypt"),
        ("$gy$", "gost-yescrypt"),
        ("$7$", "scrypt"),
        ("$2", "bcrypt"),
        ("$6$", "sha512"),
        ("$5$", "sha256"),
        ("$sha1", "sha1"),
        ("$md5", "sunmd5"),
        ("$1$", "md5"),
        ("$3$", "nthash"),
        ("_", "bsdi"),
        ("$argon2", "argon2"),
        ("$", "unknown"),
    ];
    if let Some((_, name)) = PREFIXES.iter().find(|(prefix, _)| hash.starts_with(prefix)) {
        return name;
    }
    let des = hash.len() == 13 && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/');
    if des { "des" } else { "" }
}

/// Reads `login.defs`: a key, white space, a value.
pub(super) fn parse_login_defs(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| {
            let line = line.split('#').next()?.trim();
            let (key, value) = line.split_once(char::is_whitespace)?;
            Some((key.to_owned(), value.trim().trim_matches('"').to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwd_and_group() {
        let users = parse_passwd(
            "root:x:0:0:root:/root:/bin/bash\n# c\n+::::::\nbroken:x:1\nweb:x:1000:1001:,,,:/home/web:/usr/sbin/nologin\n",
        );
        let text: Vec<_> = users
            .iter()
            .map(|u| format!("{} {} {} {} {} {}", u.name, u.uid, u.gid, u.home, u.shell, u.gecos))
            .collect();
        assert_eq!(text, ["root 0 0 /root /bin/bash root", "web 1000 1001 /home/web /usr/sbin/nologin ,,,"]);
        let groups = parse_group("sudo:x:27:alice, bob\nusers:x:100:\nbroken\n");
        assert_eq!(groups.len(), 2);
        assert_eq!(
            (groups[0].gid, &groups[0].members[..]),
            (27, &["alice".to_owned(), "bob".to_owned()][..])
        );
        assert!(groups[1].members.is_empty());
    }

    #[test]
    fn shadow_keeps_no_hash() {
        let text = "root:$y$j9T$SECRETSALT$SECRETHASH:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nold:$1$SECRET$SECRET:0::::::\nnone::19000:1:90:7:30:20000:\nlocked:!$6$SECRET$SECRET:19000::::::\nnew:!!:19000::::::\ndes:SECRETabcdefg:1::::::\nx:x:1::::::\n";
        let passwords = parse_shadow(text);
        let lines: Vec<_> =
            passwords.iter().map(|p| format!("{} {:?} {}", p.user, p.state, p.scheme)).collect();
        assert_eq!(
            lines,
            [
                "root Set yescrypt",
                "daemon Locked ",
                "old Set md5",
                "none Empty ",
                "locked Locked sha512",
                "new Locked ",
                "des Set des",
                "x Locked "
            ]
        );
        assert_eq!(passwords[0].max_days, Some(99_999));
        assert_eq!(passwords[0].changed.map(Timestamp::date).as_deref(), Some("2022-01-08"));
        assert_eq!(
            (passwords[3].min_days, passwords[3].max_days, passwords[3].inactive_days),
            (Some(1), Some(90), Some(30))
        );
        assert_eq!(passwords[3].expires.map(Timestamp::date).as_deref(), Some("2024-10-04"));
        assert!(!format!("{passwords:?}").contains("SECRET"));
        assert_eq!(parse_shadow("far:!:44000000::::::").first().map(|far| far.changed), Some(None));
    }

    #[test]
    fn login_defs() {
        let map = parse_login_defs("# c\nPASS_MAX_DAYS\t90 # days\nUMASK 027\nEMPTY\n");
        assert_eq!(map, [("PASS_MAX_DAYS".into(), "90".into()), ("UMASK".into(), "027".into())].into());
    }
}
