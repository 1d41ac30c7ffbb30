//! Queries to sets of rows: each term becomes a predicate on one column's values, or is worked out once per entry of a
//! dictionary and looked up per row.

use crate::bitset::Bitset;
use crate::columns::Class;
use crate::estate::{Asset, Estate, Weakness};
use crate::terms::exploitation;
use bartizan_model::query::{Cmp, Expr, Field, Kind, Pattern, Query, Term, Test, Value};
use bartizan_model::time::DAY;
use bartizan_model::weakness::is_public_id;
use bartizan_model::{Reach, ScopeId, Severity, Timestamp};
use std::ops::RangeInclusive;

impl Estate {
    /// The rows that a query selects at a moment. Rows are numbers that hold until the estate changes.
    pub fn select(&self, query: &Query, now: Timestamp) -> Bitset {
        let mut rows = self.columns.alive.clone();
        if let Some(root) = &query.root {
            rows.and(&self.rows_of(root, now));
        }
        rows
    }

    /// The rows on assets that are in any of these scopes: what a person who is bound to scopes may see.
    pub fn in_scopes(&self, scopes: &[ScopeId]) -> Bitset {
        let visible = |set: &[i64]| scopes.iter().any(|scope| set.contains(&scope.0));
        let sets: Vec<bool> = self.scope_sets.iter().map(visible).collect();
        self.by_asset(|asset| sets[asset.scopes as usize])
    }

    fn rows_of(&self, expr: &Expr, now: Timestamp) -> Bitset {
        match expr {
            Expr::And(items) | Expr::Or(items) => {
                let mut sets = items.iter().map(|item| self.rows_of(item, now));
                let mut all = sets.next().unwrap_or_default();
                for set in sets {
                    if matches!(expr, Expr::And(_)) { all.and(&set) } else { all.or(&set) }
                }
                all
            }
            Expr::Not(inner) => {
                let mut rows = self.rows_of(inner, now);
                rows.invert();
                rows
            }
            Expr::Term(term) => self.rows_of_term(term, now),
        }
    }

