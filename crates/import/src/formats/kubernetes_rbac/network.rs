//! Who reaches pods: services and ingresses from outside, and every pod from every other one unless a network policy isolates it.
//!
//! Every cluster has a service (`kubernetes` in `default`): a file with one tells services, and only of such a file is the network
//! told. What is selected is known only at the end. What hangs on what the file does not tell (the firewall before a node's port,
//! exceptions of a range, what leaves a pod whose egress is limited) is told as `may_reach`.
//! <https://kubernetes.io/docs/concepts/services-networking/network-policies/>

use super::labels::{Labels, Selector};
use super::objects::{Cluster, Telling, word};
use crate::common::kept::Kept;
use crate::common::networks;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetRef, Observation};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The most ways of one cluster that are told.
const MOST: usize = 500_000;
/// The most pods that are held against selectors: some seconds.
const MOST_COMPARED: usize = 200_000_000;
/// The private ranges of IPv4 (RFC 1918).
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// A pod, as far as the network goes.
struct Pod {
    at: Place,
    asset: AssetRef,
    namespace: String,
    labels: Labels,
    /// Ports of its containers by name.
    ports: BTreeMap<String, u16>,
}

/// What a file tells of the network, until its end.
pub(super) struct Network {
    pods: Kept<Pod>,
    /// Services, ingresses and policies.
    objects: Kept<(String, Value)>,
    namespaces: BTreeMap<String, Labels>,
    nodes: BTreeSet<IpAddr>,
}

