//! 10,000,000 exposures that a changed attack graph places: what it says of each is taken in, and everything is scored by it.
//! `BENCH_EXPOSURES` asks for another number. Making the graph itself is measured by `graph`.

use crate::measure::{peak_memory, timed};
use bartizan_app::prioritize::synthetic::{Random, synthetic};
use bartizan_app::prioritize::{Estimate, Lead};
use bartizan_model::ExposureId;

const EXPOSURES: usize = 10_000_000;
/// Assets and ports: of so many places the graph says how likely somebody comes there, and what falls from there.
const PLACES: u64 = 200_000;

pub(crate) fn run() -> anyhow::Result<()> {
    let text = std::env::var("BENCH_EXPOSURES").ok();
    let exposures = text.and_then(|text| text.parse().ok()).unwrap_or(EXPOSURES);
    let (mut estate, time) = timed(|| Ok(synthetic(exposures, 1)))?;
    println!("  {exposures} made-up exposures in {:.1} s; {PLACES} places in the graph", time.as_secs_f64());
    for (generation, words) in [(1, "the first graph"), (2, "every place differs"), (2, "the same again")] {
        let said = said(exposures, generation);
        let (changed, time) = timed(|| Ok(estate.place(said)))?;
        anyhow::ensure!(changed == (words != "the same again"), "{words}: changed is {changed}");
        println!("  {words:<20} {:>6.2} s   (goal: below 2 s)", time.as_secs_f64());
    }
    if let Some(peak) = peak_memory() {
        println!("  peak memory          {peak:>6.0} MiB");
    }
    Ok(())
}

/// What a generation of the graph says of each exposure.
fn said(exposures: usize, generation: u64) -> Vec<(ExposureId, Lead)> {
    let (mut places, mut where_it_is) = (Random(generation), Random(7));
    let mut lead = || {
        let value = places.unit();
        let stand = Estimate { value, low: value * 0.5, high: value.mul_add(0.5, 0.5) };
        Lead { stand, beyond: places.unit() * 2_000.0, zoned: places.percent(20) }
    };
    let leads: Vec<_> = (0..PLACES).map(|_| lead()).collect();
    let at = |id| (ExposureId(id as i64), leads[where_it_is.below(PLACES) as usize]);
    (0..exposures).map(at).collect()
}
