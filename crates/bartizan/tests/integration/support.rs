//! Runs the binary in a scrubbed environment.

use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A data folder, removed at the end.
pub(crate) struct Home(TempDir);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A path in a folder that is not the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file beside the data folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The binary with nothing of our environment but where programs are.
    pub(crate) fn command(&self, words: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bartizan"));
        command.args(words).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.0.path()).env("BARTIZAN_DATA", self.data()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[impl AsRef<OsStr>]) -> Ran {
        self.command(words).output().unwrap().into()
    }

    /// Runs with something on standard input.
    pub(crate) fn fed(&self, words: &[impl AsRef<OsStr>], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        // On a thread of its own, so that neither side waits for the other. It may stop reading early.
        let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
        let ran = child.wait_with_output().unwrap().into();
        writer.join().unwrap();
        ran
    }

    /// Runs what must succeed; what it printed.
    pub(crate) fn ok(&self, words: &[impl AsRef<OsStr>]) -> String {
        let ran = self.run(words);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout
    }

    /// Runs what must succeed and prints one JSON document.
    pub(crate) fn json(&self, words: &[impl AsRef<OsStr>]) -> Value {
        serde_json::from_str(&self.ok(words)).unwrap()
    }

    /// Runs what must fail with the usual status; what it said.
    pub(crate) fn fails(&self, words: &[impl AsRef<OsStr>]) -> String {
        let ran = self.run(words);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.starts_with("error: ") || ran.stderr.contains("\nerror: "), "{}", ran.stderr);
        ran.stderr
    }

    /// Imports one file that must go in.
    pub(crate) fn import(&self, path: impl AsRef<Path>) -> Value {
        self.json(&[OsStr::new("import"), OsStr::new("--json"), path.as_ref().as_os_str()])
    }

    /// The exposures that fit, best first.
    pub(crate) fn top(&self, query: &str) -> Vec<Value> {
        let list = self.json(&["top", "--json", "--limit", "1000", query]);
        let exposures = list["exposures"].as_array().unwrap().clone();
        assert_eq!(list["total"], exposures.len());
        exposures
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A fixture of these tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/fixtures").join(name)
}

/// A fixture's content.
pub(crate) fn content(name: &str) -> String {
    std::fs::read_to_string(fixture(name)).unwrap()
}

/// A number of a JSON object.
pub(crate) fn number(value: &Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_else(|| panic!("{key} of {value}"))
}

/// Each line as JSON.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The keys of a JSON object, sorted.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// A folder of the shared data, where it is there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BARTIZAN_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}
