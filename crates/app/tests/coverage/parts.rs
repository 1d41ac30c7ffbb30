//! Random parts of a report: records left out, and words that say of a part that it failed.

use serde_json::Value;

/// A small generator of numbers (xorshift64*): the same part for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

/// What is said of something that was looked at, and what is said of it when that failed.
const FAILURES: [(&str, &str); 7] = [
    ("state=\"up\"", "state=\"down\""),
    ("exit=\"success\"", "exit=\"error\""),
    ("<runstats>", "<runstats><hosts up=\"0\"/></runstats><runstats>"),
    ("<result>pass</result>", "<result>error</result>"),
    ("result=\"false\"", "result=\"error\""),
    ("finish=true", "finish=false"),
    ("state=\"open\"", "state=\"filtered\""),
];

/// The report as if the tool had run so many years later: years of dates, and seconds since 1970.
pub(crate) fn later(report: &[u8], years: u64) -> Vec<u8> {
    let text = String::from_utf8_lossy(report);
    let mut moved = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[at..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| at + end);
        // A year is followed by a dash, and does not follow one as in the id of a CVE.
        let date = rest[end..].starts_with('-') && !rest[..at].ends_with('-');
        let digits = &rest[at..end];
        moved.push_str(&rest[..at]);
        match digits.parse::<u64>() {
            Ok(year @ 2020..2030) if date => moved += &(year + years).to_string(),
            Ok(seconds @ 1_600_000_000..1_900_000_000) => {
                moved += &(seconds + years * 31_557_600).to_string();
            }
            _ => moved.push_str(digits),
        }
        rest = &rest[end..];
    }
    moved.push_str(rest);
    moved.into_bytes()
}

/// A part of a report. It may be no report any more.
pub(crate) fn part(report: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(report).into_owned();
    if random.below(3) == 0 {
        let (good, bad) = FAILURES[random.below(FAILURES.len())];
        let places = text.matches(good).count();
        if let Some((at, _)) = text.match_indices(good).nth(random.below(places)) {
            text.replace_range(at..at + good.len(), bad);
        }
    }
    if let Ok(mut value) = serde_json::from_str::<Value>(&text) {
        thin(&mut value, random);
        return value.to_string().into_bytes();
    }
    if text.trim_start().starts_with('<') {
        for _ in 0..=random.below(3) {
            cut_element(&mut text, random);
        }
        return text.into_bytes();
    }
    // The first line may be a header.
    let kept = text.split_inclusive('\n').enumerate().filter(|(at, _)| *at == 0 || random.below(3) > 0);
    kept.map(|(_, line)| line).collect::<String>().into_bytes()
}

/// Leaves out some elements of lists, and now and then a member.
fn thin(value: &mut Value, random: &mut Random) {
    match value {
        Value::Array(items) => {
            items.retain(|_| random.below(3) > 0);
            items.iter_mut().for_each(|item| thin(item, random));
        }
        Value::Object(members) => {
            if random.below(12) == 0
                && let Some(key) = members.keys().nth(random.below(members.len())).cloned()
            {
                members.remove(&key);
            }
            members.values_mut().for_each(|member| thin(member, random));
        }
        _ => {}
    }
}

/// Leaves out one element with all that is in it.
fn cut_element(text: &mut String, random: &mut Random) {
    let starts: Vec<_> = text.match_indices('<').map(|(at, _)| at).skip(2).collect();
    let Some(&at) = starts.get(random.below(starts.len())) else { return };
    let name: String =
        text[at + 1..].chars().take_while(|c| c.is_alphanumeric() || ":_-.".contains(*c)).collect();
    let end_tag = format!("</{name}>");
    let end_of_tag = text[at..].find('>').map_or(text.len(), |end| at + end + 1);
    let end = match text[..end_of_tag].ends_with("/>") {
        true => end_of_tag,
        false => text[at..].find(&end_tag).map_or(end_of_tag, |end| at + end + end_tag.len()),
    };
    if !name.is_empty() {
        text.replace_range(at..end, "");
    }
}
