//! The draft of an announcement: read from what was typed, within the author's scope. A draft tells nobody anything, so its changes are
//! not in the audit trail; its publication is, with all that it says.

use super::found;
use crate::domain::actor::Actor;
use crate::domain::announcement::{Audience, AudienceKind, Content, LONGEST_TEXT, LONGEST_TITLE, TypedPeriod, Urgency, read_period};
use crate::domain::id::AnnouncementId;
use crate::domain::identifiers::{Line, Text};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::domain::permission::{ListScope, Permission};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::manage_machines::chosen;
use crate::services::{Context, ServiceError};
use crate::storage::database::begin;
use crate::storage::{announcements, dictionaries, offices};
use serde::Serialize;

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TypedAnnouncement {
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// Key of the urgency.
    pub urgency: String,
    /// Key of the audience.
    pub audience: String,
    /// Two digits each; none for all.
    pub voivodeships: Vec<String>,
    /// Codes of kinds of units; none for all.
    pub kinds: Vec<String>,
    /// Codes of sub-areas.
    pub sub_areas: Vec<String>,
    /// First day.
    pub from_day: String,
    /// Time on that day.
    pub from_time: String,
    /// Last day.
    pub until_day: String,
    /// Time on that day.
    pub until_time: String,
    /// A letter goes, too.
    pub is_mailed: bool,
}

/// What an author can choose from.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Everybody can be written to.
    pub may_all: bool,
    /// Voivodeships within scope: code and name.
    pub voivodeships: Vec<(VoivodeshipCode, String)>,
    /// Kinds of units: code and name.
    pub kinds: Vec<(String, String)>,
    /// Sub-areas: code and name.
    pub sub_areas: Vec<(String, String)>,
}

/// What the actor can choose from.
///
/// # Errors
/// `Denied`.
pub async fn choices(context: &Context, actor: &Actor) -> Result<Choices, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AnnouncementPublish)?;
    let words = dictionaries::load(&context.db, context.now().warsaw_date()).await?;
    let all = offices::list(&context.db).await?.into_iter();
    Ok(Choices {
        may_all: scope == ListScope::Country,
        voivodeships: all
            .filter(|office| scope.includes(office.voivodeship.as_str()))
            .map(|office| (office.voivodeship, office.voivodeship_name))
            .collect(),
        kinds: words.unit_kinds.into_iter().map(|kind| (kind.code, kind.name)).collect(),
        sub_areas: words.sub_areas.into_iter().map(|area| (area.code, area.name)).collect(),
    })
}

fn codes<T: Clone>(list: &[(T, String)]) -> Vec<T> {
    list.iter().map(|(code, _)| code.clone()).collect()
}

/// Where the announcement's people are. Who reaches the country and names none means all of it; who does not has one voivodeship, and
/// names it where there are several.
fn read_place(choices: &Choices, typed: &[String]) -> Result<ListScope, Invalid> {
    let own = codes(&choices.voivodeships);
    match chosen(&own, typed, |code, text| code.as_str() == text) {
        Err(Invalid::NothingChosen) if choices.may_all => Ok(ListScope::Country),
        Err(Invalid::NothingChosen) if own.len() == 1 => Ok(ListScope::Voivodeships(own)),
        Err(Invalid::Unknown) => Err(Invalid::OtherVoivodeship),
        Ok(codes) if !choices.may_all && codes.len() > 1 => Err(Invalid::OtherVoivodeship),
        chosen => chosen.map(ListScope::Voivodeships),
    }
}

/// Reads the audience. What is ticked for another audience is a mistake and not left out: somebody meant it, and the announcement
/// would reach others than they thought.
fn read_audience(choices: &Choices, typed: &TypedAnnouncement) -> Result<Audience, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_empty = |list: &[String]| list.iter().all(|text| text.trim().is_empty());
    let Some(kind) = AudienceKind::from_key(&typed.audience).filter(|kind| *kind != AudienceKind::Everybody || choices.may_all) else {
        return Err(FieldErrors::one("audience", Invalid::NothingChosen));
    };
    let stray = match kind {
        AudienceKind::Everybody => !is_empty(&typed.voivodeships) || !is_empty(&typed.kinds) || !is_empty(&typed.sub_areas),
        AudienceKind::Offices => !is_empty(&typed.kinds) || !is_empty(&typed.sub_areas),
        AudienceKind::Units => !is_empty(&typed.sub_areas),
        AudienceKind::SubAreas => !is_empty(&typed.kinds),
    };
    if stray {
        errors.add("audience", Invalid::AudienceMixed);
    }
    if kind == AudienceKind::Everybody {
        return errors.into_result(Audience::Everybody);
    }
    let place = errors.take("voivodeships", read_place(choices, &typed.voivodeships));
    let audience = match kind {
        AudienceKind::Everybody => None,
        AudienceKind::Offices => place.map(|place| Audience::Offices { place }),
        AudienceKind::Units => {
            let kinds = match chosen(&codes(&choices.kinds), &typed.kinds, |code, text| code == text) {
                Err(Invalid::NothingChosen) => Ok(Vec::new()),
                chosen => chosen,
            };
            place.zip(errors.take("kinds", kinds)).map(|(place, kinds)| Audience::Units { place, kinds })
        }
        AudienceKind::SubAreas => {
            let areas = chosen(&codes(&choices.sub_areas), &typed.sub_areas, |code, text| code == text);
            place.zip(errors.take("sub_areas", areas)).map(|(place, sub_areas)| Audience::SubAreas { place, sub_areas })
        }
    };
    match audience {
        Some(audience) => errors.into_result(audience),
        None => Err(errors),
    }
}

