//! The estate's figures: totals, what one asset carries, and which fix removes the most.

use crate::bitset::Bitset;
use crate::columns::Class;
use crate::estate::{Asset, Estate, Weakness};
use crate::facets::Count;
use crate::score::Band;
use crate::ssvc::Decision;
use bartizan_model::weakness::is_public_id;
use bartizan_model::words::headline;
use bartizan_model::{AssetId, ExposureId, Reach, Severity, Status};
use serde::Serialize;
use std::collections::HashMap;

/// Figures over all open exposures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Exposures, whatever their status.
    pub exposures: u64,
    /// Open ones.
    pub open: u64,
    /// Assets with an open one.
    pub assets: u64,
    /// Open ones by band, most urgent first.
    pub band: Vec<Count>,
    /// Open ones by severity.
    pub severity: Vec<Count>,
    /// Open ones by SSVC decision.
    pub ssvc: Vec<Count>,
    /// Expected loss over 30 days, summed: an upper bound, since two exposures can lose the same asset once only.
    pub expected_loss: f64,
    /// The value of all assets.
    pub total_value: f64,
    /// Share of open exposures whose asset's reach is unknown.
    pub unknown_reach: f64,
    /// Share of open exposures on assets that nobody valued.
    pub unknown_criticality: f64,
    /// Share of open exposures of catalogued vulnerabilities without EPSS.
    pub unknown_epss: f64,
}

/// What one asset carries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetRollup {
    /// The asset.
    pub asset: AssetId,
    /// Its name.
    pub name: String,
    /// Open exposures.
    pub open: u64,
    /// Open ones by band, most urgent first.
    pub band: [u64; 4],
    /// Open ones by severity, critical first, unknown last.
    pub severity: [u64; 6],
    /// The highest score, 0 to 100.
    pub top: f64,
    /// Which exposure has it.
    pub worst: Option<ExposureId>,
    /// Expected loss over 30 days, summed.
    pub risk: f64,
}

/// One action and what it would remove.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixGroup {
    /// `package:pkg:deb/debian/openssl` or `weakness:bartizan:sshd-root-login`.
    pub key: String,
    /// What to do, in plain words.
    pub words: String,
    /// Expected loss removed.
    pub risk: f64,
    /// Exposures removed.
    pub exposures: u64,
    /// Assets to work on.
    pub assets: u64,
    /// Weaknesses removed.
    pub weaknesses: u64,
    /// The highest score among them.
    pub top: f64,
    /// Whether a fix is known for all of them.
    pub fix_known: bool,
}

/// What an asset carries, in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AssetLoad {
    /// Open exposures.
    pub open: u64,
    /// The score of the one with the highest expected loss.
    pub top: f64,
}

#[derive(Default, Clone)]
struct Sum {
    risk: f64,
    exposures: u64,
    top: u16,
    no_fix: bool,
    assets: Bitset,
    weaknesses: Bitset,
}

impl Estate {
    /// The rows that are open.
    fn open(&self) -> Bitset {
        let mut open = Bitset::of(&self.columns.class, |class| class.status() == Status::Open);
        open.and(&self.columns.alive);
        open
    }

    fn each_open(&self, each: impl FnMut(usize)) {
        self.open().for_each(each);
    }

    /// Every open row with each asset that it is on.
    fn each_open_on(&self, mut each: impl FnMut(usize, u32)) {
        let open = self.open();
        open.for_each(|at| each(at, self.columns.asset[at]));
        for (id, assets) in &self.elsewhere {
            if let Some(at) = self.columns.find(*id).filter(|at| open.contains(*at)) {
                assets.iter().for_each(|asset| each(at, *asset));
            }
        }
    }

    /// How many exposures were first seen on each of `days` days from `first` (counted from 1970, UTC), whatever their
    /// status.
    pub fn first_seen_by_day(&self, first: i64, days: usize) -> Vec<i64> {
        let mut counts = vec![0; days];
        self.columns.alive.for_each(|at| {
            let day = i64::from(self.columns.first_seen[at]).div_euclid(86_400) - first;
            if let Some(count) = usize::try_from(day).ok().and_then(|day| counts.get_mut(day)) {
                *count += 1;
            }
        });
        counts
    }

