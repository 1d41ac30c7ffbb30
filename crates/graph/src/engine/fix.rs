//! Fixes: what can be done about a network, as against what is found in it.

use super::derivation::Derivation;
use super::removed::Element;
use std::collections::HashMap;
use std::num::NonZeroU32;

/// Something that can be done about the network: an upgrade, a closed port, a revoked grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it costs, in the caller's unit.
    pub cost: NonZeroU32,
    /// What it takes out. One fix may take out many elements, and one element may be taken out by many fixes.
    pub elements: Vec<Element>,
}

/// Which fixes take out an element.
pub(crate) struct FixesOf(HashMap<Element, Vec<usize>>);

impl FixesOf {
    pub(crate) fn new(fixes: &[Fix]) -> Self {
        let mut of = HashMap::<_, Vec<usize>>::new();
        for (index, fix) in fixes.iter().enumerate() {
            for element in &fix.elements {
                of.entry(*element).or_default().push(index);
            }
        }
        Self(of)
    }

    /// The fixes that break the derivation, in order.
    pub(crate) fn breaking(&self, derivation: &Derivation) -> Vec<usize> {
        let found = derivation.elements().filter_map(|element| self.0.get(&element)).flatten();
        let mut found: Vec<_> = found.copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What all these fixes take out.
pub(crate) fn elements(
    fixes: &[Fix],
    chosen: impl IntoIterator<Item = usize>,
) -> impl Iterator<Item = Element> {
    chosen.into_iter().flat_map(|fix| fixes[fix].elements.iter().copied())
}
