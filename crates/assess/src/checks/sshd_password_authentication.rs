//! SSH accepts passwords.

use super::support::{sshd, sshd_is};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Somebody who can guess or steal a password gets in; keys cannot be guessed.
pub(super) const CHECK: Check = Check {
    id: "sshd-password-authentication",
    title: "SSH lets people log in with a password",
    meaning: "The SSH server accepts a password alone, directly (PasswordAuthentication) or through PAM (KbdInteractiveAuthentication).",
    why: "Programs try stolen and common passwords on every SSH server they can find, day and night. One weak or reused password is enough. A key cannot be guessed.",
    fix: "# First make sure that everybody who needs to log in has a key, and keep one session open while you change this\nprintf '%s\\n' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-passwords.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Medium,
    cwe: 309,
    attack: "T1110",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    // Where every way in needs a key as well, a password is a second factor and no weakness.
    let Some(settings) = facts.sshd.get()? else { return Ok(vec![]) };
    let mut ways =
        settings.get("authenticationmethods").into_iter().flatten().flat_map(|way| way.split_whitespace());
    if ways.clone().next().is_some() && ways.all(|way| way.contains("publickey")) {
        return Ok(vec![]);
    }
    let mut hits = sshd_is(facts, "PasswordAuthentication", "yes", |value| value != "no")?;
    let pam = sshd(facts, "UsePAM", "no")?.is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    let interactive = sshd_is(facts, "KbdInteractiveAuthentication", "yes", |value| value != "no")?;
    if pam && !interactive.is_empty() && !(hits.is_empty() && asks_for_a_code(facts)?) {
        hits.extend(interactive);
    }
    Ok(hits)
}

/// Whether PAM asks for a one-time code when somebody comes by SSH.
fn asks_for_a_code(facts: &HostFacts) -> Result<bool, String> {
    let modules = ["pam_google_authenticator", "pam_oath", "pam_duo", "pam_yubico", "pam_u2f", "pam_radius"];
    let lines = facts.pam.get()?.get("sshd").ok_or("PAM: /etc/pam.d/sshd was not collected")?;
    Ok(lines.iter().any(|line| modules.iter().any(|module| line.contains(module))))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, pam, sshd};
    use bartizan_model::host::HostFacts;

    const PAM_ONLY: [(&str, &str); 3] =
        [("passwordauthentication", "no"), ("kbdinteractiveauthentication", "yes"), ("usepam", "yes")];

    #[test]
    fn hit() {
        let on = [("passwordauthentication", "yes"), ("kbdinteractiveauthentication", "no")];
        hits(&CHECK, &sshd(&on), &["setting:sshd/PasswordAuthentication"]);
        hits(&CHECK, &sshd(&[]), &["setting:sshd/PasswordAuthentication"]);
        let through_pam = HostFacts { pam: pam(&[("sshd", &[])]).pam, ..sshd(&PAM_ONLY) };
        hits(&CHECK, &through_pam, &["setting:sshd/KbdInteractiveAuthentication"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("passwordauthentication", "no"), ("kbdinteractiveauthentication", "no")]));
        misses(&CHECK, &sshd(&[("authenticationmethods", "publickey,password")]));
        let code = HostFacts { pam: pam(&[("sshd", &["auth required pam_oath.so"])]).pam, ..sshd(&PAM_ONLY) };
        misses(&CHECK, &code);
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sshd(&PAM_ONLY));
    }
}
