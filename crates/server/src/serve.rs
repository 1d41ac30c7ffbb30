//! Starting, serving, stopping.

use crate::config::{Config, ServeError, TlsFiles};
use crate::live;
use crate::resources::setup;
use crate::router::router;
use crate::state::{AppState, Shared};
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use bartizan_app::App;
use bartizan_iam::Secret;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// How long calls may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// A server that listens and does not answer yet.
pub struct Server {
    state: AppState,
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    address: SocketAddr,
    setup: Option<Secret>,
}

impl Server {
    /// Checks that it is safe to serve so, and listens. Blocks for a moment; runs that died with their process are marked.
    pub fn bind(app: Arc<App>, config: Config) -> Result<Self, ServeError> {
        config.check()?;
        let tls = config.tls.as_ref().map(tls).transpose()?;
        let at = config.listen;
        let failed = |error| ServeError::Listen(at, error);
        let listener = TcpListener::bind(at).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        app.settle()?;
        let setup = setup::new_token(&app)?;
        let state = Shared::new(app, config)?;
        Ok(Self { state, listener, tls, address, setup })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where people open it: `http://127.0.0.1:8420`, or the first public URL.
    pub fn url(&self) -> String {
        match self.state.config.public_urls.first() {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                // "All addresses" is none that a browser could open.
                let ip = match self.address.ip() {
                    IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
                    IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
                    ip => ip,
                };
                format!("{}://{}", self.state.config.scheme(), SocketAddr::new(ip, self.address.port()))
            }
        }
    }

    /// The link to make the first account with, while there is none. It holds a secret: show it once, to whoever
    /// started the server, and log it nowhere.
    pub fn setup_url(&self) -> Option<String> {
        self.setup.as_ref().map(|secret| format!("{}/setup?token={secret}", self.url()))
    }

    /// Serves until `stop` is done; then lets calls at work end.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let background = [
            tokio::spawn(live::follow(self.state.clone())),
            tokio::spawn(live::place(self.state.clone())),
            tokio::spawn(live::schedule(self.state.clone())),
        ];
        let handle = Handle::new();
        tokio::spawn({
            let (handle, state) = (handle.clone(), self.state.clone());
            async move {
                stop.await;
                tracing::info!("stopping");
                state.live.stop();
                handle.graceful_shutdown(Some(GRACE));
            }
        });
        let service = router(self.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let served = match self.tls {
            Some(tls) => {
                let server = axum_server::from_tcp_rustls(self.listener, tls)?;
                server.first_request_timeout(Duration::from_secs(30)).handle(handle).serve(service).await
            }
            None => {
                let server = axum_server::from_tcp(self.listener)?;
                server.first_request_timeout(Duration::from_secs(30)).handle(handle).serve(service).await
            }
        };
        self.state.live.stop();
        for task in background {
            let _ = tokio::time::timeout(GRACE, task).await;
        }
        Ok(served?)
    }

    /// The router alone and the set-up token, for tests that need no network.
    #[doc(hidden)]
    pub fn router_for_tests(app: Arc<App>, config: Config) -> Result<(Router, Option<Secret>), ServeError> {
        let setup = setup::new_token(&app)?;
        let state = Shared::new(app, config)?;
        tokio::spawn(live::follow(state.clone()));
        tokio::spawn(live::place(state.clone()));
        Ok((router(state), setup))
    }
}

fn tls(files: &TlsFiles) -> Result<RustlsConfig, ServeError> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let failed = |why: String| ServeError::Tls { files: files.clone(), why };
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| failed(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| failed(error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| failed(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
