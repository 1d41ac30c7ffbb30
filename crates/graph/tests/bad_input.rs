//! Facts that no honest source tells: cycles, self-references, policies nobody understands, ends of relations that are nowhere. The
//! graph answers, in bounded time, and says nothing that does not follow.
#![allow(clippy::unwrap_used)]

use bartizan_graph::{
    Asset, Attack, Chance, Effect, Entries, Exposure, FactsBuilder, Foothold, Node, Rights, Way,
};
use bartizan_model::{AssetId, AssetKind, ExposureId, Reach, Timestamp};

/// A world of assets numbered from 1, and of relations between their numbers.
struct World(FactsBuilder);

impl World {
    fn new(assets: &[(AssetKind, &str, Reach)]) -> Self {
        let mut builder = FactsBuilder::default();
        for (number, (kind, name, reach)) in assets.iter().enumerate() {
            let (id, name) = (AssetId(number as i64 + 1), (*name).into());
            builder.asset(Asset { id, kind: *kind, name, reach: *reach, value: 1.0 });
        }
        Self(builder)
    }

    fn relation(mut self, from: i64, verb: &str, to: i64) -> Self {
        let at = Timestamp::from_seconds(0);
        self.0.relation(AssetId(from), verb, AssetId(to), "", "test", at);
        self
    }

    fn attribute(mut self, asset: i64, name: &str, value: &str) -> Self {
        self.0.attribute(AssetId(asset), name, value);
        self
    }

    fn attack(self) -> Attack {
        Attack::new(self.0.build(), &Entries::default())
    }
}

fn chance(attack: &Attack, asset: i64) -> f32 {
    attack.chance(Foothold::Control(attack.facts().node(AssetId(asset)).unwrap())).value
}

const GROUP: (AssetKind, &str, Reach) = (AssetKind::Identity, "group", Reach::Unknown);

#[test]
fn cycles_and_self_references_lead_nowhere_and_end() {
    let world = World::new(&[GROUP, GROUP, GROUP, (AssetKind::Host, "server", Reach::Local)])
        .attribute(1, "type", "group")
        .attribute(2, "type", "group")
        .attribute(3, "type", "group")
        .relation(1, "member_of", 2)
        .relation(2, "member_of", 3)
        .relation(3, "member_of", 1)
        .relation(1, "member_of", 1)
        .relation(1, "generic_all", 1)
        .relation(3, "admin_to", 4)
        .relation(4, "has_session", 1)
        .relation(4, "runs_on", 4)
        .relation(4, "scheduled_on", 4)
        .relation(4, "supplier_access", 4)
        .relation(1, "can_push_to", 1)
        .relation(1, "leaks_credential_of", 1)
        .relation(1, "can_assume", 1);
    let attack = world.attack();
    // A supplier of itself is broken into by the supplier's prior; everything else needs a beginning.
    let server = chance(&attack, 4);
    assert!((server - 0.03).abs() < 1e-6, "{server}");
    assert!(chance(&attack, 1) <= server);
    let node = attack.facts().node(AssetId(4)).unwrap();
    let found = attack.paths(Foothold::Control(node), 50);
    for path in &found.paths {
        let mut gains: Vec<_> = path.hops.iter().map(|hop| hop.gains).collect();
        let all = gains.len();
        gains.sort_unstable();
        gains.dedup();
        assert_eq!(gains.len(), all, "no place twice on a way");
    }
}

#[test]
fn a_cycle_without_a_beginning_falls_to_nobody() {
    let attack = World::new(&[GROUP, GROUP])
        .attribute(1, "type", "group")
        .attribute(2, "type", "group")
        .relation(1, "member_of", 2)
        .relation(2, "member_of", 1)
        .attack();
    assert_eq!((chance(&attack, 1), chance(&attack, 2)), (0.0, 0.0));
    assert_eq!(attack.risk(), 0.0);
}

