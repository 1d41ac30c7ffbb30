//! What people of the hospital decided and said: accepted risks, false positives, one that lapsed, one taken back.

use super::assets::role;
use super::hospital::Role;
use super::random::Random;
use crate::{NewDecision, StoreError, Tx};
use bartizan_model::exposure::Verdict;
use bartizan_model::{AssetId, ExposureId, Status};

/// A decision in the story.
pub(super) struct Judged {
    /// Days before now (negative).
    pub(super) day: f64,
    verdict: Verdict,
    /// For how many days; `None` without end.
    holds: Option<i64>,
    /// Whether it is taken back or lapses: on that day.
    pub(super) ends: Option<f64>,
    role: Role,
    reason: &'static str,
}

const fn judged(day: f64, verdict: Verdict, holds: Option<i64>, role: Role, reason: &'static str) -> Judged {
    Judged { day, verdict, holds, ends: None, role, reason }
}

/// The decisions, oldest first.
pub(super) static STORY: &[Judged] = &[
    judged(
        -128.0,
        Verdict::Accepted,
        Some(365),
        Role::Medical,
        "The maker has no update yet. The devices are in a network of their own; review with clinical engineering next year.",
    ),
    Judged {
        ends: Some(-64.0),
        ..judged(
            -124.0,
            Verdict::Accepted,
            Some(60),
            Role::WindowsServer,
            "Frozen until the new billing system is live.",
        )
    },
    judged(
        -97.0,
        Verdict::FalsePositive,
        None,
        Role::LinuxServer,
        "The distribution backported the fix; the scanner compares version numbers only.",
    ),
    Judged {
        ends: Some(-50.0),
        ..judged(
            -88.0,
            Verdict::NotAffected,
            None,
            Role::Workstation,
            "The feature is switched off by policy on all workplaces.",
        )
    },
    judged(
        -61.0,
        Verdict::Accepted,
        Some(180),
        Role::Gadget,
        "To be replaced with the next batch of printers; until then reachable from the print server only.",
    ),
    judged(
        -44.0,
        Verdict::NotAffected,
        None,
        Role::Image,
        "The vulnerable module is in the image and never loaded; checked by the portal team.",
    ),
    judged(
        -23.0,
        Verdict::FalsePositive,
        None,
        Role::Web,
        "The page shows only public data; the scanner takes its login form for the portal's.",
    ),
    judged(
        -12.0,
        Verdict::Accepted,
        Some(90),
        Role::Workstation,
        "The update breaks the dictation software; its maker promised a fix within the quarter.",
    ),
];

/// At most this share of all exposures is in one decision: one in so many.
const ONE_IN: usize = 300;
const WHERE: u64 = 31;

/// Picks open exposures for a decision; none where the hospital is too small to have any.
pub(super) fn choose(
    tx: &mut Tx<'_>,
    seed: u64,
    number: usize,
    ids: &[AssetId],
) -> Result<Vec<ExposureId>, StoreError> {
    let judged = &STORY[number];
    let wanted = (ids.len() * 10 / ONE_IN).clamp(3, 2_000);
    let start = Random::of(seed, WHERE, number).below(ids.len());
    let mut chosen = Vec::new();
    for step in 0..ids.len() {
        let index = (start + step) % ids.len();
        if role(seed, index) != judged.role {
            continue;
        }
        let open = tx.reader().exposures_of(ids[index])?;
        let open = open.into_iter().filter(|exposure| exposure.status == Status::Open);
        chosen.extend(open.skip(number % 3).step_by(3).take(4).map(|exposure| exposure.id));
        if chosen.len() >= wanted {
            break;
        }
    }
    Ok(chosen)
}

impl Judged {
    /// The decision as the store takes it, at the time of the transaction.
    pub(super) fn decision(&self, tx: &Tx<'_>) -> NewDecision<'static> {
        NewDecision {
            verdict: self.verdict,
            reason: self.reason,
            until: self.holds.map(|days| tx.now().plus_days(days)),
        }
    }

    /// Whether it ends by itself and not by a person.
    pub(super) fn lapses(&self) -> bool {
        self.holds.is_some()
    }
}

/// Remarks on the worst that is open on an asset of the story.
pub(super) static REMARKS: &[(&str, &str)] = &[
    (
        "transfer-admin-01",
        "Taken off the internet on Friday evening; purchasing sends files by hand until it is updated.",
    ),
    ("vpn-it-01", "The update needs a restart of both nodes: planned for the next maintenance night."),
    ("mri-imaging-01", "Asked the maker for a date. Their engineer comes in two weeks."),
    ("webapp-portal", "Reproduced on the test system. A fix is in review."),
];
