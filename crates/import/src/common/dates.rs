//! Dates in the styles that reports use.

use bartizan_model::Timestamp;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// The zones of RFC 2822, and those of Central Europe.
const ZONES: [(&str, &str); 10] = [
    ("EST", "-05:00"),
    ("EDT", "-04:00"),
    ("CST", "-06:00"),
    ("CDT", "-05:00"),
    ("MST", "-07:00"),
    ("MDT", "-06:00"),
    ("PST", "-08:00"),
    ("PDT", "-07:00"),
    ("CET", "+01:00"),
    ("CEST", "+02:00"),
];

/// Reads RFC 3339, `2024-10-24 10:20:30[+02:00]`, `2024/10/24 ...`, `24 Oct 2024 10:20:30 [EDT|+0200]` with or without
/// a day's name (RFC 2822), `Sat Mar 29 14:46:56 2014` (Nessus, ctime), `20241024[102030]`, `20241024T102030456` (Nexpose), Unix
/// seconds, milliseconds or microseconds, and times with `AM` or `PM`. A time without a zone is taken as UTC. `None` for anything
/// else, also for years before 1990 or after 2200, which are no dates of a report but mistakes.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 || !text.is_ascii() {
        return None;
    }
    let at = if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        digits(text)?
    } else {
        Timestamp::parse(text).or_else(|| compact(text)).or_else(|| written(text))?
    };
    let seconds = at.micros() / 1_000_000;
    (631_152_000..7_258_118_400).contains(&seconds).then_some(at)
}

fn digits(text: &str) -> Option<Timestamp> {
    let whole = text.split('.').next()?;
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or("00");
    match whole.len() {
        8 if text.len() == 8 => Timestamp::parse(&format!("{}-{}-{}", part(0..4), part(4..6), part(6..8))),
        14 if text.len() == 14 => Timestamp::parse(&format!(
            "{}-{}-{}T{}:{}:{}Z",
            part(0..4),
            part(4..6),
            part(6..8),
            part(8..10),
            part(10..12),
            part(12..14)
        )),
        9..=10 => {
            let seconds: f64 = text.parse().ok()?;
            Some(Timestamp::from_micros((seconds * 1e6) as i64))
        }
        13 => Some(Timestamp::from_micros(whole.parse::<i64>().ok()?.checked_mul(1000)?)),
        16 => Some(Timestamp::from_micros(whole.parse().ok()?)),
        _ => None,
    }
}

/// Dates with the day before the month (`24/10/2024, 10:20:30`, `24.10.2024`), where a tool is known to write them so; what can
/// only mean the month before the day is read as that. Also every other style.
pub(crate) fn day_first(text: &str) -> Option<Timestamp> {
    let (day, time) = text.trim().split_once([',', ' ']).unwrap_or((text.trim(), ""));
    let parts: Vec<_> = day.split(['/', '.', '-']).collect();
    match parts.as_slice() {
        [a, b, year] if year.len() == 4 && a.len() <= 2 && b.len() <= 2 => {
            let (day, month) = if b.parse::<u8>().is_ok_and(|b| b > 12) { (b, a) } else { (a, b) };
            date(&format!("{year}/{month}/{day} {}", time.trim()))
        }
        _ => date(text),
    }
}

/// Dates with the month before the day (`10/24/24 6:37`, `10/24/2024`), where a tool is known to write them so. Also every other
/// style.
pub(crate) fn month_first(text: &str) -> Option<Timestamp> {
    let (day, time) = text.trim().split_once([',', ' ']).unwrap_or((text.trim(), ""));
    match day.split('/').collect::<Vec<_>>().as_slice() {
        [month, day, year] if year.len() == 2 => date(&format!("20{year}/{month}/{day} {}", time.trim())),
        [month, day, year] if year.len() == 4 => date(&format!("{year}/{month}/{day} {}", time.trim())),
        _ => date(text),
    }
}

/// `20241024T102030456` and `20241024T102030Z`.
fn compact(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T').filter(|(day, _)| day.len() == 8)?;
    let time = time.trim_end_matches('Z').get(..6)?;
    digits(&format!("{day}{time}")).filter(|_| time.bytes().all(|b| b.is_ascii_digit()))
}

