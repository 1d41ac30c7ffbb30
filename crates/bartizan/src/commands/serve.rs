//! `bartizan serve`: the API, the UI and the regular look at this host, in one process.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use bartizan_model::Network;
use bartizan_server::{Config, ServeError, Server, TlsFiles};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Start the API and the UI, and look at this host every hour
///
/// The first start prints a link with which the first account is made. SIGTERM and Ctrl-C let calls at work end.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Certificate chain (PEM): speak TLS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Listen beyond this machine without TLS all the same: everyone on the way can read passwords
    #[arg(long, visible_alias = "insecure")]
    insecure_listen: bool,
    /// The address that people use, where a proxy stands before this one; may be given again
    #[arg(long, value_name = "URL")]
    public_url: Vec<String>,
    /// Look at this host every so many minutes; 0 never
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    collect_every: u32,
    /// The network that this host is in, as for `bartizan import`: its private addresses are of that one
    #[arg(long, value_name = "NAME", env = "BARTIZAN_NETWORK", hide_env_values = true)]
    network: Option<Network>,
    /// Fetch feeds every so many hours; 0 never
    #[arg(long, value_name = "HOURS", default_value_t = 0)]
    sync_feeds: u32,
}

impl Serve {
    /// Serves until it is told to stop.
    pub(crate) fn run(self, home: &Home) -> Result<(), Failure> {
        let (wants_feeds, network) = (self.sync_feeds > 0, self.network.clone());
        let config = self.config();
        // Before anything is opened or made.
        config.check().map_err(failure)?;
        let app = Arc::new(home.open()?.in_network(network));
        if wants_feeds && app.is_offline() {
            return Err(Failure::new(
                "--sync-feeds fetches feeds, and this installation is offline (BARTIZAN_OFFLINE)",
                "Leave one of the two out.",
            ));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failure(error.into()))?;
        let _entered = runtime.enter();
        let server = Server::bind(app, config).map_err(failure)?;
        // Heard from before anybody is told that we are there.
        let stop = stop().map_err(|error| failure(error.into()))?;
        let mut out = Out::new();
        out.line(format!("listening on {}", server.url()))?;
        if let Some(link) = server.setup_url() {
            out.line(format!("make the first account: {link}"))?;
        }
        out.flush()?;
        drop(out);
        runtime.block_on(server.run(stop)).map_err(failure)
    }

    fn config(self) -> Config {
        let tls = self.tls_cert.zip(self.tls_key).map(|(certificate, key)| TlsFiles { certificate, key });
        let minutes = u64::from(self.collect_every);
        Config {
            tls,
            insecure: self.insecure_listen,
            public_urls: self.public_url,
            sync_every: (self.sync_feeds > 0).then(|| Duration::from_secs(3600 * u64::from(self.sync_feeds))),
            collect_every: (minutes > 0).then(|| Duration::from_secs(60 * minutes)),
            ..Config::new(self.listen)
        }
    }
}

/// Done when the process is asked to end.
#[cfg(unix)]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done when the process is asked to end.
#[cfg(not(unix))]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn failure(error: ServeError) -> Failure {
    let help = match &error {
        ServeError::Listen(..) => "Stop what listens there, or choose another address with --listen.",
        ServeError::Tls { .. } => "Both must be PEM files that belong together.",
        _ => "",
    };
    match error {
        ServeError::App(error) => error.into(),
        error => Failure::new(error.to_string(), help),
    }
}
