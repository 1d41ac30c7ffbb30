//! Whole ways, from an entry to a crown jewel: found exactly, and gone with any one of their facts.

use super::{Attack, Entries};
use crate::rules::testing::world;
use crate::steps::Foothold;

/// The best way to the jewel, a line a hop, and its chance.
fn way(text: &str, jewel: &str) -> Option<(Vec<String>, f32)> {
    let attack = Attack::new(world(&text.replace('*', " ")), &Entries::default());
    let facts = attack.facts();
    let (node, _) = facts.assets().find(|(_, asset)| &*asset.name == jewel).unwrap();
    let path = attack.best_path(Foothold::Control(node))?;
    let hops = path.hops.iter().map(|hop| format!("{}: {}", hop.rule, hop.gains.words(facts)));
    Some((hops.collect(), path.chance.value))
}

/// The way is there, and is not when any line that is marked with `*` is taken out.
#[track_caller]
fn found_and_gone(text: &str, jewel: &str, expected: &[&str], chance: f32) {
    let (hops, found) = way(text, jewel).unwrap();
    assert_eq!(hops, expected);
    assert!((found / chance - 1.0).abs() < 1e-4, "{found}");
    for gone in text.lines().filter(|line| line.contains('*')) {
        let rest: String =
            text.lines().filter(|line| *line != gone).map(|line| format!("{line}\n")).collect();
        assert_eq!(way(&rest, jewel), None, "without {gone:?}");
    }
}

#[test]
fn a_web_server_leads_to_the_patients() {
    found_and_gone(
        "host web reach=internet
         host db reach=local
         data-store patients value=1000 reach=local
         web-application shop reach=local
         shop runs_on db *
         web has_access_to shop *
         db stores patients *
         web ! CVE-2021-41773@443 remote none user 0.5 *
         web ! CVE-2021-4034 local user admin 0.5 *
         db ! CVE-2022-0847 local user admin 0.5 *",
        "patients",
        &[
            "network_reach: can reach web",
            "remote_exploit: user on web",
            "local_escalation: controls web",
            "data_access: controls shop",
            "runs_on: user on db",
            "local_escalation: controls db",
            "data_access: controls patients",
        ],
        0.5 * 0.5 * 0.9 * 0.5 * 0.5 * 0.9,
    );
}

#[test]
fn a_phished_nurse_leads_to_the_domain() {
    found_and_gone(
        "identity nurse type=user mfa=false
         identity helpdesk type=group
         identity admin type=user enabled=false
         identity domain-admins type=group value=1000
         host ward-pc reach=internal
         nurse member_of helpdesk *
         helpdesk admin_to ward-pc *
         ward-pc has_session admin *
         admin member_of domain-admins *",
        "domain-admins",
        &[
            "phishing: controls nurse",
            "group_membership: controls helpdesk",
            "local_admin: controls ward-pc",
            "session_theft: controls admin",
            "group_membership: controls domain-admins",
        ],
        0.6 * 0.03 * 0.95 * 0.8,
    );
}

#[test]
fn a_firewall_rule_leads_into_the_core() {
    found_and_gone(
        "network dmz
         network core
         host web reach=internet
         host db reach=local value=100
         web in_zone dmz *
         dmz reaches:tcp/5432 db *
         web ! CVE-1 remote none user 0.5 *
         db ! CVE-2@5432 remote none admin 0.5 *",
        "db",
        &[
            "network_reach: can reach web",
            "remote_exploit: user on web",
            "network_reach: can reach dmz",
            "network_reach: can reach port 5432 of db",
            "remote_exploit: controls db",
        ],
        0.5 * 0.5 * 0.4,
    );
}

#[test]
fn a_fix_takes_the_way_away_and_what_if_says_so() {
    let attack = Attack::new(
        world(
            "host web reach=internet value=100
             web ! CVE-1 remote none user 0.5
             web ! CVE-2 local user admin 0.5",
        ),
        &Entries::default(),
    );
    assert_eq!(attack.jewels().len(), 1);
    let fix = attack.fixes().iter().position(|fix| fix.title == "fix CVE-2 on web").unwrap();
    let what_if = attack.what_if(&[fix as u32]);
    assert!((what_if.before - 25.0).abs() < 0.01, "{what_if:?}");
    assert_eq!(what_if.after, 0.0);
    assert_eq!(what_if.jewels.len(), 1);
    let leads = attack.leads();
    let beyond: Vec<_> = leads.iter().map(|(_, lead)| lead.beyond.round()).collect();
    assert_eq!(beyond, [50.0, 100.0]);
    let way = attack.through(leads[0].0).unwrap();
    let rules: Vec<_> = way.hops.iter().map(|hop| hop.rule).collect();
    assert_eq!(rules, ["network_reach", "remote_exploit", "local_escalation"]);
    assert!((way.chance.value - 0.25).abs() < 1e-6);
}

