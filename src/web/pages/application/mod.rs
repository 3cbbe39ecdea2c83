//! The applicant's application: where it stands, what to do next, its form, upload, correction, withdrawal.
//! What may not live here: what may follow what (domain), and the words.

mod samples;

use crate::domain::application::printed_form::PrintedForm;
use crate::domain::application::signed_form::Shortage;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use jiff::civil::Date;
use serde::Serialize;

/// What every page of an application says of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Heading {
    /// `W/26/2026/000123`.
    pub number: String,
    /// `W-26-2026-000123`.
    pub path: String,
    /// From 1.
    pub revision: i32,
    /// State.
    pub status: &'static str,
}

/// One application in a list.
#[derive(Debug, Clone, Serialize)]
pub struct OwnApplication {
    /// Which.
    pub heading: Heading,
    /// Label key under `kinds`.
    pub kind: &'static str,
    /// Name of the unit.
    pub unit_name: String,
    /// First submission (ms).
    pub submitted_at: i64,
}

/// `/applications`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OwnApplicationsPage {
    /// The newest first.
    pub applications: Vec<OwnApplication>,
}

impl Page for OwnApplicationsPage {
    const TEMPLATE: &'static str = "pages/application/list.html.tera";
    const PLACE: &'static str = "applications";
    fn samples() -> Vec<Self> {
        samples::list()
    }
}

/// A way to send the form back.
#[derive(Debug, Clone, Serialize)]
pub struct Channel {
    /// Label key under `channels`.
    pub key: &'static str,
    /// Empty for the upload.
    pub address: String,
}

/// What the office asks to correct.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkLine {
    /// Field path; empty for the whole.
    pub field: String,
    /// The field's words.
    pub label: String,
    /// Whose field, where there are several persons.
    pub person: String,
    /// What to correct.
    pub text: String,
}

/// One file of a signed form.
#[derive(Debug, Clone, Serialize)]
pub struct FileRow {
    /// Row.
    pub id: String,
    /// Label key under `media_types`.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// What is told of its electronic signature. Key under `signed_form.signature`.
    pub signature: Option<&'static str>,
    /// Numbers of its page images, from 1.
    pub pages: Vec<usize>,
}

/// A signed form that came.
#[derive(Debug, Clone, Serialize)]
pub struct SignedFormRow {
    /// Of which revision.
    pub revision: i32,
    /// Label key under `form_standings`.
    pub standing: &'static str,
    /// Label key under `channels`.
    pub channel: &'static str,
    /// Number of the letter it came with.
    pub reference: Option<String>,
    /// The day on which it came.
    pub received_on: Date,
    /// When it was uploaded, or recorded by the office (ms).
    pub recorded_at: i64,
    /// Label key under `code_match`.
    pub code_match: &'static str,
    /// Files.
    pub files: Vec<FileRow>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct HappenedRow {
    /// When (ms).
    pub at: i64,
    /// Label key under `audit_events`.
    pub event: String,
    /// Label key under `application.who`: `applicant`, `office`, `portal`.
    pub who: &'static str,
    /// Why a form was refused: its key under `errors`.
    pub refused: Option<String>,
}

/// The office that decides.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OfficeContact {
    /// „Świętokrzyski Urząd Wojewódzki w Kielcach”.
    pub name: String,
    /// In one line.
    pub address: String,
    /// For questions.
    pub email: String,
    /// For questions, E.164.
    pub phone: String,
}

/// What can be done now.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Possible {
    /// Send the signed form.
    pub upload: bool,
    /// Correct.
    pub correct: bool,
    /// Withdraw.
    pub withdraw: bool,
    /// File a new one from this one, which came to nothing.
    pub again: bool,
    /// Where another one is begun, by somebody who has an account, after this one came to nothing.
    pub anew: Option<&'static str>,
}

/// `/applications/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationPage {
    /// Which.
    pub heading: Heading,
    /// Label key under `kinds`.
    pub kind: &'static str,
    /// Where one sees what an approval did.
    pub outcome_place: &'static str,
    /// Name of the unit.
    pub unit_name: String,
    /// REGON.
    pub regon: String,
    /// Who signs.
    pub heads: Vec<String>,
    /// Names, the applicant first.
    pub persons: Vec<String>,
    /// The reader filed it.
    pub is_own: bool,
    /// This revision's submission (ms).
    pub revised_at: i64,
    /// The last day on which the applicant's move counts.
    pub last_day: Option<Date>,
    /// „3fa9 01bc 77de”.
    pub fingerprint: String,
    /// Reason of a rejection, or the covering note of a return.
    pub reason: Option<String>,
    /// Remarks of a return.
    pub remarks: Vec<RemarkLine>,
    /// Who decides.
    pub office: OfficeContact,
    /// Open ways to send the form.
    pub channels: Vec<Channel>,
    /// What can be done now.
    pub can: Possible,
    /// The newest first.
    pub signed_forms: Vec<SignedFormRow>,
    /// Pages that the form in force lacks.
    pub shortage: Option<Shortage>,
    /// Since when it lies with the central administrator (ms).
    pub escalated_at: Option<i64>,
    /// One of two has approved it.
    pub awaits_second: bool,
    /// The newest first.
    pub history: Vec<HappenedRow>,
}

impl Page for ApplicationPage {
    const TEMPLATE: &'static str = "pages/application/show.html.tera";
    const PLACE: &'static str = "application";
    fn samples() -> Vec<Self> {
        samples::show()
    }
}

/// `/applications/<id>/form`.
#[derive(Debug, Clone, Serialize)]
pub struct PrintedFormPage {
    /// Which.
    pub heading: Heading,
    /// The form of the current revision.
    pub form: PrintedForm,
    /// Its code.
    pub qr_svg: String,
}

impl Page for PrintedFormPage {
    const TEMPLATE: &'static str = "pages/application/form.html.tera";
    const PLACE: &'static str = "application-form";
    fn samples() -> Vec<Self> {
        samples::form()
    }
}

/// `/applications/<id>/signed-form`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UploadPage {
    /// Which.
    pub heading: Heading,
    /// A signed form of this revision is here already; another one replaces it.
    pub has_form: bool,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UploadPage {
    const TEMPLATE: &'static str = "pages/application/signed_form.html.tera";
    const PLACE: &'static str = "application-signed-form";
    fn samples() -> Vec<Self> {
        samples::upload()
    }
}

/// `/applications/<id>/edit`: before the correction begins.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CorrectPage {
    /// Which.
    pub heading: Heading,
    /// A signed form of this revision is here: a new revision makes it void.
    pub has_form: bool,
}

impl Page for CorrectPage {
    const TEMPLATE: &'static str = "pages/application/edit.html.tera";
    const PLACE: &'static str = "application-edit";
    fn samples() -> Vec<Self> {
        samples::correct()
    }
}

/// `/applications/<id>/withdraw`: one question before it is done.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WithdrawPage {
    /// Which.
    pub heading: Heading,
}

impl Page for WithdrawPage {
    const TEMPLATE: &'static str = "pages/application/withdraw.html.tera";
    const PLACE: &'static str = "application-withdraw";
    fn samples() -> Vec<Self> {
        samples::withdraw()
    }
}
