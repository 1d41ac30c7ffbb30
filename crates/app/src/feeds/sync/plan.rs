//! Where each file of a feed is fetched from, and who may be asked.

use bartizan_advisory::feed::Feed;
use bartizan_net::{Authorization, host_of};
use std::collections::BTreeMap;

/// The word for a mirror of all feeds.
pub const ALL: &str = "all";

/// Hosts that a publisher's files lie on beside its own: redirects there are followed.
const BESIDE: &[(&str, &str)] = &[
    ("https://github.com/", "https://objects.githubusercontent.com/"),
    ("https://github.com/", "https://release-assets.githubusercontent.com/"),
];

/// Where feeds are fetched from instead of their own addresses.
#[derive(Debug, Default)]
pub(super) struct Mirrors {
    /// For all feeds, for this once.
    pub(super) once: Option<String>,
    /// By feed, or [`ALL`].
    pub(super) kept: BTreeMap<String, String>,
}

/// One file to fetch.
#[derive(Debug, Clone)]
pub(super) struct Download {
    /// Of which feed.
    pub(super) feed: &'static Feed,
    /// From where.
    pub(super) url: String,
    /// Whether at `url` is the name of the file, which lies beside it.
    pub(super) is_named_there: bool,
    /// Its name below the downloads: the feed's id, a slash, a name.
    pub(super) file: String,
}

/// The address of the file beside `url` whose name is what `text` says: one line, and nothing but a name.
pub(super) fn beside(url: &str, text: &str) -> Result<String, String> {
    let name = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(format!("{url} names no file that lies beside it"));
    }
    let folder = url.rsplit_once('/').map_or(url, |(folder, _)| folder);
    Ok(format!("{folder}/{name}"))
}

/// The files of a feed; whoever has them is admitted.
pub(super) fn downloads(
    feed: &'static Feed,
    mirrors: &Mirrors,
    authorization: &mut Authorization,
) -> Result<Vec<Download>, String> {
    let mut files = Vec::new();
    for (part, official) in feed.files() {
        let mirror = mirrors.once.as_ref().map(|base| below(base, &official));
        let own = || mirrors.kept.get(feed.id).map(|url| url.replace("{}", part));
        let all = || mirrors.kept.get(ALL).map(|base| below(base, &official));
        let mirror = mirror.or_else(own).or_else(all);
        let admitted = match &mirror {
            Some(url) => authorization.chosen(url),
            None => BESIDE
                .iter()
                .filter(|(own, _)| official.starts_with(own))
                .try_for_each(|(_, beside)| authorization.public(beside))
                .and_then(|()| authorization.public(&official)),
        };
        let url = mirror.unwrap_or_else(|| official.clone());
        admitted.map_err(|cause| format!("{url}: {cause}"))?;
        let bare = official.strip_suffix(".txt");
        let file = format!("{}/{}", feed.id, name(part, bare.unwrap_or(&official)));
        files.push(Download { feed, is_named_there: url.ends_with(".txt"), url, file });
    }
    Ok(files)
}

/// Checks the address of a mirror: of one feed, or (`None`) of all.
pub(super) fn check_mirror(feed: Option<&Feed>, url: &str) -> Result<(), String> {
    host_of(url).map_err(|cause| format!("`{url}` cannot be a mirror: {cause}"))?;
    match feed {
        Some(feed) if !feed.parts.is_empty() && !url.contains("{}") => Err(format!(
            "{} has {} parts, so the address of its mirror needs {{}} where the part's name belongs, as in {}",
            feed.id,
            feed.parts.len(),
            feed.address
        )),
        _ => Ok(()),
    }
}

/// A mirror of all feeds has each file under its publisher's host and path.
fn below(base: &str, official: &str) -> String {
    format!("{}/{}", base.trim_end_matches('/'), official.trim_start_matches("https://"))
}

/// A name for the file that nothing can be meant by but a file.
fn name(part: &str, official: &str) -> String {
    let last = official.rsplit('/').next().unwrap_or_default();
    let name = if part.is_empty() { last.to_owned() } else { format!("{part}.{last}") };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    name.trim_start_matches('.').chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_advisory::feeds::{FEEDS, by_id};
    use std::collections::BTreeSet;

    #[test]
    fn every_file_has_a_name_of_its_own() {
        let mut seen = BTreeSet::new();
        for feed in FEEDS {
            for file in downloads(feed, &Mirrors::default(), &mut Authorization::default()).unwrap() {
                assert!(file.url.starts_with("https://") && !file.url.contains("{}"), "{}", file.url);
                assert_eq!(file.file.split('/').count(), 2, "{}", file.file);
                assert!(seen.insert(file.file.clone()), "{} is there twice", file.file);
            }
        }
    }

    #[test]
    fn the_nearest_mirror_counts() {
        let urls = |once: Option<&str>, kept: &[(&str, &str)], feed: &str| -> Vec<String> {
            let kept = kept.iter().map(|(feed, url)| ((*feed).to_owned(), (*url).to_owned())).collect();
            let mirrors = Mirrors { once: once.map(str::to_owned), kept };
            let files = downloads(by_id(feed).unwrap(), &mirrors, &mut Authorization::default()).unwrap();
            files.into_iter().map(|file| file.url).collect()
        };
        let kept = [("all", "http://10.0.0.1/m/"), ("osv", "https://osv.example/{}.zip")];
        let kev = "www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";
        assert_eq!(urls(None, &[], "kev"), [format!("https://{kev}")]);
        assert_eq!(urls(None, &kept, "kev"), [format!("http://10.0.0.1/m/{kev}")]);
        assert_eq!(urls(None, &kept, "osv")[0], "https://osv.example/npm.zip");
        assert_eq!(urls(Some("http://b"), &kept, "kev"), [format!("http://b/{kev}")]);
    }

    #[test]
    fn the_file_of_the_day() {
        let [file] =
            &downloads(by_id("csaf_vex").unwrap(), &Mirrors::default(), &mut Authorization::default())
                .unwrap()[..]
        else {
            panic!()
        };
        assert_eq!((file.file.as_str(), file.is_named_there), ("csaf_vex/archive_latest", true));
        let archive = beside(&file.url, "csaf_vex_2026-01-01.tar.zst\n").unwrap();
        assert_eq!(
            archive,
            "https://security.access.redhat.com/data/csaf/v2/vex/csaf_vex_2026-01-01.tar.zst"
        );
        for text in ["", "..", ".hidden", "a/b", "https://x/y", "a?b", "a\nb", "<html>"] {
            let why = beside("https://h/a.txt", text).unwrap_err();
            assert_eq!(why, "https://h/a.txt names no file that lies beside it", "{text}");
        }
    }

    #[test]
    fn a_mirror_must_make_sense() {
        let wrong = |feed: &str, url: &str| check_mirror(by_id(feed), url).unwrap_err();
        assert!(wrong("kev", "ftp://x/").contains("only http and https"));
        assert!(wrong("kev", "nonsense").contains("cannot be a mirror"));
        assert!(wrong("osv", "https://x/y.zip").contains("needs {}"));
        assert!(check_mirror(None, "https://x/y").is_ok());
        assert!(check_mirror(by_id("kev"), "http://127.0.0.1:8/k.json").is_ok());
    }
}
