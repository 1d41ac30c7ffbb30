//! Containers of a host as assets: what image they run, what they were given beyond their bounds, and that they run on the host.
//!
//! The host tells them, so that one which is gone ends there. Pods of Kubernetes are the cluster's to tell.

use crate::accounts::Owner;
use bartizan_model::host::{Container, Fact, HostFacts};
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Loci, Observation, Reach};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How the kubelet names the containers of its pods.
const OF_PODS: &str = "k8s_";

/// The containers, and that they are all; `reach` is the host's.
pub(crate) fn containers(facts: &HostFacts, reach: Reach) -> (Vec<Observation>, Option<Covered>) {
    let (Fact::Known(containers), Some(owner)) = (&facts.containers, Owner::of(&facts.asset)) else {
        return (Vec::new(), None);
    };
    let mut out = Vec::new();
    for container in containers.iter().filter(|container| !container.name.starts_with(OF_PODS)) {
        let name = if container.name.is_empty() { &container.id } else { &container.name };
        let Some(asset) = owner.own(AssetKind::CloudResource, "container/", name) else { continue };
        out.push(Observation::Asset(seen(&asset, container, reach)));
        let on = RelationSeen::new(asset.clone(), "scheduled_on", facts.asset.clone());
        out.push(Observation::Relation(RelationSeen { told_by: End::To, ..on }));
        if let Some(image) = AssetRef::image(&container.image) {
            out.push(Observation::Relation(RelationSeen::new(asset, "runs_image", image)));
        }
    }
    let covered = Covered::new(facts.asset.clone(), Checks::Only(BTreeSet::new()), Loci::Facts);
    (out, Some(covered))
}

fn seen(asset: &AssetRef, container: &Container, host: Reach) -> AssetSeen {
    let attributes = [
        ("type", "container".to_owned()),
        ("engine", container.engine.clone()),
        ("privileged", container.privileged.to_string()),
        ("host-network", container.host_network.to_string()),
        ("host-pid", container.host_pid.to_string()),
        ("host-paths", container.mounts.join(",")),
        ("capabilities", container.capabilities.join(",")),
    ];
    let loopback = |address: &String| address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let published = container.host_network || container.published.iter().any(|address| !loopback(address));
    let reach = if published { host } else { Reach::Local };
    AssetSeen {
        reach: Some(reach).filter(|reach| *reach != Reach::Unknown),
        attributes: attributes.map(|(name, value)| (name.to_owned(), value)).into(),
        ..AssetSeen::new(asset.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::Timestamp;

    fn told(containers: Fact<Vec<Container>>) -> (Vec<String>, bool) {
        let unknown = HostFacts::unknown(AssetRef::host("web").unwrap(), Timestamp::from_seconds(1));
        let (all, covered) = super::containers(&HostFacts { containers, ..unknown }, Reach::Internal);
        let lines = all.into_iter().map(|one| match one {
            Observation::Relation(r) => format!("{} {} {}", r.from.name, r.relation, r.to.name),
            Observation::Asset(seen) => {
                let given = |name: &str| seen.attributes[name].clone();
                format!(
                    "{} {:?} {} {}",
                    seen.asset.name,
                    seen.reach,
                    given("privileged"),
                    given("host-paths")
                )
            }
            other => format!("{other:?}"),
        });
        (lines.collect(), covered.is_some())
    }

    #[test]
    fn what_runs_and_what_it_was_given() {
        let container = |name: &str, published: &[&str]| Container {
            engine: "docker".into(),
            id: "ab".into(),
            name: name.into(),
            image: "nginx:1".into(),
            privileged: name == "ci",
            host_network: false,
            mounts: vec!["/srv".into(), "/var/run/docker.sock".into()],
            host_pid: false,
            capabilities: vec![],
            published: published.iter().map(ToString::to_string).collect(),
        };
        let all = vec![
            container("web", &["127.0.0.1", "0.0.0.0"]),
            container("ci", &["127.0.0.1"]),
            container("k8s_x", &[]),
        ];
        assert_eq!(
            told(Fact::Known(all)),
            (
                vec![
                    "web@web Some(Internal) false /srv,/var/run/docker.sock".to_owned(),
                    "web@web scheduled_on web".to_owned(),
                    "web@web runs_image nginx:1".to_owned(),
                    "ci@web Some(Local) true /srv,/var/run/docker.sock".to_owned(),
                    "ci@web scheduled_on web".to_owned(),
                    "ci@web runs_image nginx:1".to_owned(),
                ],
                true
            )
        );
        assert_eq!(told(Fact::default()), (vec![], false));
    }
}
