//! The real binary, in a data folder that is gone afterwards, and a plain HTTP client for it.

use anyhow::{Context, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A data folder and the binary beside this bench.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    binary: PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("bartizan");
        ensure!(binary.exists(), "{} is not there: run `make bench`, which builds it", binary.display());
        Ok(Self { folder: tempfile::tempdir()?, binary })
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).env("BARTIZAN_DATA", self.folder.path()).env_remove("BARTIZAN_DATABASE_URL");
        command
    }

    /// Runs what must succeed, with something on standard input; what it printed.
    pub(crate) fn run(&self, words: &[&str], input: &str) -> anyhow::Result<String> {
        let mut child = self.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        child.stdin.take().context("no input")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "bartizan {} failed", words.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// `bartizan serve`, ended with this.
pub(crate) struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(scratch: &Scratch, token: String) -> anyhow::Result<Self> {
        let words = ["serve", "--listen", "127.0.0.1:0", "--collect-every", "0"];
        let mut child = scratch.command(&words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_default().to_owned();
        let server = Self { child, address, token };
        server.get("/api/v1/exposures?limit=1")?;
        Ok(server)
    }

    pub(crate) fn get(&self, path: &str) -> anyhow::Result<String> {
        self.call("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> anyhow::Result<String> {
        self.call("POST", path, body)
    }

    /// How long one answer takes, its connection included.
    pub(crate) fn time(&self, path: &str) -> anyhow::Result<Duration> {
        let start = Instant::now();
        self.get(path)?;
        Ok(start.elapsed())
    }

    /// The body of an answer, which must be a success.
    fn call(&self, method: &str, path: &str, body: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        let (address, token, length) = (&self.address, &self.token, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        ensure!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {head}\n{body}");
        Ok(body.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}
