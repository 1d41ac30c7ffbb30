//! Accounts, sessions, tokens and saved views. Secrets arrive here as digests or hashes only.

use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tx};
use bartizan_model::{Role, Timestamp, UserId};

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Login name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it is shut.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last successful login.
    pub last_login: Option<Timestamp>,
}

/// A session in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: Account,
    /// The value that calls which change something must carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A personal API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, at most what its owner may.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Last use.
    pub last_used: Option<Timestamp>,
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The query.
    pub query: String,
    /// The sort order.
    pub sort: String,
}

const COLUMNS: &str = "a.id, a.name, a.role, a.disabled, a.created_at, a.last_login";

impl Tx<'_> {
    /// Makes an account with a password hash.
    pub fn add_account(&mut self, name: &str, hash: &str, role: Role) -> Result<UserId, StoreError> {
        if bartizan_model::query::is_reserved_name(name) {
            return Err(StoreError::Conflict(format!(
                "`{name}` has a meaning in queries: choose another name"
            )));
        }
        let taken = self
            .db
            .first("SELECT id FROM account WHERE name = $1", &[name.into()], |row| row.get::<i64>(0))?;
        if taken.is_some() {
            return Err(StoreError::Conflict(format!("there is an account named {name} already")));
        }
        let id = self.take_ids("account", 1)?;
        self.db.execute(
            "INSERT INTO account (id, name, hash, role, disabled, created_at) VALUES ($1, $2, $3, $4, 0, $5)",
            &[id.into(), name.into(), hash.into(), role.as_str().into(), self.now.into()],
        )?;
        self.audit("account.added", format!("Account {name} ({}) was made", role.as_str()))?;
        Ok(UserId(id))
    }

    /// Changes role, password or whether the account is shut; its sessions end. The last admin stays one.
    pub fn change_account(
        &mut self,
        id: UserId,
        role: Option<Role>,
        hash: Option<&str>,
        disabled: Option<bool>,
    ) -> Result<(), StoreError> {
        let account = self.reader().account(id)?;
        let loses_admin = role.is_some_and(|role| role != Role::Admin) || disabled == Some(true);
        if account.role == Role::Admin && loses_admin {
            self.keep_an_admin(id)?;
        }
        self.db.execute(
            "UPDATE account SET role = COALESCE($2, role), hash = COALESCE($3, hash), disabled = COALESCE($4, disabled) WHERE id = $1",
            &[id.into(), role.map(Role::as_str).into(), hash.into(), disabled.into()],
        )?;
        self.db.execute("DELETE FROM session WHERE account_id = $1", &[id.into()])?;
        self.audit("account.changed", format!("Account {} was changed", account.name))
    }

    /// Removes an account with its sessions, tokens and views; what it was to fix has no owner then.
    pub fn remove_account(&mut self, id: UserId) -> Result<(), StoreError> {
        let account = self.reader().account(id)?;
        if account.role == Role::Admin {
            self.keep_an_admin(id)?;
        }
        for table in ["session", "token", "saved_view"] {
            self.db.execute(&format!("DELETE FROM {table} WHERE account_id = $1"), &[id.into()])?;
        }
        self.forget_owner(id)?;
        self.db.execute("DELETE FROM account WHERE id = $1", &[id.into()])?;
        self.audit("account.removed", format!("Account {} was removed", account.name))
    }

    fn keep_an_admin(&mut self, without: UserId) -> Result<(), StoreError> {
        let others: Option<i64> = self.db.first(
            "SELECT COUNT(*) FROM account WHERE role = 'admin' AND disabled = 0 AND id <> $1",
            &[without.into()],
            |row| row.get(0),
        )?;
        if others == Some(0) {
            return Err(StoreError::Conflict("this is the last admin: make another one first".into()));
        }
        Ok(())
    }

    /// Begins a session.
    pub fn add_session(
        &mut self,
        account: UserId,
        digest: &str,
        csrf: &str,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM session WHERE expires_at <= $1", &[self.now.into()])?;
        self.db.execute(
            "INSERT INTO session (digest, account_id, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
            &[digest.into(), account.into(), csrf.into(), self.now.into(), expires.into()],
        )?;
        self.db.execute(
            "UPDATE account SET last_login = $2 WHERE id = $1",
            &[account.into(), self.now.into()],
        )?;
        self.audit("account.signed-in", format!("{} signed in", self.actor.as_str()))
    }

    /// Ends a session.
    pub fn remove_session(&mut self, digest: &str) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM session WHERE digest = $1", &[digest.into()]).map(drop)
    }

    /// Makes a token.
    pub fn add_token(
        &mut self,
        account: UserId,
        name: &str,
        role: Role,
        digest: &str,
        expires: Option<Timestamp>,
    ) -> Result<TokenRow, StoreError> {
        let id = self.take_ids("token", 1)?;
        self.db.execute(
            "INSERT INTO token (id, account_id, name, role, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[id.into(), account.into(), name.into(), role.as_str().into(), digest.into(), self.now.into(), expires.into()],
        )?;
        self.audit("token.added", format!("Token {name} was made"))?;
        Ok(TokenRow {
            id,
            name: name.into(),
            role,
            created_at: self.now,
            expires_at: expires,
            last_used: None,
        })
    }

    /// Revokes a token of an account.
    pub fn remove_token(&mut self, account: UserId, id: i64) -> Result<(), StoreError> {
        let gone = self
            .db
            .execute("DELETE FROM token WHERE id = $1 AND account_id = $2", &[id.into(), account.into()])?;
        if gone == 0 {
            return Err(StoreError::not_found("token", id));
        }
        self.audit("token.removed", format!("Token {id} was revoked"))
    }

    /// Saves a view.
    pub fn add_view(
        &mut self,
        account: UserId,
        name: &str,
        query: &str,
        sort: &str,
    ) -> Result<SavedView, StoreError> {
        let id = self.take_ids("saved_view", 1)?;
        self.db.execute(
            "INSERT INTO saved_view (id, account_id, name, query, sort) VALUES ($1, $2, $3, $4, $5)",
            &[id.into(), account.into(), name.into(), query.into(), sort.into()],
        )?;
        Ok(SavedView { id, name: name.into(), query: query.into(), sort: sort.into() })
    }

    /// Removes a view.
    pub fn remove_view(&mut self, account: UserId, id: i64) -> Result<(), StoreError> {
        let gone = self.db.execute(
            "DELETE FROM saved_view WHERE id = $1 AND account_id = $2",
            &[id.into(), account.into()],
        )?;
        if gone == 0 { Err(StoreError::not_found("view", id)) } else { Ok(()) }
    }

    /// Sets a named value of the installation.
    pub fn put_meta(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.db
            .execute(
                "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                &[name.into(), value.into()],
            )
            .map(drop)
    }

    /// Removes a named value of the installation.
    pub fn remove_meta(&mut self, name: &str) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM meta WHERE name = $1", &[name.into()]).map(drop)
    }

    fn audit(&mut self, kind: &str, text: String) -> Result<(), StoreError> {
        self.append(NewEvent { kind, text, ..NewEvent::default() }).map(drop)
    }
}

