//! The attack graph of a made-up organisation, from facts to what follows from them: whole, and after one change.
//! `BENCH_SESSIONS` asks for so many sessions a host.

use crate::measure::{peak_memory, timed};
use anyhow::ensure;
use bartizan_app::prioritize::synthetic::Random;
use bartizan_graph::{
    Asset, Attack, Chance, Effect, Entries, Exposure, Facts, FactsBuilder, Node, Rights, Way,
};
use bartizan_model::{AssetId, AssetKind, ExposureId, Reach, Timestamp};
use std::time::Duration;

const HOSTS: u64 = 100_000;
const PEOPLE: u64 = 100_000;
const GROUPS: u64 = 10_000;
const ZONES: u64 = 200;
const STORES: u64 = 1_000;
const EXPOSURES: u64 = 10 * HOSTS;

// Where each kind's ids begin.
const PERSON: u64 = HOSTS;
const GROUP: u64 = PERSON + PEOPLE;
const ZONE: u64 = GROUP + GROUPS;
const STORE: u64 = ZONE + ZONES;
const END: u64 = STORE + STORES;

pub(crate) fn run() -> anyhow::Result<()> {
    let text = std::env::var("BENCH_SESSIONS").ok();
    let sessions = text.and_then(|text| text.parse().ok()).unwrap_or(1);
    let tell = |words: &str, time: Duration| println!("  {words:<40} {:>6.2} s", time.as_secs_f64());
    let entries = Entries::default();

    let (facts, time) = timed(|| Ok(organisation(sessions, None)))?;
    println!("  {EXPOSURES} exposures on {HOSTS} hosts, {sessions} sessions on each");
    tell("facts put in order", time);
    let (attack, time) = timed(|| Ok(Attack::new(facts, &entries)))?;
    tell("everything derived from them", time);
    println!("  {} steps between {} footholds", attack.steps().len(), attack.footholds());
    let (_, time) = timed(|| Ok(attack.leads()))?;
    tell("what each exposure leads to", time);

    let (facts, time) = timed(|| Ok(attack.facts().with_exposures(exposures(Some(77)))))?;
    tell("one exposure closed: facts", time);
    let (after, time) = timed(|| Ok(attack.after(facts, &entries)))?;
    tell("  what follows", time);
    ensure!(after.steps().len() <= attack.steps().len(), "a closed exposure adds a step");
    drop(after);

    let (facts, time) = timed(|| Ok(organisation(sessions, Some((STORE - 1, "reaches", ZONE)))))?;
    tell("one relation more: facts put in order", time);
    let (after, time) = timed(|| Ok(attack.after(facts, &entries)))?;
    tell("  what follows", time);
    ensure!(after.steps().len() > attack.steps().len(), "a relation more makes a step");
    drop(after);

    let (fixes, time) = timed(|| Ok(attack.fixes().len()))?;
    tell(&format!("{fixes} fixes, when asked for"), time);
    if let Some(peak) = peak_memory() {
        println!("  peak memory, two generations {peak:>13.0} MiB");
    }
    Ok(())
}

fn organisation(sessions: u64, more: Option<(u64, &str, u64)>) -> Facts {
    let mut facts = FactsBuilder::default();
    let mut random = Random(1);
    for id in 0..END {
        let (kind, reach, value) = match id {
            STORE.. => (AssetKind::DataStore, Reach::Local, 1_000.0),
            ZONE.. => (AssetKind::Network, Reach::Local, 0.0),
            PERSON.. => (AssetKind::Identity, Reach::Local, 0.0),
            _ if id % 500 == 0 => (AssetKind::Host, Reach::Internet, 10.0),
            _ => (AssetKind::Host, Reach::Unknown, 10.0),
        };
        let name = format!("{}-{id}", kind.as_str()).into();
        facts.asset(Asset { id: AssetId(id as i64), kind, name, reach, value });
    }
    let mut tell = |from: u64, verb: &str, to: u64, via: &str| {
        let seen = Timestamp::from_seconds(0);
        facts.relation(AssetId(from as i64), verb, AssetId(to as i64), via, "made-up", seen);
    };
    for host in 0..HOSTS {
        tell(host, "in_zone", ZONE + host % ZONES, "");
        for _ in 0..sessions {
            tell(host, "has_session", PERSON + random.below(PEOPLE), "");
        }
    }
    for person in PERSON..GROUP {
        for _ in 0..8 {
            tell(person, "member_of", GROUP + random.below(GROUPS), "");
        }
    }
    for group in GROUP..ZONE {
        tell(group, "member_of", GROUP + random.below(GROUPS), "");
        for _ in 0..20 {
            tell(group, "admin_to", random.below(HOSTS), "");
        }
    }
    for zone in ZONE..STORE {
        for _ in 0..10 {
            tell(zone, "reaches", ZONE + random.below(ZONES - 1), "tcp/443");
        }
    }
    for store in STORE..END {
        tell(random.below(HOSTS), "stores", store, "");
    }
    if let Some((from, verb, to)) = more {
        tell(from, verb, to, "tcp/22");
    }
    exposures(None).for_each(|(asset, exposure)| facts.exposure(asset, exposure));
    facts.build()
}

fn exposures(closed: Option<u64>) -> impl Iterator<Item = (AssetId, Exposure)> {
    let mut random = Random(2);
    let all = (0..EXPOSURES).map(move |id| (AssetId((id % HOSTS) as i64), exposure(id, &mut random)));
    all.filter(move |(_, exposure)| Some(exposure.id.0) != closed.map(|id| id as i64))
}

fn exposure(id: u64, random: &mut Random) -> Exposure {
    let (way, port) = match random.below(10) {
        0..4 => (Way::Remote, Some([22, 443, 445, 8080][random.below(4) as usize])),
        4 => (Way::Remote, None),
        5 => (Way::Adjacent, None),
        6 => (Way::ClientSide, None),
        _ => (Way::Local, None),
    };
    let rights = [Rights::None, Rights::None, Rights::User, Rights::Admin][random.below(4) as usize];
    let value = random.unit() as f32 * 0.2;
    let weakness = random.below(20_000);
    Exposure {
        id: ExposureId(id as i64),
        asset: Node::default(),
        weakness: format!("CVE-2020-{weakness}").into(),
        port,
        way,
        asks: if way == Way::Local { Rights::User } else { Rights::None },
        gives: rights,
        effect: Effect::Nothing,
        chance: Chance::between(value * 0.5, value, value * 2.0),
        fix: format!("upgrade package-{weakness} on host-{}", id % HOSTS).into(),
    }
}
