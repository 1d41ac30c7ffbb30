//! Who may push to a repository, and who may read it: the members that GitHub or GitLab lists.
//!
//! ```text
//! gh api --paginate repos/OWNER/NAME/collaborators
//! glab api --paginate projects/ID/members/all
//! ```
//!
//! A JSON array, or several one after another (pages). No entry names its repository: say which asset the file is about. Somebody is
//! `LOGIN@HOST`, as their settings on a machine name them. **Coverage**: all that is told of the repository.

use crate::common::flex::{Number, Text};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::{assets, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::{End, RelationSeen};
use bartizan_model::{AssetKind, Checks, Covered, Loci, Observation};
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "repository_members",
    name: "Members of a repository",
    summary: "JSON of the collaborators of a repository on GitHub, or of the members of a project on GitLab: who may push and read",
    extensions: &["json"],
    docs: "https://docs.github.com/rest/collaborators/collaborators",
    tool: "repository-members",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    let github = keys.has_all(&["login", "permissions", "role_name"]);
    let gitlab = keys.has_all(&["username", "access_level", "web_url"]);
    Sniff::when(github || gitlab)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Member<'a> {
    #[serde(borrow, alias = "username")]
    login: Text<'a>,
    #[serde(borrow, alias = "web_url")]
    html_url: Text<'a>,
    permissions: Permissions,
    access_level: Number,
    #[serde(borrow)]
    state: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Permissions {
    admin: bool,
    maintain: bool,
    push: bool,
    pull: bool,
}

/// `Developer` of GitLab: may push to branches that are not protected. <https://docs.gitlab.com/api/access_requests/#valid-access-levels>
const DEVELOPER: u64 = 30;
/// `Reporter`: may read the code of a private project.
const REPORTER: u64 = 20;

/// How many a page has where nobody asks otherwise, on GitLab and on GitHub, and at most on both.
const PAGES: [u64; 3] = [20, 30, 100];

impl Member<'_> {
    /// What they may do; `None` where that is nothing with the code.
    fn verb(&self) -> Option<&'static str> {
        let level = self.access_level.whole().unwrap_or_default();
        let pushes = self.permissions.admin || self.permissions.maintain || self.permissions.push;
        match () {
            () if self.state.eq_ignore_ascii_case("blocked") => None,
            () if pushes || level >= DEVELOPER => Some("can_push_to"),
            () if self.permissions.pull || level >= REPORTER => Some("can_read"),
            () => None,
        }
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    let repository = options.asset_or(AssetKind::Repository);
    match json.peek()? {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'[') => {}
        Some(_) => {
            let why = "it is no JSON array of members".to_owned();
            return Err(ParseError::WrongFormat { format: FORMAT.id, why });
        }
    }
    out.source("repository-members", "");
    let mut on_page = 0;
    while json.peek()?.is_some_and(|byte| byte == b'[') {
        on_page = 0;
        json.array(&mut |json| {
            on_page += 1;
            let value = json.value()?;
            let at = out.record(value.at.clone(), "");
            let member = match value.read::<Member<'_>>() {
                Ok(member) if !member.login.is_empty() => member,
                Ok(_) => {
                    out.reject(at, "it has neither login nor username");
                    return Ok(());
                }
                Err(why) => {
                    out.reject(at, why);
                    return Ok(());
                }
            };
            let host =
                assets::Url::parse(&member.html_url).map_or_else(|| "github.com".to_owned(), |url| url.host);
            let name = text::name(&format!("{}@{host}", &*member.login));
            if let (Some(verb), Some(who)) = (member.verb(), assets::named(AssetKind::Identity, &name)) {
                let relation = RelationSeen::new(who, verb, repository.clone());
                let relation = RelationSeen { told_by: End::To, ..relation };
                out.observe(&at, Observation::Relation(relation), None)?;
            }
            Ok(())
        })?;
    }
    json.end()?;
    json.tell_flaws(&mut out);
    if PAGES.contains(&on_page) {
        let why =
            format!("its last page has {on_page} members, as many as a page may have: there may be more");
        out.gap("the members of the repository", why);
    } else if out.summary.rejected == 0 {
        out.cover(Covered::new(repository, Checks::All, Loci::Facts));
    }
    Ok(out.end())
}
