//! `serve`: says where it is, answers, and stops when told.

use crate::support::Home;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Ends the server also when a test fails.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn says_where_it_is_answers_and_stops() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--collect-every", "0"]);
    let mut child = Guard(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{first}")).to_owned();
    let second = lines.next().unwrap().unwrap();
    assert!(second.contains(&format!("http://{address}/setup?token=btz_")), "{second}");
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"), "it answers");
    assert!(get(&address, "/api/v1/exposures").starts_with("HTTP/1.1 401"), "and asks who is there");

    #[cfg(unix)]
    {
        assert!(Command::new("kill").arg(child.0.id().to_string()).status().unwrap().success());
        assert_eq!(child.0.wait().unwrap().code(), Some(0));
        let mut log = String::new();
        child.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(!log.contains("btz_"), "the log holds no secret: {log}");
    }
}

#[test]
fn does_not_show_itself_by_mistake() {
    let home = Home::new();
    let said = home.fails(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(said.contains("--tls-cert") && said.contains("--insecure"), "{said}");
    assert!(!home.data().exists(), "refused before anything is made");
    assert_eq!(home.run(&["serve", "--tls-cert", "cert.pem"]).code, Some(2));
    let said =
        home.fails(&["serve", "--listen", "127.0.0.1:0", "--tls-cert", "no.pem", "--tls-key", "no.pem"]);
    assert!(said.contains("no.pem"), "{said}");
}
