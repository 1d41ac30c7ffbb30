//! Built-in roles by their ids, which are the same in every tenant.

/// Roles of Entra ID by template: what holding them is called.
/// <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>
const DIRECTORY: &[(&str, &str)] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "az_global_admin"),
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", "az_privileged_role_admin"),
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "az_privileged_authentication_admin"),
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "az_app_admin"),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", "az_cloud_app_admin"),
    ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "az_authentication_admin"),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "az_helpdesk_admin"),
    ("966707d0-3269-4727-9be2-8c3a10f19b9d", "az_password_admin"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "az_user_admin"),
    ("3a2c62db-5318-420d-8d74-23affee5d9d5", "az_intune_admin"),
    ("fdd7a751-b60b-444a-984c-02652fe8fa1c", "az_groups_admin"),
    ("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "az_hybrid_identity_admin"),
    ("e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", "az_partner_tier2_support"),
    ("4ba39ca4-527c-499a-b93d-d9b492c50246", "az_partner_tier1_support"),
    ("d29b2b05-8046-44ba-8758-1e26182fcf32", "az_directory_synchronization"),
    ("9360feb5-f418-4baa-8175-e2a00bac4301", "az_directory_writers"),
];

/// Roles of Azure by definition. <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>
const RESOURCE: &[(&str, &str)] = &[
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "az_owner"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "az_contributor"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "az_user_access_admin"),
    // Role Based Access Control Administrator.
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "az_user_access_admin"),
    ("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "az_vm_contributor"),
    ("1c0163c0-47e6-4577-8991-ea5c82e286e4", "az_vm_admin_login"),
    ("fb879df8-f326-4884-b1cf-06f3ad86be52", "az_vm_user_login"),
    ("4f8fab4f-1852-4a58-a46a-8eaf358af14a", "az_avere_contributor"),
    ("00482a5a-887f-4fb3-b363-3b7fe8e74483", "az_key_vault_admin"),
    ("f25e0fa2-a7c8-4377-a976-54943a77a395", "az_key_vault_contributor"),
    ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "az_key_vault_secrets_officer"),
    ("4633458b-17de-408a-b874-0445c86b69e6", "az_key_vault_secrets_user"),
    ("f353d9bd-d4a6-484e-a77a-8050b599b867", "az_automation_contributor"),
    ("87a39d53-fc1b-424a-814c-f7e04687dc9e", "az_logic_app_contributor"),
    ("de139f84-1756-47ae-9be6-808fbbe84772", "az_website_contributor"),
    ("ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8", "az_aks_contributor"),
    ("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8", "az_aks_cluster_admin"),
    ("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b", "az_aks_cluster_admin"),
    ("17d1049b-9a84-46fb-8f53-869881c3d3ab", "az_storage_account_contributor"),
    ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "az_storage_blob_data"),
    ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "az_storage_blob_data"),
    ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "az_storage_blob_data"),
];

/// Application permissions of Microsoft Graph. <https://learn.microsoft.com/graph/permissions-reference>
const GRAPH: &[(&str, &str)] = &[
    ("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "az_mg_role_management_read_write_directory"),
    ("06b708a9-e830-4db3-a914-8e69da51d44f", "az_mg_app_role_assignment_read_write_all"),
    ("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "az_mg_application_read_write_all"),
    ("19dbc75e-c2e2-444c-a770-ec69d8559fc7", "az_mg_directory_read_write_all"),
    ("62a82d76-70ea-41e2-9197-370581804d09", "az_mg_group_read_write_all"),
    ("dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "az_mg_group_member_read_write_all"),
    ("89c8469c-83ad-45f7-8ff2-6e3d4285709e", "az_mg_service_principal_endpoint_read_write_all"),
];

/// The verb of holding a role of Entra ID.
pub(super) fn of_directory(template: &str) -> &'static str {
    find(DIRECTORY, template).unwrap_or("az_has_role")
}

/// The verb of holding a role of Azure, by the definition's path or id.
pub(super) fn of_resource(definition: &str) -> Option<&'static str> {
    find(RESOURCE, definition.rsplit('/').next().unwrap_or_default())
}

/// The verb of an application permission.
pub(super) fn of_graph(role: &str) -> &'static str {
    find(GRAPH, role).unwrap_or("az_app_role")
}

fn find(table: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, verb)| *verb)
}
