//! The sample forest of BloodHound (../shared) read to its last relation, counted by simpler means beside the parser.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bartizan_import::{Collected, Limits, Observation, Options, by_id, detect, entries, open};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::path::PathBuf;

type Counts = BTreeMap<String, usize>;

/// The files of the sample, or `None` where it is absent.
fn files() -> Option<Vec<(String, Vec<u8>)>> {
    let shared = std::env::var_os("BARTIZAN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("knowledge/attackpath/bloodhound_ad_sampledata.zip");
    let Ok(zip) = File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut files = Vec::new();
    entries(zip, &Limits::default(), &mut |entry| {
        let mut bytes = Vec::new();
        entry.reader.read_to_end(&mut bytes).unwrap();
        files.push((entry.name, bytes));
        ControlFlow::Continue(())
    })
    .unwrap();
    Some(files)
}

fn add(counts: &mut Counts, name: impl Into<String>, more: usize) {
    if more > 0 {
        *counts.entry(name.into()).or_default() += more;
    }
}

fn len(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// `GenericAll` as `generic_all`, by table: the parser has a rule.
fn verb(right: &str) -> &'static str {
    match right {
        "Owns" => "owns",
        "GenericAll" => "generic_all",
        "GenericWrite" => "generic_write",
        "WriteDacl" => "write_dacl",
        "WriteOwner" => "write_owner",
        "AddMember" => "add_member",
        "AddSelf" => "add_self",
        "ForceChangePassword" => "force_change_password",
        "AllExtendedRights" => "all_extended_rights",
        "GetChanges" => "get_changes",
        "GetChangesAll" => "get_changes_all",
        "GetChangesInFilteredSet" => "get_changes_in_filtered_set",
        "ReadLAPSPassword" => "read_laps_password",
        "ReadGMSAPassword" => "read_gmsa_password",
        "AddKeyCredentialLink" => "add_key_credential_link",
        "AddAllowedToAct" => "add_allowed_to_act",
        "WriteAccountRestrictions" => "write_account_restrictions",
        "Enroll" => "enroll",
        "ManageCA" => "manage_ca",
        "ManageCertificates" => "manage_certificates",
        "WritePKIEnrollmentFlag" => "write_pki_enrollment_flag",
        "WritePKINameFlag" => "write_pki_name_flag",
        other => panic!("{other} is not in the sample"),
    }
}

/// Properties of which the sample says `true`, and the attributes that tell them.
const FLAGS: &[(&str, &str)] = &[
    ("enabled", "enabled"),
    ("hasspn", "has-spn"),
    ("dontreqpreauth", "dont-require-preauth"),
    ("unconstraineddelegation", "unconstrained-delegation"),
    ("trustedtoauth", "trusted-to-auth"),
    ("pwdneverexpires", "password-never-expires"),
    ("admincount", "admin-count"),
    ("haslaps", "has-laps"),
    ("enrolleesuppliessubject", "enrollee-supplies-subject"),
    ("authenticationenabled", "authentication-enabled"),
    ("requiresmanagerapproval", "requires-manager-approval"),
    ("nosecurityextension", "no-security-extension"),
];

/// What one object of the sample has to give, counted member by member.
fn expected(kind: &str, object: &Value, counts: &mut Counts) {
    for ace in list(&object["Aces"]).iter().chain(list(&object["CARegistryData"]["CASecurity"]["Data"])) {
        add(counts, verb(ace["RightName"].as_str().unwrap()), 1);
    }
    add(counts, "contains", len(&object["ChildObjects"]) + usize::from(object["ContainedBy"].is_object()));
    add(counts, "member_of", len(&object["Members"]) + usize::from(object["PrimaryGroupSID"].is_string()));
    add(counts, "allowed_to_delegate", len(&object["AllowedToDelegate"]));
    add(counts, "allowed_to_act", len(&object["AllowedToAct"]));
    add(counts, "has_sid_history", len(&object["HasSIDHistory"]));
    add(counts, "dump_smsa_password", len(&object["DumpSMSAPassword"]));
    for sessions in ["Sessions", "PrivilegedSessions", "RegistrySessions"] {
        add(counts, "has_session", len(&object[sessions]["Results"]));
    }
    for group in list(&object["LocalGroups"]) {
        let members = len(&group["Results"]) + len(&group["LocalNames"]);
        add(counts, "local_group_of", 1);
        for (suffix, power) in
            [("-544", "admin_to"), ("-555", "can_rdp"), ("-562", "execute_dcom"), ("-580", "can_psremote")]
        {
            if group["ObjectIdentifier"].as_str().unwrap().ends_with(suffix) {
                add(counts, power, members);
            }
        }
        if group["Name"] != "IGNOREME" {
            add(counts, "member_of", members);
        }
    }
    for right in list(&object["UserRights"]) {
        assert_eq!(right["Privilege"], "SeRemoteInteractiveLogonRight");
        add(counts, "remote_interactive_logon_right", len(&right["Results"]));
    }
    add(counts, "dc_of", usize::from(object["IsDC"] == true));
    for trust in list(&object["Trusts"]) {
        add(counts, "trusts", if trust["TrustDirection"] == "Bidirectional" { 2 } else { 1 });
    }
    add(counts, "gp_link", len(&object["Links"]));
    let changes = &object["GPOChanges"];
    let admins = len(&changes["LocalAdmins"]);
    assert_eq!(
        len(&changes["RemoteDesktopUsers"]) + len(&changes["DcomUsers"]) + len(&changes["PSRemoteUsers"]),
        0
    );
    add(counts, "gpo_local_admin", admins);
    add(counts, "gpo_affects", if admins > 0 { len(&changes["AffectedComputers"]) } else { 0 });
    add(counts, "hosts_ca", usize::from(object["HostingComputer"].is_string()));
    add(counts, "published_to", len(&object["EnabledCertTemplates"]));
    let agents = list(&object["CARegistryData"]["EnrollmentAgentRestrictions"]["Restrictions"]);
    let allowed = agents.iter().filter(|agent| agent["AccessType"] == "AccessAllowedCallback");
    add(counts, "delegated_enrollment_agent", allowed.count());
    add(counts, "root_ca_for", usize::from(kind == "rootcas"));
    add(counts, "nt_auth_store_for", usize::from(kind == "ntauthstores"));
}

#[test]
fn every_object_and_relation_of_the_sample_forest_is_read() {
    let Some(files) = files() else { return };
    assert_eq!(files.len(), 31);
    let (mut want, mut got) = (Counts::new(), Counts::new());
    let (mut want_flags, mut flags) = (Counts::new(), Counts::new());
    let (mut objects, mut told) = (BTreeSet::new(), BTreeSet::new());
    for (name, bytes) in &files {
        let sample: Value = serde_json::from_slice(bytes).unwrap();
        let kind = sample["meta"]["type"].as_str().unwrap();
        for object in list(&sample["data"]) {
            expected(kind, object, &mut want);
            for (property, attribute) in FLAGS {
                add(&mut want_flags, *attribute, usize::from(object["Properties"][property] == true));
            }
            objects.insert((kind.to_owned(), object["ObjectIdentifier"].as_str().unwrap().to_owned()));
        }

        let mut reader = open(&bytes[..], &Limits::default()).unwrap();
        let format = detect(reader.fill_buf().unwrap()).unwrap();
        assert_eq!(format.id, "sharphound", "{name}");
        let mut seen = Collected::default();
        let summary = (format.parse)(&mut reader, &Options::default(), &mut seen).unwrap();
        assert_eq!((summary.records, summary.rejected), (len(&sample["data"]) as u64, 0), "{name}");
        for (_, observation) in &seen.observations {
            match observation {
                Observation::Relation(relation) => add(&mut got, relation.relation.as_str(), 1),
                Observation::Asset(asset) if !asset.attributes["type"].starts_with("local-") => {
                    let id = asset.asset.identifiers[0].value.clone();
                    told.insert((kind.to_owned(), id));
                    for (_, attribute) in FLAGS {
                        let holds = asset.attributes.get(*attribute).is_some_and(|value| value == "true");
                        add(&mut flags, *attribute, usize::from(holds));
                    }
                }
                Observation::Asset(_) => {}
                other => panic!("{other:?}"),
            }
        }
        // The sample was edited: four of its files hold more than their makers counted.
        let count = sample["meta"]["count"].as_u64().unwrap();
        let edited = seen.gaps.iter().any(|gap| gap.why.contains("changed after it was collected"));
        assert_eq!(edited, count != summary.records, "{name}: {:?}", seen.gaps);
        assert!(!seen.gaps.iter().any(|gap| gap.why.contains("not known")), "{name}: {:?}", seen.gaps);
    }
    assert_eq!(got, want);
    assert_eq!(told, objects);
    assert_eq!(flags, want_flags);
    assert_eq!(flags.len(), FLAGS.len(), "the sample has each at least once");
    println!("{} objects, {} relations: {got:?}", told.len(), got.values().sum::<usize>());
    assert_eq!((told.len(), got.values().sum::<usize>()), (1469, 14036));
}

#[test]
fn a_layout_that_is_newer_ends_nothing_and_one_without_a_version_is_refused() {
    let read = |version: &str| {
        let text = format!(
            r#"{{"data":[{{"ObjectIdentifier":"A1","Properties":{{"name":"WARDS"}},"Aces":[]}}],"meta":{{"methods":521215,"type":"ous","count":1{version}}}}}"#
        );
        let mut seen = Collected::default();
        let parsed =
            (by_id("sharphound").unwrap().parse)(&mut text.as_bytes(), &Options::default(), &mut seen);
        let gaps: Vec<_> = seen.gaps.iter().map(|gap| gap.what.clone()).collect();
        parsed.map(|_| (seen.covered.len(), gaps)).map_err(|error| error.to_string())
    };
    assert_eq!(read(r#","version":6"#), Ok((1, Vec::new())));
    assert_eq!(read(r#","version":7"#), Ok((0, vec!["some of the ous".to_owned()])));
    let refused = |version| read(version).unwrap_err();
    assert!(refused("").contains("does not tell the version of its layout"), "{}", refused(""));
    assert!(refused(r#","version":3"#).contains("4 is the oldest that is read"));
}
