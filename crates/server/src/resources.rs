//! The nouns of the API: one file each, with its handlers and what they take and answer.

pub(crate) mod assets;
pub(crate) mod assignments;
pub(crate) mod attack;
pub(crate) mod attack_fixes;
pub(crate) mod attack_graph;
pub(crate) mod changes;
pub(crate) mod compare;
pub(crate) mod correlation;
pub(crate) mod decisions;
pub(crate) mod demo;
pub(crate) mod discover;
pub(crate) mod documents;
pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod exposure;
pub(crate) mod exposures;
pub(crate) mod feeds;
pub(crate) mod formats;
pub(crate) mod imports;
pub(crate) mod inventory;
pub(crate) mod meant;
pub(crate) mod networks;
pub(crate) mod overview;
pub(crate) mod query;
pub(crate) mod runs;
pub(crate) mod scopes;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod sync;
pub(crate) mod tables;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod views;

use crate::registry::Access::{Needs, Public, SignedIn};
use crate::registry::{Registry, operations};
use bartizan_iam::Permission::{
    Assign, Collect, Comment, Decide, EditAssets, Import, ManageFeeds, ManagePeople, ManageScopes, Read,
    RemoveDemo,
};

/// Every operation and who may call it.
pub(crate) fn registry() -> Registry {
    operations!(Registry::new();
        Public => setup::state, setup::complete, session::sign_in;
        SignedIn =>
            session::show, session::sign_out, session::change_password,
            tokens::list, tokens::create, tokens::revoke,
            views::list, views::create, views::remove;
        Needs(Read) =>
            overview::show,
            exposures::list, exposures::facets, exposure::show, export::download,
            correlation::show, correlation::alike,
            assets::list, assets::facets, assets::show, documents::bill, documents::vex,
            runs::list, runs::show, formats::list, feeds::list, networks::list,
            attack::summary, attack::on_asset, attack::by_exposure, attack_fixes::cut, attack_fixes::plan, attack_fixes::what_if,
            attack_graph::show, attack_graph::steps, compare::show, entries::list,
            events::list, events::stream, scopes::list, query::fields, assignments::people;
        Needs(Import) => imports::start, imports::cancel, tables::look, tables::map;
        Needs(Collect) => discover::host;
        Needs(Assign) => assignments::preview, assignments::assign, assignments::undo;
        Needs(Comment) => exposure::comment, assets::note;
        Needs(Decide) => decisions::preview, decisions::decide, decisions::revoke, correlation::confirm, correlation::refuse;
        Needs(EditAssets) => assets::declare, assets::merge, assets::split;
        Needs(ManageScopes) => scopes::create, scopes::change, scopes::remove, entries::change, entries::reset;
        Needs(ManageFeeds) => feeds::load, sync::feeds;
        Needs(ManagePeople) => users::list, users::create, users::change, users::remove;
        Needs(RemoveDemo) => demo::remove;
    )
}

/// Text that a person typed: not empty, not longer than `most` characters.
fn label(what: &str, text: &str, most: usize) -> Result<String, crate::error::ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(crate::error::ApiError::bad_request(format!("`{what}` needs 1 to {most} characters.")));
    }
    Ok(text.to_owned())
}
