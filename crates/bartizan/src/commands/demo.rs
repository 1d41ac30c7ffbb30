//! `bartizan demo`: a made-up hospital, any size, to look at and to measure with.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::Out;
use crate::progress;
use bartizan_app::DemoRequest;
use bartizan_model::words::counted;
use clap::Args;

/// Fills in a made-up hospital to look at, or removes it. The same seed makes the same hospital.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// How many assets
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    assets: u32,
    /// Which hospital
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Remove the made-up data; everything else stays
    #[arg(long, conflicts_with_all = ["assets", "seed"])]
    remove: bool,
}

impl Demo {
    /// Fills in or removes.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let mut out = Out::new();
        if self.remove {
            let gone = app.remove_demo(&actor())?;
            out.line(format!("Removed: {}.", counted(gone, "made-up asset")))?;
            return out.flush();
        }
        let request = DemoRequest { assets: self.assets as usize, seed: self.seed };
        let bar = progress::steps("Making a hospital");
        let made = app.demo(&actor(), request, &mut |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let made = made?;
        out.line(format!(
            "A made-up hospital: {}, {}, {}. `bartizan demo --remove` takes it away again.",
            counted(made.assets, "asset"),
            counted(made.exposures, "exposure"),
            counted(made.runs, "run")
        ))?;
        out.flush()
    }
}
