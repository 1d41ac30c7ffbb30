//! Metrics as tables, and the one parser of `NAME:VALUE/NAME:VALUE` that all CVSS versions share.
//!
//! Each version declares its metrics in the order of its specification; a vector is then one small number per metric.

use super::{CvssError, Version};
use crate::text::excerpt;

/// One metric of a CVSS version.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    /// The short names of its values; scoring refers to them by index.
    pub(super) values: &'static [&'static str],
    pub(super) mandatory: bool,
}

/// A metric that every vector must state.
pub(super) const fn base(name: &'static str, values: &'static [&'static str]) -> Metric {
    Metric { name, values, mandatory: true }
}

/// A metric that may be left out.
pub(super) const fn optional(name: &'static str, values: &'static [&'static str]) -> Metric {
    Metric { name, values, mandatory: false }
}

/// The stated values of up to 32 metrics, half a byte each: 0 is "left out", n the (n-1)th value of the metric.
/// Packed because a feed keeps a quarter of a million vectors in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Values([u8; 16]);

impl Values {
    /// The index of the value of metric number `metric`, if stated.
    pub(super) fn get(&self, metric: usize) -> Option<usize> {
        let byte = self.0.get(metric / 2).copied().unwrap_or(0);
        let half = if metric.is_multiple_of(2) { byte & 15 } else { byte >> 4 };
        usize::from(half).checked_sub(1)
    }

    /// The index of the value of a mandatory metric: the parser made sure that it is there.
    pub(super) fn at(&self, metric: usize) -> usize {
        self.get(metric).unwrap_or(0)
    }

    pub(super) fn set(&mut self, metric: usize, value: usize) {
        // No metric has more than six values, so n+1 always fits half a byte.
        let half = u8::try_from((value + 1) & 15).unwrap_or(0);
        if let Some(byte) = self.0.get_mut(metric / 2) {
            *byte |= if metric.is_multiple_of(2) { half } else { half << 4 };
        }
    }
}

/// Whether a version lets metrics stand in any order (v3) or not (v2, v4.0).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Free,
    Fixed,
}

/// Reads the metrics of `text` (without its version prefix).
pub(super) fn parse(
    version: Version,
    text: &str,
    metrics: &'static [Metric],
    order: Order,
) -> Result<Values, CvssError> {
    let mut values = Values::default();
    let mut last: Option<usize> = None;
    for part in text.split('/') {
        let (name, value) =
            part.split_once(':').ok_or_else(|| CvssError::Malformed { part: excerpt(part) })?;
        let metric = find(metrics, name, last.map_or(0, |l| l + 1))
            .ok_or_else(|| CvssError::UnknownMetric { version, metric: excerpt(name) })?;
        let name = metrics[metric].name;
        let index = metrics[metric]
            .values
            .iter()
            .position(|v| *v == value)
            .ok_or_else(|| CvssError::UnknownValue { version, metric: name, value: excerpt(value) })?;
        if values.get(metric).is_some() {
            return Err(CvssError::Duplicate { metric: name });
        }
        if order == Order::Fixed
            && let Some(last) = last.filter(|l| *l > metric)
        {
            return Err(CvssError::Order { version, metric: name, after: metrics[last].name });
        }
        values.set(metric, index);
        last = Some(metric);
    }
    match metrics.iter().enumerate().find(|(i, m)| m.mandatory && values.get(*i).is_none()) {
        Some((_, missing)) => Err(CvssError::Missing { version, metric: missing.name }),
        None => Ok(values),
    }
}

/// The number of the metric `name`, looking first at `from`: metrics mostly come in the order of the table.
fn find(metrics: &[Metric], name: &str, from: usize) -> Option<usize> {
    let count = metrics.len();
    (0..count).map(|i| (from + i) % count).find(|i| metrics[*i].name == name)
}