fn read(choices: &Choices, typed: &TypedAnnouncement, now: Moment) -> Result<Content, FieldErrors> {
    let mut errors = FieldErrors::default();
    let title = errors.take("title", Line::parse(&typed.title, LONGEST_TITLE));
    let text = errors.take("text", Text::parse(&typed.text, LONGEST_TEXT));
    let urgency = errors.take("urgency", Urgency::from_key(&typed.urgency).ok_or(Invalid::NothingChosen));
    let audience = read_audience(choices, typed).map_err(|more| errors.merge("", more)).ok();
    let TypedAnnouncement { from_day, from_time, until_day, until_time, .. } = typed;
    let period = read_period(TypedPeriod { from_day, from_time, until_day, until_time }, now).map_err(|more| errors.merge("", more)).ok();
    match (title, text, urgency, audience, period) {
        (Some(title), Some(text), Some(urgency), Some(audience), Some((shown_from, shown_until))) => {
            errors.into_result(Content { audience, urgency, title, text, shown_from, shown_until, is_mailed: typed.is_mailed })
        }
        _ => Err(errors),
    }
}

/// The content as it may be written by this actor, and in whose scope it lies: the centre's, or the one voivodeship's.
async fn read_within(
    context: &Context,
    actor: &Actor,
    typed: &TypedAnnouncement,
) -> Result<(Content, Option<VoivodeshipCode>), ServiceError> {
    let choices = choices(context, actor).await?;
    let content = read(&choices, typed, context.now())?;
    let place = match content.audience.place() {
        Some(ListScope::Voivodeships(codes)) if !choices.may_all => codes.first().cloned(),
        _ => None,
    };
    if place.is_none() && !choices.may_all {
        return Err(ServiceError::Denied);
    }
    Ok((content, place))
}

/// Begins a draft.
///
/// # Errors
/// `Invalid` at the fields; `Denied`.
pub async fn start_draft(context: &Context, actor: &Actor, typed: &TypedAnnouncement) -> Result<AnnouncementId, ServiceError> {
    context.policy.list_scope(actor, Permission::AnnouncementPublish)?;
    let author = actor.account_id().ok_or(ServiceError::Denied)?;
    let (content, place) = read_within(context, actor, typed).await?;
    let id = context.new_announcement_id();
    let tx = begin(&context.db).await?;
    announcements::add(&tx, id, author, place.as_ref(), &content, context.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a draft that was seen in this version.
///
/// # Errors
/// `Invalid` at the fields; `Denied`; `NotFound` for none of one's own; `Stale` when it is another by now, or published.
pub async fn edit_draft(
    context: &Context,
    actor: &Actor,
    id: AnnouncementId,
    version: i32,
    typed: &TypedAnnouncement,
) -> Result<(), ServiceError> {
    own_draft(context, actor, id).await?;
    let (content, place) = read_within(context, actor, typed).await?;
    let tx = begin(&context.db).await?;
    if !announcements::save_draft(&tx, id, version, place.as_ref(), &content).await? {
        return Err(ServiceError::Stale);
    }
    tx.commit().await?;
    Ok(())
}

/// Throws a draft away.
///
/// # Errors
/// `Denied`; `NotFound`; `Stale`.
pub async fn remove_draft(context: &Context, actor: &Actor, id: AnnouncementId, version: i32) -> Result<(), ServiceError> {
    own_draft(context, actor, id).await?;
    let tx = begin(&context.db).await?;
    if !announcements::remove_draft(&tx, id, version).await? {
        return Err(ServiceError::Stale);
    }
    tx.commit().await?;
    Ok(())
}

async fn own_draft(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<(), ServiceError> {
    let one = found(context, actor, id).await?;
    if one.published.is_some() { Err(ServiceError::Stale) } else { Ok(()) }
}
