//! Looks at one application as its own page does, and says what keeps it out of a batch.

use crate::domain::actor::Actor;
use crate::domain::application::Kind;
use crate::domain::application::bulk::{Act, Hand, Hindrance, Sight, hindrances};
use crate::domain::application::status::Status;
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::review_application::{Review, review, was_reminded};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError};

/// An application that somebody chose, as it was seen in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its number.
    pub number: ApplicationNumber,
    /// Its version then.
    pub seen_version: i32,
}

impl Chosen {
    /// As forms and addresses carry it: `W-26-2026-000123.7`.
    pub fn to_text(&self) -> String {
        format!("{}.{}", self.number.to_path(), self.seen_version)
    }
    /// Reads it back; nothing else is one.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, version) = text.split_once('.')?;
        let chosen = Self { number: ApplicationNumber::parse(number)?, seen_version: version.parse().ok()? };
        (chosen.to_text() == text).then_some(chosen)
    }
}

/// What is known of an application that the actor may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What is applied for.
    pub kind: Kind,
    /// State.
    pub status: Status,
    /// The unit's name.
    pub unit_name: String,
    /// Who must have signed, with positions.
    pub signers: Vec<String>,
}

/// One of those that were chosen, with what keeps it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Which.
    pub chosen: Chosen,
    /// What is known of it; nothing where the actor may not know of it.
    pub known: Option<Known>,
    /// To whom of its office it could be given.
    pub colleagues: Vec<(AccountId, String)>,
    /// Why it is not done; nothing when it can be.
    pub hindrances: Vec<Hindrance>,
}

/// One of which nothing is told but why.
pub(super) fn unread(chosen: &Chosen, why: Hindrance) -> Judged {
    Judged { chosen: chosen.clone(), known: None, colleagues: Vec::new(), hindrances: vec![why] }
}

/// Looks at one. What the actor may not see is not there, and the attempt is recorded.
pub(super) async fn judge(context: &Context, actor: &Actor, act: Act, chosen: &Chosen) -> Result<Judged, ServiceError> {
    let review = match review(context, actor, &chosen.number).await {
        Ok(review) => review,
        Err(ServiceError::NotFound) => return Ok(unread(chosen, Hindrance::Unknown)),
        Err(error) => return Err(error),
    };
    let application = &review.view.application;
    if context.policy.check(actor, act.permission(), &target_of(application)).is_err() {
        return Ok(unread(chosen, Hindrance::Denied));
    }
    let was_reminded = act == Act::Remind && was_reminded(context, &context.db, application.id).await?;
    let sight = sight(context, actor, &review, chosen.seen_version, was_reminded);
    let summary = application.summary();
    Ok(Judged {
        chosen: chosen.clone(),
        known: Some(Known {
            kind: application.payload.kind(),
            status: application.status,
            signers: summary.head_lines(),
            unit_name: summary.unit_name,
        }),
        hindrances: hindrances(act, &sight),
        colleagues: review.desk.colleagues,
    })
}

fn sight(context: &Context, actor: &Actor, review: &Review, seen_version: i32, was_reminded: bool) -> Sight {
    let application = &review.view.application;
    let hand = match review.taken_by.as_ref().map(|account| account.id) {
        None => Hand::Nobody,
        holder if holder == actor.account_id() => Hand::Mine,
        Some(_) => Hand::Colleague,
    };
    Sight {
        is_stale: application.version != seen_version,
        status: application.status,
        hand,
        barred_work: review.barred_work,
        barred_arranging: review.barred_arranging,
        barred_approval: review.barred_approval,
        has_time: application.lapses_at.is_some_and(|at| context.now() < at),
        was_reminded,
        code_match: review.view.form_in_force().map(|form| form.code_match),
        needs_two: !review.risks.is_empty(),
        signature_warns: review.view.form_in_force().is_some_and(|form| form.signature_warns(&application.summary().head_names())),
        lacks_pages: review.view.shortage.is_some(),
        shares_addresses: !review.shared_emails().is_empty(),
        is_moved: review.heir.is_some(),
        differs: review.differences() > 0,
        looks_alike: review.looks_alike(),
        has_note: review.content.note.as_ref().is_some_and(|note| !note.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_read_in_one_way_only() {
        let chosen = Chosen::parse("W-26-2026-000123.7").expect("chosen");
        assert_eq!((chosen.number.as_str(), chosen.seen_version), ("W/26/2026/000123", 7));
        for text in ["", "7", "W-26-2026-000123", "W-26-2026-000123.", "W-26-2026-000123.07", "w-26-2026-000123.7", "W/26/2026/000123.7"] {
            assert_eq!(Chosen::parse(text), None, "{text}");
        }
    }
}
