//! What of a report's coverage counts, and what a person vouches for.

use bartizan_model::{AssetRef, Coverage, Covered, Gap, IdentifierKind, Loci, Observation};
use std::collections::HashSet;

/// The most assets of a report that a person can vouch for.
const MOST: usize = 200_000;

/// Gathers what a report covers while it is read.
pub(super) struct Covering {
    /// The tool named last, of whose findings the end of the run closes some.
    tool: String,
    /// Those named before.
    earlier: HashSet<String>,
    told: Coverage,
    /// The name that is only the file's.
    guess: Option<String>,
    /// What a person vouches for: the assets that the tool named last has something to say of.
    vouched: Option<HashSet<AssetRef>>,
    in_part: bool,
}

impl Covering {
    pub(super) fn new(tool: &str, guess: Option<&str>, complete: bool) -> Self {
        Self {
            tool: tool.to_owned(),
            earlier: HashSet::new(),
            told: Coverage::default(),
            guess: guess.map(|name| name.trim().to_lowercase()),
            vouched: complete.then(HashSet::new),
            in_part: false,
        }
    }

    /// Which tool speaks from here on. What another one looked at proves nothing about its findings.
    pub(super) fn source(&mut self, name: &str) {
        if name == self.tool {
            return;
        }
        let before = std::mem::replace(&mut self.tool, name.to_owned());
        let vouched = self.vouched.as_mut().map(std::mem::take).unwrap_or_default();
        if !vouched.is_empty() || !self.told.covered.is_empty() {
            self.told.covered.clear();
            let why = "the report holds what several tools say, and only what the last of them looked at is closed by it";
            self.told.gaps.push(Gap::new(format!("what is gone by {before}"), why));
        }
        self.earlier.insert(before);
    }

    /// Takes note of what an observation is about.
    pub(super) fn told(&mut self, observation: &Observation) {
        let Some(vouched) = &mut self.vouched else { return };
        let asset = match observation {
            Observation::Finding(finding) => &finding.asset,
            Observation::Asset(seen) => &seen.asset,
            Observation::Service(seen) => &seen.asset,
            Observation::Component(seen) => &seen.asset,
            _ => return,
        };
        if vouched.len() < MOST && !vouched.contains(asset) {
            vouched.insert(asset.clone());
        }
    }

    pub(super) fn cover(&mut self, covered: Covered) {
        self.told.covered.push(covered);
    }

    /// What was not looked at; nobody can vouch for that.
    pub(super) fn gap(&mut self, gap: Gap) {
        self.in_part = true;
        self.told.gaps.push(gap);
    }

    /// What else is to be told, that leaves what was looked at as it is.
    pub(super) fn note(&mut self, gap: Gap) {
        self.told.gaps.push(gap);
    }

    /// What the run covers, and whether a person vouches for a report without anything in it.
    pub(super) fn end(&mut self, some_rejected: bool) -> (Coverage, bool) {
        let mut told = std::mem::take(&mut self.told);
        let mut empty = false;
        if let Some(vouched) = self.vouched.take() {
            let why = match () {
                () if some_rejected => Some("some of its records could not be used"),
                () if self.in_part => Some("it says itself that it is not"),
                () if vouched.len() >= MOST => Some("it is about too many assets at once"),
                // A tool that speaks again later is closed by what is said then.
                () if self.earlier.contains(&self.tool) => Some("its tools speak in turns"),
                () => None,
            };
            match why {
                Some(why) => {
                    told.gaps.push(Gap::new(
                        "the report as a complete one",
                        format!("{why}: nothing is closed by it"),
                    ));
                }
                None => {
                    empty = vouched.is_empty() && self.earlier.is_empty();
                    told.covered.extend(vouched.into_iter().map(Covered::whole));
                }
            }
        }
        self.without_guess(&mut told);
        (told, empty)
    }

    /// Another report may go by the same file name and be about something else.
    fn without_guess(&self, told: &mut Coverage) {
        let Some(guess) = &self.guess else { return };
        let by_guess = |covered: &Covered| match &covered.asset.identifiers[..] {
            [only] => {
                only.kind == IdentifierKind::Name && only.value == *guess && covered.loci != Loci::Facts
            }
            _ => false,
        };
        let before = told.covered.len();
        told.covered.retain(|covered| !by_guess(covered));
        if told.covered.len() < before {
            let why = "it goes by its file's name, which another report may have too, so nothing on it is closed; say what the report is about when you import it";
            told.gaps.push(Gap::new(format!("what is gone from {guess}"), why));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::AssetKind;

    fn covered(name: &str) -> Covered {
        let asset = bartizan_import::Options { fallback: name.into(), ..bartizan_import::Options::default() };
        Covered::whole(asset.asset_or(AssetKind::Repository))
    }

    #[test]
    fn what_one_tool_looked_at_closes_nothing_of_another() {
        let mut covering = Covering::new("trivy", None, false);
        covering.cover(covered("shop"));
        covering.source("trivy");
        covering.source("syft");
        covering.cover(covered("portal"));
        let (told, _) = covering.end(false);
        assert_eq!((told.covered, told.gaps.len()), (vec![covered("portal")], 1));
    }

    #[test]
    fn what_goes_by_the_name_of_a_file_is_not_closed() {
        for (guess, left) in [(Some("Trivy"), 1), (Some("scan"), 2), (None, 2)] {
            let mut covering = Covering::new("trivy", guess, false);
            covering.cover(covered("trivy"));
            covering.cover(covered("shop"));
            let (told, _) = covering.end(false);
            assert_eq!((told.covered.len(), told.gaps.len()), (left, 2 - left), "{guess:?}");
        }
    }

    #[test]
    fn nobody_vouches_against_the_report() {
        for (rejected, in_part, left) in [(false, false, 1), (true, false, 0), (false, true, 0)] {
            let mut covering = Covering::new("gitleaks", None, true);
            let asset = covered("shop").asset;
            covering.told(&Observation::Asset(bartizan_model::observation::AssetSeen::new(asset)));
            covering.note(Gap::new("licences", "are left out"));
            if in_part {
                covering.gap(Gap::new("the run", "failed"));
            }
            let (told, _) = covering.end(rejected);
            assert_eq!(told.covered.len(), left, "{rejected} {in_part}");
        }
    }
}
