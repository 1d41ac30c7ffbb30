//! The registry of host checks: two adjacent lines each, in alphabetical order.

use crate::Check;

mod account_duplicate_id;
mod account_duplicate_name;
mod account_empty_password;
mod account_interactive_system;
mod account_legacy_entry;
mod account_old_password;
mod account_password_never_expires;
mod account_second_root;
mod account_weak_hash;
mod container_engine_socket;
mod container_host_files;
mod container_host_network;
mod container_privileged;
mod core_dumps_in_shared_folder;
mod cron_writable;
mod exposed_cleartext_login;
mod exposed_container_control;
mod exposed_database;
mod exposed_discovery;
mod exposed_file_sharing;
mod exposed_mail_server;
mod exposed_remote_desktop;
mod exposed_root_service;
mod exposed_snmp;
mod file_account_lists;
mod file_boot_menu;
mod file_cron_folders;
mod file_docker_socket;
mod file_password_hashes;
mod file_ssh_host_keys;
mod file_sshd_config;
mod file_sudoers;
mod file_world_writable;
mod group_container_engine;
mod group_raw_disk;
mod group_shadow;
mod home_readable;
mod kernel_aslr;
mod kernel_core_dumps_of_privileged_programs;
mod kernel_kexec;
mod kernel_log_readable;
mod kernel_perf_events;
mod kernel_pointers;
mod kernel_protected_files;
mod kernel_protected_links;
mod kernel_ptrace;
mod kernel_unprivileged_bpf;
mod legacy_packages;
mod login_hash_method;
mod login_password_age;
mod login_umask;
mod mount_network_shares;
mod mount_shared_memory;
mod mount_temporary_folders;
mod network_accepts_redirects;
mod network_broadcast_echo;
mod network_forwards_packets;
mod network_log_martians;
mod network_reverse_path_filter;
mod network_sends_redirects;
mod network_source_routing;
mod network_syn_cookies;
mod no_mandatory_access_control;
mod no_packet_filter;
mod os_unsupported;
mod pam_empty_passwords;
mod pam_no_lockout;
mod pam_no_password_quality;
mod reboot_required;
mod ssh_key_shared_with_root;
mod ssh_private_key_readable;
mod ssh_private_key_unencrypted;
mod ssh_weak_authorized_keys;
mod sshd_empty_passwords;
mod sshd_forwarding;
mod sshd_host_based_authentication;
mod sshd_idle_timeout;
mod sshd_log_level;
mod sshd_login_grace_time;
mod sshd_max_auth_tries;
mod sshd_password_authentication;
mod sshd_root_login;
mod sshd_user_environment;
mod sshd_weak_ciphers;
mod sshd_weak_key_exchange;
mod sshd_weak_macs;
mod sshd_x11_forwarding;
mod sudo_everybody;
mod sudo_exclusion;
mod sudo_long_timeout;
mod sudo_no_authentication;
mod sudo_no_log;
mod sudo_no_password;
mod sudo_no_terminal;
mod sudo_shell_escape;
mod sudo_wildcard;
mod suid_shell_escape;
mod suid_unknown_program;
mod support;
#[cfg(test)]
mod testing;
mod tls_certificate_expired;
mod tls_key_readable;
mod tls_weak_certificate;
mod unit_writable;
mod update_lists_stale;
mod update_security_missing;

/// All host checks.
pub static ALL: &[Check] = &[
    account_duplicate_id::CHECK,
    account_duplicate_name::CHECK,
    account_empty_password::CHECK,
    account_interactive_system::CHECK,
    account_legacy_entry::CHECK,
    account_old_password::CHECK,
    account_password_never_expires::CHECK,
    account_second_root::CHECK,
    account_weak_hash::CHECK,
    container_engine_socket::CHECK,
    container_host_files::CHECK,
    container_host_network::CHECK,
    container_privileged::CHECK,
    core_dumps_in_shared_folder::CHECK,
    cron_writable::CHECK,
    exposed_cleartext_login::CHECK,
    exposed_container_control::CHECK,
    exposed_database::CHECK,
    exposed_discovery::CHECK,
    exposed_file_sharing::CHECK,
    exposed_mail_server::CHECK,
    exposed_remote_desktop::CHECK,
    exposed_root_service::CHECK,
    exposed_snmp::CHECK,
    file_account_lists::CHECK,
    file_boot_menu::CHECK,
    file_cron_folders::CHECK,
    file_docker_socket::CHECK,
    file_password_hashes::CHECK,
    file_ssh_host_keys::CHECK,
    file_sshd_config::CHECK,
    file_sudoers::CHECK,
    file_world_writable::CHECK,
    group_container_engine::CHECK,
    group_raw_disk::CHECK,
    group_shadow::CHECK,
    home_readable::CHECK,
    kernel_aslr::CHECK,
    kernel_core_dumps_of_privileged_programs::CHECK,
    kernel_kexec::CHECK,
    kernel_log_readable::CHECK,
    kernel_perf_events::CHECK,
    kernel_pointers::CHECK,
    kernel_protected_files::CHECK,
    kernel_protected_links::CHECK,
    kernel_ptrace::CHECK,
    kernel_unprivileged_bpf::CHECK,
    legacy_packages::CHECK,
    login_hash_method::CHECK,
    login_password_age::CHECK,
    login_umask::CHECK,
    mount_network_shares::CHECK,
    mount_shared_memory::CHECK,
    mount_temporary_folders::CHECK,
    network_accepts_redirects::CHECK,
    network_broadcast_echo::CHECK,
    network_forwards_packets::CHECK,
    network_log_martians::CHECK,
    network_reverse_path_filter::CHECK,
    network_sends_redirects::CHECK,
    network_source_routing::CHECK,
    network_syn_cookies::CHECK,
    no_mandatory_access_control::CHECK,
    no_packet_filter::CHECK,
    os_unsupported::CHECK,
    pam_empty_passwords::CHECK,
    pam_no_lockout::CHECK,
    pam_no_password_quality::CHECK,
    reboot_required::CHECK,
    ssh_key_shared_with_root::CHECK,
    ssh_private_key_readable::CHECK,
    ssh_private_key_unencrypted::CHECK,
    ssh_weak_authorized_keys::CHECK,
    sshd_empty_passwords::CHECK,
    sshd_forwarding::CHECK,
    sshd_host_based_authentication::CHECK,
    sshd_idle_timeout::CHECK,
    sshd_log_level::CHECK,
    sshd_login_grace_time::CHECK,
    sshd_max_auth_tries::CHECK,
    sshd_password_authentication::CHECK,
    sshd_root_login::CHECK,
    sshd_user_environment::CHECK,
    sshd_weak_ciphers::CHECK,
    sshd_weak_key_exchange::CHECK,
    sshd_weak_macs::CHECK,
    sshd_x11_forwarding::CHECK,
    sudo_everybody::CHECK,
    sudo_exclusion::CHECK,
    sudo_long_timeout::CHECK,
    sudo_no_authentication::CHECK,
    sudo_no_log::CHECK,
    sudo_no_password::CHECK,
    sudo_no_terminal::CHECK,
    sudo_shell_escape::CHECK,
    sudo_wildcard::CHECK,
    suid_shell_escape::CHECK,
    suid_unknown_program::CHECK,
    tls_certificate_expired::CHECK,
    tls_key_readable::CHECK,
    tls_weak_certificate::CHECK,
    unit_writable::CHECK,
    update_lists_stale::CHECK,
    update_security_missing::CHECK,
];

