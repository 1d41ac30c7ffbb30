//! What to do about an exposure, in plain words, from what the sources and our own checks know.

use bartizan_assess::{checks, identity};
use bartizan_model::{Purl, WeaknessKey, words};
use bartizan_store::{SightingRow, WeaknessRow};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do in a line, beginning with what to do; `None` where only commands or nothing is known.
    pub headline: Option<String>,
    /// All that is said of it; `None` where no source says anything, which is said rather than made up.
    pub text: Option<String>,
    /// Commands for a shell, one a line.
    pub commands: Option<String>,
}

/// The best advice there is: a check's own commands, then a version that fixes it, then a source's words.
pub fn advise(weakness: &WeaknessRow, sightings: &[SightingRow]) -> Advice {
    if let Some(check) = checks::ALL.iter().find(|check| check.key() == weakness.key) {
        // Commands that need words begin with them, as a comment.
        let headline = check.fix.strip_prefix("# ").map(words::headline);
        return Advice {
            headline,
            text: Some(check.meaning.to_owned()),
            commands: Some(check.fix.to_owned()),
        };
    }
    if let Some(check) = identity::by_key(&weakness.key) {
        let here =
            sightings.iter().filter_map(|sighting| sighting.finding.as_ref()).find(|one| !one.fix.is_empty());
        return Advice { commands: here.map(|finding| as_commands(&finding.fix)), ..Advice::of(check.fix) };
    }
    let findings = || sightings.iter().filter_map(|sighting| sighting.finding.as_ref());
    let upgrade = findings()
        .find_map(|finding| Some((finding.component.as_deref()?, finding.fixed_version.as_deref()?)));
    if let Some((component, version)) = upgrade {
        let name = component.parse::<Purl>().map_or_else(|_| component.to_owned(), |purl| purl.full_name());
        return Advice::of(&format!("Upgrade {name} to {version} or later."));
    }
    let told = findings().map(|finding| finding.fix.trim()).find(|fix| !fix.is_empty());
    let told = told.or(Some(weakness.fix.trim())).filter(|fix| !fix.is_empty());
    let known = WeaknessKey::from_stored(weakness.key.clone()).is_known_vulnerability();
    match told {
        Some(told) => Advice::of(told),
        None if known => Advice::of("Upgrade the affected software to a version its maker lists as fixed."),
        None => Advice { headline: None, text: None, commands: None },
    }
}

/// Verbs with which commands of PowerShell begin.
const VERBS: &[&str] = &["Add", "Disable", "Enable", "Get", "New", "Remove", "Reset", "Set", "Update"];
/// What other commands begin with that checks of identities name.
const COMMANDS: &[&str] = &["aws", "az", "dsacls", "kubectl"];

/// Lines of words and commands as a shell takes them: words are comments.
fn as_commands(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let after_words = line.match_indices(": ").map(|(at, colon)| at + colon.len());
        let Some(at) = std::iter::once(0).chain(after_words).find(|at| is_command(&line[*at..])) else {
            lines.push(format!("# {line}"));
            continue;
        };
        let (words, rest) = line.split_at(at);
        if !words.is_empty() {
            lines.push(format!("# {}", words.trim_end()));
        }
        // Words in brackets behind a command say when it is meant.
        let is_word = |at: &usize| rest[at + 2..].starts_with(|first: char| first.is_ascii_lowercase());
        match rest.match_indices(" (").map(|(at, _)| at).find(is_word) {
            Some(at) => lines.extend([format!("# {}", rest[at..].trim_start()), rest[..at].to_owned()]),
            None => lines.push(rest.to_owned()),
        }
    }
    lines.join("\n")
}

fn is_command(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    let powershell = first.split_once('-').is_some_and(|(verb, _)| VERBS.contains(&verb));
    powershell || COMMANDS.contains(&first)
}

impl Advice {
    /// Advice in words alone.
    fn of(text: &str) -> Self {
        Self { headline: Some(words::headline(text)), text: Some(text.to_owned()), commands: None }
    }
}

#[cfg(test)]
mod tests {
    use super::as_commands;

    #[test]
    fn words_between_commands_are_comments() {
        let text = "Run the service as a group managed service account (New-ADServiceAccount).\n\
            Without a service: Set-ADUser -Identity 'sql' -ServicePrincipalNames $null\n\
            Set-ADAccountPassword -Identity 'sql' -Reset (where nobody knows that it has one)\n\
            kubectl delete clusterrolebinding admins";
        let commands = "# Run the service as a group managed service account (New-ADServiceAccount).\n\
            # Without a service:\n\
            Set-ADUser -Identity 'sql' -ServicePrincipalNames $null\n\
            # (where nobody knows that it has one)\n\
            Set-ADAccountPassword -Identity 'sql' -Reset\n\
            kubectl delete clusterrolebinding admins";
        assert_eq!(as_commands(text), commands);
        assert_eq!(as_commands("X-ray: it is: no command"), "# X-ray: it is: no command");
    }
}
