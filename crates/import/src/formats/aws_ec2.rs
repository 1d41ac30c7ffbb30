//! Who can talk to which machine in AWS: `aws ec2 describe-security-groups` and `describe-instances`.
//!
//! Both answers in one file, one after another or as a JSON array, in any order: security groups alone name no machine.
//! A rule becomes a `reaches` relation from a network (`internet` for every address, a CIDR, another security group) to each
//! machine of the group, by its port. Every address means the internet only for a machine with a public address; else the
//! machine's VPC. Private addresses are those of the machine's VPC (`10.1.0.0/16%vpc-0abc`), and perhaps of what the VPC is joined
//! with (peering, VPN), which these answers do not tell: that is `may_reach`. A machine `reaches` its groups and its VPC: it can talk
//! as a member of them. What denies (network ACLs, routes) is not in these answers, so a way may be closed elsewhere. `has_profile`
//! ties a machine to its instance profile, and `metadata-tokens` says whether its metadata service asks for a token (`required`) or
//! not (`optional`), `metadata-hop-limit` how many hops away its answers are heard (2 and more: in containers too).
//!
//! **Coverage**: the facts of every machine whose security groups are all in the file.

use crate::common::flex::{Number, Text, or_default};
use crate::common::json::{Json, Value};
use crate::common::out::Out;
use crate::common::{cloud, networks, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, Identifier, IdentifierKind, Loci, Network, Observation, Reach,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_ec2",
    name: "AWS EC2",
    summary: "JSON of describe-security-groups and describe-instances: machines, and who can talk to them by which port",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/cli/latest/reference/ec2/describe-security-groups.html",
    tool: "aws-ec2",
    sniff,
    parse,
};

/// The most ways into machines that are told of one file.
const MOST: usize = 5_000_000;

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marked = |key: &str, marks: [&[u8]; 2]| {
        let value = keys.value(key).map(|value| &value[..value.len().min(16 * 1024)]);
        value
            .is_some_and(|value| marks.iter().any(|mark| value.windows(mark.len()).any(|part| part == *mark)))
    };
    let groups = marked("SecurityGroups", [b"\"IpPermissions\"", b"\"GroupId\""]);
    let machines = marked("Reservations", [b"\"InstanceId\"", b"\"Instances\""]);
    Sniff::when(groups || machines)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Group {
    group_id: String,
    group_name: String,
    #[serde(deserialize_with = "or_default")]
    ip_permissions: Vec<Permission>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "PascalCase")]
struct Permission {
    ip_protocol: String,
    from_port: Number,
    to_port: Number,
    #[serde(deserialize_with = "or_default")]
    ip_ranges: Vec<Range>,
    #[serde(deserialize_with = "or_default")]
    ipv6_ranges: Vec<Range>,
    #[serde(deserialize_with = "or_default")]
    user_id_group_pairs: Vec<GroupRef>,
    #[serde(deserialize_with = "or_default")]
    prefix_list_ids: Vec<serde_json::Value>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Range {
    #[serde(rename = "CidrIp", alias = "CidrIpv6")]
    cidr: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "PascalCase")]
