//! `GoldenCert`, `ADCSESC1`, `ADCSESC3`, `ADCSESC4` and `ADCSESC6` as BloodHound documents them, straight from the collection.

use super::Edges;
use super::reference::{Groups, id, list, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Holders = BTreeSet<String>;
const AGENT: &str = "1.3.6.1.4.1.311.20.2.1";

/// Principals with one of these rights to an object.
fn with(object: &Value, rights: &[&str]) -> Holders {
    let aces = list(&object["Aces"]).iter().chain(list(&object["CARegistryData"]["CASecurity"]["Data"]));
    let aces = aces.filter(|ace| rights.contains(&ace["RightName"].as_str().unwrap()));
    aces.map(|ace| text(&ace["PrincipalSID"])).collect()
}

fn holds(list: &Value, value: &str) -> bool {
    self::list(list).iter().any(|item| item == value)
}

struct Forest<'a> {
    objects: &'a [(String, Value)],
}

impl<'a> Forest<'a> {
    fn all(&self, kind: &'static str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.objects.iter().filter(move |(other, _)| other == kind).map(|(_, object)| object)
    }

    /// The domains that take an authority's certificates for proof: it is in their store, and its chain ends in their root.
    fn domains(&self, authority: &Value) -> BTreeSet<String> {
        let chain = list(&authority["Properties"]["certchain"]);
        let root = chain.last().and_then(Value::as_str).unwrap_or_default();
        let own = authority["Properties"]["certthumbprint"].as_str().unwrap_or("-");
        let stores = self.all("ntauthstores");
        let believed = stores.filter(|store| holds(&store["Properties"]["certthumbprints"], own));
        believed
            .map(|store| text(&store["DomainSID"]))
            .filter(|domain| {
                self.all("rootcas")
                    .any(|ca| text(&ca["DomainSID"]) == *domain && ca["Properties"]["certthumbprint"] == root)
            })
            .collect()
    }

    fn templates(&self, authority: &Value) -> Vec<&'a Value> {
        let ids: Vec<String> = list(&authority["EnabledCertTemplates"]).iter().map(id).collect();
        self.all("certtemplates").filter(|template| ids.contains(&id(template))).collect()
    }

    /// Whether a domain controller of the domain believes the name in a certificate of a template.
    fn believes(&self, domain: &str, template: &Value) -> bool {
        let controllers =
            self.all("computers").filter(|c| c["IsDC"] == true && text(&c["DomainSID"]) == domain);
        controllers.into_iter().any(|controller| {
            let value = |name: &str| controller["DCRegistryData"][name]["Value"].as_i64();
            let weak = matches!(value("StrongCertificateBindingEnforcement"), Some(0 | 1));
            let by_name = value("CertificateMappingMethods").is_some_and(|methods| methods & 4 != 0);
            (weak && template["Properties"]["nosecurityextension"] == true) || by_name
        })
    }
}

fn unattended(template: &Value) -> bool {
    let properties = &template["Properties"];
    properties["requiresmanagerapproval"] == false
        && (properties["schemaversion"] == 1 || properties["authorizedsignatures"] == 0)
}

fn authenticates(template: &Value) -> bool {
    template["Properties"]["authenticationenabled"] == true
}

/// Who may enrol with a template.
fn enrol(template: &Value) -> Holders {
    with(template, &["Enroll", "GenericAll", "AllExtendedRights"])
}

/// All edges that certificates make.
pub(crate) fn edges(objects: &[(String, Value)], groups: &Groups, edges: &mut Edges) {
    let forest = Forest { objects };
    let authorities: Vec<&Value> = forest.all("enterprisecas").collect();
    let mut found: BTreeMap<String, Holders> = BTreeMap::new();
    for authority in &authorities {
        let ask = with(authority, &["Enroll"]);
        for domain in forest.domains(authority) {
            let principals = found.entry(domain.clone()).or_default();
            principals.insert(text(&authority["HostingComputer"]));
            for template in forest.templates(authority) {
                let properties = &template["Properties"];
                let plain = authenticates(template) && unattended(template);
                let san = &authority["CARegistryData"]["IsUserSpecifiesSanEnabled"];
                let esc1 = properties["enrolleesuppliessubject"] == true;
                let esc6 =
                    san["Collected"] == true && san["Value"] == true && forest.believes(&domain, template);
                if plain && (esc1 || esc6) {
                    principals.extend(groups.in_all(&[enrol(template), ask.clone()]));
                }
                let control = with(template, &["GenericAll", "Owns", "WriteDacl", "WriteOwner"]);
                principals.extend(groups.in_all(&[control, ask.clone()]));
                let write = with(template, &["GenericWrite"]);
                principals.extend(groups.in_all(&[write, enrol(template), ask.clone()]));
            }
            for second in authorities.iter().filter(|other| forest.domains(other).contains(&domain)) {
                principals.extend(agents(&forest, authority, second, groups));
            }
        }
    }
    for (domain, principals) in found {
        for principal in principals {
            edges.add(principal, domain.clone());
        }
    }
}

/// `ADCSESC3`: an agent's certificate of the first authority, and one for somebody else of the second.
fn agents(forest: &Forest<'_>, first: &Value, second: &Value, groups: &Groups) -> Holders {
    let mut found = Holders::new();
    for agent in forest.templates(first) {
        let usages = &agent["Properties"]["effectiveekus"];
        if !unattended(agent) || !(holds(usages, AGENT) || holds(usages, "2.5.29.37.0")) {
            continue;
        }
        for target in forest.templates(second) {
            let properties = &target["Properties"];
            let takes = properties["schemaversion"] == 1
                || (properties["authorizedsignatures"] == 1
                    && holds(&properties["applicationpolicies"], AGENT));
            if !authenticates(target) || properties["requiresmanagerapproval"] != false || !takes {
                continue;
            }
            let mut sets =
                vec![enrol(agent), with(first, &["Enroll"]), enrol(target), with(second, &["Enroll"])];
            let restrictions = &second["CARegistryData"]["EnrollmentAgentRestrictions"];
            if restrictions["Collected"] == true && !list(&restrictions["Restrictions"]).is_empty() {
                let allowed = list(&restrictions["Restrictions"]).iter().filter(|restriction| {
                    restriction["AccessType"] == "AccessAllowedCallback"
                        && (restriction["AllTemplates"] == true || id(&restriction["Template"]) == id(target))
                });
                sets.push(allowed.map(|restriction| id(&restriction["Agent"])).collect());
            }
            found.extend(groups.in_all(&sets));
        }
    }
    found
}
