//! Secure boot and mandatory access control.

use super::{Group, fact};
use crate::root::{Root, SMALL};
use bartizan_model::host::HostFacts;

pub(super) const GROUP: Group = Group {
    name: "hardening",
    reads: "the SecureBoot variable of EFI, /sys/kernel/security/lsm, /sys/fs/selinux/enforce, AppArmor's parameters, kernel.core_pattern",
    needs: "a running system; securityfs for the list of security modules",
    collect,
};

const SECURE_BOOT: &str = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// Reads one value.
type Reader = fn(&Root) -> Result<String, String>;

fn collect(root: &Root, facts: &mut HostFacts) {
    let live = root.need_live("boot and access control");
    let known: [(&str, Reader); 5] = [
        ("secure-boot", secure_boot),
        ("lsm", |root| Ok(root.need("/sys/kernel/security/lsm")?.trim().to_owned())),
        ("selinux", selinux),
        ("apparmor", apparmor),
        ("core-pattern", |root| Ok(root.need("/proc/sys/kernel/core_pattern")?.trim().to_owned())),
    ];
    for (name, read) in known {
        facts.hardening.insert(name.to_owned(), fact(live.clone().and_then(|()| read(root))));
    }
}

fn sysfs(root: &Root) -> Result<(), String> {
    if root.exists("/sys/kernel") { Ok(()) } else { Err("/sys: sysfs is not mounted".to_owned()) }
}

/// `enabled`, `disabled`, or `unsupported` where the machine was not started by EFI.
fn secure_boot(root: &Root) -> Result<String, String> {
    sysfs(root)?;
    if !root.exists("/sys/firmware/efi") {
        return Ok("unsupported".to_owned());
    }
    // Four bytes of attributes, then the value.
    match root.bytes(SECURE_BOOT, SMALL)?.as_deref() {
        Some([_, _, _, _, 1]) => Ok("enabled".to_owned()),
        Some([_, _, _, _, 0]) => Ok("disabled".to_owned()),
        Some(_) => Err(format!("{SECURE_BOOT}: not the one byte that EFI defines")),
        None if root.list("/sys/firmware/efi/efivars")?.is_some_and(|names| !names.is_empty()) => {
            Ok("disabled".to_owned())
        }
        None => Err("/sys/firmware/efi/efivars: not mounted".to_owned()),
    }
}

fn selinux(root: &Root) -> Result<String, String> {
    sysfs(root)?;
    Ok(match root.text("/sys/fs/selinux/enforce")?.as_deref().map(str::trim) {
        Some("1") => "enforcing",
        Some(_) => "permissive",
        None => "disabled",
    }
    .to_owned())
}

fn apparmor(root: &Root) -> Result<String, String> {
    sysfs(root)?;
    let on = root.text("/sys/module/apparmor/parameters/enabled")?.is_some_and(|text| text.trim() == "Y");
    Ok(if on { "enabled" } else { "disabled" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::replica(folder.path());
        assert!(selinux(&root).is_err() && secure_boot(&root).is_err());
        std::fs::create_dir_all(folder.path().join("sys/kernel")).unwrap();
        assert_eq!(secure_boot(&root).as_deref(), Ok("unsupported"));
        assert_eq!(selinux(&root).as_deref(), Ok("disabled"));
        std::fs::create_dir_all(folder.path().join("sys/fs/selinux")).unwrap();
        std::fs::write(folder.path().join("sys/fs/selinux/enforce"), "1").unwrap();
        assert_eq!(selinux(&root).as_deref(), Ok("enforcing"));
        std::fs::create_dir_all(folder.path().join("sys/firmware/efi/efivars")).unwrap();
        std::fs::write(folder.path().join(&SECURE_BOOT[1..]), [6, 0, 0, 0, 1]).unwrap();
        assert_eq!(secure_boot(&root).as_deref(), Ok("enabled"));
    }
}
