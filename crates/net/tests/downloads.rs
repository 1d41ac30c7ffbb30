//! Downloads from servers that behave well, slowly, wrongly and maliciously. All of them are on this machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests only")]

mod support;

use bartizan_net::{Answer, Authorization, Cause, Client, Limits, Proxying, Step, Validators};
use std::io::Write;
use std::net::TcpStream;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;
use support::{Asked, Server, hang, say};
use tempfile::TempDir;

const BODY: &[u8] = b"0123456789abcdefghij";
const TAG: &str = "\"v1\"";

/// A folder, and a client that the server alone is admitted to.
struct Bench {
    folder: TempDir,
    server: Server,
    limits: Limits,
}

impl Bench {
    fn new(answer: impl Fn(usize, &Asked, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let limits = Limits {
            size: 1 << 20,
            idle: Duration::from_secs(20),
            total: Duration::from_secs(60),
            first_pause: Duration::ZERO,
            longest_pause: Duration::from_secs(5),
            ..Limits::default()
        };
        Self { folder: tempfile::tempdir().unwrap(), server: Server::start(answer), limits }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("file")
    }

    fn client(&self) -> Client {
        let mut authorization = Authorization::default();
        authorization.chosen(&self.server.url("/")).unwrap();
        Client::new(authorization, &Proxying::Direct, self.limits.clone()).unwrap()
    }

    fn get_held(&self, held: &Validators) -> Result<Answer, Cause> {
        let mut watch = |_| ControlFlow::Continue(());
        let got = self.client().download(&self.server.url("/file"), held, &self.target(), &mut watch);
        got.map_err(|error| error.cause)
    }

    fn get(&self) -> Result<Answer, Cause> {
        self.get_held(&Validators::default())
    }

    /// Fails, and nothing lies where the file would.
    fn fails(&self) -> Cause {
        let cause = self.get().unwrap_err();
        assert!(!self.target().exists(), "{cause}");
        cause
    }

    fn content(&self) -> Vec<u8> {
        std::fs::read(self.target()).unwrap()
    }

    fn leftovers(&self) -> usize {
        self.folder.path().read_dir().unwrap().count()
    }
}

fn tagged(tag: &str) -> Validators {
    Validators { etag: Some(tag.into()), last_modified: None }
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let bench = Bench::new(|_, asked, stream| match asked.header("if-none-match") {
        Some(TAG) => say(stream, "304 Not Modified", &[("ETag", TAG)], b""),
        _ => {
            say(stream, "200 OK", &[("ETag", TAG), ("Last-Modified", "Thu, 01 Jan 2099 00:00:00 GMT")], BODY);
        }
    });
    let Answer::Fetched { validators, size } = bench.get().unwrap() else { panic!("fetched") };
    assert_eq!((size, bench.content().as_slice()), (20, BODY));
    assert_eq!(validators.last_modified.as_deref(), Some("Thu, 01 Jan 2099 00:00:00 GMT"));
    assert_eq!(bench.get_held(&validators).unwrap(), Answer::Unchanged);
    let asked = bench.server.asked();
    assert!(asked[0].header("user-agent").unwrap().starts_with("Bartizan/"), "{asked:?}");
    assert_eq!(asked[0].header("if-none-match"), None);
    assert_eq!(asked[1].header("if-modified-since"), Some("Thu, 01 Jan 2099 00:00:00 GMT"));
    assert_eq!(bench.leftovers(), 1);
}

/// Sends the first half and breaks off; then what a range asks for.
fn breaks_off(number: usize, asked: &Asked, stream: &mut TcpStream) {
    if number == 0 {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 20\r\nETag: {TAG}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&BODY[..10]).unwrap();
        return;
    }
    assert_eq!((asked.header("range"), asked.header("if-range")), (Some("bytes=10-"), Some(TAG)));
    say(stream, "206 Partial Content", &[("ETag", TAG), ("Content-Range", "bytes 10-19/20")], &BODY[10..]);
}

#[test]
fn what_broke_off_is_gone_on_with() {
    let bench = Bench::new(breaks_off);
    let mut steps = Vec::new();
    let mut watch = |step| {
        steps.push(step);
        ControlFlow::Continue(())
    };
    let got =
        bench.client().download(&bench.server.url("/"), &Validators::default(), &bench.target(), &mut watch);
    assert_eq!(got.unwrap(), Answer::Fetched { validators: tagged(TAG), size: 20 });
    assert_eq!((bench.content().as_slice(), bench.leftovers()), (BODY, 1));
    assert!(steps.contains(&Step::Begins { have: 0, whole: Some(20) }), "{steps:?}");
    assert!(steps.contains(&Step::Begins { have: 10, whole: Some(20) }), "{steps:?}");
}

