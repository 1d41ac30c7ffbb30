//! Downloads: conditional, resumable, bounded.

use crate::address::is_public;
use crate::authorization::{Authorization, parse};
use crate::error::{Cause, NetError, cause};
use crate::location::resolve;
use crate::partial::Partial;
use crate::retry::{pause, retry_after};
use crate::validators::{Validators, content_range};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::http::{Response, StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Proxy};

/// Who asks.
const USER_AGENT: &str =
    concat!("Bartizan/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");
/// Headers larger than this are an attack.
const LARGEST_HEADERS: usize = 64 << 10;

/// How much and how long.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most bytes of one file, as it is sent.
    pub size: u64,
    /// How long a connection, an answer or the next byte may take.
    pub idle: Duration,
    /// How long one file may take in all, with all attempts.
    pub total: Duration,
    /// Redirects followed.
    pub redirects: u32,
    /// Attempts, where trying again can help.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles from there.
    pub first_pause: Duration,
    /// The longest pause, also where a server asks for one.
    pub longest_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            size: 8 << 30,
            idle: Duration::from_secs(60),
            total: Duration::from_secs(3 * 60 * 60),
            redirects: 5,
            attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
        }
    }
}

/// Through which proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxying {
    /// As `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// Through this one.
    Through(String),
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The server answers with a file: how much of it is here already, and its length, where it says so.
    Begins {
        /// Bytes that an earlier attempt brought.
        have: u64,
        /// Bytes in all.
        whole: Option<u64>,
    },
    /// So many more bytes came.
    Came(u64),
    /// Waiting before the next attempt.
    Waits,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What is held is what the server has.
    Unchanged,
    /// A file, which lies where it was asked to.
    Fetched {
        /// By what to ask the next time.
        validators: Validators,
        /// Its size as it was sent.
        size: u64,
    },
}

/// Downloads what its authorization admits.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    authorization: Authorization,
    limits: Limits,
}

/// Told how far a download is; `Break` stops it.
type Watch<'w> = &'w mut dyn FnMut(Step) -> ControlFlow<()>;