impl Network {
    /// Keeps at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        let (namespaces, nodes) = (BTreeMap::new(), BTreeSet::new());
        Self { pods: Kept::new(limit), objects: Kept::new(limit), namespaces, nodes }
    }

    /// Keeps what the network has to know of an object.
    pub(super) fn keep(
        &mut self,
        kind: &str,
        object: &Value,
        at: &Place,
        telling: &Telling,
    ) -> Result<(), ParseError> {
        let (metadata, spec) = (&object["metadata"], &object["spec"]);
        match kind {
            "Pod" if spec["hostNetwork"].as_bool() != Some(true) => {
                let ports = list(&spec["containers"]).flat_map(|container| list(&container["ports"]));
                let named =
                    ports.filter_map(|port| Some((word(&port["name"]), number(&port["containerPort"])?)));
                let pod = Pod {
                    at: at.clone(),
                    asset: telling.seen.asset.clone(),
                    namespace: word(&metadata["namespace"]),
                    labels: Labels::of(&metadata["labels"]),
                    ports: named.collect(),
                };
                let size = 2 * pod.asset.name.len() + metadata["labels"].to_string().len();
                self.pods.push(at, pod, size)
            }
            "Service" | "Ingress" | "NetworkPolicy" => {
                let size = object.to_string().len();
                self.objects.push(at, (kind.to_owned(), object.clone()), size)
            }
            "Namespace" => {
                let labels = Labels::of(&metadata["labels"]);
                self.namespaces.insert(word(&metadata["name"]), labels);
                Ok(())
            }
            "Node" => {
                let addresses = list(&object["status"]["addresses"]);
                self.nodes.extend(addresses.filter_map(|one| word(&one["address"]).parse::<IpAddr>().ok()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Tells who reaches whom, now that all is known.
    pub(super) fn tell(self, cluster: &Cluster, out: &mut Out<'_>) -> Result<(), ParseError> {
        // A cluster has one of a name: what is told again is the same.
        let mut names = BTreeSet::new();
        let mut is_new =
            |kind: &str, namespace: String, name: String| names.insert((kind.to_owned(), namespace, name));
        let mut objects: Vec<_> = self.objects.into_iter().collect();
        objects.retain(|(kind, all)| {
            let metadata = &all["metadata"];
            is_new(kind, word(&metadata["namespace"]), word(&metadata["name"]))
        });
        let of = |kind: &'static str| objects.iter().filter(move |(own, _)| own == kind).map(|(_, all)| all);
        let mut pods: Vec<_> = self.pods.into_iter().collect();
        pods.retain(|pod| is_new("Pod", pod.namespace.clone(), pod.asset.name.clone()));
        let Some(zone) = cluster.pods().filter(|_| of("Service").next().is_some() && !pods.is_empty()) else {
            return Ok(());
        };
        let policies: Vec<_> = of("NetworkPolicy").map(Policy::of).collect();
        if policies.is_empty() {
            let why = "no network policy is in the file: every pod is taken to reach every other one";
            out.gap(format!("the network of {}", zone.name), why);
        }
        let mut teller = Teller {
            out,
            zone,
            pods: &pods,
            namespaces: &self.namespaces,
            compared: 0,
            ways: BTreeSet::new(),
        };
        for pod in &pods {
            let mine = policies.iter().filter(|policy| policy.selects(pod));
            let mine: Vec<_> = mine.collect();
            teller.pod(pod, &mine)?;
        }
        for service in of("Service") {
            teller.service(service, &policies, &self.nodes)?;
        }
        for ingress in of("Ingress") {
            teller.ingress(ingress, of("Service"), &policies)?;
        }
        if teller.ways.len() >= MOST || teller.compared >= MOST_COMPARED {
            let why = "more ways than are told: the others are left out";
            teller.out.gap(format!("the network of {}", teller.zone.name), why);
        }
        Ok(())
    }
}

/// A network policy.
struct Policy<'a> {
    namespace: String,
    selector: Selector,
    ingress: bool,
    egress: bool,
    rules: Vec<&'a Value>,
}

impl<'a> Policy<'a> {
    fn of(object: &'a Value) -> Self {
        let spec = &object["spec"];
        let types: Vec<_> = list(&spec["policyTypes"]).map(word).collect();
        let has = |word: &str| types.iter().any(|own| own == word);
        Self {
            namespace: word(&object["metadata"]["namespace"]),
            selector: Selector::of(&spec["podSelector"]),
            ingress: types.is_empty() || has("Ingress"),
            egress: has("Egress") || types.is_empty() && !spec["egress"].is_null(),
            rules: list(&spec["ingress"]).collect(),
        }
    }

    fn selects(&self, pod: &Pod) -> bool {
        self.namespace == pod.namespace && self.selector.fits(&pod.labels)
    }

    /// Whether it lets everybody in by some rule.
    fn is_open(&self) -> bool {
        self.rules.iter().any(|rule| list(&rule["from"]).next().is_none())
    }
}

struct Teller<'a, 's> {
    out: &'a mut Out<'s>,
    zone: AssetRef,
    pods: &'a [Pod],
    namespaces: &'a BTreeMap<String, Labels>,
    /// How many pods were held against selectors.
    compared: usize,
    /// What was told already: from, verb, pod, way.
    ways: BTreeSet<(String, &'static str, String, String)>,
}

impl Teller<'_, '_> {
    fn pod(&mut self, pod: &Pod, policies: &[&Policy<'_>]) -> Result<(), ParseError> {
        let isolated = policies.iter().any(|policy| policy.ingress);
        let kept_in = policies.iter().any(|policy| policy.egress);
        let verb = match (isolated, kept_in) {
            (false, false) => "in_zone",
            (_, true) => "may_reach",
            (true, false) => "reaches",
        };
        let relation = RelationSeen::new(pod.asset.clone(), verb, self.zone.clone());
        self.out.observe(&pod.at, Observation::Relation(relation), None)?;
        if !isolated && kept_in {
            self.way(&self.zone.clone(), "reaches", pod, "")?;
        }
        for (policy, rule) in policies
            .iter()
            .filter(|policy| policy.ingress)
            .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)))
        {
            let ways = ports(&rule["ports"], pod);
            let mut from: Vec<(AssetRef, &'static str)> = Vec::new();
            let peers: Vec<_> = list(&rule["from"]).collect();
            if peers.is_empty() {
                from.push((self.zone.clone(), "reaches"));
            }
            for peer in peers {
                self.peers(peer, policy, &mut from);
            }
            for ((from, verb), way) in from.iter().flat_map(|one| ways.iter().map(move |way| (one, way))) {
                self.way(from, verb, pod, way)?;
            }
        }
        Ok(())
    }

    /// Whom a rule lets in.
    fn peers(&mut self, peer: &Value, policy: &Policy<'_>, from: &mut Vec<(AssetRef, &'static str)>) {
        if !peer["ipBlock"].is_null() {
            let excepted = list(&peer["ipBlock"]["except"]).next().is_some();
            let network = networks::network(&word(&peer["ipBlock"]["cidr"]));
            from.extend(network.map(|network| (network, if excepted { "may_reach" } else { "reaches" })));
            return;
        }
        self.compared += self.pods.len();
        if self.compared >= MOST_COMPARED || self.ways.len() >= MOST {
            return;
        }
        let of_namespace =
            (!peer["namespaceSelector"].is_null()).then(|| Selector::of(&peer["namespaceSelector"]));
        let of_pod = Selector::of(&peer["podSelector"]);
        let none = Labels::default();
        let meant = self.pods.iter().filter(|pod| match &of_namespace {
            None => pod.namespace == policy.namespace,
            Some(selector) => {
                let labels = self.namespaces.get(&pod.namespace).unwrap_or(&none);
                selector.fits(&labels.clone().with("kubernetes.io/metadata.name", &pod.namespace))
            }
        });
        from.extend(meant.filter(|pod| of_pod.fits(&pod.labels)).map(|pod| (pod.asset.clone(), "reaches")));
    }

    /// A service that is offered outside of the cluster.
    fn service(
        &mut self,
        object: &Value,
        policies: &[Policy<'_>],
        nodes: &BTreeSet<IpAddr>,
    ) -> Result<(), ParseError> {
        let spec = &object["spec"];
        let mut from: Vec<(AssetRef, &'static str)> = Vec::new();
        match word(&spec["type"]).as_str() {
            "LoadBalancer" => from.extend(outside(object)),
            "NodePort" => {
                // Whether a firewall stands before the node is not told here.
                let public = nodes.iter().any(|address| private_range(*address).is_none());
                let ranges: BTreeSet<_> =
                    nodes.iter().filter_map(|address| private_range(*address)).collect();
                from.extend(ranges.into_iter().filter_map(networks::network).map(|range| (range, "reaches")));
                let internet = networks::network("0.0.0.0/0").filter(|_| public);
                from.extend(internet.map(|internet| (internet, "may_reach")));
            }
            _ => {}
        }
        let external = list(&spec["externalIPs"]).filter_map(|address| word(address).parse().ok());
        from.extend(external.filter_map(by_address));
        let ports: Vec<_> = list(&spec["ports"]).collect();
        self.backends(object, &ports, &from, policies)
    }

    /// An ingress: the services behind it.
    fn ingress<'v>(
        &mut self,
        object: &Value,
        services: impl Iterator<Item = &'v Value> + Clone,
        policies: &[Policy<'_>],
    ) -> Result<(), ParseError> {
        let mut from = outside(object);
        if from.is_empty() && !is_internal(object) {
            from.extend(networks::network("0.0.0.0/0").map(|internet| (internet, "may_reach")));
        }
        let spec = &object["spec"];
        let paths = list(&spec["rules"]).flat_map(|rule| list(&rule["http"]["paths"]));
        let backends = paths.map(|path| &path["backend"]);
        for backend in backends.chain([&spec["defaultBackend"], &spec["backend"]]) {
            let (name, port) = match word(&backend["service"]["name"]) {
                name if name.is_empty() => (word(&backend["serviceName"]), &backend["servicePort"]),
                name => {
                    let port = &backend["service"]["port"];
                    (name, if port["number"].is_null() { &port["name"] } else { &port["number"] })
                }
            };
            let same = |service: &&Value| {
                word(&service["metadata"]["name"]) == name
                    && service["metadata"]["namespace"] == object["metadata"]["namespace"]
            };
            let Some(service) = services.clone().find(same).filter(|_| !name.is_empty()) else { continue };
            let meant = |one: &&Value| one["port"] == *port || one["name"] == *port;
            let ports: Vec<_> = list(&service["spec"]["ports"]).filter(meant).collect();
            self.backends(service, &ports, &from, policies)?;
        }
        Ok(())
    }

    /// The pods of a service, by these ports of it, from outside.
    fn backends(
        &mut self,
        service: &Value,
        ports: &[&Value],
        from: &[(AssetRef, &'static str)],
        policies: &[Policy<'_>],
    ) -> Result<(), ParseError> {
        let selector = &service["spec"]["selector"];
        if from.is_empty() || selector.as_object().is_none_or(|labels| labels.is_empty()) {
            return Ok(());
        }
        for (network, _) in from {
            if network.name == "internet" {
                let seen = networks::seen(network);
                self.out.observe(&Place::default(), Observation::Asset(seen), None)?;
            }
        }
        let labels = Labels::of(selector);
        let namespace = word(&service["metadata"]["namespace"]);
        for pod in self.pods.iter().filter(|pod| pod.namespace == namespace && pod.labels.hold(&labels)) {
            let mut mine = policies.iter().filter(|policy| policy.ingress && policy.selects(pod)).peekable();
            // Behind a policy that lets only some in, it hangs on whose address the balancer shows.
            let closed = mine.peek().is_some() && !mine.any(Policy::is_open);
            for port in ports {
                let target = if port["targetPort"].is_null() { &port["port"] } else { &port["targetPort"] };
                let Some(number) = number(target).or_else(|| pod.ports.get(&word(target)).copied()) else {
                    continue;
                };
                let way = format!("{}/{number}", protocol(port));
                for (network, verb) in from {
                    self.way(network, if closed { "may_reach" } else { verb }, pod, &way)?;
                }
            }
        }
        Ok(())
    }

    fn way(&mut self, from: &AssetRef, verb: &'static str, pod: &Pod, via: &str) -> Result<(), ParseError> {
        let key = (from.name.clone(), verb, pod.asset.name.clone(), via.to_owned());
        if from.name == pod.asset.name || self.ways.len() >= MOST || !self.ways.insert(key) {
            return Ok(());
        }
        let relation = RelationSeen { relation: verb.to_owned(), ..networks::reaches(from, &pod.asset, via) };
        self.out.observe(&pod.at, Observation::Relation(relation), None)
    }
}

/// From where a balancer is reached, by its addresses; empty where it has none, or nobody knows.
fn outside(object: &Value) -> Vec<(AssetRef, &'static str)> {
    let internet = || networks::network("0.0.0.0/0").map(|internet| (internet, "reaches"));
    let points = list(&object["status"]["loadBalancer"]["ingress"]);
    let mut from: Vec<_> = points
        .filter_map(|point| match word(&point["ip"]).parse() {
            Ok(address) => by_address(address),
            Err(_) if is_internal(object) || word(&point["hostname"]).is_empty() => None,
            Err(_) => internet(),
        })
        .collect();
    from.dedup();
    from
}

/// Whether annotations keep a balancer inside.
fn is_internal(object: &Value) -> bool {
    let annotations = object["metadata"]["annotations"].as_object();
    annotations.into_iter().flatten().any(|(name, value)| {
        let value = word(value).to_lowercase();
        match name.as_str() {
            name if name.ends_with("/aws-load-balancer-internal") => value != "false" && value != "0.0.0.0/0",
            name if name.ends_with("/azure-load-balancer-internal") => value == "true",
            name if name.ends_with("/load-balancer-type") || name.ends_with("/scheme") => value == "internal",
            name if name.ends_with("/aws-load-balancer-scheme") => value == "internal",
            _ => false,
        }
    })
}

/// Who reaches an address: of a private one its range, of any other one everybody.
fn by_address(address: IpAddr) -> Option<(AssetRef, &'static str)> {
    networks::network(private_range(address).unwrap_or("0.0.0.0/0")).map(|network| (network, "reaches"))
}

fn private_range(address: IpAddr) -> Option<&'static str> {
    let IpAddr::V4(address) = address else { return None };
    match address.octets() {
        [10, ..] => Some(PRIVATE[0]),
        [172, 16..=31, ..] => Some(PRIVATE[1]),
        [192, 168, ..] => Some(PRIVATE[2]),
        _ => None,
    }
}

/// The ways that a policy's ports leave open to a pod; everything where none is named.
fn ports(ports: &Value, pod: &Pod) -> Vec<String> {
    let mut ways = Vec::new();
    for port in list(ports) {
        let first = match &port["port"] {
            Value::Null => Some(1),
            named => number(named).or_else(|| pod.ports.get(&word(named)).copied()),
        };
        let last = if port["port"].is_null() { Some(u16::MAX) } else { number(&port["endPort"]).or(first) };
        if let (Some(first), Some(last)) = (first, last) {
            ways.extend(networks::ways(&protocol(port), first.into(), last.into()));
        }
    }
    if list(ports).next().is_none() { vec![String::new()] } else { ways }
}

fn protocol(port: &Value) -> String {
    match word(&port["protocol"]).to_lowercase() {
        none if none.is_empty() => "tcp".to_owned(),
        protocol => protocol,
    }
}

fn number(value: &Value) -> Option<u16> {
    let text = || value.as_str()?.parse().ok();
    value.as_u64().and_then(|number| u16::try_from(number).ok()).or_else(text)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
