//! `user` and `token`: accounts without a password on the command line, tokens that are shown once.

use crate::support::Home;

const PASSWORD: &str = "correct horse battery staple";

fn add(home: &Home, name: &str, role: &str) {
    let ran = home.fed(&["user", "add", name, "--role", role], format!("{PASSWORD}\n"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stdout.contains(PASSWORD) && !ran.stderr.contains(PASSWORD));
}

#[test]
fn accounts() {
    let home = Home::new();
    add(&home, "ada", "admin");
    add(&home, "bob", "viewer");
    let again = home.fed(&["user", "add", "bob"], format!("{PASSWORD}\n"));
    assert!(again.code == Some(1) && again.stderr.contains("bob already"), "{again:?}");
    let weak = home.fed(&["user", "add", "eve"], "short\n");
    assert_eq!(weak.code, Some(1), "{weak:?}");
    assert!(home.fails(&["user", "add", "eve"]).starts_with("error: "), "no password at all");
    assert_eq!(home.run(&["user", "add", "eve", "--role", "owner"]).code, Some(2));

    home.ok(&["user", "set-role", "bob", "analyst"]);
    home.ok(&["user", "disable", "bob"]);
    let reset = home.fed(&["user", "reset-password", "bob"], "another long enough password\n");
    assert_eq!(reset.code, Some(0), "{}", reset.stderr);
    let users = home.json(&["user", "list", "--json"]);
    assert_eq!(users["users"].as_array().unwrap().len(), 2);
    let bob = &users["users"][1];
    assert_eq!(
        (&bob["name"], &bob["role"], &bob["disabled"]),
        (&"bob".into(), &"analyst".into(), &true.into())
    );
    home.ok(&["user", "enable", "bob"]);
    assert_eq!(home.json(&["user", "list", "--json"])["users"][1]["disabled"], false);
    let last = home.fails(&["user", "disable", "ada"]);
    assert!(last.contains("last admin"), "{last}");
    assert!(home.fails(&["user", "disable", "nobody"]).contains("user list"));
    assert!(home.ok(&["user", "list"]).contains("ada"));
}

#[test]
fn tokens() {
    let home = Home::new();
    add(&home, "bob", "analyst");
    let token = home.ok(&["token", "create", "--user", "bob", "--name", "ci", "--days", "30"]);
    assert!(token.starts_with("btz_") && token.trim().len() == 68, "{token}");
    let made = home.json(&["token", "create", "--user", "bob", "--role", "viewer", "--json"]);
    assert_eq!((made["role"].as_str(), made["expires"].is_null()), (Some("viewer"), true));
    let said = home.fails(&["token", "create", "--user", "bob", "--role", "admin"]);
    assert!(said.contains("analyst"), "{said}");

    let list = home.ok(&["token", "list", "--json"]);
    assert!(!list.contains("btz_"), "a token is shown once");
    let tokens = home.json(&["token", "list", "--user", "bob", "--json"]);
    assert_eq!(tokens["tokens"].as_array().unwrap().len(), 2);
    let id = tokens["tokens"][0]["id"].to_string();
    home.ok(&["token", "revoke", &id, "--user", "bob"]);
    assert_eq!(home.json(&["token", "list", "--json"])["tokens"].as_array().unwrap().len(), 1);
    assert!(home.fails(&["token", "revoke", &id, "--user", "bob"]).contains("there is no token"));
    // Neither secret is in the database.
    for secret in [token.trim(), made["token"].as_str().unwrap()] {
        let database = std::fs::read(home.data().join("bartizan.db")).unwrap();
        assert!(!database.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
