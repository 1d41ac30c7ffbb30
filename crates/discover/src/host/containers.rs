//! Running containers of Docker and Podman.

use super::{Group, fact};
use crate::command;
use crate::root::Root;
use bartizan_model::host::{Container, HostFacts};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const GROUP: Group = Group {
    name: "containers",
    reads: "`docker inspect` and `podman inspect` of what runs",
    needs: "root on a running system; containers of other engines and of rootless users are not listed",
    collect,
};

/// Sockets of engines that this collector cannot ask.
const OTHERS: [(&str, &str); 2] =
    [("/run/containerd/containerd.sock", "containerd"), ("/run/crio/crio.sock", "CRI-O")];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.containers = fact(read(root, facts.privileged));
}

fn read(root: &Root, privileged: bool) -> Result<Vec<Container>, String> {
    root.need_live("which containers run")?;
    // A client alone runs nothing; Podman has no service and is its own engine.
    let docker = root.exists("/run/docker.sock") || root.exists("/var/run/docker.sock");
    let podman = command::find(root, "podman").is_some();
    let mut found = Vec::new();
    for (engine, there) in [("docker", docker), ("podman", podman)] {
        if !there {
            continue;
        }
        if !privileged {
            return Err(format!("{engine} shows the system's containers to root only (run as root)"));
        }
        let Some(path) = command::find(root, engine) else {
            return Err(format!("{engine} runs, but its command is not installed to ask it"));
        };
        let ids = command::run(root, &path, &["ps", "-q", "--no-trunc"])?;
        let ids = String::from_utf8_lossy(&ids).into_owned();
        let ids: Vec<_> =
            ids.split_whitespace().filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit())).collect();
        // Few at a time, so that a command line never gets too long.
        for some in ids.chunks(100) {
            let mut arguments = vec!["inspect", "--type", "container"];
            arguments.extend(some);
            found.extend(parse(engine, &command::run(root, &path, &arguments)?)?);
        }
    }
    if !docker && let Some((path, engine)) = OTHERS.iter().find(|(path, _)| root.exists(path)) {
        return Err(format!(
            "{path}: {engine} runs here and cannot be asked yet; import its inventory (crictl ps)"
        ));
    }
    Ok(found)
}

/// Reads the JSON that `inspect` prints.
pub(super) fn parse(engine: &str, bytes: &[u8]) -> Result<Vec<Container>, String> {
    let items: Vec<Value> = serde_json::from_slice(bytes)
        .map_err(|error| format!("{engine} inspect: its output is no list in JSON: {error}"))?;
    let text = |value: &Value, path: &str| {
        value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let container = |item: &Value| {
        let mounts = item.pointer("/Mounts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let names = |path: &str| {
            let all = item.pointer(path).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(Value::as_str)
        };
        let bindings = item.pointer("/HostConfig/PortBindings").and_then(Value::as_object);
        let bindings = bindings.into_iter().flatten().filter_map(|(_, to)| to.as_array()).flatten();
        let published: BTreeSet<_> = bindings
            .map(|binding| match text(binding, "/HostIp") {
                every if every.is_empty() => "0.0.0.0".to_owned(),
                address => address,
            })
            .collect();
        // Volumes are the engine's own; a bind mount shows the host's files.
        let mounts =
            mounts.iter().filter(|mount| text(mount, "/Type") == "bind").map(|mount| text(mount, "/Source"));
        let image = text(item, "/Config/Image");
        Container {
            engine: engine.to_owned(),
            id: text(item, "/Id"),
            name: text(item, "/Name").trim_start_matches('/').to_owned(),
            image: if image.is_empty() { text(item, "/ImageName") } else { image },
            privileged: item.pointer("/HostConfig/Privileged").and_then(Value::as_bool).unwrap_or(false),
            host_network: text(item, "/HostConfig/NetworkMode") == "host",
            mounts: mounts.collect(),
            host_pid: text(item, "/HostConfig/PidMode") == "host",
            capabilities: names("/HostConfig/CapAdd")
                .map(|name| name.trim_start_matches("CAP_").to_owned())
                .collect(),
            published: published.into_iter().collect(),
        }
    };
    Ok(items.iter().map(container).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let json = br#"[{"Id":"ab","Name":"/web","Config":{"Image":"nginx:1"},"HostConfig":{"Privileged":true,"NetworkMode":"host","PidMode":"host","CapAdd":["CAP_SYS_ADMIN","NET_RAW"],"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":[{"HostIp":"127.0.0.1","HostPort":"81"}]}},"Mounts":[{"Type":"bind","Source":"/etc"},{"Type":"volume","Source":"/var/lib/docker/volumes/x"}]}]"#;
        let found = parse("docker", json).unwrap();
        assert_eq!(found.len(), 1);
        let c = &found[0];
        assert_eq!(
            (c.id.as_str(), c.name.as_str(), c.image.as_str(), c.privileged, c.host_network),
            ("ab", "web", "nginx:1", true, true)
        );
        assert_eq!(c.mounts, ["/etc"]);
        assert!(c.host_pid);
        assert_eq!(c.capabilities, ["SYS_ADMIN", "NET_RAW"]);
        assert_eq!(c.published, ["0.0.0.0", "127.0.0.1"]);
        assert!(parse("docker", b"nope").is_err());
    }
}
