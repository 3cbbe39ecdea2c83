//! Letters about where an application stands, to the applicant's account.

use super::account::recipient;
use super::{Composed, Desk};
use crate::domain::account::Account;
use crate::domain::application::status::Status;
use crate::domain::application::{Application, Kind};
use crate::domain::id::ApplicationId;
use crate::domain::moment::Moment;
use crate::domain::voivodeship::Office;
use crate::mail::letters::{
    ApplicationDeadlineNearLetter, ApplicationExpiredLetter, ApplicationLine, ApplicationRegisteredLetter, ApplicationWithdrawnLetter,
    Awaited, Closing, Contact, OneLine, ReturnAddress, SignedFormReceivedLetter,
};
use crate::render::Letter;
use crate::services::ServiceError;
use crate::services::keep_deadlines::days_left;
use crate::storage::time_limits::{self, UNSIGNED_APPLICATION};
use crate::storage::{Connection, accounts, applications, offices, signed_forms};
use jiff::civil::Date;

/// An application with whom to tell and whom to ask.
pub(super) struct Case {
    pub(super) application: Application,
    pub(super) applicant: Account,
    pub(super) office: Office,
}

impl Case {
    /// `None` when the application or its applicant is gone.
    pub(super) async fn open<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Self>, ServiceError> {
        let Some(application) = applications::find(desk.tx, id).await? else { return Ok(None) };
        let Some(applicant) = accounts::find(desk.tx, application.applicant).await? else { return Ok(None) };
        let office = offices::find(desk.tx, &application.summary().voivodeship).await?;
        Ok(Some(Self { application, applicant, office }))
    }

    /// As [`Case::open`], and `None` too when the application is in another state.
    pub(super) async fn open_in<C: Connection>(
        desk: &Desk<'_, C>,
        id: ApplicationId,
        status: Status,
    ) -> Result<Option<Self>, ServiceError> {
        Ok(Self::open(desk, id).await?.filter(|case| case.application.status == status))
    }

    pub(super) fn path<C: Connection>(&self, desk: &Desk<'_, C>, rest: &str) -> String {
        desk.link(&format!("/applications/{}{rest}", self.application.number.to_path()))
    }

    /// The page of the application is linked as long as the applicant can sign in to see it.
    pub(super) fn line<C: Connection>(&self, desk: &Desk<'_, C>) -> ApplicationLine {
        ApplicationLine {
            number: OneLine::of(&self.application.number),
            unit: self.application.summary().unit_name.into(),
            url: self.applicant.status.can_sign_in().then(|| self.path(desk, "")),
        }
    }

    /// Where another one of the kind is begun.
    pub(super) fn start_url<C: Connection>(&self, desk: &Desk<'_, C>) -> String {
        desk.link(&format!("/{}", self.application.payload.kind().place()))
    }

    pub(super) fn closing<C: Connection>(&self, desk: &Desk<'_, C>) -> Closing {
        desk.closing(Some(Contact::from(&self.office)))
    }

    pub(super) fn finish<C: Connection, L: Letter>(&self, desk: &Desk<'_, C>, letter: &L) -> Result<Option<Composed>, ServiceError> {
        let mut recipient = recipient(&self.applicant);
        // Who lost a mailbox reads at another address.
        if let Some(email) = self.application.summary().letters_to {
            recipient.email = email.to_string();
        }
        desk.finish(recipient, Some(self.office.voivodeship.clone()), letter)
    }
}

/// The last day before a moment at which something lapses.
pub(super) fn last_day(lapses_at: Moment) -> Date {
    lapses_at.last_day()
}

pub(super) async fn registered<C: Connection>(
    desk: &Desk<'_, C>,
    id: ApplicationId,
    revision: i32,
) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open(desk, id).await? else { return Ok(None) };
    let application = &case.application;
    // A newer revision has a letter of its own; after a return, the letter about it says what to do.
    let is_true = match application.status {
        Status::AwaitingForm => true,
        Status::FormReceived | Status::InReview | Status::Approved | Status::Rejected => desk.is_fresh(),
        Status::Draft | Status::Returned | Status::Withdrawn | Status::Expired => false,
    };
    if application.revision != revision || !is_true {
        return Ok(None);
    }
    let lapses_at = match application.lapses_at {
        Some(at) => at,
        None => application.revised_at.end_of_day_in(time_limits::days(desk.tx, UNSIGNED_APPLICATION).await?),
    };
    let letter = ApplicationRegisteredLetter {
        application: case.line(desk),
        revision,
        form_url: case.path(desk, "/form"),
        form_pdf_url: case.path(desk, "/form.pdf"),
        heads: application.summary().head_lines().into_iter().map(Into::into).collect(),
        channels: ReturnAddress::open_of(&case.office),
        last_day: last_day(lapses_at),
        login: OneLine::of(&case.applicant.login),
        chose_password: !application.summary().changes_accounts,
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

pub(super) async fn form_received<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open(desk, id).await? else { return Ok(None) };
    let application = &case.application;
    let is_true = match application.status {
        Status::FormReceived | Status::InReview => true,
        Status::Approved | Status::Rejected => desk.is_fresh(),
        _ => false,
    };
    let forms = signed_forms::list_of(desk.tx, id).await?;
    let Some(form) = forms.iter().find(|form| is_true && form.revision == application.revision) else { return Ok(None) };
    let letter = SignedFormReceivedLetter {
        application: case.line(desk),
        channel: form.channel,
        received_on: form.received_on,
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

pub(super) async fn deadline_near<C: Connection>(
    desk: &Desk<'_, C>,
    id: ApplicationId,
    told: i32,
) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open(desk, id).await? else { return Ok(None) };
    let application = &case.application;
    let Some(lapses_at) = application.lapses_at.filter(|at| desk.now < *at) else { return Ok(None) };
    let days_left = days_left(desk.now, lapses_at);
    // Another deadline runs by now: it has reminders of its own.
    if !application.status.waits_for_applicant() || days_left > told {
        return Ok(None);
    }
    let awaited = if application.status == Status::Returned {
        Awaited::Correction { edit_url: case.path(desk, "/edit") }
    } else {
        Awaited::SignedForm { form_url: case.path(desk, "/form"), channels: ReturnAddress::open_of(&case.office) }
    };
    let letter = ApplicationDeadlineNearLetter {
        application: case.line(desk),
        awaited,
        days_left,
        last_day: last_day(lapses_at),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

pub(super) async fn expired<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Expired).await? else { return Ok(None) };
    let application = &case.application;
    let ran_out = application.payload.undecided_until() == Some(application.status_since);
    let letter = ApplicationExpiredLetter {
        application: case.line(desk),
        // An expired application is in its state since the moment of its deadline.
        last_day: last_day(application.status_since),
        // What came last before the deadline: a return, or a revision to be signed.
        awaited_correction: application.decided_at.is_some_and(|at| at >= application.revised_at),
        // What has ended is asked for anew.
        register_url: if ran_out { desk.link(&format!("/{}", Kind::PermissionExtension.place())) } else { case.start_url(desk) },
        ran_out,
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

pub(super) async fn withdrawn<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Withdrawn).await? else { return Ok(None) };
    let letter = ApplicationWithdrawnLetter {
        application: case.line(desk),
        withdrawn_at: case.application.status_since,
        register_url: case.start_url(desk),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}
