//! Half a year of history: when each tool looks at each site, and when each weakness comes, goes, and comes back.

use super::assets::Asset;
use super::random::Random;
use super::rules::Tool;
use super::weaknesses::{Catalogue, Weakness};
use bartizan_model::time::DAY;
use bartizan_model::{Severity, Timestamp};

/// How far back the history goes, in days.
pub(super) const DAYS: f64 = 180.0;
/// One transaction takes in at most so many assets, so that memory and the database's log stay small.
const SITE: usize = 10_000;
/// About so many exposures are looked at again in all: a larger hospital is looked at less often.
const LOOKS: usize = 1_500_000;
/// The last round lies within so many days before now.
const LAST: f64 = 6.5;

const WHEN: u64 = 21;
const FINDINGS: u64 = 22;
const ABSENT: u64 = 23;

/// The plan of a hospital's history.
pub(super) struct Plan {
    seed: u64,
    now: Timestamp,
    assets: usize,
    rounds: usize,
}

/// One tool looks at one site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// When, in days before now (negative).
    pub(super) day: f64,
    pub(super) round: usize,
    pub(super) tool: Tool,
    pub(super) site: usize,
}

/// A weakness on an asset, and its life in days before now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trouble {
    pub(super) weakness: Weakness,
    pub(super) tool: Tool,
    /// Another tool that sees it too.
    pub(super) also: Option<Tool>,
    born: f64,
    fixed: f64,
    back: f64,
}

impl Plan {
    pub(super) fn new(seed: u64, now: Timestamp, assets: usize) -> Self {
        let rounds = (LOOKS / (assets.max(1) * 10)).clamp(3, 20);
        Self { seed, now, assets, rounds }
    }

    /// The moment that lies so many days before now.
    pub(super) fn at(&self, day: f64) -> Timestamp {
        Timestamp::from_micros(self.now.micros() + (day * DAY as f64) as i64)
    }

    /// The numbers of a site's assets.
    pub(super) fn site(&self, site: usize) -> std::ops::Range<usize> {
        site * SITE..((site + 1) * SITE).min(self.assets)
    }

    pub(super) fn sites(&self) -> usize {
        self.assets.div_ceil(SITE)
    }

    /// When a tool looks at a site in a round.
    fn day(&self, tool: Tool, site: usize, round: usize) -> f64 {
        let gap = (DAYS - LAST) / (self.rounds - 1) as f64;
        let width = if round + 1 == self.rounds { LAST } else { gap * 0.9 };
        let place = if tool == Tool::Inventory {
            0.01
        } else {
            0.02 + 0.95 * Random::of(self.seed, WHEN, tool as usize * 1_000_003 + site).unit()
        };
        -DAYS + gap * round as f64 + width * place
    }

    /// All looks, oldest first. The inventory looks in the first round, and in the last where there is only one site.
    pub(super) fn looks(&self) -> Vec<Look> {
        let mut all = Vec::new();
        for round in 0..self.rounds {
            for tool in Tool::ALL {
                let last = round + 1 == self.rounds && self.sites() == 1;
                if tool == Tool::Inventory && round > 0 && !last {
                    continue;
                }
                let look = |site| Look { day: self.day(tool, site, round), round, tool, site };
                all.extend((0..self.sites()).map(look));
            }
        }
        all.sort_by(|a, b| a.day.total_cmp(&b.day).then((a.tool, a.site).cmp(&(b.tool, b.site))));
        all
    }

    /// The look of the same tool at the same site before this one.
    pub(super) fn before(&self, look: &Look) -> f64 {
        look.round.checked_sub(1).map_or(f64::NEG_INFINITY, |round| self.day(look.tool, look.site, round))
    }

    /// Whether the asset did not answer this time: switched off, on loan, behind a closed door.
    pub(super) fn is_absent(&self, look: &Look, asset: usize) -> bool {
        look.round > 0 && Random::of(self.seed, ABSENT, asset * 64 + look.round).percent(3)
    }

    /// What ails an asset, over the whole of its history; the same whenever it is asked.
    pub(super) fn troubles(&self, catalogue: &Catalogue, asset: &Asset) -> Vec<Trouble> {
        let mut random = Random::of(self.seed, FINDINGS, asset.index);
        let mean = asset.role.findings();
        let count = (mean * (0.4 + 1.2 * random.unit()) + random.unit()) as usize;
        let mut all: Vec<Trouble> = Vec::with_capacity(count);
        // What is drawn twice is drawn again, within reason: a role may not have so many different weaknesses.
        let mut draws = count * 4;
        while all.len() < count && draws > 0 {
            draws -= 1;
            let (tool, weakness) = catalogue.pick(asset.role, &mut random);
            if all.iter().all(|known| known.weakness != weakness) {
                let also = catalogue.is_seen_twice(weakness, tool, asset.role, &mut random);
                let life = self.life(catalogue.severity(weakness), tool, asset.index / SITE, &mut random);
                let [born, fixed, back] = life;
                all.push(Trouble { weakness, tool, also, born, fixed, back });
            }
        }
        all
    }

    /// When a weakness comes, is fixed, and comes back. It lives until its tool saw it at least once.
    fn life(&self, severity: Severity, tool: Tool, site: usize, random: &mut Random) -> [f64; 3] {
        let last = self.day(tool, site, self.rounds - 1);
        // The backlog that was there before the first look, and then as much every day.
        let born = if random.percent(42) { -DAYS - 1.0 } else { -DAYS + (DAYS + last) * random.unit() };
        let round = (0..self.rounds).find(|round| self.day(tool, site, *round) >= born);
        let seen = round.map_or(last, |round| self.day(tool, site, round));
        let (chance, days) = match severity {
            Severity::Critical => (62, 24.0),
            Severity::High => (48, 45.0),
            Severity::Medium => (32, 80.0),
            _ => (16, 110.0),
        };
        if !random.percent(chance) {
            return [born, f64::INFINITY, f64::INFINITY];
        }
        // Most fixes come soon, a few late.
        let fixed = seen + days * (0.1 + 1.8 * random.unit() * random.unit());
        let back = if random.percent(7) { fixed + 10.0 + 60.0 * random.unit() } else { f64::INFINITY };
        [born, fixed, back]
    }
}

impl Trouble {
    /// Whether it is there on a day.
    pub(super) fn is_there(&self, day: f64) -> bool {
        self.born <= day && (day < self.fixed || self.back <= day)
    }

    /// When the tool of a look saw it: a tool that watches all the time noted the day it came.
    pub(super) fn seen(&self, look: &Look, before: f64) -> f64 {
        if before.is_finite() && self.born > before && self.born < look.day { self.born } else { look.day }
    }

    /// Whether this tool sees it.
    pub(super) fn is_seen_by(&self, tool: Tool) -> bool {
        self.tool == tool || self.also == Some(tool)
    }
}
