//! How a subject of a cluster becomes another one.
//!
//! Sources: Kubernetes, "RBAC Good Practices" (privilege escalation risks); Microsoft's Threat Matrix for Kubernetes; Aqua
//! and CyberArk on risky permissions.

/// A method.
#[derive(Debug, PartialEq, Eq)]
pub struct Method {
    /// Its id, in kebab case.
    pub id: &'static str,
    /// What is done, for people: completes "X can ...".
    pub name: &'static str,
    /// All of these are needed; of each, any verb and any resource will do.
    pub(super) asks: &'static [Ask],
    /// What is gained.
    pub(super) gain: Gain,
    /// The ATT&CK technique.
    pub technique: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// One right: any of the verbs on any of the resources.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) verbs: &'static [&'static str],
    /// API group and resource.
    pub(super) resources: &'static [(&'static str, &'static str)],
}

/// What is gained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gain {
    /// The cluster; the rights must hold in all of it.
    Cluster,
    /// Every service account of the namespace: whatever is made there runs as one of them.
    AccountsOfNamespace,
    /// The service accounts that pods of the namespace run as.
    AccountsOfPods,
    /// The service accounts that have a token in a secret of the namespace.
    AccountsWithTokens,
    /// The service account that is named.
    Account,
    /// The user that is named.
    User,
    /// The group that is named; `system:masters` is the cluster.
    Group,
}

const WORKLOADS: &[(&str, &str)] = &[
    ("apps", "deployments"),
    ("apps", "daemonsets"),
    ("apps", "statefulsets"),
    ("apps", "replicasets"),
    ("", "replicationcontrollers"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
];
const RBAC: &str = "rbac.authorization.k8s.io";
const CHANGE: &[&str] = &["update", "patch"];
const MAKE_OR_CHANGE: &[&str] = &["create", "update", "patch"];
const LESS: &str = "Remove it, or bind it in the one namespace that needs it";

const fn ask(verbs: &'static [&'static str], resources: &'static [(&'static str, &'static str)]) -> Ask {
    Ask { verbs, resources }
}

/// Every method.
#[rustfmt::skip]
pub const METHODS: &[Method] = &[
    Method { id: "cluster-admin", name: "do everything in the cluster", gain: Gain::Cluster, technique: "T1078.004",
        asks: &[ask(&["*"], &[("*", "*")])], fix: "Bind a role with the rights that are used" },
    Method { id: "create-pods", name: "start a pod as any service account of the namespace", gain: Gain::AccountsOfNamespace, technique: "T1610",
        asks: &[ask(&["create"], &[("", "pods")])], fix: LESS },
    Method { id: "create-workloads", name: "make a workload that runs as any service account of the namespace", gain: Gain::AccountsOfNamespace, technique: "T1610",
        asks: &[ask(&["create"], WORKLOADS)], fix: LESS },
    Method { id: "change-workloads", name: "have a workload run as any service account of the namespace", gain: Gain::AccountsOfNamespace, technique: "T1610",
        asks: &[ask(CHANGE, WORKLOADS)], fix: LESS },
    Method { id: "exec-into-pods", name: "run commands in a pod of the service account", gain: Gain::AccountsOfPods, technique: "T1609",
        asks: &[ask(&["create", "get"], &[("", "pods/exec"), ("", "pods/attach")])], fix: LESS },
    Method { id: "debug-pods", name: "put a container into a pod of the service account", gain: Gain::AccountsOfPods, technique: "T1609",
        asks: &[ask(CHANGE, &[("", "pods/ephemeralcontainers")])], fix: LESS },
    Method { id: "node-proxy", name: "run commands in any pod through the kubelet", gain: Gain::AccountsOfPods, technique: "T1609",
        asks: &[ask(&["create", "get"], &[("", "nodes/proxy")])], fix: "Remove it: nothing that runs in a cluster needs it" },
    Method { id: "read-secrets", name: "read the token of the service account", gain: Gain::AccountsWithTokens, technique: "T1552.007",
        asks: &[ask(&["get", "list", "watch"], &[("", "secrets")])], fix: "Name the secrets that are needed, and delete token secrets" },
    Method { id: "create-tokens", name: "ask for a token of the service account", gain: Gain::Account, technique: "T1528",
        asks: &[ask(&["create"], &[("", "serviceaccounts/token")])], fix: "Name the service accounts that are needed" },
    Method { id: "impersonate-accounts", name: "act as the service account", gain: Gain::Account, technique: "T1134.003",
        asks: &[ask(&["impersonate"], &[("", "serviceaccounts")])], fix: "Name whom it may impersonate" },
    Method { id: "impersonate-users", name: "act as the user", gain: Gain::User, technique: "T1134.003",
        asks: &[ask(&["impersonate"], &[("", "users")])], fix: "Name whom it may impersonate" },
    Method { id: "impersonate-groups", name: "act as a member of the group", gain: Gain::Group, technique: "T1134.003",
        asks: &[ask(&["impersonate"], &[("", "users"), ("", "serviceaccounts")]), ask(&["impersonate"], &[("", "groups")])], fix: "Name whom it may impersonate" },
    Method { id: "escalate-cluster-roles", name: "write rights it has not into a cluster role", gain: Gain::Cluster, technique: "T1098.006",
        asks: &[ask(&["escalate"], &[(RBAC, "clusterroles")]), ask(MAKE_OR_CHANGE, &[(RBAC, "clusterroles")])], fix: "Remove the verb escalate" },
    Method { id: "escalate-roles", name: "write rights it has not into a role of the namespace", gain: Gain::AccountsOfNamespace, technique: "T1098.006",
        asks: &[ask(&["escalate"], &[(RBAC, "roles")]), ask(MAKE_OR_CHANGE, &[(RBAC, "roles")])], fix: "Remove the verb escalate" },
    Method { id: "bind-cluster-roles", name: "bind cluster-admin to itself", gain: Gain::Cluster, technique: "T1098.006",
        asks: &[ask(&["bind"], &[(RBAC, "clusterroles")]), ask(MAKE_OR_CHANGE, &[(RBAC, "clusterrolebindings")])], fix: "Name the roles that it may bind" },
    Method { id: "bind-roles", name: "bind cluster-admin to itself in the namespace", gain: Gain::AccountsOfNamespace, technique: "T1098.006",
        asks: &[ask(&["bind"], &[(RBAC, "clusterroles"), (RBAC, "roles")]), ask(MAKE_OR_CHANGE, &[(RBAC, "rolebindings")])], fix: "Name the roles that it may bind" },
    Method { id: "sign-certificates", name: "have a certificate of an administrator signed", gain: Gain::Cluster, technique: "T1649",
        asks: &[ask(&["create"], &[("certificates.k8s.io", "certificatesigningrequests")]), ask(CHANGE, &[("certificates.k8s.io", "certificatesigningrequests/approval")]), ask(&["approve"], &[("certificates.k8s.io", "signers")])],
        fix: "Name the signers that it may approve for" },
    Method { id: "change-admission", name: "change every object that is made", gain: Gain::Cluster, technique: "T1556",
        asks: &[ask(MAKE_OR_CHANGE, &[("admissionregistration.k8s.io", "mutatingwebhookconfigurations")])], fix: "Name the webhooks that it may change" },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_method_has_a_name_of_its_own() {
        assert_eq!(METHODS.iter().map(|method| method.id).collect::<BTreeSet<_>>().len(), METHODS.len());
        for method in METHODS {
            assert!(method.technique.starts_with('T') && !method.asks.is_empty() && !method.fix.is_empty());
        }
    }
}
