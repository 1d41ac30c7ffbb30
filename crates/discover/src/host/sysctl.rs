//! Kernel parameters that decide about security.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::HostFacts;
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "sysctl",
    reads: "well-known parameters under /proc/sys",
    needs: "a running system; on some kernels root for fs.protected_*",
    collect,
};

/// What is read; a parameter that this kernel does not have is left out.
#[rustfmt::skip]
const PARAMETERS: &[&str] = &[
    "dev.tty.ldisc_autoload", "dev.tty.legacy_tiocsti",
    "fs.protected_fifos", "fs.protected_hardlinks", "fs.protected_regular", "fs.protected_symlinks", "fs.suid_dumpable",
    "kernel.core_pattern", "kernel.core_uses_pid", "kernel.ctrl-alt-del", "kernel.dmesg_restrict", "kernel.io_uring_disabled",
    "kernel.kexec_load_disabled", "kernel.kptr_restrict", "kernel.modules_disabled", "kernel.panic_on_oops",
    "kernel.perf_event_paranoid", "kernel.randomize_va_space", "kernel.sysrq", "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone", "kernel.yama.ptrace_scope", "kernel.apparmor_restrict_unprivileged_userns",
    "net.core.bpf_jit_enable", "net.core.bpf_jit_harden",
    "net.ipv4.ip_forward", "net.ipv4.icmp_echo_ignore_broadcasts", "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.tcp_rfc1337", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_timestamps",
    "net.ipv4.conf.all.accept_redirects", "net.ipv4.conf.all.accept_source_route", "net.ipv4.conf.all.arp_ignore",
    "net.ipv4.conf.all.forwarding", "net.ipv4.conf.all.log_martians", "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects", "net.ipv4.conf.all.send_redirects", "net.ipv4.conf.all.route_localnet",
    "net.ipv4.conf.default.accept_redirects", "net.ipv4.conf.default.accept_source_route", "net.ipv4.conf.default.log_martians",
    "net.ipv4.conf.default.rp_filter", "net.ipv4.conf.default.secure_redirects", "net.ipv4.conf.default.send_redirects",
    "net.ipv6.conf.all.accept_ra", "net.ipv6.conf.all.accept_redirects", "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.accept_ra", "net.ipv6.conf.default.accept_redirects", "net.ipv6.conf.default.accept_source_route",
    "net.ipv6.conf.default.disable_ipv6",
    "user.max_user_namespaces", "vm.mmap_min_addr", "vm.mmap_rnd_bits", "vm.unprivileged_userfaultfd",
];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.sysctl = fact(read(root));
}

/// One parameter that is there but cannot be read leaves all unknown: absent must mean that the kernel has it not.
fn read(root: &Root) -> Result<BTreeMap<String, String>, String> {
    root.need_live("the value of a kernel parameter")?;
    let mut map = BTreeMap::new();
    for name in PARAMETERS {
        if let Some(text) = root.text(&format!("/proc/sys/{}", name.replace('.', "/")))? {
            map.insert((*name).to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    if map.is_empty() { Err("/proc/sys: not there".to_owned()) } else { Ok(map) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_the_kernel_lacks_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("proc/sys/kernel/yama")).unwrap();
        std::fs::write(folder.path().join("proc/sys/kernel/yama/ptrace_scope"), "1\n").unwrap();
        let expected = BTreeMap::from([("kernel.yama.ptrace_scope".to_owned(), "1".to_owned())]);
        assert_eq!(read(&Root::replica(folder.path())), Ok(expected));
        assert!(read(&Root::folder(folder.path())).is_err());
    }
}