struct GroupRef {
    group_id: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Reservation<'a> {
    #[serde(borrow)]
    owner_id: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    instances: Vec<Instance<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Instance<'a> {
    #[serde(borrow)]
    instance_id: Text<'a>,
    #[serde(borrow)]
    private_ip_address: Text<'a>,
    #[serde(borrow)]
    public_ip_address: Text<'a>,
    #[serde(borrow)]
    private_dns_name: Text<'a>,
    #[serde(borrow)]
    public_dns_name: Text<'a>,
    #[serde(borrow)]
    vpc_id: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    state: Named<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    placement: Placement<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    iam_instance_profile: Profile<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    metadata_options: Metadata<'a>,
    #[serde(deserialize_with = "or_default")]
    security_groups: Vec<GroupRef>,
    #[serde(borrow, deserialize_with = "or_default")]
    tags: Vec<Tag<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Named<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Placement<'a> {
    #[serde(borrow)]
    availability_zone: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Profile<'a> {
    #[serde(borrow)]
    arn: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Metadata<'a> {
    #[serde(borrow)]
    http_tokens: Text<'a>,
    #[serde(borrow)]
    http_endpoint: Text<'a>,
    #[serde(borrow)]
    http_put_response_hop_limit: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Tag<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

/// A machine, whose ways in are told once all groups are known.
struct Machine {
    at: Place,
    asset: AssetRef,
    groups: Vec<String>,
    vpc: Option<AssetRef>,
    /// The network that private addresses in its rules are of.
    network: Option<Network>,
    is_public: bool,
}

/// A way into a machine: from whom, as it is identified, by which port.
type Ways = BTreeMap<(String, String), (AssetRef, &'static str)>;

impl Machine {
    /// Who has addresses that a rule names, and how far it is known that they can talk to the machine.
    fn senders(&self, cidr: &str) -> Vec<(AssetRef, &'static str)> {
        if networks::is_everything(cidr) && !self.is_public {
            return self.vpc.iter().map(|vpc| (vpc.clone(), "reaches")).collect();
        }
        let Some(named) = networks::network(cidr) else { return Vec::new() };
        match self.network.as_ref().map(|network| named.clone().within(network)) {
            Some(own) if own != named => vec![(own, "reaches"), (named, "may_reach")],
            _ => vec![(named, "reaches")],
        }
    }
}

/// What is known once all was read.
#[derive(Default)]
struct Reading {
    groups: BTreeMap<String, Vec<Permission>>,
    machines: Vec<Machine>,
    found: bool,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    out.source("aws-ec2", "");
    let mut reading = Reading::default();
    json.documents(&mut |json| page(json, &mut reading, &mut out))?;
    if !reading.found {
        let why = "it has neither SecurityGroups nor Reservations";
        return Err(ParseError::WrongFormat { format: FORMAT.id, why: why.to_owned() });
    }
    reading.tell(&mut out)?;
    json.tell_flaws(&mut out);
    Ok(out.end())
}

fn page(json: &mut Json<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    json.object(&mut |json, key| match key {
        "SecurityGroups" => {
            reading.found = true;
            json.array(&mut |json| reading.group(&json.value()?, out))
        }
        "Reservations" => {
            reading.found = true;
            json.array(&mut |json| reading.reservation(&json.value()?, out))
        }
        _ => json.skip(),
    })
}

/// Another group, or a VPC: a network by its id.
fn by_id(id: &str, name: &str) -> Option<AssetRef> {
    let name = if name.is_empty() { id } else { name };
    AssetRef::new(
        AssetKind::Network,
        &text::name(name),
        Identifier::new(IdentifierKind::CloudId, &text::name(id)),
    )
}

impl Reading {
    fn group(&mut self, value: &Value<'_>, out: &mut Out<'_>) -> Result<(), ParseError> {
        let at = out.record(value.at.clone(), "SecurityGroups");
        let group = match value.read::<Group>() {
            Ok(group) => group,
            Err(why) => {
                out.reject(at, why);
                return Ok(());
            }
        };
        let Some(asset) = by_id(&group.group_id, &group.group_name) else {
            out.reject(at, "it has no GroupId");
            return Ok(());
        };
        if group.ip_permissions.iter().any(|permission| !permission.prefix_list_ids.is_empty()) {
            out.gap(
                format!("security group {}", asset.name),
                "a rule names a prefix list, whose addresses are not in the file",
            );
        }
        self.groups.insert(group.group_id, group.ip_permissions);
        out.observe(&at, Observation::Asset(AssetSeen::new(asset)), None)
    }

    fn reservation(&mut self, value: &Value<'_>, out: &mut Out<'_>) -> Result<(), ParseError> {
        let at = out.record(value.at.clone(), "Reservations");
        let reservation = match value.read::<Reservation<'_>>() {
            Ok(reservation) => reservation,
            Err(why) => {
                out.reject(at, why);
                return Ok(());
            }
        };
        for instance in &reservation.instances {
            if instance.instance_id.is_empty() {
                out.reject(at.clone(), "an instance without InstanceId");
            } else if &*instance.state.name != "terminated" {
                self.machine(instance, &reservation.owner_id, &at, out)?;
            }
        }
        Ok(())
    }

    fn machine(
        &mut self,
        one: &Instance<'_>,
        owner: &str,
        at: &Place,
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        let id = text::name(&one.instance_id);
        let zone = one.placement.availability_zone.trim();
        let region = zone.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let arn = (!region.is_empty() && !owner.is_empty()).then(|| {
            Identifier::new(IdentifierKind::CloudId, &format!("arn:aws:ec2:{region}:{owner}:instance/{id}"))
        });
        let known = [
            &*one.private_ip_address,
            &*one.public_ip_address,
            &*one.private_dns_name,
            &*one.public_dns_name,
        ];
        let known = known.into_iter().filter_map(|name| cloud::known_as(name, &one.vpc_id));
        let tagged = one.tags.iter().find(|tag| &*tag.key == "Name").map(|tag| text::name(&tag.value));
        let name = tagged.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        let own = Identifier::new(IdentifierKind::CloudId, &id).into_iter().chain(arn.flatten());
        let Some(asset) = AssetRef::new(AssetKind::Host, &name, own.chain(known)) else { return Ok(()) };

        let mut seen = AssetSeen::new(asset.clone());
        let id = asset.identifiers.first().map(|id| ("cloud-id".to_owned(), id.value.clone()));
        seen.attributes.extend(id);
        for (name, value) in [
            ("metadata-tokens", &one.metadata_options.http_tokens),
            ("metadata-endpoint", &one.metadata_options.http_endpoint),
            ("metadata-hop-limit", &one.metadata_options.http_put_response_hop_limit),
            ("instance-state", &one.state.name),
        ] {
            if !value.is_empty() {
                seen.attributes.insert(name.to_owned(), text::name(value));
            }
        }
        let groups: Vec<_> = one.security_groups.iter().map(|group| group.group_id.clone()).collect();
        let vpc = by_id(&one.vpc_id, "");
        let (network, is_public) = (one.vpc_id.parse().ok(), !one.public_ip_address.is_empty());
        let mut relations: Vec<_> =
            groups.iter().filter_map(|group| by_id(group, "")).chain(vpc.clone()).collect();
        relations.dedup();
        out.observe(at, Observation::Asset(seen), None)?;
        for network in relations {
            relate(out, at, RelationSeen::new(asset.clone(), "reaches", network))?;
        }
        let profile = text::name(&one.iam_instance_profile.arn);
        let named = profile.rsplit('/').next().unwrap_or_default();
        let profile =
            AssetRef::new(AssetKind::Identity, named, Identifier::new(IdentifierKind::CloudId, &profile));
        if let Some(profile) = profile {
            relate(out, at, RelationSeen::new(asset.clone(), "has_profile", profile))?;
        }
        self.machines.push(Machine { at: at.clone(), asset, groups, vpc, network, is_public });
        Ok(())
    }

    /// The ways into every machine, now that all groups are known.
    fn tell(self, out: &mut Out<'_>) -> Result<(), ParseError> {
        let (mut missing, mut told, mut networks_told) = (BTreeSet::new(), 0, BTreeSet::new());
        for machine in &self.machines {
            let mut ways = Ways::new();
            for group in &machine.groups {
                match self.groups.get(group) {
                    Some(permissions) => {
                        permissions.iter().for_each(|one| one.ways(machine, &mut ways));
                    }
                    None => {
                        missing.insert(group.clone());
                    }
                }
            }
            let whole = machine.groups.iter().all(|group| self.groups.contains_key(group));
            if ways.is_empty() && whole && !machine.groups.is_empty() {
                let seen = AssetSeen { reach: Some(Reach::Local), ..AssetSeen::new(machine.asset.clone()) };
                out.observe(&machine.at, Observation::Asset(seen), None)?;
            }
            for ((_, port), (network, verb)) in ways {
                if networks_told.insert(network.identifiers.clone()) && network.name == "internet" {
                    out.observe(&machine.at, Observation::Asset(networks::seen(&network)), None)?;
                }
                told += 1;
                if told > MOST {
                    out.gap(
                        "the ways into machines",
                        format!("there are more than {MOST}: the rest is left out"),
                    );
                    return Ok(());
                }
                let way = networks::reaches(&network, &machine.asset, &port);
                relate(out, &machine.at, RelationSeen { relation: verb.to_owned(), ..way })?;
            }
            if whole {
                out.cover(Covered::new(machine.asset.clone(), Checks::All, Loci::Facts));
            }
        }
        for group in missing {
            out.gap(
                format!("security group {group}"),
                "a machine is in it, but it is not in the file: who can talk to it is unknown",
            );
        }
        if self.machines.is_empty() {
            let why = "the file has no machines: put the answer of describe-instances beside it";
            out.gap("who can talk to whom", why);
        }
        Ok(())
    }
}

impl Permission {
    /// The ways that it opens into a machine, by network and port.
    fn ways(&self, machine: &Machine, ways: &mut Ways) {
        let port = |port: Number, otherwise| {
            port.whole().and_then(|port| u32::try_from(port).ok()).unwrap_or(otherwise)
        };
        let ports = networks::ways(&self.ip_protocol, port(self.from_port, 0), port(self.to_port, 65_535));
        let ranges = self.ip_ranges.iter().chain(&self.ipv6_ranges);
        let ranges = ranges.flat_map(|range| machine.senders(&range.cidr));
        let groups = self.user_id_group_pairs.iter().filter_map(|pair| by_id(&pair.group_id, ""));
        for (network, verb) in ranges.chain(groups.map(|group| (group, "reaches"))) {
            for port in &ports {
                ways.insert((network.identifiers[0].value.clone(), port.clone()), (network.clone(), verb));
            }
        }
    }
}

fn relate(out: &mut Out<'_>, at: &Place, relation: RelationSeen) -> Result<(), ParseError> {
    out.observe(at, Observation::Relation(relation), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let mut seen = Collected::default();
        parse(&mut text.as_bytes(), &Options::default(), &mut seen).unwrap();
        let relation = |o: &Observation| match o {
            Observation::Relation(r) => {
                Some(format!("{} {} {} {}", r.from.name, r.relation, r.to.name, r.via))
            }
            Observation::Asset(a) => a.reach.map(|reach| format!("{} {reach}", a.asset.name)),
            _ => None,
        };
        let relations = seen.observations.iter().filter_map(|(_, o)| relation(o)).collect();
        (relations, seen.gaps.into_iter().map(|gap| gap.what).collect())
    }

    const GROUP: &str = r#"{"SecurityGroups":[{"GroupId":"sg-1","GroupName":"web","IpPermissions":[
        {"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]},
        {"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"10.1.0.9/16"}],"UserIdGroupPairs":[{"GroupId":"sg-2"}]}]},
        {"GroupId":"sg-2","GroupName":"closed"}]}"#;

    fn machine(more: &str, group: &str) -> String {
        format!(
            r#"{{"Reservations":[{{"OwnerId":"111122223333","Instances":[{{"InstanceId":"i-1","VpcId":"vpc-1",{more}"SecurityGroups":[{{"GroupId":"{group}"}}]}}]}}]}}"#
        )
    }

    #[test]
    fn rules_open_ways_into_the_machines_of_the_group() {
        let public = machine(r#""PublicIpAddress":"192.0.2.7","#, "sg-1");
        let expected = [
            "i-1 reaches sg-1 ",
            "i-1 reaches vpc-1 ",
            "10.1.0.0/16 may_reach i-1 tcp/22",
            "10.1.0.0/16%vpc-1 reaches i-1 tcp/22",
            "internet internet",
            "internet reaches i-1 tcp/443",
            "sg-2 reaches i-1 tcp/22",
        ];
        assert_eq!(told(&format!("{GROUP}{public}")), (expected.map(str::to_owned).to_vec(), vec![]));
        assert_eq!(told(&format!("[{public},{GROUP}]")).0, expected, "in any order");
        let private = told(&format!("{GROUP}{}", machine("", "sg-1"))).0;
        assert!(
            private.contains(&"vpc-1 reaches i-1 tcp/443".to_owned())
                && !private.iter().any(|r| r.contains("internet"))
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(
            told(&format!("{GROUP}{}", machine("", "sg-2"))).0.last().unwrap(),
            "i-1 local",
            "nobody may talk to it"
        );
        assert_eq!(told(&machine("", "sg-9")).1, ["security group sg-9"]);
        assert_eq!(told(GROUP).1, ["who can talk to whom"]);
    }
}
