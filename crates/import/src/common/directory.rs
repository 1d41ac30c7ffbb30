//! Objects of a directory (Active Directory, Entra ID) as collectors for attack graphs name them.

use super::text;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

/// An object by its id (SID, GUID, or resource id; in upper case, as collectors compare them). `None` for an empty one.
pub(crate) fn object(kind: AssetKind, name: &str, id: &str) -> Option<AssetRef> {
    let id = text::name(id).to_uppercase();
    AssetRef::new(kind, &text::name(name), Identifier::new(IdentifierKind::DirectoryId, &id))
}

/// `ReadLAPSPassword` as `read_laps_password`.
pub(crate) fn snake(name: &str) -> String {
    words(name, '_')
}

/// `IssuancePolicy` as `issuance-policy`.
pub(crate) fn kebab(name: &str) -> String {
    words(name, '-')
}

fn words(name: &str, separator: char) -> String {
    let chars: Vec<char> = name.trim().chars().take(text::NAME).collect();
    let mut out = String::with_capacity(chars.len() + 8);
    for (i, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(separator) {
                out.push(separator);
            }
            continue;
        }
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let word_ended = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let capitals_ended = before.is_some_and(|b| b.is_uppercase())
            && chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (word_ended || capitals_ended) && !out.ends_with(separator) {
            out.push(separator);
        }
        out.extend(c.to_lowercase());
    }
    out.trim_end_matches(separator).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_verbs() {
        for (name, expected) in [
            ("GenericAll", "generic_all"),
            ("ReadLAPSPassword", "read_laps_password"),
            ("WritePKIEnrollmentFlag", "write_pki_enrollment_flag"),
            ("WriteSPN", "write_spn"),
            ("ManageCA", "manage_ca"),
            ("SQLAdmin", "sql_admin"),
            ("GetChangesInFilteredSet", "get_changes_in_filtered_set"),
            ("Cloud Application Administrator", "cloud_application_administrator"),
            ("", ""),
            ("--", ""),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(kebab("AIACA"), "aiaca");
    }
}
