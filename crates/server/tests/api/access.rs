//! Who may call what, for every operation there is.

use crate::support::Site;
use axum::http::Method;
use bartizan_server::{Access, operations};

fn concrete(path: &str) -> String {
    path.replace("{id}", "1").replace("{run}", "1")
}

#[tokio::test]
async fn nothing_but_what_is_public_answers_without_credentials() {
    let site = Site::new();
    for operation in operations().into_iter().filter(|o| o.access != Access::Public) {
        let method: Method = operation.method.parse().unwrap();
        let answer =
            site.anonymous().send(method.clone(), &concrete(&operation.path), Some("{}".into())).await;
        answer.refused(401, "unauthenticated");
        let mut wrong = site.anonymous();
        wrong.token = Some(bartizan_iam::Secret::from_bytes(&[1; 32]).to_string());
        wrong
            .send(method, &concrete(&operation.path), Some("{}".into()))
            .await
            .refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn nobody_may_do_more_than_their_role() {
    let site = Site::new();
    for role in ["viewer", "analyst"] {
        let client = site.as_role(role).await;
        let role: bartizan_model::Role = role.parse().unwrap();
        let mut refused = 0;
        for operation in operations() {
            if let Access::Needs(permission) = operation.access
                && !permission.is_given_to(role)
            {
                let method: Method = operation.method.parse().unwrap();
                let answer = client.send(method, &concrete(&operation.path), Some("{}".into())).await;
                answer.refused(403, "forbidden");
                refused += 1;
            }
        }
        assert!(refused >= 9, "{role}: {refused}");
    }
}

#[tokio::test]
async fn calls_by_cookie_that_change_anything_need_the_header() {
    let site = Site::new();
    let mut client = site.as_role("admin").await;
    let csrf = client.csrf.take().unwrap();
    let unsafe_ones = operations().into_iter().filter(|o| o.access != Access::Public && o.method != "GET");
    for operation in unsafe_ones {
        let method: Method = operation.method.parse().unwrap();
        let path = concrete(&operation.path);
        client.csrf = None;
        client.send(method.clone(), &path, Some("{}".into())).await.refused(403, "csrf");
        client.csrf = Some("0".repeat(csrf.len()));
        client.send(method, &path, Some("{}".into())).await.refused(403, "csrf");
    }
    client.get("/session").await.ok();
}
