//! Kubernetes objects, read by the importer, to escalations and escapes.
#![allow(clippy::unwrap_used)]

use bartizan_graph::iam::Facts;
use bartizan_graph::rbac::{Cluster, Gained, Request, clusters, escalations};
use bartizan_import::{Collected, Options, by_id};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use serde_json::{Value, json};

/// The cluster `prod` of some objects, and its gaps.
fn read(objects: &[Value]) -> (Cluster, Vec<String>) {
    let name = Identifier::new(IdentifierKind::Name, "prod");
    let options =
        Options { asset: AssetRef::new(AssetKind::DirectoryObject, "prod", name), ..Options::default() };
    let text = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let mut seen = Collected::default();
    (by_id("kubernetes_rbac").unwrap().parse)(&mut text.as_bytes(), &options, &mut seen).unwrap();
    assert_eq!(seen.rejected, []);
    let cloud = |asset: &AssetRef| {
        let id = asset.identifiers.iter().find(|id| id.kind == IdentifierKind::CloudId);
        id.map_or(asset.name.clone(), |id| id.value.clone())
    };
    let mut facts = Facts::default();
    for (_, observation) in seen.observations {
        match observation {
            Observation::Asset(seen) => {
                facts.assets.entry(cloud(&seen.asset)).or_default().extend(seen.attributes);
            }
            Observation::Relation(told) => {
                facts.relations.insert((cloud(&told.from), told.relation, cloud(&told.to)));
            }
            _ => {}
        }
    }
    let (mut clusters, gaps) = clusters(&facts);
    assert_eq!((clusters.len(), clusters[0].name.as_str()), (1, "prod"));
    (clusters.remove(0), gaps.into_iter().map(|gap| format!("{}: {}", gap.what, gap.why)).collect())
}

fn account(namespace: &str, name: &str) -> Value {
    json!({"kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}})
}

/// A cluster role of these rules, bound to the service account `shop/ci`, in a namespace or everywhere.
fn bound(rules: Value, namespace: Option<&str>) -> Vec<Value> {
    let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
    vec![
        json!({"kind": "ClusterRole", "metadata": {"name": "r"}, "rules": rules}),
        json!({"kind": kind, "metadata": {"name": "b", "namespace": namespace}, "roleRef": {"kind": "ClusterRole", "name": "r"},
            "subjects": [{"kind": "ServiceAccount", "namespace": "shop", "name": "ci"}]}),
        account("shop", "ci"),
        account("shop", "web"),
        account("kube-system", "controller"),
    ]
}

fn rule(group: &str, resource: &str, verb: &str) -> Value {
    json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]})
}

/// What `shop/ci` gains: `method -> whom[ if need]`.
fn gains(objects: &[Value]) -> Vec<String> {
    let (cluster, _) = read(objects);
    let ci = "kubernetes:prod:serviceaccount/shop/ci";
    let mine = escalations(&cluster).into_iter().filter(|one| &*one.from == ci);
    mine.map(|one| {
        let to = match &one.to {
            Gained::Cluster => "cluster".to_owned(),
            Gained::Subject(id) => id.split_once("/").unwrap().1.to_owned(),
        };
        let needs: Vec<_> = one.needs.iter().map(|need| format!(" if {need}")).collect();
        format!("{} -> {to}{}", one.method.id, needs.join(""))
    })
    .collect()
}

#[test]
fn rights_in_a_namespace_gain_its_accounts_and_everywhere_all() {
    let rules = json!([rule("", "pods", "create")]);
    assert_eq!(gains(&bound(rules.clone(), Some("shop"))), ["create-pods -> shop/web"]);
    assert_eq!(gains(&bound(rules.clone(), Some("other"))), Vec::<String>::new());
    assert_eq!(
        gains(&bound(rules, None)),
        ["create-pods -> kube-system/controller", "create-pods -> shop/web"]
    );
    assert_eq!(gains(&bound(json!([rule("", "pods", "get")]), None)), Vec::<String>::new());
}

#[test]
fn every_method_needs_all_its_rights() {
    let rbac = "rbac.authorization.k8s.io";
    for (rules, expected) in [
        (vec![rule("*", "*", "*")], "cluster-admin -> cluster"),
        (vec![rule("apps", "deployments", "create")], "create-workloads -> shop/web"),
        (vec![rule("batch", "cronjobs", "patch")], "change-workloads -> shop/web"),
        (vec![rule("", "serviceaccounts/token", "create")], "create-tokens -> shop/web"),
        (vec![rule("", "serviceaccounts", "impersonate")], "impersonate-accounts -> shop/web"),
        (
            vec![rule("", "groups", "impersonate"), rule("", "users", "impersonate")],
            "impersonate-groups -> cluster",
        ),
        (
            vec![rule(rbac, "clusterroles", "escalate"), rule(rbac, "clusterroles", "patch")],
            "escalate-cluster-roles -> cluster",
        ),
        (vec![rule(rbac, "roles", "escalate"), rule(rbac, "roles", "update")], "escalate-roles -> shop/web"),
        (
            vec![rule(rbac, "clusterroles", "bind"), rule(rbac, "clusterrolebindings", "create")],
            "bind-cluster-roles -> cluster",
        ),
        (
            vec![rule(rbac, "clusterroles", "bind"), rule(rbac, "rolebindings", "create")],
            "bind-roles -> shop/web",
        ),
        (
            vec![
                rule("certificates.k8s.io", "certificatesigningrequests", "create"),
                rule("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
                rule("certificates.k8s.io", "signers", "approve"),
            ],
            "sign-certificates -> cluster",
        ),
        (
            vec![rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "create")],
            "change-admission -> cluster",
        ),
    ] {
        let found = gains(&bound(json!(rules), None));
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
        for dropped in 0..rules.len() {
            let mut fewer = rules.clone();
            fewer.remove(dropped);
            let found = gains(&bound(json!(fewer), None));
            assert!(
                !found.contains(&expected.to_owned()),
                "{expected} without {}: {found:?}",
                rules[dropped]
            );
        }
    }
}

