//! AWS IAM: what a principal may do, and how it becomes another one.
//!
//! [`accounts`] makes accounts of the facts that were collected, [`evaluate`] answers one request under AWS's documented
//! [evaluation logic](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html), and
//! [`escalations`] asks it for every published method of privilege escalation. What is not known (a condition's key, a
//! document that was not collected) is told as a need of the answer, and never taken for true or false.

pub use account::{Account, Entity, EntityKind, PolicyVersion};
pub use caller::{Caller, CallerKind};
pub use context::{Context, Value};
pub use escalation::{
    DataAccess, Database, Doing, Escalation, Grant, INVOKE_FUNCTION, PUSH_IMAGE, Public, PublicAccess,
    READ_LAYER, Report, Store, UPDATE_FUNCTION, anybody_does, data_access, database_access, doers,
    escalations, escalations_of, stores,
};
pub use evaluate::{Denial, Guardrails, Policies, Request, ResourcePolicy, Verdict, evaluate};
pub use facts::{Facts, PUBLIC_POLICY, RESTRICTED, accounts};
pub use federation::{Bearer, Federation, federations};
pub use methods::{METHODS, Method};
pub use need::{Need, StatementId};
pub use pattern::{Overlap, Pattern};
pub use policy::{Attached, Effect, Policy, PolicyKind, Source, Statement};
pub use risks::{Risk, RiskKind, risks};
pub use trust::{Trust, Trusted, trusts};

mod account;
mod caller;
mod condition;
mod context;
mod escalation;
mod evaluate;
mod facts;
mod federation;
mod methods;
mod need;
mod parse;
mod pattern;
mod policy;
mod principal;
mod risks;
mod trust;
mod truth;
