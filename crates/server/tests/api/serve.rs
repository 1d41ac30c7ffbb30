//! The real server on a real port: the set-up link, answering, stopping.

use crate::support::Site;
use bartizan_server::{Config, ServeError, Server};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn ask(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn it_listens_tells_the_setup_link_once_and_stops() {
    let site = Site::empty();
    let mut config = Config::new("127.0.0.1:0".parse().unwrap());
    config.collect_every = None;
    let server = Server::bind(Arc::clone(&site.app), config.clone()).unwrap();
    let (address, link) = (server.address(), server.setup_url().unwrap());
    assert!(link.starts_with(&format!("http://{address}/setup?token=btz_")), "{link}");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move { drop(stopped.await) }));
    let answer = tokio::task::spawn_blocking(move || ask(address, "/api/v1/setup")).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("{\"needed\":true}"), "{answer}");
    let began = Instant::now();
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(8));

    let site = Site::new();
    assert!(
        Server::bind(Arc::clone(&site.app), config).unwrap().setup_url().is_none(),
        "there is an account already"
    );
}

#[test]
fn it_does_not_start_where_passwords_would_travel_in_the_clear() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let site = Site::empty();
    let refused = Server::bind(Arc::clone(&site.app), Config::new("0.0.0.0:0".parse().unwrap()));
    assert!(matches!(refused, Err(ServeError::Exposed(_))));
    let mut config = Config::new("127.0.0.1:0".parse().unwrap());
    config.tls = Some(bartizan_server::TlsFiles { certificate: "/none.pem".into(), key: "/none.key".into() });
    assert!(matches!(Server::bind(site.app, config), Err(ServeError::Tls { .. })));
}

/// Asks over TLS, trusting this one certificate.
fn ask_tls(address: std::net::SocketAddr, certificate: rustls::pki_types::CertificateDer<'static>) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let client = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = rustls::StreamOwned::new(client, TcpStream::connect(address).unwrap());
    write!(stream, "GET /api/v1/setup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // A peer that closes without goodbye is an error to rustls; what came before still counts.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls() {
    let site = Site::empty();
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = bartizan_server::TlsFiles {
        certificate: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
    };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let mut config = Config::new("0.0.0.0:0".parse().unwrap());
    config.tls = Some(files);
    config.collect_every = None;
    let server = Server::bind(Arc::clone(&site.app), config).unwrap();
    let address = std::net::SocketAddr::new([127, 0, 0, 1].into(), server.address().port());
    assert!(server.setup_url().unwrap().starts_with("https://127.0.0.1:"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move { drop(stopped.await) }));
    let certificate = made.cert.der().clone();
    let answer = tokio::task::spawn_blocking(move || ask_tls(address, certificate)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security"), "{answer}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
