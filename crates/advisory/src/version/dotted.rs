//! Numbers between separators and nothing else: CRAN (R's `numeric_version`, separated by `.` or `-`) and Hackage
//! (`Data.Version`, by `.`). The first difference decides, and `1.0` is older than `1.0.0`.

use super::NoVersion;
use super::key::Key;

const END: u8 = 1;

pub(super) fn write(text: &str, separators: &[u8], key: &mut Key) -> Result<(), NoVersion> {
    for number in text.split(|c: char| u8::try_from(c).is_ok_and(|c| separators.contains(&c))) {
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoVersion::Meaningless("it is more than numbers between dots"));
        }
        key.number(number);
    }
    key.push(END);
    Ok(())
}
