//! What reports tell of identities, clouds and networks, up to the ways of an attacker: attributes and relations are other people's
//! texts. No fact may panic, every step is explained, and the same facts give the same steps.
#![no_main]

#[path = "../mishap.rs"]
mod mishap;

use bartizan_graph::{
    Asset, Attack, Chance, Effect, Entries, Exposure, FactsBuilder, RULES, Rights, Way, derive,
};
use bartizan_import::{Collected, Observation, Options, detect};
use bartizan_model::{AssetId, AssetRef, ExposureId, Reach, Timestamp};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use std::collections::HashMap;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mishap::mishap(data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let Ok(format) = detect(data) else { return };
    let mut seen = Collected::default();
    let _ = (format.parse)(&mut &*data, &Options::default(), &mut seen);
    if !seen.observations.iter().any(|(_, seen)| matches!(seen, Observation::Relation(_))) {
        return;
    }
    let facts = World::default().told(seen.observations.into_iter().map(|(_, seen)| seen)).build();
    let steps = derive(&facts);
    assert_eq!(steps.len(), derive(&facts).len());
    for (_, step) in steps.iter() {
        let rule = &RULES[usize::from(step.rule)];
        assert!(!(rule.explain)(&facts, &step).is_empty(), "{}", rule.id);
    }
    let attack = Attack::new(facts, &Entries::default());
    for jewel in attack.jewels().into_iter().take(2) {
        let _ = attack.cut(&[jewel.node]);
    }
    let _ = (attack.plan(3), attack.choke_points(), attack.not_collected());
});

/// Assets by what they are called, each of which gets a number.
#[derive(Default)]
struct World {
    numbers: HashMap<String, AssetId>,
    facts: FactsBuilder,
}

impl World {
    fn number(&mut self, asset: &AssetRef, reach: Option<Reach>) -> AssetId {
        let next = AssetId(self.numbers.len() as i64 + 1);
        let id = *self.numbers.entry(asset.identifiers[0].to_string()).or_insert(next);
        if id == next {
            let name = asset.name.as_str().into();
            self.facts.asset(Asset {
                id,
                kind: asset.kind,
                name,
                reach: reach.unwrap_or(Reach::Unknown),
                value: 1.0,
            });
        }
        id
    }

    fn told(mut self, observations: impl Iterator<Item = Observation>) -> FactsBuilder {
        let now = Timestamp::from_micros(0);
        for (number, observation) in observations.enumerate() {
            match observation {
                Observation::Asset(seen) => {
                    let id = self.number(&seen.asset, seen.reach);
                    seen.attributes.iter().for_each(|(name, value)| self.facts.attribute(id, name, value));
                }
                Observation::Relation(seen) => {
                    let (from, to) = (self.number(&seen.from, None), self.number(&seen.to, None));
                    self.facts.relation(from, &seen.relation, to, &seen.via, "fuzz", now);
                }
                Observation::Finding(found) => {
                    let id = self.number(&found.asset, None);
                    let exposure = Exposure {
                        id: ExposureId(number as i64),
                        asset: Default::default(),
                        weakness: found.title.into(),
                        port: None,
                        way: Way::Remote,
                        asks: Rights::None,
                        gives: Rights::User,
                        effect: Effect::default(),
                        chance: Chance::exactly(0.5),
                        fix: found.fix.into(),
                    };
                    self.facts.exposure(id, exposure);
                }
                _ => {}
            }
        }
        self.facts
    }
}
