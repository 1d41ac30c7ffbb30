//! Runs a command of the host: found in the standard folders only, without a shell, with an empty environment, a time
//! limit and bounded output.

use crate::root::Root;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Where commands are looked for, in this order.
const FOLDERS: [&str; 6] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];
/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is read of its output.
const OUTPUT: u64 = 64 << 20;

/// The path of a command, where it is installed.
pub(crate) fn find(root: &Root, name: &str) -> Option<String> {
    FOLDERS
        .iter()
        .map(|folder| format!("{folder}/{name}"))
        .find(|path| matches!(root.stat(path), Ok(Some(meta)) if meta.is_file() && meta.mode() & 0o111 != 0))
}

/// The output of a command that ended well, else the reason.
pub(crate) fn run(root: &Root, path: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    run_within(root, path, arguments, PATIENCE)
}

fn run_within(root: &Root, path: &str, arguments: &[&str], patience: Duration) -> Result<Vec<u8>, String> {
    if !root.runs_commands() {
        return Err(format!("{path} is not run for a system that is not the running one"));
    }
    // As root, a program that somebody else can change would be that person's way to root.
    if rustix::process::geteuid().is_root()
        && let Some(meta) = root.stat(path)?
        && (meta.uid() != 0 || meta.mode() & 0o022 != 0)
    {
        return Err(format!("{path} was not run: accounts other than root can change it"));
    }
    let mut child = Command::new(path)
        .args(arguments)
        .env_clear()
        .env("PATH", FOLDERS.join(":"))
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{path}: {error}"))?;
    let stdout = drain(child.stdout.take(), OUTPUT);
    let stderr = drain(child.stderr.take(), 4096);
    let deadline = Instant::now() + patience;
    let status = wait(&mut child, deadline);
    if status.is_none() {
        // The whole group, so that no grandchild keeps the pipes open.
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("{path} did not end within {} seconds and was stopped", patience.as_secs_f32()));
    }
    let rest = Duration::from_secs(1);
    let output = stdout.recv_timeout(rest).map_err(|_| format!("{path}: its output did not end"))?;
    let complaint = stderr.recv_timeout(rest).unwrap_or_default();
    match status {
        Some(status) if status.success() && output.len() as u64 <= OUTPUT => Ok(output),
        Some(status) if status.success() => Err(format!("{path}: more than {} MiB of output", OUTPUT >> 20)),
        status => {
            let complaint = String::from_utf8_lossy(&complaint);
            let first = complaint.lines().next().unwrap_or("no message").to_owned();
            let code =
                status.and_then(|s| s.code()).map_or("by a signal".to_owned(), |c| format!("with code {c}"));
            Err(format!("{path} ended {code}: {first}"))
        }
    }
}

fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(pause),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a pipe to its end in a thread of its own; what lies beyond `cap` is thrown away but for one byte, which tells.
fn drain(pipe: Option<impl Read + Send + 'static>, cap: u64) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    // Where no thread can be had, the sender is dropped, and the reader is told that the output did not end.
    let _ = std::thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.by_ref().take(cap + 1).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        let _ = send.send(bytes);
    });
    receive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_without_the_environment_and_stops_what_hangs() {
        let root = Root::live();
        let env = find(&root, "env").unwrap();
        let output = String::from_utf8(run(&root, &env, &[]).unwrap()).unwrap();
        let mut names: Vec<_> = output.lines().filter_map(|line| line.split('=').next()).collect();
        names.sort_unstable();
        assert_eq!(names, ["LC_ALL", "PATH"]);
        let sleep = find(&root, "sleep").unwrap();
        let error = run_within(&root, &sleep, &["30"], Duration::from_millis(50)).unwrap_err();
        assert!(error.contains("was stopped"), "{error}");
        let error = run(&root, &find(&root, "false").unwrap(), &[]).unwrap_err();
        assert!(error.contains("with code 1"), "{error}");
        assert!(run(&Root::replica("/tmp"), &env, &[]).is_err());
        assert_eq!(find(&root, "no-such-command"), None);
    }
}
