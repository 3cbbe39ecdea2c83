//! Every page as a type: what its template sees, and examples. What may not live here: where the values come from.
//!
//! A new page stands in the list below, so that one test renders all its samples and checks the HTML.

pub mod account_pages;
pub mod admin_pages;
pub mod announcement_pages;
pub mod application;
pub mod attestation_pages;
pub mod bulk_pages;
pub mod deciding_pages;
pub mod demo_pages;
pub mod editing_pages;
pub mod email_change_pages;
pub mod error_pages;
pub mod extend_pages;
pub mod grants_pages;
pub mod guided_pages;
pub mod join_pages;
pub mod machine_pages;
pub mod needs;
pub mod numbers_pages;
pub mod outbox_pages;
pub mod own_records_pages;
pub mod post_pages;
pub mod profile_pages;
pub mod register;
pub mod renew_pages;
pub mod review;
pub mod revocation_pages;
pub mod security_pages;
pub mod sign_in_pages;
pub mod staff_pages;
pub mod static_pages;
pub mod unit_change_pages;
pub mod unit_pages;

use crate::render::{Chrome, Page, RenderError, Renderer};
use serde::Serialize;

/// Where a whole list can be had as a file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExportLinks {
    /// For a Polish Excel and for programs.
    pub csv: String,
    /// A workbook.
    pub xlsx: String,
}

impl ExportLinks {
    /// As they look on a page.
    pub fn sample(list: &str) -> Self {
        Self { csv: format!("/export/{list}/csv"), xlsx: format!("/export/{list}/xlsx") }
    }
}

type Render = dyn Fn(&Renderer, &Chrome) -> Result<String, RenderError>;

/// One sample of one page, ready to be rendered.
pub struct Sample {
    /// The page's template.
    pub template: &'static str,
    /// The page's `data-page`.
    pub place: &'static str,
    /// Which of the page's samples, from 0.
    pub number: usize,
    render: Box<Render>,
}

