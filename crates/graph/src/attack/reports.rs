//! Exposures that report a fact which rules read themselves: an account that has a service name, or is in a group. They are in the
//! graph as that fact, and would count twice beside it; here they are found from the steps that rest on it, and those from them.

use super::Attack;
use crate::facts::{Facts, Node};
use crate::steps::Basis;
use bartizan_model::{AssetId, ExposureId};
use foldhash::{HashMap, HashMapExt as _, HashSet};

/// A fact of an asset, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// An attribute of it.
    Attribute(&'static str),
    /// What it is to others, by a verb.
    From(&'static str),
    /// What others are to it, by a verb.
    To(&'static str),
}

/// An exposure that reports facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The exposure.
    pub id: ExposureId,
    /// What it is on.
    pub asset: AssetId,
    /// What it says, for people.
    pub title: &'static str,
    /// What it reports of the asset.
    pub facts: &'static [Fact],
    /// The group, role or policy that it is about: of several facts of one name it reports those that lead there. Empty: all of them.
    pub about: Box<str>,
}

/// The places of reports, by the facts that they report.
pub(super) type ByFact = HashMap<Basis, Vec<u32>>;

impl Attack {
    /// The same, with exposures that report facts.
    #[must_use]
    pub fn with_reports(self, reports: Vec<Report>) -> Self {
        Self { reports, ..self }
    }

    /// The exposures that report facts.
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// The exposures that report this fact.
    pub(super) fn reports_of(&self, basis: &Basis) -> impl Iterator<Item = &Report> {
        let of_fact = self.reported().get(basis).map_or(&[][..], Vec::as_slice);
        of_fact.iter().map(|at| &self.reports[*at as usize])
    }

    /// The facts that an exposure reports.
    pub(super) fn reported_by(&self, exposure: ExposureId) -> HashSet<Basis> {
        let is_it = |at: &u32| self.reports[*at as usize].id == exposure;
        let all = self.reported().iter().filter(|(_, reports)| reports.iter().any(is_it));
        all.map(|(basis, _)| *basis).collect()
    }

    fn reported(&self) -> &ByFact {
        self.by_fact.get_or_init(|| by_fact(&self.facts, &self.reports))
    }
}

fn by_fact(facts: &Facts, reports: &[Report]) -> ByFact {
    let mut all = ByFact::new();
    let mut toward = Toward::of(facts, reports);
    for (at, report) in (0..).zip(reports) {
        let Some(node) = facts.node(report.asset) else { continue };
        let mut add = |basis| all.entry(basis).or_default().push(at);
        for fact in report.facts {
            match *fact {
                Fact::Attribute(name) if is_of(name, &report.about) => {
                    facts.basis(node, name).into_iter().for_each(&mut add);
                }
                Fact::Attribute(_) => {}
                Fact::From(verb) => {
                    let meant =
                        facts.from(node, verb).filter(|(_, it)| toward.leads(it.to, verb, &report.about));
                    meant.for_each(|(id, _)| add(Basis::Relation(id)));
                }
                Fact::To(verb) => {
                    let meant =
                        facts.to(node, verb).filter(|(_, it)| toward.leads(it.from, verb, &report.about));
                    meant.for_each(|(id, _)| add(Basis::Relation(id)));
                }
            }
        }
    }
    all
}

/// Whether what a report is about is kept in this attribute: `inline:deploy` is one of the `inline-policies`.
fn is_of(name: &str, about: &str) -> bool {
    about.split(':').next().is_some_and(|kind| name.starts_with(kind))
}

/// What leads to what reports are about.
struct Toward<'f> {
    facts: &'f Facts,
    /// By name and by cloud id.
    named: HashMap<&'f str, Vec<Node>>,
    /// By verb and name.
    leading: HashMap<(&'f str, &'f str), HashSet<Node>>,
}

impl<'f> Toward<'f> {
    fn of(facts: &'f Facts, reports: &'f [Report]) -> Self {
        let names = || reports.iter().map(|report| &*report.about).filter(|about| !about.is_empty());
        let mut named: HashMap<_, Vec<_>> = names().map(|name| (name, Vec::new())).collect();
        let by_name = facts.assets().map(|(node, asset)| (node, &*asset.name));
        if !named.is_empty() {
            for (node, name) in by_name.chain(facts.attributes("cloud-id")) {
                named.get_mut(name).into_iter().for_each(|nodes| nodes.push(node));
            }
        }
        Self { facts, named, leading: HashMap::new() }
    }

