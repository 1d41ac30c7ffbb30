//! How a server is to run, and the check that it is safe to run so.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// A certificate and its private key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// How a server is to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Speak TLS with these.
    pub tls: Option<TlsFiles>,
    /// Listen beyond this machine without TLS all the same.
    pub insecure: bool,
    /// The addresses people use, where they differ from `listen`: `https://bartizan.example.org`.
    pub public_urls: Vec<String>,
    /// Largest body of an import or a feed in bytes.
    pub max_upload: u64,
    /// Largest body of any other call in bytes.
    pub max_body: usize,
    /// How long any other call may take.
    pub timeout: Duration,
    /// How long an upload may pause.
    pub idle_timeout: Duration,
    /// How long a session lasts.
    pub session: Duration,
    /// How often the event log is looked at.
    pub follow_every: Duration,
    /// How often this host is collected; `None`: never by itself.
    pub collect_every: Option<Duration>,
    /// How often feeds are fetched, in whole hours; `None`: never by itself.
    pub sync_every: Option<Duration>,
}

impl Config {
    /// The defaults, listening on `listen`.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            insecure: false,
            public_urls: Vec::new(),
            max_upload: 10 << 30,
            max_body: 1 << 20,
            timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            session: Duration::from_secs(12 * 60 * 60),
            follow_every: Duration::from_millis(300),
            collect_every: Some(Duration::from_secs(60 * 60)),
            sync_every: None,
        }
    }

    /// `http` or `https`, as this server itself speaks.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Whether cookies must never travel without TLS: where we speak it, or a proxy before us does for everyone.
    pub(crate) fn secure(&self) -> bool {
        let https = |url: &String| url.starts_with("https://");
        self.tls.is_some() || (!self.public_urls.is_empty() && self.public_urls.iter().all(https))
    }

    /// Refuses what would send passwords over a network in the clear, or cannot work.
    pub fn check(&self) -> Result<(), ServeError> {
        if !is_loopback(self.listen.ip()) && self.tls.is_none() && !self.insecure {
            return Err(ServeError::Exposed(self.listen));
        }
        match self.public_urls.iter().find(|url| crate::host::of_url(url).is_none()) {
            Some(url) => Err(ServeError::PublicUrl(url.clone())),
            None => Ok(()),
        }
    }
}

pub(crate) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Passwords and findings would travel in the clear.
    #[error(
        "{0} can be reached from other machines, and without TLS everyone on the way could read passwords. \
         Give --tls-cert FILE and --tls-key FILE; or listen on 127.0.0.1 behind a proxy that speaks TLS and name its \
         address with --public-url; or say --insecure if you mean it"
    )]
    Exposed(SocketAddr),
    /// A public URL is none.
    #[error("`{0}` is no address that people could use; write it as https://bartizan.example.org")]
    PublicUrl(String),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The certificate or key cannot be used.
    #[error("the certificate {} with the key {} cannot be used: {why}", .files.certificate.display(), .files.key.display())]
    Tls {
        /// The files.
        files: TlsFiles,
        /// What is wrong with them.
        why: String,
    },
    /// The store failed.
    #[error(transparent)]
    App(#[from] bartizan_app::AppError),
    /// The system gives no random numbers.
    #[error(transparent)]
    NoRandomness(#[from] bartizan_iam::NoRandomness),
    /// The network failed while we served.
    #[error("the server stopped: {0}")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(listen: &str) -> Config {
        Config::new(listen.parse().unwrap())
    }

    #[test]
    fn only_loopback_may_go_without_tls() {
        for fine in ["127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(at(fine).check().is_ok(), "{fine}");
        }
        for exposed in ["0.0.0.0:1", "192.0.2.1:1", "[::]:1", "[2001:db8::1]:1", "[::ffff:192.0.2.1]:1"] {
            let words = at(exposed).check().unwrap_err().to_string();
            assert!(words.contains("--tls-cert") && words.contains("--insecure"), "{words}");
            assert!(Config { insecure: true, ..at(exposed) }.check().is_ok());
            let tls = Some(TlsFiles { certificate: "c".into(), key: "k".into() });
            assert!(Config { tls, ..at(exposed) }.check().is_ok());
        }
    }

    #[test]
    fn public_urls_are_checked_and_decide_about_cookies() {
        let with = |urls: &[&str]| Config {
            public_urls: urls.iter().map(|u| (*u).to_owned()).collect(),
            ..at("127.0.0.1:1")
        };
        assert!(with(&["bartizan.example.org"]).check().is_err());
        assert!(with(&["https://bartizan.example.org"]).check().is_ok());
        assert!(with(&["https://a.example"]).secure() && !with(&["https://a.example", "http://b"]).secure());
        assert!(!with(&[]).secure());
    }
}