/// Dates with words, or with slashes. The order of the parts does not matter: each is recognized by its form.
fn written(text: &str) -> Option<Timestamp> {
    let (mut year, mut month, mut day, mut time, mut zone) = (None, None, None, "00:00:00", "Z".to_owned());
    let mut half = None;
    // Day and time may be divided by a `T`; words have it too.
    let divider = |part: &str| if part.as_bytes()[0].is_ascii_digit() { 'T' } else { ',' };
    let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    for part in parts.flat_map(|part| part.split(divider(part))).filter(|part| !part.is_empty()) {
        let lower = part.to_ascii_lowercase();
        let month_number = MONTHS.iter().position(|m| lower.starts_with(m));
        let number: Option<u16> = part.parse().ok();
        let slashed: Vec<_> = part.split(['/', '-']).collect();
        if let Some(number) = month_number.filter(|_| month.is_none()) {
            month = Some(number + 1);
        } else if part.eq_ignore_ascii_case("am") || part.eq_ignore_ascii_case("pm") {
            half = Some(part.eq_ignore_ascii_case("pm"));
        } else if let Some((_, hours)) = ZONES.iter().find(|(name, _)| part.eq_ignore_ascii_case(name)) {
            zone = (*hours).to_owned();
        } else if part.contains(':') && part.as_bytes()[0].is_ascii_digit() {
            let end = part.find(['+', 'Z', 'z']).or_else(|| part.find('-')).unwrap_or(part.len());
            time = &part[..end];
            if lower.ends_with("am") || lower.ends_with("pm") {
                half = Some(lower.ends_with("pm"));
                time = &part[..part.len() - 2];
            }
            if let Some(offset) = part[end..].strip_prefix(['+', '-']) {
                zone = format!("{}{offset}", &part[end..=end]);
            }
        } else if let [y, m, d] = slashed.as_slice()
            && y.len() == 4
        {
            (year, month, day) = (y.parse().ok(), m.parse().ok(), d.parse().ok());
        } else if let Some(number) =
            number.filter(|n| *n >= 1990 && part.len() == 4 && !part.starts_with('+'))
        {
            year = Some(number);
        } else if let Some(number) = number.filter(|n| (1..=31).contains(n) && day.is_none()) {
            day = Some(number);
        } else if part.len() == 5 && (part.starts_with('+') || part.starts_with('-')) {
            zone = format!("{}:{}", &part[..3], &part[3..]);
        } else if part.len() == 6 && (part.starts_with('+') || part.starts_with('-')) && part.contains(':') {
            zone = part.to_owned();
        }
    }
    let time = match half {
        None => time.to_owned(),
        Some(afternoon) => {
            let (hour, rest) = time.split_once(':')?;
            let hour = hour.parse::<u8>().ok()? % 12 + if afternoon { 12 } else { 0 };
            format!("{hour:02}:{rest}")
        }
    };
    let time = if time.matches(':').count() == 1 { format!("{time}:00") } else { time };
    let time = if time.len() == 7 { format!("0{time}") } else { time };
    Timestamp::parse(&format!("{:04}-{:02}-{:02}T{time}{zone}", year?, month?, day?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_can_be_first() {
        for text in ["03/05/2024, 10:20:30", "05/13/2024", "3.5.2024 10:20 PM", "2024-05-03"] {
            assert!(day_first(text).is_some_and(|t| t.to_string().starts_with("2024-05-")), "{text}");
        }
        assert_eq!(day_first("soon"), None);
        let first = |text| month_first(text).map(|t| t.to_string());
        assert_eq!(first("5/3/24 6:37").as_deref(), Some("2024-05-03T06:37:00Z"));
        assert_eq!((first("5/3/2024"), first("x")), (Some("2024-05-03T00:00:00Z".into()), None));
    }

    #[test]
    fn reads_every_style() {
        for text in [
            "2014-03-29T14:46:56Z",
            "2014-03-29 14:46:56",
            "2014-03-29 16:46:56 +0200",
            "2014/03/29 14:46:56",
            "Sat Mar 29 14:46:56 2014",
            "Sat Mar 29 14:46:56 UTC 2014",
            "Sat, 29 Mar 2014 14:46:56 GMT",
            "29 March 2014 16:46:56 +0200",
            "2014-03-29T16:46:56.000000+02:00",
            "1396104416",
            "1396104416000",
            "20140329144656",
            "20140329T144656123",
            "Mar 29, 2014 02:46:56 PM",
            "SAT, 29 MAR 2014 14:46:56 GMT",
            "29 Mar 2014 02:46:56PM GMT",
            "Sat Mar 29 10:46:56 EDT 2014",
            "1396104416000000",
        ] {
            assert_eq!(date(text).map(|t| t.to_string()).as_deref(), Some("2014-03-29T14:46:56Z"), "{text}");
        }
        assert_eq!(date("20140329").map(|t| t.to_string()).as_deref(), Some("2014-03-29T00:00:00Z"));
        for text in
            ["", "yesterday", "0001-01-01T00:00:00Z", "12", "99:99", "Mar", "2014-13-45", "0/0/0", "-", "+"]
        {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