    /// What each asset with an open exposure carries: how many, and the score of the worst by expected loss. One pass.
    pub fn loads(&self) -> Vec<(AssetId, AssetLoad)> {
        let c = &self.columns;
        let mut worst = vec![(0_u32, u32::MAX); self.assets.len()];
        self.each_open_on(|at, asset| {
            let (open, best) = &mut worst[asset as usize];
            *open += 1;
            let best_at = *best as usize;
            if *best == u32::MAX || (c.risk[at], -c.id[at]) > (c.risk[best_at], -c.id[best_at]) {
                *best = at as u32;
            }
        });
        let loads = self.assets.iter().zip(worst).filter(|(_, (open, _))| *open > 0);
        loads
            .map(|(asset, (open, at))| {
                (asset.id, AssetLoad { open: open.into(), top: f64::from(c.score[at as usize]) / 100.0 })
            })
            .collect()
    }

    /// How many are open.
    pub fn open_count(&self) -> usize {
        self.open().count()
    }

    /// Totals over everything open.
    pub fn summary(&self) -> Summary {
        let c = &self.columns;
        let mut classes = vec![0_u64; Class::COUNT];
        let mut on_asset = vec![0_u32; self.assets.len()];
        let mut of_weakness = vec![0_u32; self.weaknesses.len()];
        let mut loss = 0.0;
        self.each_open(|at| {
            classes[usize::from(c.class[at].0) % Class::COUNT] += 1;
            on_asset[c.asset[at] as usize] += 1;
            of_weakness[c.weakness[at] as usize] += 1;
            loss += f64::from(c.risk[at]);
        });
        let (mut band, mut severity, mut ssvc) = ([0; 4], [0; 6], [0; 4]);
        for (class, n) in classes.iter().enumerate().filter(|(_, n)| **n > 0) {
            let class = Class(class as u16);
            band[class.band() as usize] += n;
            severity[usize::from(class.severity().code())] += n;
            ssvc[class.decision() as usize] += n;
        }
        let open: u64 = classes.iter().sum();
        let on = |is: &dyn Fn(&Asset) -> bool| {
            let counted = self.assets.iter().zip(&on_asset).filter(|(a, n)| **n > 0 && is(a));
            counted.map(|(_, n)| u64::from(*n)).sum()
        };
        let no_epss = |w: &Weakness| w.row.knowledge.epss.is_none() && is_public_id(&w.row.key);
        let without = self.weaknesses.iter().zip(&of_weakness).filter(|(w, n)| **n > 0 && no_epss(w));
        let share = |n: u64| if open == 0 { 0.0 } else { n as f64 / open as f64 };
        Summary {
            exposures: self.len() as u64,
            open,
            assets: on_asset.iter().filter(|n| **n > 0).count() as u64,
            band: counts(&Band::ALL.map(Band::as_str), &band),
            severity: counts(&Severity::ALL.map(Severity::as_str), &severity),
            ssvc: counts(&Decision::ALL.map(Decision::as_str), &ssvc),
            expected_loss: loss,
            total_value: (0..self.assets.len()).map(|asset| self.asset_terms(asset).value.value).sum(),
            unknown_reach: share(on(&|a| a.reach == Reach::Unknown)),
            unknown_criticality: share(on(&|a| a.criticality.is_none())),
            unknown_epss: share(without.map(|(_, n)| u64::from(*n)).sum()),
        }
    }

    /// What one asset carries; `None` for an asset that the estate does not know.
    pub fn asset_rollup(&self, asset: AssetId) -> Option<AssetRollup> {
        let number = self.asset_number(asset)?;
        let mut rollup = self.empty_rollup(number);
        let mut only = Bitset::new(self.assets.len());
        only.set(number as usize, true);
        let mut rows = self.on_assets(&only);
        rows.and(&self.columns.alive);
        rows.for_each(|at| {
            if self.columns.class[at].status() == Status::Open {
                self.add_to(&mut rollup, at);
            }
        });
        Some(rollup)
    }

    /// The assets with the highest expected loss among open exposures.
    pub fn top_assets(&self, limit: usize) -> Vec<AssetRollup> {
        let mut risks = vec![0.0_f64; self.assets.len()];
        self.each_open_on(|at, asset| risks[asset as usize] += f64::from(self.columns.risk[at]));
        let mut order: Vec<u32> = (0..risks.len() as u32).filter(|n| risks[*n as usize] > 0.0).collect();
        let by_risk = |a: &u32, b: &u32| {
            let (a, b) = (*a as usize, *b as usize);
            risks[b].total_cmp(&risks[a]).then(self.assets[a].id.cmp(&self.assets[b].id))
        };
        if order.len() > limit && limit > 0 {
            order.select_nth_unstable_by(limit - 1, by_risk);
        }
        order.truncate(limit);
        order.sort_unstable_by(by_risk);
        let mut rollups: HashMap<u32, AssetRollup> =
            order.iter().map(|n| (*n, self.empty_rollup(*n))).collect();
        let wanted = Bitset::build(self.assets.len(), |n| rollups.contains_key(&(n as u32)));
        self.each_open_on(|at, asset| {
            if wanted.contains(asset as usize)
                && let Some(rollup) = rollups.get_mut(&asset)
            {
                self.add_to(rollup, at);
            }
        });
        order.iter().filter_map(|n| rollups.remove(n)).collect()
    }

