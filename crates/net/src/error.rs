//! Why a download failed, and whether trying again can help.

use std::time::Duration;

/// A download failed.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {cause}")]
pub struct NetError {
    /// What was asked for.
    pub url: String,
    /// Why it is not there.
    pub cause: Cause,
}

/// Why a download failed.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// Nobody authorized it; nothing was sent there.
    #[error("refused: {0}")]
    Refused(String),
    /// The server answered with something that is no file.
    #[error("the server answered {status}{}", match asks { Some(wait) => format!(" and asks to wait {} s", wait.as_secs()), None => String::new() })]
    Status {
        /// The status of HTTP.
        status: u16,
        /// How long the server asks to wait.
        asks: Option<Duration>,
    },
    /// More than allowed.
    #[error("it is larger than {0} bytes, which is the most that is taken")]
    TooLarge(u64),
    /// A file without a byte is none.
    #[error("the server's answer is empty")]
    Empty,
    /// No connection, or it broke.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// Nothing came for so long, or all of it took too long.
    #[error("it takes too long: {0}")]
    Slow(String),
    /// It ended before all of it was there.
    #[error("it broke off after {0} bytes")]
    Cut(u64),
    /// The server cannot prove who it is.
    #[error("the server cannot be trusted: {0}")]
    Tls(String),
    /// What came is no HTTP, or none that makes sense.
    #[error("the server's answer makes no sense: {0}")]
    Nonsense(String),
    /// It leads from place to place.
    #[error("more than {0} redirects")]
    Redirects(u32),
    /// What came cannot be kept.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody asked it to stop.
    #[error("stopped, as asked")]
    Stopped,
    /// The proxy cannot be used.
    #[error("the proxy cannot be used: {0}")]
    Proxy(String),
}

impl Cause {
    /// Whether the same request may succeed a moment later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Connection(_) | Self::Slow(_) | Self::Cut(_) => true,
            _ => false,
        }
    }
}

/// What ureq says, in our words. `have` bytes had come.
pub(crate) fn cause(error: ureq::Error, have: u64) -> Cause {
    use std::io::ErrorKind::{TimedOut, UnexpectedEof, WouldBlock};
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<Cause>() {
            Ok(cause) => *cause,
            Err(other) => Cause::Connection(other.to_string()),
        },
        ureq::Error::Timeout(which) => Cause::Slow(which.to_string()),
        ureq::Error::Io(error) if error.kind() == UnexpectedEof => Cause::Cut(have),
        ureq::Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock) => {
            Cause::Slow(error.to_string())
        }
        // rustls tells of a bad certificate through the stream.
        ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
            Cause::Tls(error.to_string())
        }
        ureq::Error::Io(error) => Cause::Connection(error.to_string()),
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Cause::Connection(error.to_string()),
        ureq::Error::ConnectProxyFailed(why) => Cause::Proxy(why),
        ureq::Error::InvalidProxyUrl => Cause::Proxy(error.to_string()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired => {
            Cause::Tls(error.to_string())
        }
        other => Cause::Nonsense(other.to_string()),
    }
}