    fn rows_of_term(&self, Term { field, test }: &Term, now: Timestamp) -> Bitset {
        let c = &self.columns;
        let choice = |i: usize| choice(test, i);
        let flag = |b: bool| flag(test, b);
        match field {
            Field::Severity => self.by_class(|k| choice(k.severity().code().into())),
            Field::Status => self.by_class(|k| choice(k.status() as usize)),
            Field::Band => self.by_class(|k| choice(k.band() as usize)),
            Field::Leads => Bitset::of(&c.flags, |flags| {
                flags.is_somewhere().is_some_and(|somewhere| choice(somewhere.into()))
            }),
            Field::Ssvc => self.by_class(|k| choice(k.decision() as usize)),
            Field::Priority => Bitset::of(&c.score, |score| {
                // `priority:87` means what is shown as 87: whole numbers are cut.
                matches!(test, Test::Any(_)) && number(test, f32::from(score / 100), 0.0)
                    || number(test, f32::from(score) / 100.0, 0.001)
            }),
            Field::Sightings => Bitset::of(&c.sightings, |n| number(test, n.into(), 0.0)),
            Field::Kev => self.by_weakness(|w| flag(w.row.knowledge.kev.is_some())),
            Field::Ransomware => {
                self.by_weakness(|w| flag(w.row.knowledge.kev.as_ref().is_some_and(|k| k.value.ransomware)))
            }
            Field::Epss => self
                .by_weakness(|w| w.row.knowledge.epss.as_ref().is_some_and(|e| number(test, e.value, 1e-6))),
            Field::Cvss => self
                .by_weakness(|w| w.row.knowledge.cvss.as_ref().is_some_and(|v| number(test, v.score, 0.0))),
            Field::Exploitation => self.by_weakness(|w| choice(exploitation(&w.row) as usize)),
            Field::Cwe => self.by_any_weakness(
                &self.weaknesses_where(|w| w.row.cwe.iter().any(|n| number(test, *n as f32, 0.0))),
            ),
            Field::Weakness => self.by_any_weakness(&self.weaknesses_where(|w| {
                let rule = w.search.split('\n').next().and_then(|key| key.split_once(':'));
                // The second line is the title.
                w.search.split('\n').enumerate().any(|(i, id)| i != 1 && text(test, id))
                    || rule.is_some_and(|(_, rule)| text(test, rule))
            })),
            Field::Asset => self.by_asset(|a| text(test, a.lower())),
            Field::Kind => self.by_asset(|a| choice(a.kind as usize)),
            Field::Reach => self.by_asset(|a| choice(a.reach as usize)),
            Field::Criticality => self.by_asset(|a| a.criticality.is_some_and(|v| choice(v as usize))),
            Field::Data => self.by_asset(|a| Self::data_classes(a.data).any(|class| choice(class as usize))),
            Field::Demo => self.by_asset(|a| flag(a.demo)),
            Field::Scope => {
                let named = |id: &i64| {
                    self.scopes.iter().any(|s| s.id.0 == *id && text(test, &s.name.to_lowercase()))
                };
                let sets: Vec<bool> = self.scope_sets.iter().map(|set| set.iter().any(named)).collect();
                self.by_asset(|a| sets[a.scopes as usize])
            }
            Field::Network => {
                let sets = self.network_sets.iter();
                let sets: Vec<bool> =
                    sets.map(|set| set.split_whitespace().any(|name| text(test, name))).collect();
                self.by_asset(|a| sets[a.networks as usize])
            }
            Field::Locus => self.by_locus(|locus| text(test, &locus.to_lowercase())),
            Field::Component => self.by_locus(|locus| {
                locus.strip_prefix("pkg:").is_some_and(|rest| {
                    let (rest, locus) = (rest.to_lowercase(), locus.to_lowercase());
                    text(test, &locus)
                        || text(test, &rest)
                        || rest.rsplit('/').next().is_some_and(|name| text(test, name))
                })
            }),
            Field::Source => {
                let named = |s: &crate::rows::SourceRow| text(test, &s.name.to_lowercase());
                let bits = (0..).zip(self.sources.iter().take(64)).filter(|(_, s)| named(s));
                let wanted = bits.fold(0_u64, |bits, (n, _)| bits | 1 << n);
                let sets = Bitset::build(self.source_sets.len(), |n| {
                    self.source_sets.get(n as u32)[0] & wanted != 0
                });
                Bitset::of(&c.sources, |set| sets.contains(set as usize))
            }
            Field::Owner => {
                let users = Bitset::build(self.users.len(), |n| {
                    let user = &self.users[n];
                    match n {
                        0 => nobody(test),
                        _ => text(test, &user.name.to_lowercase()) || text(test, &user.id.to_string()),
                    }
                });
                Bitset::of(&c.owner, |owner| users.contains(owner as usize))
            }
            Field::Fix => {
                let known = Bitset::build(self.weaknesses.len(), |n| self.weaknesses[n].row.fix_known);
                let mut rows = Bitset::of(&c.weakness, |w| flag(known.contains(w as usize)));
                let own = Bitset::of(&c.flags, |f| flag(f.fix()));
                let join = if flag(true) { Bitset::or } else { Bitset::and };
                join(&mut rows, &own);
                rows
            }
            Field::FirstSeen => within(&c.first_seen, &moments(test)),
            Field::LastSeen => within(&c.last_seen, &moments(test)),
            Field::Age => within(&c.first_seen, &[ago(test, now)]),
            Field::Seen => within(&c.last_seen, &[ago(test, now)]),
            Field::Opened => within(&c.opened, &[ago(test, now)]),
            Field::New => {
                let since = now.plus_days(-1).micros();
                let mut rows = within(&c.first_seen, &[since..=i64::MAX]);
                if !flag(true) {
                    rows.invert();
                }
                rows
            }
            Field::Unknown => self.rows_of_unknown(test),
            Field::Text => {
                let Test::Any(values) = test else { return Bitset::new(c.len()) };
                let asset_text =
                    self.asset_text.get_or_init(|| self.assets.iter().map(Asset::lower).collect());
                let weakness_text =
                    self.weakness_text.get_or_init(|| self.weaknesses.iter().map(|w| &*w.search).collect());
                let mut assets = Bitset::new(self.assets.len());
                let mut weaknesses = Bitset::new(self.weaknesses.len());
                for value in values {
                    if let Value::Text(pattern) = value {
                        assets.or(&asset_text.find(pattern));
                        weaknesses.or(&weakness_text.find(pattern));
                    }
                }
                let mut rows = self.on_assets(&assets);
                rows.or(&self.by_any_weakness(&weaknesses));
                rows
            }
        }
    }