impl Client {
    /// Makes a client. It reaches nothing yet.
    pub fn new(authorization: Authorization, proxying: &Proxying, limits: Limits) -> Result<Self, Cause> {
        let proxy = match proxying {
            Proxying::Environment => Proxy::try_from_env(),
            Proxying::Direct => None,
            Proxying::Through(url) => Some(Proxy::new(url).map_err(|error| Cause::Proxy(error.to_string()))?),
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let guard = Guard {
            inner: DefaultResolver::default(),
            authorization: authorization.clone(),
            proxy: proxy.as_ref().map(|proxy| proxy.uri().clone()),
        };
        let config = Agent::config_builder()
            .proxy(proxy)
            .tls_config(tls)
            .http_status_as_error(false)
            // Followed here, after the authorization was asked.
            .max_redirects(0)
            .user_agent(USER_AGENT)
            .accept_encoding("gzip")
            .max_response_header_size(LARGEST_HEADERS)
            .timeout_per_read(Some(limits.idle))
            .timeout_per_write(Some(limits.idle))
            .timeout_connect(Some(limits.idle))
            .timeout_recv_response(Some(limits.idle))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
        Ok(Self { agent, authorization, limits })
    }

    /// Downloads a file to `target`, unless it is still what `held` says. What an earlier attempt brought is gone on with.
    pub fn download(
        &self,
        url: &str,
        held: &Validators,
        target: &Path,
        watch: Watch<'_>,
    ) -> Result<Answer, NetError> {
        let named = |cause| NetError { url: url.to_owned(), cause };
        let partial = Partial::of(target);
        let until = Instant::now() + self.limits.total;
        let mut failed = 0;
        loop {
            let cause = match self.attempt(url, held, &partial, until, watch) {
                Ok(answer) => return Ok(answer),
                Err(cause) => cause,
            };
            failed += 1;
            let asks = if let Cause::Status { asks, .. } = &cause { *asks } else { None };
            let wait = pause(failed, asks, self.limits.first_pause, self.limits.longest_pause);
            match wait {
                Some(wait)
                    if cause.may_pass() && failed < self.limits.attempts && Instant::now() + wait < until =>
                {
                    rest(wait, watch).map_err(named)?;
                }
                _ => return Err(named(cause)),
            }
        }
    }

    fn attempt(
        &self,
        url: &str,
        held: &Validators,
        partial: &Partial,
        until: Instant,
        watch: Watch<'_>,
    ) -> Result<Answer, Cause> {
        let have = partial.held();
        let response = self.ask(parse(url)?, held, have.as_ref(), until)?;
        let status = response.status();
        let headers = response.headers();
        match status {
            StatusCode::NOT_MODIFIED if !held.is_empty() => {
                partial.discard()?;
                Ok(Answer::Unchanged)
            }
            StatusCode::OK => self.take(response, partial, None, watch),
            StatusCode::PARTIAL_CONTENT => match (have, content_range(headers)) {
                (Some((have, _)), Some((from, _))) if from == have => {
                    self.take(response, partial, Some(have), watch)
                }
                _ => {
                    partial.discard()?;
                    Err(Cause::Nonsense("it is another part of the file than was asked for".into()))
                }
            },
            StatusCode::RANGE_NOT_SATISFIABLE if have.is_some() => {
                // What is here is no beginning of what is there.
                partial.discard()?;
                Err(Cause::Cut(0))
            }
            _ => Err(Cause::Status { status: status.as_u16(), asks: retry_after(headers) }),
        }
    }

    /// Asks, and follows where the server leads as far as that is admitted.
    fn ask(
        &self,
        mut uri: Uri,
        held: &Validators,
        have: Option<&(u64, String)>,
        until: Instant,
    ) -> Result<Response<Body>, Cause> {
        self.authorization.admits(&uri)?;
        for _ in 0..=self.limits.redirects {
            let left = until.saturating_duration_since(Instant::now());
            let mut request = self.agent.get(&uri);
            if let Some(etag) = &held.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(time) = &held.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, time);
            }
            if let Some((have, tag)) = have {
                request =
                    request.header(header::RANGE, format!("bytes={have}-")).header(header::IF_RANGE, tag);
            }
            let settings = request.config().timeout_global(Some(left));
            // No proxy can reach what is on this very machine.
            let settings = if is_loopback(&uri) { settings.proxy(None) } else { settings };
            let response = settings.build().call().map_err(|error| cause(error, 0))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let to = resolve(&uri, location.unwrap_or_default())?;
            self.authorization.admits_redirect(&uri, &to)?;
            uri = to;
        }
        Err(Cause::Redirects(self.limits.redirects))
    }

    /// Takes the body in; `have` bytes of the file are here already.
    fn take(
        &self,
        response: Response<Body>,
        partial: &Partial,
        have: Option<u64>,
        watch: Watch<'_>,
    ) -> Result<Answer, Cause> {
        let validators = Validators::of(response.headers());
        let length = response.body().content_length();
        let mut size = have.unwrap_or(0);
        let whole = length.map(|length| size.saturating_add(length));
        let most = self.limits.size;
        if whole.is_some_and(|whole| whole > most) || size > most {
            partial.discard()?;
            return Err(Cause::TooLarge(most));
        }
        let mut file = match have {
            Some(_) => partial.resume()?,
            None => partial.begin(validators.strong())?,
        };
        tell(watch, Step::Begins { have: size, whole })?;
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(cause(error.into(), size)),
            };
            size += count as u64;
            if size > most {
                partial.discard()?;
                return Err(Cause::TooLarge(most));
            }
            file.write_all(&buffer[..count]).map_err(|source| partial.failed(source))?;
            tell(watch, Step::Came(count as u64))?;
        }
        if whole.is_some_and(|whole| whole != size) {
            return Err(Cause::Cut(size));
        }
        if size == 0 {
            partial.discard()?;
            return Err(Cause::Empty);
        }
        partial.finish(&file)?;
        Ok(Answer::Fetched { validators, size })
    }
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare == "localhost"
        || bare.parse().is_ok_and(|address: std::net::IpAddr| address.to_canonical().is_loopback())
}

fn tell(watch: Watch<'_>, step: Step) -> Result<(), Cause> {
    if watch(step).is_break() { Err(Cause::Stopped) } else { Ok(()) }
}

/// Waits, in small steps, so that it can be stopped.
fn rest(wait: Duration, watch: Watch<'_>) -> Result<(), Cause> {
    let until = Instant::now() + wait;
    loop {
        tell(watch, Step::Waits)?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(Duration::from_millis(200)));
    }
}

/// Looks names up, and refuses those that lead into networks nobody named: what is connected to is what was
/// checked. Through a proxy it is the proxy that looks names up, so there only the names themselves are checked.
#[derive(Debug)]
struct Guard {
    inner: DefaultResolver,
    authorization: Authorization,
    proxy: Option<Uri>,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // The operator's proxy and mirrors may be on the operator's network.
        let is_proxy = self.proxy.as_ref().is_some_and(|proxy| proxy.authority() == uri.authority());
        if is_proxy || self.authorization.may_be_private(uri) {
            return Ok(found);
        }
        match found.iter().find(|address| !is_public(address.ip())) {
            None => Ok(found),
            Some(private) => {
                let host = uri.host().unwrap_or_default();
                let why = format!("{host} leads to {}, which is no address of the internet", private.ip());
                Err(ureq::Error::Other(Box::new(Cause::Refused(why))))
            }
        }
    }
}