#[test]
fn pods_and_secrets_that_are_known_decide() {
    let mut objects =
        bound(json!([rule("", "pods/exec", "create"), rule("", "secrets", "get")]), Some("shop"));
    let web = "kubernetes:prod:serviceaccount/shop/web";
    assert_eq!(
        gains(&objects),
        [
            format!("exec-into-pods -> shop/web if a pod runs as {web}"),
            format!("read-secrets -> shop/web if a token of {web} lies in a secret"),
        ]
    );
    let pod = |name: &str, account: &str, automount: bool| {
        json!({"kind": "Pod", "metadata": {"name": name, "namespace": "shop"},
            "spec": {"serviceAccountName": account, "automountServiceAccountToken": automount, "containers": []}})
    };
    let secret = |of: &str| {
        json!({"kind": "Secret", "type": "kubernetes.io/service-account-token", "metadata": {"name": format!("{of}-token"),
            "namespace": "shop", "annotations": {"kubernetes.io/service-account.name": of}}})
    };
    objects.extend([pod("web-1", "web", false), secret("ci")]);
    assert_eq!(gains(&objects), Vec::<String>::new(), "no token of web is in a pod or in a secret");
    objects.extend([pod("web-2", "web", true), secret("web")]);
    assert_eq!(gains(&objects), ["exec-into-pods -> shop/web", "read-secrets -> shop/web"]);
}

#[test]
fn nodes_are_in_no_namespace_and_names_limit() {
    let proxy = json!([rule("", "nodes/proxy", "get")]);
    assert_eq!(gains(&bound(proxy.clone(), Some("shop"))), Vec::<String>::new());
    assert_eq!(gains(&bound(proxy, None)).len(), 2);
    let named = json!([{"apiGroups": [""], "resources": ["serviceaccounts/token"], "resourceNames": ["web"], "verbs": ["create"]}]);
    assert_eq!(gains(&bound(named, None)), ["create-tokens -> shop/web"]);
}

#[test]
fn groups_that_the_cluster_gives_count() {
    let objects = [
        json!({"kind": "ClusterRole", "metadata": {"name": "view"}, "rules": [rule("", "secrets", "list")]}),
        json!({"kind": "ClusterRoleBinding", "metadata": {"name": "all"}, "roleRef": {"kind": "ClusterRole", "name": "view"},
            "subjects": [{"kind": "Group", "name": "system:serviceaccounts:shop"}]}),
        json!({"kind": "ClusterRoleBinding", "metadata": {"name": "lost"}, "roleRef": {"kind": "ClusterRole", "name": "gone"},
            "subjects": [{"kind": "User", "name": "ann"}]}),
        account("shop", "ci"),
        account("other", "ci"),
    ];
    let (cluster, gaps) = read(&objects);
    let request =
        Request { verb: "list", group: "", resource: "secrets", name: None, namespace: Some("other") };
    let allowed = |id: &str| !cluster.allowed_by(id, &request).is_empty();
    assert!(
        allowed("kubernetes:prod:serviceaccount/shop/ci")
            && !allowed("kubernetes:prod:serviceaccount/other/ci")
    );
    assert_eq!(gaps, ["kubernetes:prod:clusterrole/gone: the role is bound, but was not collected"]);
    assert_eq!(cluster.namespaces().into_iter().collect::<Vec<_>>(), ["other", "shop"]);
}

#[test]
fn pods_that_take_their_node() {
    let pod = |spec: Value| {
        let mut spec = spec;
        spec["nodeName"] = "node-1".into();
        let objects = [json!({"kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": spec})];
        let (cluster, _) = read(&objects);
        let pods = cluster.pods.values().next().unwrap().clone();
        assert_eq!(pods.node.as_deref(), Some("kubernetes:prod:node/node-1"));
        pods.escapes
    };
    let container = |context: Value| json!({"containers": [{"image": "a", "securityContext": context}]});
    assert_eq!(pod(container(json!({"privileged": true}))), ["privileged"]);
    assert_eq!(
        pod(container(json!({"capabilities": {"add": ["SYS_ADMIN", "NET_ADMIN"]}}))),
        ["capability SYS_ADMIN"]
    );
    assert_eq!(pod(json!({"hostPID": true, "containers": []})), ["host pid"]);
    assert_eq!(pod(json!({"hostNetwork": true, "containers": []})), Vec::<String>::new());
    let path = |path: &str| json!({"containers": [], "volumes": [{"hostPath": {"path": path}}]});
    assert_eq!(pod(path("/")), ["host path /"]);
    assert_eq!(pod(path("/run/docker.sock")), ["host path /run/docker.sock"]);
    assert_eq!(pod(path("/var/log/app")), Vec::<String>::new());
}