    /// `unknown:...`
    fn rows_of_unknown(&self, test: &Test) -> Bitset {
        let mut rows = Bitset::new(self.columns.len());
        let Kind::Choice(words) = Field::Unknown.info().kind else { return rows };
        for (_, word) in words.iter().enumerate().filter(|(i, _)| choice(test, *i)) {
            rows.or(&match *word {
                "reach" => self.by_asset(|a| a.reach == Reach::Unknown),
                "criticality" => self.by_asset(|a| a.criticality.is_none()),
                "severity" => self.by_class(|k| k.severity() == Severity::Unknown),
                // EPSS, CVSS and SSVC speak of catalogued vulnerabilities only: a rule does not lack them.
                "epss" => self.by_weakness(|w| is_public_id(&w.row.key) && w.row.knowledge.epss.is_none()),
                "cvss" => self.by_weakness(|w| is_public_id(&w.row.key) && w.row.knowledge.cvss.is_none()),
                "exploitation" => self.by_weakness(|w| {
                    is_public_id(&w.row.key)
                        && w.row.knowledge.ssvc.is_none()
                        && w.row.knowledge.kev.is_none()
                }),
                _ => Bitset::of(&self.columns.owner, |owner| owner == 0),
            });
        }
        rows
    }

    fn by_class(&self, test: impl Fn(Class) -> bool) -> Bitset {
        let table: [bool; Class::COUNT] = std::array::from_fn(|class| test(Class(class as u16)));
        Bitset::of(&self.columns.class, |class| table[usize::from(class.0) % Class::COUNT])
    }

    fn by_asset(&self, test: impl Fn(&Asset) -> bool) -> Bitset {
        self.on_assets(&Bitset::build(self.assets.len(), |n| test(&self.assets[n])))
    }

    /// The rows on these assets, and those that are on one of them too.
    pub(crate) fn on_assets(&self, assets: &Bitset) -> Bitset {
        let mut rows = Bitset::of(&self.columns.asset, |asset| assets.contains(asset as usize));
        for (id, others) in &self.elsewhere {
            if others.iter().any(|asset| assets.contains(*asset as usize))
                && let Some(at) = self.columns.find(*id)
            {
                rows.set(at, true);
            }
        }
        rows
    }

    fn by_weakness(&self, test: impl Fn(&Weakness) -> bool) -> Bitset {
        let weaknesses = self.weaknesses_where(test);
        Bitset::of(&self.columns.weakness, |weakness| weaknesses.contains(weakness as usize))
    }

    fn weaknesses_where(&self, test: impl Fn(&Weakness) -> bool) -> Bitset {
        Bitset::build(self.weaknesses.len(), |n| test(&self.weaknesses[n]))
    }

    /// The rows of these weaknesses, and those that another tool knows as one of them.
    fn by_any_weakness(&self, weaknesses: &Bitset) -> Bitset {
        let mut rows = Bitset::of(&self.columns.weakness, |weakness| weaknesses.contains(weakness as usize));
        for (id, others) in &self.others {
            if others.iter().any(|weakness| weaknesses.contains(*weakness as usize))
                && let Some(at) = self.columns.find(*id)
            {
                rows.set(at, true);
            }
        }
        rows
    }

    fn by_locus(&self, test: impl Fn(&str) -> bool) -> Bitset {
        let loci = Bitset::build(self.loci.len(), |n| test(self.loci.get(n as u32)));
        Bitset::of(&self.columns.locus, |locus| loci.contains(locus as usize))
    }
}

fn ordering(cmp: Cmp, ordering: Option<std::cmp::Ordering>) -> bool {
    ordering.is_some_and(|o| match cmp {
        Cmp::Less => o.is_lt(),
        Cmp::AtMost => o.is_le(),
        Cmp::Greater => o.is_gt(),
        Cmp::AtLeast => o.is_ge(),
    })
}