#[test]
fn an_exposure_that_nobody_comes_to_use_is_on_no_way() {
    let attack = Attack::new(
        world("host desk reach=local value=10\ndesk ! CVE-1 remote none admin 0.5"),
        &Entries::default(),
    );
    let (_, exposure) = attack.facts().exposures().next().unwrap();
    assert_eq!(attack.through(exposure.id), None);
    let lead = attack.leads()[0].1;
    assert_eq!((lead.stand.value, lead.is_somewhere()), (0.0, false));
}

#[test]
fn what_gives_no_foothold_can_be_used_and_leads_nowhere() {
    let attack = Attack::new(
        world(
            "network dmz reach=internet
             host web reach=internet value=10
             host app value=10
             app in_zone dmz
             host desk value=10
             web ! CVE-1@443 remote none none 0.5
             app ! CVE-2 remote none none 0.5
             desk ! CVE-3 local user none 0.5",
        ),
        &Entries::default(),
    );
    let leads: Vec<_> = attack.leads().into_iter().map(|(_, lead)| lead).collect();
    // A certain step costs a millionth.
    let stand = |value: f32| (value * 1e5).round() / 1e5;
    let said: Vec<_> =
        leads.iter().map(|lead| (stand(lead.stand.value), lead.zoned, lead.is_somewhere())).collect();
    assert_eq!(said, [(1.0, false, false), (1.0, true, false), (0.0, false, false)]);
}

#[test]
fn an_unknown_reach_leaves_an_interval() {
    let attack =
        Attack::new(world("host old value=10\nold ! CVE-1 remote none admin 0.5"), &Entries::default());
    let chance = attack.jewels()[0].chance;
    assert!(chance.low == 0.0 && chance.value > 0.0 && chance.high > 0.4, "{chance:?}");
    let missing: Vec<_> = attack.not_collected().into_iter().map(|missing| missing.what).collect();
    assert!(missing.contains(&"member_of") && missing.contains(&"reaches"), "{missing:?}");
}

#[test]
fn several_ways_and_the_cheapest_cut_of_all_of_them() {
    let attack = Attack::new(
        world(
            "host web reach=internet
             host vpn reach=internet
             host db reach=local value=100
             identity ops
             web ! CVE-1 remote none admin 0.5
             vpn ! CVE-2 remote none admin 0.5
             web has_session ops
             vpn has_session ops
             ops admin_to db",
        ),
        &Entries::default(),
    );
    let (db, _) = attack.facts().assets().find(|(_, asset)| &*asset.name == "db").unwrap();
    let found = attack.paths(Foothold::Control(db), 10);
    assert!(found.paths.len() >= 2, "{}", found.paths.len());
    assert!(found.paths.is_sorted_by(|a, b| a.chance.value >= b.chance.value));
    let cut = attack.cut(&[db]);
    let titles: Vec<_> = cut.fixes.iter().map(|fix| attack.fixes()[*fix as usize].title.as_str()).collect();
    assert_eq!(
        (titles.as_slice(), cut.cost, cut.lower_bound),
        (&["Take ops out of the administrators of db"][..], 1, 1)
    );
    assert_eq!(attack.what_if(&cut.fixes).after, 0.0);

    let plan = attack.plan(3);
    assert_eq!(
        plan.stages.first().map(|stage| (stage.fix, stage.risk, stage.share)),
        Some((cut.fixes[0], 0.0, 1.0))
    );
    let point = attack.choke_points().into_iter().next().unwrap();
    assert_eq!(point.foothold.words(attack.facts()), "controls ops");
    assert!(point.necessary && point.share > 0.999, "{point:?}");
    let entries: Vec<_> = attack.falls_to(db).into_iter().map(|(entry, _)| entry.as_str()).collect();
    assert_eq!(entries, ["internet", "phished-user", "insider"]);
    let (ops, _) = attack.facts().assets().find(|(_, asset)| &*asset.name == "ops").unwrap();
    let radius = attack.blast_radius(ops);
    assert_eq!(radius.assets, [db]);
    assert!((radius.loss - 95.0).abs() < 0.01, "{radius:?}");
}

#[test]
fn a_key_that_lies_on_a_web_server_leads_to_the_patients() {
    found_and_gone(
        "host web reach=internet
         host db reach=local
         network clinic cidr=10.1.0.0/16
         identity app@web type=local-account
         identity root@db type=local-account
         identity key type=ssh-key
         data-store patients value=1000 reach=local
         web at 10.1.0.5 *
         clinic reaches:tcp/22 db *
         app@web account_of web *
         app@web serves:tcp/443 web
         app@web holds_key:/srv/.ssh/id key *
         key can_ssh:tcp/22 root@db *
         root@db root_of db *
         db stores patients *
         web ! CVE-2021-41773@443 remote none user 0.5 *",
        "patients",
        &[
            "network_reach: can reach web",
            "remote_exploit: user on web",
            "local_account: controls app@web",
            "ssh_key_reuse: controls root@db",
            "local_account: controls db",
            "data_access: controls patients",
        ],
        0.5 * 0.6 * 0.95 * 0.95 * 0.9,
    );
}