#[cfg(test)]
mod tests {
    use super::{ALL, testing};
    use bartizan_model::{Outcome, Severity};
    use std::collections::BTreeSet;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checks");

    #[test]
    fn every_check_is_documented_and_has_its_file() {
        let mut ids = BTreeSet::new();
        for check in ALL {
            let id = check.id;
            assert!(ids.insert(id), "{id}: the id is taken");
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
            let file = format!("{FOLDER}/{}.rs", id.replace('-', "_"));
            assert!(std::path::Path::new(&file).is_file(), "{id}: no file {file}");
            for (name, text) in
                [("title", check.title), ("meaning", check.meaning), ("why", check.why), ("fix", check.fix)]
            {
                assert!(text.len() > 10, "{id}: {name} says too little");
            }
            assert!(check.cwe > 0, "{id}: no CWE");
            let numbers = check.cis.split('.').all(|part| part.parse::<u8>().is_ok());
            assert!(check.cis.is_empty() || numbers, "{id}: `{}` is no CIS recommendation", check.cis);
            let technique = check.attack.strip_prefix('T').is_some_and(|rest| rest.len() >= 4);
            assert!(check.attack.is_empty() || technique, "{id}: `{}` is no technique", check.attack);
        }
        assert!(ALL.is_sorted_by_key(|check| check.id), "the registry is alphabetical");
    }

    #[test]
    fn every_check_file_is_registered() {
        let registered: BTreeSet<_> = ALL.iter().map(|check| check.id.replace('-', "_")).collect();
        let names =
            std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<_> = names
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| name != "support" && name != "testing")
            .collect();
        assert_eq!(files, registered);
    }

    #[test]
    fn where_nothing_is_known_no_check_says_anything() {
        for check in ALL {
            testing::inconclusive(check, &testing::host());
        }
    }

    #[test]
    fn a_well_kept_host_is_clean() {
        let facts = testing::well_kept();
        let hits: Vec<_> = ALL
            .iter()
            .map(|check| (check.id, check.run(&facts)))
            .filter(|(_, outcome)| *outcome != Outcome::NotAffected)
            .collect();
        assert!(hits.is_empty(), "{hits:#?}");
    }
    /// What a new server is told: settings to tidy up, and no alarm.
    #[test]
    fn a_fresh_debian_raises_no_alarm() {
        let facts = testing::fresh_debian();
        let hits: Vec<_> =
            ALL.iter().filter(|check| matches!(check.run(&facts), Outcome::Affected(_))).collect();
        let ids: Vec<_> = hits.iter().map(|check| check.id).collect();
        let expected = [
            "account-password-never-expires",
            "kernel-kexec",
            "kernel-pointers",
            "kernel-ptrace",
            "login-password-age",
            "login-umask",
            "network-accepts-redirects",
            "network-log-martians",
            "network-sends-redirects",
            "no-packet-filter",
            "pam-empty-passwords",
            "pam-no-lockout",
            "pam-no-password-quality",
            "sshd-forwarding",
            "sshd-idle-timeout",
            "sshd-login-grace-time",
            "sshd-max-auth-tries",
            "sshd-password-authentication",
            "sshd-x11-forwarding",
        ];
        assert_eq!(ids, expected);
        assert!(hits.iter().all(|check| check.severity <= Severity::Medium));
    }

    #[test]
    fn the_inside_of_a_container_is_quiet() {
        let facts = testing::container_inside();
        let affected = |check: &&crate::Check| matches!(check.run(&facts), Outcome::Affected(_));
        let ids: Vec<_> = ALL.iter().filter(affected).map(|check| check.id).collect();
        assert!(ids.is_empty(), "{ids:?}");
    }
}