    fn empty_rollup(&self, number: u32) -> AssetRollup {
        let asset = &self.assets[number as usize];
        let (id, name) = (asset.id, asset.name.to_string());
        let (band, severity) = ([0; 4], [0; 6]);
        AssetRollup { asset: id, name, open: 0, band, severity, top: 0.0, worst: None, risk: 0.0 }
    }

    fn add_to(&self, rollup: &mut AssetRollup, at: usize) {
        let c = &self.columns;
        let class = c.class[at];
        rollup.open += 1;
        rollup.band[3 - class.band() as usize] += 1;
        rollup.severity[5 - usize::from(class.severity().code())] += 1;
        rollup.risk += f64::from(c.risk[at]);
        let worst = rollup.worst.and_then(|w| self.columns.find(w.0));
        if worst.is_none_or(|w| (c.risk[at], -c.id[at]) > (c.risk[w], -c.id[w])) {
            rollup.worst = Some(ExposureId(c.id[at]));
            rollup.top = f64::from(c.score[at]) / 100.0;
        }
    }

    /// The actions that would remove the most expected loss: one per package that carries catalogued vulnerabilities
    /// (an upgrade removes them all), one per other weakness (a setting is changed the same way everywhere).
    pub fn top_fixes(&self, limit: usize) -> Vec<FixGroup> {
        let c = &self.columns;
        let package: Vec<bool> = self.loci.iter().map(|locus| locus.starts_with("pkg:")).collect();
        let public: Vec<bool> = self.weaknesses.iter().map(|w| is_public_id(&w.row.key)).collect();
        // Two groups of sums, by number: first what each would remove, the sets only for the best of them.
        let by_package = |at: usize| package[c.locus[at] as usize] && public[c.weakness[at] as usize];
        let group = |at: usize| {
            if by_package(at) { c.locus[at] as usize } else { package.len() + c.weakness[at] as usize }
        };
        let mut risks = vec![0.0_f64; package.len() + public.len()];
        self.each_open(|at| risks[group(at)] += f64::from(c.risk[at]));
        let mut order: Vec<usize> = (0..risks.len()).filter(|g| risks[*g] > 0.0).collect();
        order.sort_unstable_by(|a, b| risks[*b].total_cmp(&risks[*a]).then(a.cmp(b)));
        order.truncate(limit);
        let mut place = vec![u32::MAX; risks.len()];
        order.iter().zip(0..).for_each(|(g, n)| place[*g] = n);
        let mut sums = vec![Sum::default(); order.len()];
        self.each_open(|at| {
            let Some(sum) = sums.get_mut(place[group(at)] as usize) else { return };
            sum.risk += f64::from(c.risk[at]);
            sum.exposures += 1;
            sum.top = sum.top.max(c.score[at]);
            sum.no_fix |= !c.flags[at].fix() && !self.weaknesses[c.weakness[at] as usize].row.fix_known;
            sum.assets.set(c.asset[at] as usize, true);
            sum.weaknesses.set(c.weakness[at] as usize, true);
        });
        order.iter().zip(sums).map(|(g, sum)| self.fix_group(*g, &sum)).collect()
    }

    fn fix_group(&self, group: usize, sum: &Sum) -> FixGroup {
        let (key, words) = if group < self.loci.len() {
            let locus = self.loci.get(group as u32);
            (format!("package:{locus}"), format!("Upgrade {}", locus.rsplit('/').next().unwrap_or(locus)))
        } else {
            let row = &self.weaknesses[group - self.loci.len()].row;
            let title = if row.title.is_empty() { &row.key } else { &row.title };
            (format!("weakness:{}", row.key), format!("Fix \"{}\"", headline(title)))
        };
        FixGroup {
            key,
            words,
            risk: sum.risk,
            exposures: sum.exposures,
            assets: sum.assets.count() as u64,
            weaknesses: sum.weaknesses.count() as u64,
            top: f64::from(sum.top) / 100.0,
            fix_known: !sum.no_fix,
        }
    }
}

/// One count per word, the last word first.
fn counts(words: &[&str], counted: &[u64]) -> Vec<Count> {
    let count = |(word, count): (&&str, &u64)| Count { value: (*word).to_owned(), count: *count };
    words.iter().zip(counted).rev().map(count).collect()
}