impl Reader<'_> {
    /// All accounts.
    pub fn accounts(&mut self) -> Result<Vec<Account>, StoreError> {
        self.db.query(&format!("SELECT {COLUMNS} FROM account a ORDER BY a.id"), &[], account)
    }

    /// One account.
    pub fn account(&mut self, id: UserId) -> Result<Account, StoreError> {
        self.db
            .first(&format!("SELECT {COLUMNS} FROM account a WHERE a.id = $1"), &[id.into()], account)?
            .ok_or_else(|| StoreError::not_found("account", id))
    }

    /// An account and its password hash, by login name.
    pub fn account_for_login(&mut self, name: &str) -> Result<Option<(Account, String)>, StoreError> {
        self.db.first(
            &format!("SELECT {COLUMNS}, a.hash FROM account a WHERE a.name = $1"),
            &[name.into()],
            |row| Ok((account(row)?, row.get(6)?)),
        )
    }

    /// The session with a digest, where it has not ended and its account is not shut.
    pub fn session(&mut self, digest: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.db.first(
            &format!(
                "SELECT {COLUMNS}, s.csrf, s.expires_at FROM session s JOIN account a ON a.id = s.account_id
                 WHERE s.digest = $1 AND s.expires_at > $2 AND a.disabled = 0"
            ),
            &[digest.into(), now.into()],
            |row| {
                Ok(Session {
                    account: account(row)?,
                    csrf: row.get(6)?,
                    expires_at: Timestamp::from_micros(row.get(7)?),
                })
            },
        )
    }

    /// The account and role behind a token, where it has not ended and its account is not shut.
    pub fn token(&mut self, digest: &str, now: Timestamp) -> Result<Option<(Account, Role)>, StoreError> {
        self.db.first(
            &format!(
                "SELECT {COLUMNS}, t.role FROM token t JOIN account a ON a.id = t.account_id
                 WHERE t.digest = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND a.disabled = 0"
            ),
            &[digest.into(), now.into()],
            |row| {
                let account = account(row)?;
                let role = role(row.get(6)?)?;
                // Somebody who lost a role keeps no token that has it.
                let role = role.min(account.role);
                Ok((account, role))
            },
        )
    }

    /// The tokens of an account.
    pub fn tokens(&mut self, account: UserId) -> Result<Vec<TokenRow>, StoreError> {
        self.db.query(
            "SELECT id, name, role, created_at, expires_at, last_used FROM token WHERE account_id = $1 ORDER BY id",
            &[account.into()],
            |row| {
                Ok(TokenRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    role: role(row.get(2)?)?,
                    created_at: Timestamp::from_micros(row.get(3)?),
                    expires_at: row.get::<Option<i64>>(4)?.map(Timestamp::from_micros),
                    last_used: row.get::<Option<i64>>(5)?.map(Timestamp::from_micros),
                })
            },
        )
    }

    /// The saved views of an account.
    pub fn views(&mut self, account: UserId) -> Result<Vec<SavedView>, StoreError> {
        self.db.query(
            "SELECT id, name, query, sort FROM saved_view WHERE account_id = $1 ORDER BY id",
            &[account.into()],
            |row| Ok(SavedView { id: row.get(0)?, name: row.get(1)?, query: row.get(2)?, sort: row.get(3)? }),
        )
    }

    /// The settings whose names begin with `prefix`: the rest of the name, and the value.
    pub fn metas(&mut self, prefix: &str) -> Result<Vec<(String, String)>, StoreError> {
        let all = self.db.query("SELECT name, value FROM meta ORDER BY name", &[], |row| {
            Ok((row.get::<String>(0)?, row.get(1)?))
        })?;
        let rest = |(name, value): (String, String)| Some((name.strip_prefix(prefix)?.to_owned(), value));
        Ok(all.into_iter().filter_map(rest).collect())
    }

    /// A named value of the installation.
    pub fn meta(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        self.db.first("SELECT value FROM meta WHERE name = $1", &[Value::Text(name)], |row| row.get(0))
    }
}

fn role(word: String) -> Result<Role, StoreError> {
    word.parse().map_err(|error: String| StoreError::damaged("role", error))
}

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: UserId(row.get(0)?),
        name: row.get(1)?,
        role: role(row.get(2)?)?,
        disabled: row.get::<i64>(3)? != 0,
        created_at: Timestamp::from_micros(row.get(4)?),
        last_login: row.get::<Option<i64>>(5)?.map(Timestamp::from_micros),
    })
}
