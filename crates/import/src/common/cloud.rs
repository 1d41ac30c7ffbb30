//! Resources of cloud accounts.

use super::text;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

/// A resource by its own id (ARN, Azure resource id, full resource name). `None` for empty text.
pub(crate) fn resource(id: &str, name: &str) -> Option<AssetRef> {
    let id = text::name(id);
    let short = id.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(&id);
    let name = if name.trim().is_empty() { short.to_owned() } else { text::name(name) };
    AssetRef::new(kind(&id), &name, Identifier::new(IdentifierKind::CloudId, &id))
}

/// An account, subscription or project.
pub(crate) fn account(provider: &str, id: &str) -> Option<AssetRef> {
    let id = text::name(id);
    let full = match provider {
        _ if id.is_empty() => return None,
        "aws" if id.bytes().all(|b| b.is_ascii_digit()) => format!("arn:aws:iam::{id}:root"),
        "azure" if !id.starts_with('/') => format!("/subscriptions/{id}"),
        "gcp" if !id.contains('/') => format!("//cloudresourcemanager.googleapis.com/projects/{id}"),
        _ => id.clone(),
    };
    AssetRef::new(AssetKind::CloudResource, &id, Identifier::new(IdentifierKind::CloudId, &full))
}

/// The tags by which people look for a resource; empty values are left out.
pub(crate) fn tags(account: &str, region: &str) -> Vec<String> {
    let tags = [("account", account), ("region", region)].into_iter();
    tags.filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| text::name(&format!("{name}:{}", value.trim())))
        .collect()
}

/// The account of an ARN or of an Azure resource id.
pub(crate) fn account_of(id: &str) -> &str {
    if id.starts_with("arn:") {
        return id.split(':').nth(4).unwrap_or_default();
    }
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("subscriptions"));
    parts.nth(1).unwrap_or_default()
}

/// The region of an ARN.
pub(crate) fn region_of(id: &str) -> &str {
    if id.starts_with("arn:") { id.split(':').nth(3).unwrap_or_default() } else { "" }
}

/// What a resource is, by its id.
fn kind(id: &str) -> AssetKind {
    let mut arn = id.split(':').skip(2);
    if id.starts_with("arn:") {
        let service = arn.next().unwrap_or_default();
        let rest = arn.nth(2).unwrap_or_default();
        return match service {
            "s3" | "dynamodb" | "rds" | "redshift" | "elasticfilesystem" | "es" | "fsx" => {
                AssetKind::DataStore
            }
            "iam" if ["user/", "role/", "group/"].iter().any(|kind| rest.starts_with(kind)) => {
                AssetKind::Identity
            }
            _ => AssetKind::CloudResource,
        };
    }
    let id = id.to_ascii_lowercase();
    let stores = ["/storageaccounts/", "/microsoft.sql/", "/databaseaccounts/", "//storage.googleapis.com/"];
    if stores.iter().any(|part| id.contains(part)) { AssetKind::DataStore } else { AssetKind::CloudResource }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_id_names() {
        let of = |id| resource(id, "").map(|asset| (asset.kind, asset.name));
        assert_eq!(of("arn:aws:s3:::backups"), Some((AssetKind::DataStore, "backups".into())));
        assert_eq!(of("arn:aws:iam::123456789012:user/ops"), Some((AssetKind::Identity, "ops".into())));
        assert_eq!(
            of("arn:aws:ec2:eu-west-1:123456789012:instance/i-1"),
            Some((AssetKind::CloudResource, "i-1".into()))
        );
        assert_eq!(of(" "), None);
        let azure = "/subscriptions/s-1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/logs";
        assert_eq!((account_of(azure), of(azure).map(|it| it.0)), ("s-1", Some(AssetKind::DataStore)));
        assert_eq!(account_of("arn:aws:ec2:eu-west-1:123456789012:instance/i-1"), "123456789012");
        assert_eq!(tags("1", " "), ["account:1"]);
    }
}
