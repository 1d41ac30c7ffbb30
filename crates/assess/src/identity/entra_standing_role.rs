//! Roles of Entra ID and Azure that are held all the time.

use super::accounts::TENANT_ROLES;
use super::support::{is, is_enabled, quoted};
use super::{Check, Facts, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Users, groups and applications with a permanent role over the tenant or a whole subscription.
pub(super) const CHECK: Check = Check {
    id: "entra-standing-role",
    title: "A privileged role of Entra ID or Azure is held all the time",
    meaning: "An account holds a role over the tenant, its applications or users, or over a whole subscription, as an active assignment. An activation that ran during the collection looks the same.",
    why: "A session, token or password that is stolen at any time is the role. Who is only eligible has to activate it, with a second factor and a reason.",
    fix: "Make the assignment eligible in Privileged Identity Management, or remove it. Two accounts for emergencies may keep Global Administrator.",
    severity: Severity::High,
    cwe: 250,
    attack: "T1078.004",
    controls: &["nist-800-53-r5:AC-6(5)", "nist-800-53-r5:AC-2(7)"],
    wants: &[
        "az_app_admin",
        "az_authentication_admin",
        "az_cloud_app_admin",
        "az_contributor",
        "az_directory_synchronization",
        "az_groups_admin",
        "az_helpdesk_admin",
        "az_hybrid_identity_admin",
        "az_intune_admin",
        "az_owner",
        "az_partner_tier1_support",
        "az_password_admin",
        "az_user_access_admin",
        "az_user_admin",
    ],
    judge,
};

/// Roles with which somebody becomes many others, or controls what many use.
const STRONG: &[&str] =
    &["az_app_admin", "az_cloud_app_admin", "az_hybrid_identity_admin", "az_intune_admin", "az_user_admin"];
/// Other roles of Entra ID.
const LESSER: &[&str] = &[
    "az_authentication_admin",
    "az_directory_synchronization",
    "az_groups_admin",
    "az_helpdesk_admin",
    "az_partner_tier1_support",
    "az_password_admin",
];
/// Roles of Azure.
const RESOURCE: &[&str] = &["az_contributor", "az_owner", "az_user_access_admin"];

/// A role that somebody holds.
pub(super) struct Role<'f> {
    verb: &'static str,
    to: &'f str,
    scope: &'f str,
    /// Whether it ends in control of the tenant.
    pub(super) tenant: bool,
}

impl Role<'_> {
    /// The role, and of what.
    pub(super) fn words(&self) -> String {
        match RESOURCE.contains(&self.verb) {
            true => format!("{} of {}", self.verb.trim_start_matches("az_"), self.to),
            false if self.scope.is_empty() => self.to.to_owned(),
            false => format!("{} in {}", self.to, self.scope),
        }
    }

    /// What to take away.
    pub(super) fn fix(&self, who: &str) -> String {
        if RESOURCE.contains(&self.verb) {
            return format!(
                "Remove-AzRoleAssignment -SignInName {} -Scope SCOPE of {}, or make it eligible in Privileged Identity Management",
                quoted(who),
                quoted(self.to)
            );
        }
        format!(
            "In Privileged Identity Management, change the assignment of {} to {} from active to eligible; or remove it: Remove-MgRoleManagementDirectoryRoleAssignment",
            quoted(self.to),
            quoted(who)
        )
    }
}

/// The roles of Entra ID, and those of Azure over subscriptions and management groups, that an account holds itself.
pub(super) fn roles<'f>(identities: &Identities<'f>, node: Node) -> Vec<Role<'f>> {
    let facts = identities.facts;
    let mut found = Vec::new();
    for verb in [TENANT_ROLES, STRONG, LESSER, RESOURCE].concat() {
        for one in facts.from(node, verb) {
            let of_azure = RESOURCE.contains(&verb);
            let wide = || {
                let kind = facts.attribute(one.to, "type");
                kind.is_some_and(|kind| ["az-subscription", "az-management-group"].contains(&kind))
            };
            if of_azure && (&*one.via == "inherited" || !wide()) {
                continue;
            }
            let scope = if of_azure { "" } else { &*one.via };
            let tenant = TENANT_ROLES.contains(&verb) && scope.is_empty();
            found.push(Role { verb, to: facts.name(one.to), scope, tenant });
        }
    }
    found
}

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["az-user", "az-group", "az-service-principal"]) {
        return Ok(Vec::new());
    }
    let mut roles = roles(identities, node);
    roles.retain(|role| {
        role.tenant
            || STRONG.contains(&role.verb)
            || ["az_owner", "az_user_access_admin"].contains(&role.verb)
    });
    if is(facts, node, &["az-service-principal"]) {
        // An application cannot activate a role: what it has is what it needs, unless that is the tenant.
        roles.retain(|role| role.tenant);
    }
    if roles.is_empty() || is(facts, node, &["az-user"]) && !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    Ok(roles.iter().map(|role| hit(facts, node, role)).collect())
}

fn hit(facts: &Facts, node: Node, role: &Role<'_>) -> Hit {
    let (severity, because) = match role.tenant {
        true => (Severity::High, "the role ends in control of the tenant"),
        false => (Severity::Medium, "the role controls many accounts, applications or resources"),
    };
    Hit {
        locus: Locus::named("role", &role.words()),
        severity,
        because: because.to_owned(),
        evidence: format!("It holds {} as an active assignment.", role.words()),
        fix: role.fix(facts.name(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "directory-object global type=az-role
             identity ann type=az-user
             ann az_global_admin global *
             ann has enabled=true ? false
             cloud-resource prod type=az-subscription
             cloud-resource web type=az-web-app
             identity ops type=az-group
             ops az_owner prod
             ops az_owner web
             ops az_owner:inherited prod
             identity app type=az-service-principal
             app az_owner prod
             identity eva type=az-user enabled=true
             eva az_role_eligible global",
            &["ann at role:global: high", "ops at role:owner of prod: medium"],
        );
    }
}
