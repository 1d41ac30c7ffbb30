//! Kubernetes RBAC: what a subject may do in a cluster, how it becomes another one, and what a pod may do to its node.
//!
//! RBAC only allows: a request is allowed where any rule that is bound to the subject or to one of its groups means it
//! (<https://kubernetes.io/docs/reference/access-authn-authz/rbac/>). [`clusters`] makes clusters of the facts that were
//! collected, [`Cluster::allowed_by`] answers one request, [`escalations`] asks for every known method.

pub use access::{Request, Rule};
pub use cluster::{Binding, Cluster, Pods, Subject, SubjectKind};
pub use escalation::{Escalation, Gained, Grants, escalations};
pub use facts::clusters;
pub(crate) use facts::{GIVES_MORE, KUBELET_VERSION, escapes};
pub use methods::{METHODS, Method};

mod access;
mod cluster;
mod escalation;
mod facts;
mod methods;
