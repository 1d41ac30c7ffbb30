//! Pods, and the templates of what makes them: as whom they run, where, and what they may do to their node.

use super::objects::{Cluster, Telling, word};
use crate::common::{assets, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// Capabilities with which a container leaves its bounds.
const STRONG: [&str; 8] =
    ["ALL", "BPF", "DAC_READ_SEARCH", "NET_ADMIN", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO"];

pub(super) fn tell(cluster: &Cluster, kind: &str, object: &Value, namespace: &str, telling: &mut Telling) {
    let spec = match kind {
        "Pod" => &object["spec"],
        "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        _ => &object["spec"]["template"]["spec"],
    };
    let account = match word(&spec["serviceAccountName"]) {
        name if name.is_empty() => "default".to_owned(),
        name => name,
    };
    telling.relate("runs_as", cluster.object("ServiceAccount", namespace, &account));
    telling.relate("scheduled_on", cluster.node_named(&word(&spec["nodeName"])));
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        let attribute = format!("host-{}", name.trim_start_matches("host").to_lowercase());
        telling.attribute(&attribute, spec[name].as_bool().unwrap_or(false).to_string());
    }
    if let Some(automount) = spec["automountServiceAccountToken"].as_bool() {
        telling.attribute("automount", automount.to_string());
    }
    let paths = list(&spec["volumes"]).map(|volume| word(&volume["hostPath"]["path"]));
    let paths: BTreeSet<_> = paths.filter(|path| !path.is_empty()).collect();
    telling.attribute("host-paths", join(paths));
    containers(spec, telling);
}

fn containers(spec: &Value, telling: &mut Telling) {
    let all = ["initContainers", "containers", "ephemeralContainers"].map(|name| list(&spec[name]));
    let (mut privileged, mut root, mut capabilities) = (false, Some(false), BTreeSet::new());
    for container in all.into_iter().flatten() {
        let own = &container["securityContext"];
        let setting = |name: &str| match &own[name] {
            Value::Null => &spec["securityContext"][name],
            own => own,
        };
        privileged |= own["privileged"].as_bool().unwrap_or(false);
        // Where neither says who it runs as, the image decides.
        let as_root = match (setting("runAsUser").as_i64(), setting("runAsNonRoot").as_bool()) {
            (Some(user), _) => Some(user == 0),
            (None, Some(true)) => Some(false),
            (None, _) => None,
        };
        root = match (root, as_root) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, _) | (_, None) => None,
            _ => Some(false),
        };
        let added = list(&own["capabilities"]["add"]).map(word);
        let plain = added.map(|name| name.trim_start_matches("CAP_").to_uppercase());
        capabilities.extend(plain.filter(|name| STRONG.contains(&name.as_str())));
        telling.relate("runs_image", assets::image(&word(&container["image"])));
    }
    telling.attribute("privileged", privileged.to_string());
    telling.attribute("capabilities", join(capabilities));
    if let Some(root) = root {
        telling.attribute("runs-as-root", root.to_string());
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn join(all: BTreeSet<String>) -> String {
    text::body(&all.into_iter().collect::<Vec<_>>().join(","))
}
