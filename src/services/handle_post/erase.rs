//! The post that is settled is erased after its time. What became a signed form stays with its application.

use super::object_of;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::PostItemId;
use crate::domain::moment::Moment;
use crate::services::{Context, ServiceError, record};
use crate::storage::database::begin;
use crate::storage::{post, unwanted_files};
use serde_json::json;

/// Erases an item whose last file was settled before a moment. False when somebody was quicker, or took a file out again.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn erase_post(
    context: &Context,
    actor: &Actor,
    id: PostItemId,
    before: Moment,
) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(item) = post::find_for_update(&tx, id).await? else { return Ok(false) };
    if !post::is_settled(&tx, id, before).await? {
        return Ok(false);
    }
    for file in post::files_of(&tx, id).await?.into_iter().filter(|file| !file.object_key.is_empty()) {
        unwanted_files::add(&tx, file.id, context.now(), true).await?;
    }
    post::remove_item(&tx, id).await?;
    record::done(context, &tx, actor, AuditEvent::PostErased, object_of(id), Some(&item.voivodeship), json!({})).await?;
    tx.commit().await?;
    Ok(true)
}