    /// Whether who is this to a node is it, by the same verb, to what a report is about; a role may go by its verb: `owner of SITE`.
    fn leads(&mut self, node: Node, verb: &'f str, about: &'f str) -> bool {
        let role =
            about.strip_suffix(&*self.facts.asset(node).name).and_then(|rest| rest.strip_suffix(" of "));
        if about.is_empty() || role.is_some_and(|role| verb.ends_with(role)) {
            return true;
        }
        let Self { facts, named, leading } = self;
        let leading = leading.entry((verb, about)).or_insert_with(|| {
            let mut work = named.get(about).cloned().unwrap_or_default();
            let mut all: HashSet<_> = work.iter().copied().collect();
            while let Some(node) = work.pop() {
                let before = facts.to(node, verb).map(|(_, relation)| relation.from);
                work.extend(before.filter(|node| all.insert(*node)));
            }
            all
        });
        leading.contains(&node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Entries, Hop};
    use crate::rules::testing::world;
    use std::collections::BTreeSet;

    const WORLD: &str = "identity anna type=user mfa=true
         identity svc type=user has-spn=true domain=CLINIC
         identity everybody type=group object-id=CLINIC-S-1-5-11
         identity helpdesk type=group
         identity admins type=group
         data-store patients value=1000
         anna member_of everybody
         svc member_of everybody
         anna member_of helpdesk
         helpdesk member_of admins
         svc member_of admins
         admins admin_to patients";

    fn attack(reports: &[(i64, &str, &'static [Fact], &str)]) -> Attack {
        let attack = Attack::new(world(WORLD), &Entries::default());
        let report = |(id, asset, facts, about): &(i64, &str, &'static [Fact], &str)| Report {
            id: ExposureId(*id),
            asset: attack.facts().assets().find(|(_, known)| &*known.name == *asset).unwrap().1.id,
            title: "It is reported",
            facts,
            about: (*about).into(),
        };
        let reports = reports.iter().map(report).collect();
        attack.with_reports(reports)
    }

    /// The steps that rest on an exposure, in words.
    fn steps(attack: &Attack, id: i64) -> BTreeSet<String> {
        let hops = attack.steps().iter().map(|(step, _)| attack.hop(step));
        let hops = hops.filter(|hop| hop.exposures.contains(&ExposureId(id)));
        hops.map(|hop| format!("{}: {}", hop.rule, hop.gains.words(attack.facts()))).collect()
    }

    #[test]
    fn a_step_tells_the_exposures_that_report_its_facts() {
        let member: &[_] = &[Fact::From("member_of")];
        let attack = attack(&[
            (1, "svc", &[Fact::Attribute("has-spn")], ""),
            (2, "anna", member, "admins"),
            (3, "anna", member, "nobody knows it"),
            (4, "anna", member, ""),
            (5, "patients", &[Fact::To("admin_to")], ""),
            (6, "svc", &[Fact::Attribute("has-spn")], "inline:deploy"),
        ]);
        assert_eq!(steps(&attack, 1), ["kerberoast: controls svc".to_owned()].into());
        assert_eq!(steps(&attack, 2), ["group_membership: controls helpdesk".to_owned()].into());
        assert_eq!(steps(&attack, 3), BTreeSet::new());
        assert_eq!(steps(&attack, 4).len(), 2);
        assert_eq!(steps(&attack, 5), ["local_admin: controls patients".to_owned()].into());
        assert_eq!(steps(&attack, 6), BTreeSet::new());
        let told = |(step, _)| attack.grounds(step).into_iter().flat_map(|ground| ground.reports);
        let told: BTreeSet<_> = attack.steps().iter().flat_map(told).collect();
        assert_eq!(told.len(), 4);
        assert!(told.contains(&(ExposureId(1), "It is reported")));
    }

    #[test]
    fn an_exposure_tells_the_best_way_by_the_fact_that_it_reports() {
        let attack = attack(&[(1, "svc", &[Fact::Attribute("has-spn")], "")]);
        let way = attack.through(ExposureId(1)).unwrap();
        let used: Vec<_> =
            way.hops.iter().filter(|hop| !hop.exposures.is_empty()).map(|hop| hop.rule).collect();
        assert_eq!(used, ["kerberoast"]);
        assert_eq!(way.goal.words(attack.facts()), "controls patients");
        // Who is phished is somebody else, though a service account may be: it is what the step gains.
        let gained = |hop: &&Hop| hop.gains.words(attack.facts()) == "controls svc";
        assert_eq!(way.hops.iter().filter(gained).count(), 1, "{way:?}");
        assert_eq!(attack.through(ExposureId(9)), None);
    }
}
