//! `bartizan declare`: what a person knows of an asset: what it is worth, and from where it is reached.

use crate::failure::Failure;
use crate::home::{Home, actor};
use bartizan_model::{Criticality, DataClass, Reach};
use clap::Args;

/// Say what an asset is worth, and from where it can be reached
///
/// Of many assets, say it in a table that `bartizan import` takes, with zones, trust and third parties: the columns are
/// fact,from,to,via (facts `criticality`, `holds`, `reached-from`; docs/ATTACK-FACTS.md has them all).
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Declare {
    /// The asset: its number, name or an identifier
    #[arg(value_name = "ASSET")]
    asset: String,
    /// What the business would lose with it: low, medium, high, critical; `unknown` takes it back
    #[arg(long, value_name = "WORD")]
    criticality: Option<String>,
    /// The classes of data it holds: phi, pci, pii, credentials, confidential; `none` takes them back
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    holds: Option<Vec<String>>,
    /// From where it can be reached: internet, internal, local; `unknown` leaves it to what is observed
    #[arg(long, value_name = "WORD")]
    reach: Option<String>,
}

impl Declare {
    /// Says it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let criticality = self.criticality.as_deref().map(criticality).transpose()?;
        let reach = self.reach.as_deref().map(reach).transpose()?;
        let data = self.holds.as_deref().map(data).transpose()?;
        if criticality.is_none() && reach.is_none() && data.is_none() {
            let help = "Add --criticality, --holds or --reach; `bartizan declare --help` lists their words.";
            return Err(Failure::new("nothing is declared", help));
        }
        let app = home.open()?;
        let asset = app.find_asset(&self.asset)?;
        app.write(&actor(), |tx| tx.declare_asset(asset, reach, criticality, data.as_deref()))?;
        Ok(())
    }
}

fn criticality(word: &str) -> Result<Option<Criticality>, Failure> {
    if word == "unknown" { Ok(None) } else { word.parse().map(Some).map_err(misread) }
}

fn reach(word: &str) -> Result<Option<Reach>, Failure> {
    let reach = word.parse().map_err(misread)?;
    Ok(Some(reach).filter(|reach| *reach != Reach::Unknown))
}

fn data(words: &[String]) -> Result<Vec<DataClass>, Failure> {
    let named = words.iter().filter(|word| *word != "none");
    named.map(|word| word.parse().map_err(misread)).collect()
}

fn misread(what: String) -> Failure {
    Failure::new(what, "`bartizan declare --help` lists the words.")
}
