//! The post of an office („Wpływy”): recorded with its files, each proposed for an application or left for somebody to say what becomes
//! of it. Accepting calls [`super::receive_signed_form`], so review, warnings and letters are as everywhere. What may not live here: where
//! a file belongs and where a scan is cut (`domain/post/matching.rs`).

mod accept;
mod erase;
mod look;
mod message;
mod record;
mod settle;
mod store;

pub use accept::{Accepted, accept_post};
pub use look::{
    FileView, ItemView, ListedPost, NamedApplication, PostQueue, list_recording_offices, next_to_accept, post_page, post_queue,
    read_post_file, view_post,
};
pub use record::{Known, MOST_BYTES, MOST_FILES, NewPost, Recorded, correct_post, record_post};
pub use settle::{Refusal, assign_post, discard_post, pass_post, reopen_post, send_back_post};

pub(super) use accept::assigned;
pub(super) use erase::erase_post;
pub(super) use message::{NewMessage, keep_message};

use super::receive_signed_form::wants_form;
use super::{Context, ServiceError, record as trail};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::status::{Event, Mover, Status};
use crate::domain::audit::AuditObject;
use crate::domain::id::PostItemId;
use crate::domain::permission::{Permission, Target};
use crate::domain::post::PostItem;
use crate::domain::post::matching::{Candidate, Clue, Verdict, judge};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::applications::{self, revisions};
use crate::storage::post;
use serde_json::json;

fn target_of(office: &VoivodeshipCode) -> Target {
    Target { voivodeship: Some(office.clone()), ..Target::default() }
}

fn object_of(item: PostItemId) -> AuditObject {
    AuditObject::new("post", item)
}

/// What came, for those who may see it. To anybody else it does not exist; the attempt is recorded.
async fn readable(context: &Context, actor: &Actor, id: PostItemId) -> Result<PostItem, ServiceError> {
    let item = post::find_item(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if context.policy.check(actor, Permission::PostView, &target_of(&item.voivodeship)).is_err() {
        let details = json!({ "permission": Permission::PostView.key() });
        trail::refused(context, actor, object_of(id), Some(&item.voivodeship), details).await?;
        return Err(ServiceError::NotFound);
    }
    Ok(item)
}

/// As [`readable`], for those who may also say what becomes of it.
async fn writable(context: &Context, actor: &Actor, id: PostItemId) -> Result<PostItem, ServiceError> {
    let item = readable(context, actor, id).await?;
    context.policy.check(actor, Permission::PostRecord, &target_of(&item.voivodeship))?;
    Ok(item)
}

/// What a clue means at this moment, with the application that it names, where that is this office's.
async fn judged(context: &Context, item: &PostItem, clue: &Clue) -> Result<(Verdict, Option<Application>), ServiceError> {
    let Some(application) = applications::find_by_number(&context.db, &clue.number).await? else {
        return Ok((judge(clue, &item.voivodeship, item.received_on, None), None));
    };
    let takes_form = application.status.after(Event::ReceiveForm, Mover::Office).is_ok()
        && (application.status != Status::Returned || wants_form(context, &application).await?);
    let older = if application.revision > 1 && clue.codes.is_empty() {
        let all = revisions::list(&context.db, application.id).await?;
        all.into_iter().filter(|one| one.revision < application.revision).map(|one| one.fingerprint).collect()
    } else {
        Vec::new()
    };
    let candidate = Candidate {
        voivodeship: application.summary().voivodeship,
        revision: application.revision,
        fingerprint: &application.fingerprint,
        older,
        submitted_on: application.submitted_at.warsaw_date(),
        takes_form,
    };
    let verdict = judge(clue, &item.voivodeship, item.received_on, Some(&candidate));
    let is_ours = candidate.voivodeship == item.voivodeship;
    Ok((verdict, Some(application).filter(|_| is_ours)))
}
