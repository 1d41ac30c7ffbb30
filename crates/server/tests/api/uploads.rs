//! Many files and archives in one call, and tables whose columns somebody explains.

use crate::support::{Answer, Client, Site};
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

const REPORT: &str = "title,severity,asset,rule\nOld,high,web-1,r1\n";
const TABLE: &str =
    "CI Name;Mgmt IP;Tier;Responsible\nward-1;10.0.0.9;1 - most critical;Ada\nward-2;10.0.0.10;4;Ben\n";

/// A tar archive.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, content) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        all.extend_from_slice(&header);
        all.extend_from_slice(content.as_bytes());
        all.resize(all.len().next_multiple_of(512), 0);
    }
    all.extend_from_slice(&[0; 1024]);
    all
}

async fn form(client: &Client, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, content) in files {
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let request = client.request(Method::POST, "/api/v1/imports");
    let request = request.header("content-type", "multipart/form-data; boundary=edge").body(Body::from(body));
    client.raw(request.unwrap()).await
}

#[tokio::test]
async fn each_report_of_a_form_and_an_archive_has_its_run() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let archive = tar(&[
        ("../../etc/one.csv", REPORT),
        ("letter.txt", "Dear all\n"),
        ("two.csv", &REPORT.replace("web-1", "web-2")),
    ]);
    let answer = form(&client, &[("../x/alone.csv", REPORT.as_bytes()), ("many.tar", &archive)]).await.ok();
    let files = answer["files"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["alone.csv", "many.tar!../../etc/one.csv", "many.tar!letter.txt", "many.tar!two.csv"]);
    assert_eq!(answer["run"], files[0]["run"]);
    let mut ended = Vec::new();
    for file in files {
        let run = site.finished(&client, file["run"].as_i64().unwrap()).await;
        ended.push((run["state"].as_str().unwrap().to_owned(), run["created"].as_i64().unwrap()));
    }
    let expected = [("finished", 1), ("finished", 0), ("failed", 0), ("finished", 1)];
    assert_eq!(ended, expected.map(|(state, created)| (state.to_owned(), created)));
}

#[tokio::test]
async fn a_broken_archive_and_a_form_without_files_say_so() {
    let site = Site::with(|config| config.max_upload = 100_000).with_people();
    let client = site.as_role("analyst").await;
    let mut cut = tar(&[("one.csv", REPORT), ("two.csv", REPORT)]);
    cut.truncate(512 + 512 + 512 + 10);
    let answer = form(&client, &[("cut.tar", &cut)]).await.ok();
    let runs: Vec<_> =
        answer["files"].as_array().unwrap().iter().map(|file| file["run"].as_i64().unwrap()).collect();
    let mut states = Vec::new();
    for run in &runs {
        states.push(site.finished(&client, *run).await["state"].clone());
    }
    assert_eq!(states, [json!("finished"), json!("failed")]);
    form(&client, &[]).await.refused(400, "bad_request");
    form(&client, &[("a.csv", &[b'x'; 60_000]), ("b.csv", &[b'x'; 60_000])]).await.refused(413, "too_large");
    let spool = site.app.data().join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn what_the_columns_of_a_table_mean_is_asked_once() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let upload = async || {
        let answer = client.send(Method::POST, "/imports?name=cmdb.csv", Some(TABLE.to_owned())).await.ok();
        site.finished(&client, answer["run"].as_i64().unwrap()).await
    };
    let run = upload().await;
    assert_eq!(run["state"], "failed");
    assert!(
        run["error"]
            .as_str()
            .unwrap()
            .contains("say what its columns mean (CI Name, Mgmt IP, Tier, Responsible)"),
        "{run}"
    );

    let table = client.send(Method::POST, "/tables", Some(TABLE.to_owned())).await.ok();
    let fields: Vec<_> =
        table["columns"].as_array().unwrap().iter().map(|column| column["field"].clone()).collect();
    assert_eq!(fields, [Value::Null, Value::Null, json!("criticality"), json!("owner")]);
    assert_eq!(table["rows"][0][1], "10.0.0.9");
    let path = format!("/tables/{}", table["header"].as_str().unwrap());
    let map = |columns: Value| json!({"source": "CMDB", "columns": columns}).to_string();
    for wrong in [
        json!({"Mgmt IP": "nonsense"}),
        json!({"Tier": "criticality"}),
        json!({"CI Name": "ip", "Mgmt IP": "ip"}),
    ] {
        client.send(Method::PUT, &path, Some(map(wrong))).await.refused(400, "bad_request");
    }
    client.send(Method::PUT, "/tables/x", Some(map(json!({"A": "ip"})))).await.refused(400, "bad_request");
    let right = json!({"CI Name": "asset", "Mgmt IP": "ip", "Tier": "criticality", "Responsible": "owner"});
    client.send(Method::PUT, &path, Some(map(right.clone()))).await.ok();
    site.as_role("viewer").await.send(Method::PUT, &path, Some(map(right))).await.refused(403, "forbidden");

    let run = upload().await;
    assert_eq!(
        (&run["state"], &run["source"], &run["assets"]),
        (&json!("finished"), &json!("cmdb"), &json!(2)),
        "{run}"
    );
    let assets = client.get("/assets?sort=name").await.ok();
    let worth: Vec<_> =
        assets["items"].as_array().unwrap().iter().map(|asset| asset["criticality"].clone()).collect();
    assert_eq!(worth, [json!("critical"), json!("low")]);
    let shown = client.get(&format!("/assets/{}", assets["items"][1]["id"])).await.ok();
    assert_eq!(
        (&shown["told"][1]["name"], &shown["told"][1]["value"]),
        (&json!("owner"), &json!("Ben")),
        "{shown}"
    );
    let again = client.send(Method::POST, "/tables", Some(TABLE.to_owned())).await.ok();
    assert_eq!((&again["source"], &again["columns"][1]["field"]), (&json!("cmdb"), &json!("ip")));
    client.send(Method::POST, "/tables", Some("Dear all\n".into())).await.refused(404, "not_found");

    // What a person declared goes before what an inventory says.
    let id = assets["items"][0]["id"].clone();
    client.patch(&format!("/assets/{id}"), json!({"criticality": "medium"})).await.ok();
    upload().await;
    assert_eq!(client.get(&format!("/assets/{id}")).await.ok()["criticality"], "medium");
}
