//! Debian's order: `[epoch:]upstream[-revision]` (Debian Policy 5.6.12, `deb-version(7)`).
//!
//! Upstream version and revision are runs of non-digits and numbers in turn. Runs compare character by character:
//! `~` before the end of the run, then letters, then all others; numbers by value. What is missing is an empty run or 0.
//!
//! The key writes each character of a run as its weight, the end of the run as [`END`], then the number. A number is
//! followed by a run that is empty only at the end of the text, so that `END` there also ends the part.

use super::NoVersion;
use super::key::{Key, digits};

/// The end of a run of non-digits, or of the text.
const END: u8 = 2;

/// The weight of each byte of a run: `~`, (the end), letters, the others.
const WEIGHT: [u8; 256] = {
    let mut weight = [0; 256];
    weight[b'~' as usize] = 1;
    let mut next = END + 1;
    let mut letters = true;
    loop {
        let mut byte = 0_usize;
        while byte < 256 {
            let is_letter = (byte as u8).is_ascii_alphabetic();
            if is_letter == letters && !(byte as u8).is_ascii_digit() && byte != b'~' as usize {
                weight[byte] = next;
                next += 1;
            }
            byte += 1;
        }
        if !letters {
            break weight;
        }
        letters = false;
    }
};

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    if epoch.is_empty() || !epoch.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoVersion::Meaningless("its epoch (before the `:`) is no number"));
    }
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    if upstream.is_empty() {
        return Err(NoVersion::Meaningless("it has no upstream version"));
    }
    key.number(epoch);
    part(upstream, key);
    part(revision, key);
    Ok(())
}

fn part(mut text: &str, key: &mut Key) {
    loop {
        let end = text.bytes().position(|b| b.is_ascii_digit()).unwrap_or(text.len());
        let (run, rest) = text.split_at(end);
        for byte in run.bytes() {
            key.push(WEIGHT[usize::from(byte)]);
        }
        key.push(END);
        let (number, rest) = digits(rest);
        key.number(number);
        if rest.is_empty() {
            key.push(END);
            break;
        }
        text = rest;
    }
}
