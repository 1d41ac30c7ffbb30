//! `bartizan token`: what programs call the API with. A token's text is shown once and kept only as a digest.

use crate::commands::user::{RoleWord, find};
use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{Column, Out, Table};
use bartizan_app::{Account, App, TokenRow};
use bartizan_iam::Secret;
use bartizan_model::Role;
use bartizan_model::Timestamp;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Manages tokens for the API (`Authorization: Bearer btz_...`).
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token; it is shown only now
    Create {
        /// Whose token it is
        #[arg(long, value_name = "NAME")]
        user: String,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "command line")]
        name: String,
        /// What it may do, at most what its owner may [default: what its owner may]
        #[arg(long)]
        role: Option<RoleWord>,
        /// The days it works [default: until it is revoked]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List a person's tokens, or everybody's
    List {
        /// Whose tokens
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token: it stops working at once
    Revoke {
        /// Its id, as `bartizan token list` shows it
        id: i64,
        /// Whose token it is
        #[arg(long, value_name = "NAME")]
        user: String,
    },
}

impl Token {
    /// Does it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let mut out = Out::new();
        match &self.what {
            What::Create { user, name, role, days, json } => {
                let owner = find(&app, user)?;
                let role = role.map_or(owner.role, Role::from);
                if role > owner.role {
                    let what = format!(
                        "{user} is {} and can have no token that is {}",
                        owner.role.as_str(),
                        role.as_str()
                    );
                    return Err(Failure::new(
                        what,
                        "Leave --role out, or change the role of the account first.",
                    ));
                }
                let secret = Secret::new().map_err(|error| Failure::new(error.to_string(), ""))?;
                let expires = days.map(|days| app.now().plus_days(days.into()));
                let row =
                    app.write(&actor(), |tx| tx.add_token(owner.id, name, role, &secret.digest(), expires))?;
                let secret = secret.to_string();
                if *json {
                    let mut shown = document(&owner, &row);
                    shown["token"] = Value::String(secret);
                    out.json(&shown)?;
                } else {
                    out.line(secret)?;
                }
            }
            What::List { user, json } => {
                let owners = match user {
                    Some(user) => vec![find(&app, user)?],
                    None => app.read(|reader| reader.accounts())?,
                };
                list(&app, &owners, *json, &mut out)?;
            }
            What::Revoke { id, user } => {
                let owner = find(&app, user)?;
                app.write(&actor(), |tx| tx.remove_token(owner.id, *id))?;
                out.line(format!("Token {id} is revoked."))?;
            }
        }
        out.flush()
    }
}

fn document(owner: &Account, row: &TokenRow) -> Value {
    json!({
        "id": row.id, "user": owner.name, "name": row.name, "role": row.role.as_str(),
        "created_at": row.created_at, "expires": row.expires_at, "last_used": row.last_used,
    })
}

fn list(app: &App, owners: &[Account], json: bool, out: &mut Out) -> Result<(), Failure> {
    let mut tokens = Vec::new();
    for owner in owners {
        tokens.extend(app.read(|reader| reader.tokens(owner.id))?.into_iter().map(|row| (owner, row)));
    }
    if json {
        let tokens: Vec<_> = tokens.iter().map(|(owner, row)| document(owner, row)).collect();
        return out.json(&json!({ "tokens": tokens }));
    }
    if tokens.is_empty() {
        return out.line("There is no token. `bartizan token create --user NAME` makes one.");
    }
    let mut table = Table::new(&[
        ("id", Column::Number),
        ("user", Column::Text),
        ("name", Column::Text),
        ("role", Column::Words),
        ("made", Column::Words),
        ("until", Column::Words),
        ("last used", Column::Words),
    ]);
    for (owner, row) in tokens {
        table.row([
            row.id.to_string(),
            owner.name.clone(),
            row.name,
            row.role.as_str().to_owned(),
            row.created_at.date(),
            row.expires_at.map_or("revoked".to_owned(), Timestamp::date),
            row.last_used.map_or("never".to_owned(), Timestamp::date),
        ]);
    }
    out.table(&table)
}