impl Sample {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError::Template`] when the template does not fit the page.
    pub fn render(&self, renderer: &Renderer, chrome: &Chrome) -> Result<String, RenderError> {
        (self.render)(renderer, chrome)
    }
}

fn samples_of<P: Page + 'static>() -> impl Iterator<Item = Sample> {
    P::samples().into_iter().enumerate().map(|(number, page)| Sample {
        template: P::TEMPLATE,
        place: P::PLACE,
        number,
        render: Box::new(move |renderer, chrome| renderer.page(&page, chrome)),
    })
}

macro_rules! pages {
    ($($page:path),+ $(,)?) => {
        /// All samples of all pages.
        pub fn samples() -> Vec<Sample> {
            let mut all = Vec::new();
            $(all.extend(samples_of::<$page>());)+
            all
        }
    };
}

pages! {
    sign_in_pages::SignInPage,
    sign_in_pages::ForgotPasswordPage,
    sign_in_pages::ResetCodePage,
    sign_in_pages::NotMePage,
    sign_in_pages::ResetPasswordPage,
    sign_in_pages::ActivatePage,
    sign_in_pages::DeadLinkPage,
    account_pages::AccountPage,
    account_pages::ChangePasswordPage,
    account_pages::NoticesPage,
    profile_pages::ProfilePage,
    profile_pages::EmailPage,
    profile_pages::NewEmailPage,
    profile_pages::ConfirmNewEmailPage,
    profile_pages::UndoEmailPage,
    own_records_pages::SessionsPage,
    own_records_pages::HistoryPage,
    own_records_pages::OwnDataPage,
    own_records_pages::ClosePage,
    security_pages::SecurityPage,
    security_pages::TotpPage,
    security_pages::AddPasskeyPage,
    security_pages::RemoveFactorPage,
    security_pages::NewCodesPage,
    security_pages::RecoveryCodesPage,
    security_pages::FactorPage,
    security_pages::ProvePage,
    admin_pages::AdminPage,
    admin_pages::AccountListPage,
    admin_pages::AccountDetailPage,
    admin_pages::ConfirmPage,
    admin_pages::CreateAdministratorPage,
    admin_pages::UnitListPage,
    admin_pages::OfficePage,
    editing_pages::EditOfficePage,
    editing_pages::HistoryPage,
    editing_pages::DictionariesPage,
    editing_pages::EditKindPage,
    editing_pages::EditAreaPage,
    editing_pages::SetTargetPage,
    editing_pages::DayOffPage,
    admin_pages::AuditPage,
    numbers_pages::NumbersPage,
    numbers_pages::HowFastPage,
    outbox_pages::OutboxPage,
    announcement_pages::AnnouncementsPage,
    announcement_pages::AnnouncementListPage,
    announcement_pages::EditAnnouncementPage,
    announcement_pages::AnnouncementPage,
    grants_pages::GrantListPage,
    grants_pages::ChangesPage,
    grants_pages::ExplainPage,
    post_pages::PostListPage,
    post_pages::RecordPostPage,
    post_pages::PostItemPage,
    post_pages::PostFilePage,
    machine_pages::MachineListPage,
    machine_pages::CreateMachinePage,
    machine_pages::MachineTokenPage,
    machine_pages::RevokeMachinePage,
    deciding_pages::StandInListPage,
    deciding_pages::NameStandInPage,
    deciding_pages::EndStandInPage,
    deciding_pages::ProposalListPage,
    deciding_pages::AnswerProposalPage,
    email_change_pages::EmailChangePage,
    email_change_pages::EmailCodePage,
    email_change_pages::EmailCheckPage,
    email_change_pages::EmailLinkPage,
    email_change_pages::StopEmailPage,
    join_pages::JoinPage,
    join_pages::UndoJoinPage,
    attestation_pages::AttestationsPage,
    attestation_pages::AttestationPage,
    attestation_pages::AttestationCheckPage,
    attestation_pages::AttestationListPage,
    extend_pages::ExtendPage,
    extend_pages::ExtendUnitPage,
    extend_pages::ExtendSearchPage,
    extend_pages::ExtendHomePage,
    extend_pages::ExtendNeedsPage,
    extend_pages::ExtendCheckPage,
    guided_pages::GuidedStatementsPage,
    guided_pages::GuidedDropPage,
    revocation_pages::RevokePage,
    revocation_pages::HandOverPage,
    revocation_pages::TakeOverPage,
    revocation_pages::StaffTakeOverPage,
    renew_pages::RenewPage,
    renew_pages::RenewUnitPage,
    renew_pages::RenewGrantsPage,
    renew_pages::RenewCheckPage,
    staff_pages::StaffPage,
    staff_pages::StaffClosedPage,
    staff_pages::StaffUnitPage,
    staff_pages::StaffPersonsPage,
    staff_pages::StaffPersonPage,
    staff_pages::StaffNeedsPage,
    staff_pages::StaffRemovePage,
    staff_pages::StaffImportPage,
    staff_pages::StaffPreviewPage,
    staff_pages::StaffCheckPage,
    unit_pages::OwnUnitChoicePage,
    unit_pages::OwnUnitPage,
    unit_pages::UnitStaffPage,
    unit_change_pages::UnitChangePage,
    unit_change_pages::UnitChangeWhatPage,
    unit_change_pages::UnitChangeDataPage,
    unit_change_pages::UnitChangeEndingPage,
    unit_change_pages::UnitChangeWhyPage,
    unit_change_pages::UnitChangeCheckPage,
    unit_change_pages::StopEndingPage,
    unit_change_pages::UnitHistoryPage,
    demo_pages::MailboxPage,
    demo_pages::LetterPage,
    static_pages::StartPage,
    static_pages::HelpIndexPage,
    static_pages::HelpTopicPage,
    static_pages::AccessibilityPage,
    static_pages::PrivacyPage,
    application::OwnApplicationsPage,
    application::ApplicationPage,
    application::PrintedFormPage,
    application::UploadPage,
    application::CorrectPage,
    application::WithdrawPage,
    register::start::RegisterPage,
    register::start::TasksPage,
    register::start::SavePage,
    register::start::ResumePage,
    register::start::DeadLinkPage,
    register::unit::FindUnitPage,
    register::unit::UnitDataPage,
    register::unit::GminaPage,
    register::people::PersonPage,
    register::people::RemovePersonPage,
    register::people::PasswordPage,
    register::people::NeedsPage,
    register::people::PersonNeedsPage,
    register::finish::StatementsPage,
    register::finish::EmailPage,
    register::finish::ConfirmEmailPage,
    register::finish::EmailConfirmedPage,
    register::finish::CheckPage,
    register::finish::SubmittedPage,
    bulk_pages::BulkAskPage,
    bulk_pages::BulkPage,
    bulk_pages::BulkListPage,
    review::queue::QueuePage,
    review::application::ApplicationPage,
    review::approve::ApprovePage,
    review::receive::ReceivePage,
    review::refuse::ReturnPage,
    review::refuse::RejectPage,
    error_pages::ForbiddenPage,
    error_pages::NotFoundPage,
    error_pages::ConflictPage,
    error_pages::TooLargePage,
    error_pages::UnprocessablePage,
    error_pages::TooManyPage,
    error_pages::FailurePage,
    error_pages::UnavailablePage,
}

#[cfg(test)]
mod tests;