#[test]
fn also_by_another_process_later() {
    let mut bench = Bench::new(breaks_off);
    bench.limits.attempts = 1;
    assert!(matches!(bench.fails(), Cause::Cut(10)));
    bench.get().unwrap();
    assert_eq!((bench.content().as_slice(), bench.leftovers()), (BODY, 1));
}

#[test]
fn a_server_that_ignores_ranges_starts_anew() {
    let bench = Bench::new(|number, asked, stream| match number {
        0 => breaks_off(0, asked, stream),
        _ => say(stream, "200 OK", &[("ETag", "\"v2\"")], b"something else"),
    });
    assert_eq!(bench.get().unwrap(), Answer::Fetched { validators: tagged("\"v2\""), size: 14 });
    assert_eq!(bench.content(), b"something else");
}

#[test]
fn another_part_than_asked_for_is_none() {
    let bench = Bench::new(|number, asked, stream| match number {
        0 => breaks_off(0, asked, stream),
        1 => say(stream, "206 Partial Content", &[("Content-Range", "bytes 5-19/20")], &BODY[5..]),
        _ => say(stream, "200 OK", &[], BODY),
    });
    assert!(matches!(bench.fails(), Cause::Nonsense(_)));
    bench.get().unwrap();
    assert_eq!(bench.content(), BODY);
    assert_eq!(bench.server.asked()[2].header("range"), None, "what was here is forgotten");
}

#[test]
fn a_range_that_does_not_fit_any_more_starts_anew() {
    let bench = Bench::new(|number, asked, stream| match number {
        0 => breaks_off(0, asked, stream),
        1 => say(stream, "416 Range Not Satisfiable", &[("Content-Range", "bytes */5")], b""),
        _ => say(stream, "200 OK", &[], b"short"),
    });
    bench.get().unwrap();
    assert_eq!(bench.content(), b"short");
}

#[test]
fn compressed_files_are_kept_as_sent() {
    let bench = Bench::new(|_, _, stream| {
        say(stream, "200 OK", &[("Content-Encoding", "gzip")], b"\x1f\x8bnot undone");
    });
    bench.get().unwrap();
    assert_eq!(bench.content(), b"\x1f\x8bnot undone");
}

#[test]
fn errors_of_a_moment_are_tried_again() {
    let bench = Bench::new(|number, _, stream| match number {
        0 => say(stream, "500 Oh", &[], b"oh"),
        1 => say(stream, "429 Slow Down", &[("Retry-After", "0")], b""),
        // Closed without a word.
        2 => {}
        _ => say(stream, "200 OK", &[], BODY),
    });
    bench.get().unwrap();
    assert_eq!(bench.server.asked().len(), 4);
}

#[test]
fn but_not_for_ever_and_not_what_stays_wrong() {
    let down = Bench::new(|_, _, stream| say(stream, "503 Down", &[], b""));
    assert!(matches!(down.fails(), Cause::Status { status: 503, asks: None }));
    assert_eq!(down.server.asked().len(), 4);
    let later = Bench::new(|_, _, stream| say(stream, "503 Down", &[("Retry-After", "86400")], b""));
    let said = later.fails().to_string();
    assert_eq!(
        (said.as_str(), later.server.asked().len()),
        ("the server answered 503 and asks to wait 86400 s", 1)
    );
    for status in ["404 Not Found", "403 Forbidden", "204 No Content", "304 Not Modified"] {
        let gone = Bench::new(move |_, _, stream| say(stream, status, &[], b""));
        assert!(matches!(gone.fails(), Cause::Status { .. }), "{status}");
        assert_eq!(gone.server.asked().len(), 1, "{status}");
    }
}

#[test]
fn silence_ends() {
    let mut bench = Bench::new(|_, _, stream| hang(stream));
    (bench.limits.idle, bench.limits.attempts) = (Duration::from_millis(50), 2);
    assert!(matches!(bench.fails(), Cause::Slow(_)));
    assert_eq!(bench.server.asked().len(), 2);
    let mut bench = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234").unwrap();
        hang(stream);
    });
    (bench.limits.idle, bench.limits.attempts) = (Duration::from_millis(50), 1);
    let cause = bench.fails();
    assert!(matches!(cause, Cause::Slow(_)), "{cause:?}");
}

#[test]
fn drops_end_too() {
    let mut bench = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").unwrap();
        // Each byte in time, all of them never: until the other side goes away.
        while stream.write_all(b"x").is_ok() {
            std::thread::park_timeout(Duration::from_millis(5));
        }
    });
    bench.limits.total = Duration::from_millis(300);
    let cause = bench.fails();
    assert!(matches!(cause, Cause::Slow(_)), "{cause:?}");
}

