//! `bartizan user`: people's accounts. A password is never an argument: others on the machine could read it there.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{Column, Out, Table};
use bartizan_app::{Account, App};
use bartizan_iam::password;
use bartizan_model::Role;
use bartizan_model::Timestamp;
use clap::{Args, Subcommand, ValueEnum};
use console::Term;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal as _};

/// Manages people's accounts.
#[derive(Debug, Args)]
pub(crate) struct User {
    #[command(subcommand)]
    what: What,
}

/// What an account or token may do.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleWord {
    /// Reads
    Viewer,
    /// Also imports, decides, comments and collects
    Analyst,
    /// Also manages people, scopes and feeds
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Analyst => Self::Analyst,
            RoleWord::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make an account; its password is asked for, or read from standard input
    Add {
        /// Login name
        name: String,
        /// What it may do
        #[arg(long, default_value = "viewer")]
        role: RoleWord,
    },
    /// List the accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change what an account may do; its sessions end
    SetRole {
        /// Login name
        name: String,
        /// What it may do
        role: RoleWord,
    },
    /// Shut an account: its sessions and tokens stop working
    Disable {
        /// Login name
        name: String,
    },
    /// Open an account again that was shut
    Enable {
        /// Login name
        name: String,
    },
    /// Give an account a new password, asked for or read from standard input; its sessions end
    ResetPassword {
        /// Login name
        name: String,
    },
}

impl User {
    /// Does it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let mut out = Out::new();
        match &self.what {
            What::List { json } => list(&app, *json, &mut out)?,
            What::Add { name, role } => {
                let name = name.trim();
                if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
                    return Err(Failure::new(
                        "this is no name for an account",
                        "Use 1 to 100 letters, such as ada.",
                    ));
                }
                let hash = new_password(name)?;
                app.write(&actor(), |tx| tx.add_account(name, &hash, (*role).into()))?;
                out.line(format!("{name} can sign in now."))?;
            }
            What::SetRole { name, role } => {
                let role = Role::from(*role);
                change(&app, name, Some(role), None, None)?;
                out.line(format!("{name} is {} now.", role.as_str()))?;
            }
            What::Disable { name } => {
                change(&app, name, None, None, Some(true))?;
                out.line(format!("{name} can no longer sign in."))?;
            }
            What::Enable { name } => {
                change(&app, name, None, None, Some(false))?;
                out.line(format!("{name} can sign in again."))?;
            }
            What::ResetPassword { name } => {
                // Somebody who mistyped the name should not first think up a password.
                let account = find(&app, name)?;
                let hash = new_password(&account.name)?;
                change(&app, name, None, Some(&hash), None)?;
                out.line(format!("{name} has a new password."))?;
            }
        }
        out.flush()
    }
}

/// The account of this name.
pub(crate) fn find(app: &App, name: &str) -> Result<Account, Failure> {
    let accounts = app.read(|reader| reader.accounts())?;
    let found = accounts.into_iter().find(|account| account.name == name);
    found.ok_or_else(|| {
        Failure::new(format!("there is no account named {name}"), "`bartizan user list` names them.")
    })
}

fn change(
    app: &App,
    name: &str,
    role: Option<Role>,
    hash: Option<&str>,
    disabled: Option<bool>,
) -> Result<(), Failure> {
    let account = find(app, name)?;
    Ok(app.write(&actor(), |tx| tx.change_account(account.id, role, hash, disabled))?)
}

fn list(app: &App, json: bool, out: &mut Out) -> Result<(), Failure> {
    let accounts = app.read(|reader| reader.accounts())?;
    if json {
        let account = |account: &Account| {
            json!({
                "id": account.id, "name": account.name, "role": account.role.as_str(), "disabled": account.disabled,
                "created_at": account.created_at, "last_login": account.last_login,
            })
        };
        return out.json(&json!({ "users": accounts.iter().map(account).collect::<Vec<Value>>() }));
    }
    if accounts.is_empty() {
        return out.line(
            "Nobody can sign in yet. Use the link that `bartizan serve` prints, or `bartizan user add NAME`.",
        );
    }
    let mut table = Table::new(&[
        ("name", Column::Text),
        ("role", Column::Words),
        ("state", Column::Words),
        ("made", Column::Words),
        ("last login", Column::Words),
    ]);
    for account in accounts {
        table.row([
            account.name,
            account.role.as_str().to_owned(),
            if account.disabled { "shut" } else { "open" }.to_owned(),
            account.created_at.date(),
            account.last_login.map_or("never".to_owned(), Timestamp::date),
        ]);
    }
    out.table(&table)
}

/// Asks for a password twice on a terminal, or reads a line of standard input; its hash.
fn new_password(name: &str) -> Result<String, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::new(format!("the password cannot be read: {error}"), "");
    let text = if std::io::stdin().is_terminal() {
        let term = Term::stderr();
        let ask =
            |words: &str| term.write_str(words).and_then(|()| term.read_secure_line()).map_err(unreadable);
        let text = ask(&format!("Password for {}: ", crate::out::harmless(name)))?;
        if ask("Once more: ")? != text {
            return Err(Failure::new("the two are not the same", "Try again."));
        }
        text
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    password::check(name, &text).map_err(|error| Failure::new(error.to_string(), ""))?;
    password::hash(&text).map_err(|error| Failure::new(error.to_string(), ""))
}