fn choice(test: &Test, at: usize) -> bool {
    let index = |v: &Value| if let Value::Choice(i) = v { Some(usize::from(*i)) } else { None };
    match test {
        Test::Any(values) => values.iter().any(|v| index(v) == Some(at)),
        Test::Compare(cmp, v) => ordering(*cmp, index(v).map(|i| at.cmp(&i))),
        Test::Range(low, high) => index(low) <= Some(at) && index(high).is_some_and(|high| at <= high),
    }
}

fn flag(test: &Test, is: bool) -> bool {
    matches!(test, Test::Any(values) if values.contains(&Value::Flag(is)))
}

/// A single value means "as near as `near`", since people read rounded numbers.
fn number(test: &Test, is: f32, near: f32) -> bool {
    let of = |v: &Value| if let Value::Number(n) = v { *n as f32 } else { f32::NAN };
    match test {
        Test::Any(values) => values.iter().any(|v| (of(v) - is).abs() <= near),
        Test::Compare(cmp, v) => ordering(*cmp, is.partial_cmp(&of(v))),
        Test::Range(low, high) => of(low) <= is && is <= of(high),
    }
}

fn text(test: &Test, lower: &str) -> bool {
    let matches = |v: &Value| matches!(v, Value::Text(pattern) if Pattern::matches(pattern, lower));
    matches!(test, Test::Any(values) if values.iter().any(matches))
}

/// `owner:none`
fn nobody(test: &Test) -> bool {
    let is = |v: &Value| matches!(v, Value::Text(pattern) if pattern.is_nobody());
    matches!(test, Test::Any(values) if values.iter().any(is))
}

/// The first and last microsecond of a day or a moment.
fn bounds(value: &Value) -> (i64, i64) {
    match value {
        Value::Date(t) => (t.micros(), t.micros().saturating_add(DAY - 1)),
        // Rows are kept to the second.
        Value::Time(t) => (t.micros().div_euclid(1_000_000) * 1_000_000, t.micros()),
        _ => (i64::MAX, i64::MIN),
    }
}

fn moments(test: &Test) -> Vec<RangeInclusive<i64>> {
    match test {
        Test::Any(values) => values.iter().map(|v| bounds(v).0..=bounds(v).1).collect(),
        Test::Range(low, high) => vec![bounds(low).0..=bounds(high).1],
        Test::Compare(cmp, v) => vec![match cmp {
            Cmp::Less => i64::MIN..=bounds(v).0.saturating_sub(1),
            Cmp::AtMost => i64::MIN..=bounds(v).1,
            Cmp::Greater => bounds(v).1.saturating_add(1)..=i64::MAX,
            Cmp::AtLeast => bounds(v).0..=i64::MAX,
        }],
    }
}

/// The moments whose distance to `now` fits: a longer time ago is an earlier moment.
fn ago(test: &Test, now: Timestamp) -> RangeInclusive<i64> {
    let at = |v: &Value| if let Value::Duration(d) = v { now.micros().saturating_sub(*d) } else { i64::MAX };
    match test {
        Test::Compare(Cmp::Greater, v) => i64::MIN..=at(v).saturating_sub(1),
        Test::Compare(Cmp::AtLeast, v) => i64::MIN..=at(v),
        Test::Compare(Cmp::Less, v) => at(v).saturating_add(1)..=i64::MAX,
        Test::Compare(Cmp::AtMost, v) => at(v)..=i64::MAX,
        Test::Range(short, long) => at(long)..=at(short),
        Test::Any(_) => RangeInclusive::new(1, 0),
    }
}

fn within(column: &[u32], ranges: &[RangeInclusive<i64>]) -> Bitset {
    let in_seconds = |r: &RangeInclusive<i64>| {
        let first = r.start().div_euclid(1_000_000) + i64::from(r.start().rem_euclid(1_000_000) > 0);
        let last = r.end().div_euclid(1_000_000);
        let max = i64::from(u32::MAX);
        (first <= max && last >= 0 && first <= last).then(|| (first.max(0) as u32, last.min(max) as u32))
    };
    let mut rows = Bitset::new(column.len());
    for (first, last) in ranges.iter().filter_map(in_seconds) {
        rows.or(&Bitset::of(column, |at| first <= at && at <= last));
    }
    rows
}