#[test]
fn lengths_that_are_wrong() {
    let mut bench = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort").unwrap();
    });
    bench.limits.attempts = 1;
    assert!(matches!(bench.fails(), Cause::Cut(5)));
    let mut chunked = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n").unwrap();
    });
    chunked.limits.attempts = 1;
    assert!(matches!(chunked.fails(), Cause::Cut(5)));
    let empty = Bench::new(|_, _, stream| say(stream, "200 OK", &[], b""));
    assert!(matches!(empty.fails(), Cause::Empty));
    assert_eq!(empty.leftovers(), 0);
}

#[test]
fn more_than_allowed_is_refused() {
    let said = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n").unwrap();
        hang(stream);
    });
    assert!(matches!(said.fails(), Cause::TooLarge(_)));
    let endless = Bench::new(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert!(matches!(endless.fails(), Cause::TooLarge(1_048_576)));
    assert_eq!((said.leftovers(), endless.leftovers()), (0, 0));
}

#[test]
fn headers_without_end() {
    let one = Bench::new(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert!(matches!(one.fails(), Cause::Nonsense(_)));
    let many = Bench::new(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X: y\r\n").is_ok() {}
    });
    assert!(matches!(many.fails(), Cause::Nonsense(_)));
    let none = Bench::new(|_, _, stream| stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").unwrap());
    assert!(matches!(none.fails(), Cause::Nonsense(_)));
}

#[test]
fn redirects_are_followed_as_far_as_admitted() {
    let bench = Bench::new(|_, asked, stream| match asked.path.as_str() {
        "/file" => say(stream, "302 Found", &[("Location", "/there")], b""),
        _ => say(stream, "200 OK", &[], BODY),
    });
    bench.get().unwrap();
    let circle = Bench::new(|_, _, stream| say(stream, "302 Found", &[("Location", "/file")], b""));
    assert!(matches!(circle.fails(), Cause::Redirects(5)));
    assert_eq!(circle.server.asked().len(), 6);
    for to in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "https://example.org/x",
        "gopher://127.0.0.1/",
        "//127.0.0.2/x",
    ] {
        let bench = Bench::new(move |_, _, stream| say(stream, "302 Found", &[("Location", to)], b""));
        assert!(matches!(bench.fails(), Cause::Refused(_)), "{to}");
    }
    let nowhere = Bench::new(|_, _, stream| say(stream, "302 Found", &[], b""));
    assert!(matches!(nowhere.fails(), Cause::Nonsense(_)));
}

#[test]
fn a_public_name_that_leads_into_this_machine_is_refused() {
    // `localhost` stands for any name whose owner has it point at the inside.
    let bench = Bench::new(|_, _, stream| say(stream, "200 OK", &[], BODY));
    let mut authorization = Authorization::default();
    authorization.public("https://localhost/").unwrap();
    let client = Client::new(authorization, &Proxying::Direct, bench.limits.clone()).unwrap();
    let mut watch = |_| ControlFlow::Continue(());
    let got = client.download("https://localhost/x", &Validators::default(), &bench.target(), &mut watch);
    let said = got.unwrap_err().to_string();
    assert!(said.contains("which is no address of the internet"), "{said}");
}

#[test]
fn nobody_authorized_nothing_sent() {
    let bench = Bench::new(|_, _, stream| say(stream, "200 OK", &[], BODY));
    let client = Client::new(Authorization::default(), &Proxying::Direct, bench.limits.clone()).unwrap();
    let mut watch = |_| ControlFlow::Continue(());
    let got = client.download(&bench.server.url("/"), &Validators::default(), &bench.target(), &mut watch);
    assert!(matches!(got.unwrap_err().cause, Cause::Refused(_)));
    assert_eq!(bench.server.asked().len(), 0);
}

#[test]
fn a_proxy_is_asked_to_connect() {
    let proxy = Server::start(|_, _, stream| say(stream, "403 No", &[], b""));
    let bench = Bench::new(|_, _, stream| say(stream, "200 OK", &[], BODY));
    let mut authorization = Authorization::default();
    authorization.public("https://feeds.example/").unwrap();
    let through = Proxying::Through(proxy.url(""));
    let client = Client::new(authorization, &through, bench.limits.clone()).unwrap();
    let mut watch = |_| ControlFlow::Continue(());
    let got = client.download("https://feeds.example/x", &Validators::default(), &bench.target(), &mut watch);
    assert!(matches!(got.unwrap_err().cause, Cause::Proxy(_)));
    assert_eq!(proxy.asked()[0].path, "feeds.example:443");
    assert!(
        Client::new(Authorization::default(), &Proxying::Through("no proxy".into()), bench.limits).is_err()
    );
}

#[test]
fn who_watches_can_stop_it() {
    let bench = Bench::new(|_, _, stream| say(stream, "200 OK", &[], BODY));
    let mut watch = |_| ControlFlow::Break(());
    let got =
        bench.client().download(&bench.server.url("/"), &Validators::default(), &bench.target(), &mut watch);
    assert!(matches!(got.unwrap_err().cause, Cause::Stopped));
    assert!(!bench.target().exists());
}
