//! The columns of the simple formats and the other names that people give them.

use crate::common::flex::Text;
use crate::common::json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

macro_rules! columns {
    ($($column:ident = $name:literal $(| $synonym:literal)*),* $(,)?) => {
        /// A column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Column { $($column),* }

        /// How many there are.
        const COUNT: usize = [$($name),*].len();

        impl Column {
            /// The column of this exact name (case does not matter).
            pub(crate) fn canonical(name: &str) -> Option<Self> {
                $(if name.eq_ignore_ascii_case($name) { return Some(Self::$column); })*
                None
            }

            /// The column of this name or synonym; case, spaces, `-` and `_` do not matter.
            pub(crate) fn of(name: &str) -> Option<Self> {
                let plain: String =
                    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
                $(if [$name.replace('_', "").as_str() $(, $synonym)*].contains(&plain.as_str()) { return Some(Self::$column); })*
                None
            }

            /// Its exact name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$column => $name),* }
            }
        }
    };
}

columns! {
    Title = "title" | "name" | "finding" | "vulnerability" | "issue" | "summary",
    Severity = "severity" | "risk" | "threat" | "level" | "score" | "cvssscore",
    Cve = "cve" | "cves" | "cveid" | "cveids" | "vulnerabilityid" | "vulnerabilityids",
    Cwe = "cwe" | "cwes" | "cweid" | "cweids",
    Asset = "asset" | "host" | "target" | "resource" | "system" | "url" | "repository" | "image" | "endpoint" | "assetname",
    AssetKind = "asset_kind" | "assettype" | "kind",
    Ip = "ip" | "ipaddress" | "address" | "hostip",
    Hostname = "hostname" | "fqdn" | "dns" | "dnsname",
    Mac = "mac" | "macaddress",
    Port = "port" | "portnumber",
    Protocol = "protocol" | "proto" | "transport",
    Service = "service" | "servicename",
    Component = "component" | "package" | "purl" | "componentname" | "packagename" | "library",
    Version = "version" | "installedversion" | "componentversion" | "packageversion",
    FixedVersion = "fixed_version" | "fixedin" | "fixversion" | "patchedversion",
    Rule = "rule" | "ruleid" | "check" | "checkid" | "plugin" | "pluginid" | "testid",
    Path = "path" | "file" | "filepath" | "filename" | "location",
    Parameter = "parameter" | "param",
    Line = "line" | "linenumber" | "startline",
    Description = "description" | "details" | "detail" | "synopsis" | "message" | "impact",
    Fix = "fix" | "solution" | "mitigation" | "remediation" | "recommendation" | "resolution",
    Evidence = "evidence" | "proof" | "output" | "pluginoutput" | "stepstoreproduce",
    References = "references" | "reference" | "links" | "link" | "seealso",
    Cvss = "cvss" | "cvssvector" | "cvssv3" | "vector",
    Id = "id" | "uniqueid" | "findingid" | "issueid",
    SeenAt = "seen_at" | "date" | "datetime" | "lastseen" | "timestamp" | "found" | "discovered",
    Suppressed = "suppressed" | "suppression" | "ignored",
    Os = "os" | "operatingsystem" | "osname",
    Owner = "owner" | "assetowner" | "ownedby" | "responsible",
    Criticality = "criticality" | "assetcriticality" | "businesscriticality" | "tier",
    Tags = "tags" | "tag" | "labels",
}

/// One row: a text for each column, empty where there is none.
#[derive(Debug, Default)]
pub(crate) struct Row<'a> {
    fields: [Cow<'a, str>; COUNT],
}

impl<'a> Row<'a> {
    /// Sets a column. Where several columns of a report mean the same, the first that is not empty counts.
    pub(crate) fn set(&mut self, column: Column, value: Cow<'a, str>) {
        let field = &mut self.fields[column as usize];
        if field.trim().is_empty() {
            *field = value;
        }
    }

    /// The value of a column, trimmed.
    pub(crate) fn get(&self, column: Column) -> &str {
        self.fields[column as usize].trim()
    }

    /// Reads a flat JSON object.
    pub(crate) fn of_json(value: &'a Value<'_>) -> Result<Self, String> {
        if !value.is_object() {
            return Err("a record must be a JSON object".to_owned());
        }
        let fields: BTreeMap<Cow<'a, str>, Text<'a>> = value.read()?;
        let mut row = Self::default();
        for (name, text) in fields {
            if let Some(column) = Column::of(&name) {
                row.set(column, text.0);
            }
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_synonyms() {
        for (name, column) in [
            ("Title", Column::Title),
            ("CVE ID", Column::Cve),
            ("fixed-version", Column::FixedVersion),
            ("IP Address", Column::Ip),
            ("Asset_Kind", Column::AssetKind),
        ] {
            assert_eq!(Column::of(name), Some(column));
        }
        assert_eq!((Column::of("nonsense"), Column::canonical("solution")), (None, None));
    }
}
