//! People's notes on assets: what no tool can know.

use crate::db::Value;
use crate::error::StoreError;
use crate::exposure::read_remark;
use crate::{CommentRow, NewEvent, Reader, Tx};
use bartizan_model::AssetId;

impl Tx<'_> {
    /// Writes a note on an asset; on the one it went into where it was merged.
    pub fn add_note(&mut self, asset: AssetId, text: &str) -> Result<CommentRow, StoreError> {
        let asset = self.reader().asset(asset)?;
        let id = self.take_ids("asset_note", 1)?;
        let by = self.actor.as_str().to_owned();
        self.db.execute(
            "INSERT INTO asset_note (id, asset_id, at, actor, text) VALUES ($1, $2, $3, $4, $5)",
            &[id.into(), asset.id.into(), self.now.into(), Value::Text(&by), text.into()],
        )?;
        // Not `asset.`: a note changes nothing that is derived, so the estate need not read the assets again.
        self.append(NewEvent {
            kind: "note.added",
            text: format!("Note on {}", asset.name),
            asset: Some(asset.id),
            ..NewEvent::default()
        })?;
        Ok(CommentRow { id, at: self.now, by, text: text.to_owned() })
    }
}

impl Reader<'_> {
    /// The notes on an asset, oldest first.
    pub fn notes(&mut self, asset: AssetId) -> Result<Vec<CommentRow>, StoreError> {
        self.db.query(
            "SELECT id, at, actor, text FROM asset_note WHERE asset_id = $1 ORDER BY id",
            &[asset.into()],
            read_remark,
        )
    }
}