#[test]
fn relations_to_nowhere_are_counted_and_say_nothing() {
    let attack = World::new(&[GROUP]).relation(1, "member_of", 99).relation(98, "admin_to", 1).attack();
    let left_out = attack.facts().left_out();
    assert_eq!((left_out.relations, left_out.attributes), (2, 0));
    assert!(attack.steps().iter().all(|(_, step)| {
        step.because.iter().all(|basis| !matches!(basis, bartizan_graph::Basis::Relation(_)))
    }));
}

#[test]
fn policies_that_nobody_understands_are_no_certain_right() {
    let user = "arn:aws:iam::111122223333:user/ann";
    let role = "arn:aws:iam::111122223333:role/admin";
    let with = |policy: &str| {
        let person = (AssetKind::Identity, "ann", Reach::Unknown);
        let target = (AssetKind::Identity, "admin", Reach::Unknown);
        let attack = World::new(&[person, target])
            .attribute(1, "cloud-id", user)
            .attribute(1, "mfa", "false")
            .attribute(1, "inline-policies", &serde_json::json!({ "p": policy }).to_string())
            .attribute(2, "cloud-id", role)
            .attribute(
                2,
                "trust-policy",
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}}"#,
            )
            .attack();
        let node = attack.facts().node(AssetId(2)).unwrap();
        attack.chance(Foothold::Control(node))
    };
    let allow = |more: &str, action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"{more}}}]}}"#
        )
    };
    let sure = with(&allow("", "sts:AssumeRole"));
    assert!(sure.low > 0.0 && sure.value > 0.01, "{sure:?}");
    // An unknown action gives nothing; an unknown condition leaves it open.
    assert_eq!(with(&allow("", "sts:TeleportIntoRole")).value, 0.0);
    let unknown = with(&allow(r#","Condition":{"MoonPhase":{"sky:Phase":"full"}}"#, "sts:AssumeRole"));
    assert!(unknown.low == 0.0 && unknown.value < sure.value, "{unknown:?}");
    for broken in [
        "",
        "{",
        "[]",
        "null",
        r#"{"Statement":7}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}"#,
    ] {
        let chance = with(broken);
        assert_eq!(chance.low, 0.0, "{broken}: {chance:?}");
    }
}

#[test]
fn a_trust_in_an_unknown_kind_of_principal_is_no_way_in() {
    let with = |principal: &str| {
        let attack = World::new(&[(AssetKind::Identity, "admin", Reach::Unknown)])
            .attribute(1, "cloud-id", "arn:aws:iam::111122223333:role/admin")
            .attribute(
                1,
                "trust-policy",
                &format!(
                    r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#
                ),
            )
            .attack();
        chance(&attack, 1)
    };
    assert!(with(r#"{"AWS":"*"}"#) > 0.0);
    assert_eq!(with(r#"{"Martian":"m1"}"#), 0.0);
    assert_eq!(with(r#"{"AWS":"arn:aws:iam::111122223333:user/gone"}"#), 0.0);
}

#[test]
fn numbers_that_are_none_stay_probabilities() {
    for odd in [f32::NAN, -1.0, 2.0, f32::INFINITY] {
        let mut world = World::new(&[(AssetKind::Host, "web", Reach::Internet)]);
        world.0.exposure(
            AssetId(1),
            Exposure {
                id: ExposureId(1),
                asset: Node::default(),
                weakness: "CVE-1".into(),
                port: None,
                way: Way::Remote,
                asks: Rights::None,
                gives: Rights::Admin,
                effect: Effect::Nothing,
                chance: Chance::exactly(odd),
                fix: "fix".into(),
            },
        );
        let attack = world.attack();
        let node = attack.facts().node(AssetId(1)).unwrap();
        let Chance { low, value, high } = attack.chance(Foothold::Control(node));
        assert!(0.0 <= low && low <= value && value <= high && high <= 1.0, "{odd}: {low} {value} {high}");
    }
}
