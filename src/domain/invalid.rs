//! What can be wrong with a typed value. The words stand in the label file under `errors`; here are only the keys.

use serde::Serialize;
use std::collections::BTreeMap;

macro_rules! invalid {
    ($($(#[$doc:meta])? $name:ident => $key:literal),+ $(,)?) => {
        /// One reason why a value is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Invalid { $($(#[$doc])? #[allow(missing_docs)] $name),+ }

        impl Invalid {
            /// Every reason, so that a test can prove that each has its words.
            pub const ALL: &'static [Invalid] = &[$(Invalid::$name),+];

            /// The key in the label file: looked up as `errors.<field>.<key>` first, then as `errors.<key>`.
            pub const fn key(self) -> &'static str { match self { $(Invalid::$name => $key),+ } }
        }
    };
}

invalid! {
    Required => "required",
    TooLong => "too_long",
    Characters => "characters",
    /// More rows than one batch holds.
    TooManyRows => "too_many_rows",
    Unknown => "unknown",
    RegonShape => "regon_shape",
    RegonChecksum => "regon_checksum",
    RegonTaken => "regon_taken",
    RegonOpenApplication => "regon_open_application",
    NipShape => "nip_shape",
    NipChecksum => "nip_checksum",
    PeselShape => "pesel_shape",
    PeselChecksum => "pesel_checksum",
    PeselDate => "pesel_date",
    PhoneShape => "phone_shape",
    PostalCodeShape => "postal_code_shape",
    EpuapShape => "epuap_shape",
    AdeShape => "ade_shape",
    EmailShape => "email_shape",
    EmailSame => "email_same",
    /// The account is not what it was when the application was filed.
    AccountChanged => "account_changed",
    EmailNotConfirmed => "email_not_confirmed",
    CodeWrong => "code_wrong",
    NameDigits => "name_digits",
    LoginShape => "login_shape",
    LoginTaken => "login_taken",
    LoginTwice => "login_twice",
    PasswordShort => "password_short",
    PasswordLong => "password_long",
    PasswordCommon => "password_common",
    PasswordContext => "password_context",
    PasswordSimple => "password_simple",
    PasswordRepeat => "password_repeat",
    PasswordWrong => "password_wrong",
    TercShape => "terc_shape",
    OtherVoivodeship => "other_voivodeship",
    DateShape => "date_shape",
    DateNone => "date_none",
    DatePast => "date_past",
    DateFuture => "date_future",
    DateTooFar => "date_too_far",
    /// More lines than a printed form has room for.
    TooManyLines => "too_many_lines",
    ReasonRequired => "reason_required",
    NothingChosen => "nothing_chosen",
    GrantTwice => "grant_twice",
    SubAreaNotForKind => "sub_area_not_for_kind",
    /// The account holds this right already.
    GrantHeld => "grant_held",
    /// An open application asks for this right already.
    GrantAsked => "grant_asked",
    /// The right does not end soon, or is not held.
    GrantNotEnding => "grant_not_ending",
    /// The right that was to be renewed has ended, was taken away or given anew.
    GrantGone => "grant_gone",
    /// The new last day is not later than the present one.
    DateNotLater => "date_not_later",
    /// The unit has ended.
    UnitClosed => "unit_closed",
    /// An approved application ends the unit.
    UnitEnding => "unit_ending",
    /// Another application changes this unit already.
    UnitChangeOpen => "unit_change_open",
    /// The unit is not what it was when the application was filed.
    UnitChanged => "unit_changed",
    /// What is typed is what stands already.
    NothingChanged => "nothing_changed",
    /// Rights in the unit are in sub-areas that the other kind may not have.
    KindInUse => "kind_in_use",
    /// A unit is not its own successor.
    OwnSuccessor => "own_successor",
    /// Nobody holds a right in the unit.
    NothingToConfirm => "nothing_to_confirm",
    /// A right that was to go over is not held any more, or does not go over.
    JoinGrantGone => "join_grant_gone",
    /// The login is that of the account itself.
    JoinSelf => "join_self",
    /// One of two accounts has a role that does not go over.
    JoinRole => "join_role",
    /// The account that is given up coordinates a unit.
    JoinCoordinator => "join_coordinator",
    /// An application of one of two accounts is open.
    JoinOpenApplication => "join_open_application",
    /// The account has rights in another unit, an office's role or an open application.
    AccountNeededElsewhere => "account_needed_elsewhere",
    /// Some of the rights are to stay, but the account is to be closed.
    ClosingTakesAll => "closing_takes_all",
    /// Nobody could sign for the joining.
    JoinNoUnit => "join_no_unit",
    /// Another joining of the account runs.
    JoinRunning => "join_running",
    TooManyPersons => "too_many_persons",
    /// This row is about somebody of an earlier row.
    PersonTwice => "person_twice",
    FunctionUnknown => "function_unknown",
    YesOrNo => "yes_or_no",
    /// The account is the unit's coordinator already, or an open application proposes it.
    CoordinatorAlready => "coordinator_already",
    /// Somebody coordinates the unit: no administrator registers its people.
    UnitCoordinated => "unit_coordinated",
    /// Only somebody of the unit can be its coordinator.
    CoordinatorElsewhere => "coordinator_elsewhere",
    SheetEmpty => "sheet_empty",
    SheetBig => "sheet_big",
    SheetType => "sheet_type",
    SheetEncoding => "sheet_encoding",
    SheetBroken => "sheet_broken",
    SheetColumns => "sheet_columns",
    SheetColumnTwice => "sheet_column_twice",
    SheetTooManyRows => "sheet_too_many_rows",
    StatementRequired => "statement_required",
    FileMissing => "file_missing",
    FileEmpty => "file_empty",
    FileTooBig => "file_too_big",
    FileTooMany => "file_too_many",
    FileTooManyPages => "file_too_many_pages",
    /// A document that would do something when it is opened.
    FileActive => "file_active",
    /// Enough forms of one application for a day.
    UploadsTooMany => "uploads_too_many",
    FileType => "file_type",
    FileEncrypted => "file_encrypted",
    FileBroken => "file_broken",
    /// The office has recorded the same file before.
    FileKnown => "file_known",
    FormOtherApplication => "form_other_application",
    FormOlderRevision => "form_older_revision",
    /// There is no such application, or none that one may know of.
    NumberUnknown => "number_unknown",
    /// Another office's application.
    NumberElsewhere => "number_elsewhere",
    /// The application takes no form now.
    FormNotTaken => "form_not_taken",
    RemarkRequired => "remark_required",
    CompareRequired => "compare_required",
    SignatureRequired => "signature_required",
    /// An electronic signature that does not belong to the content, or content that was changed behind it.
    SignatureBroken => "signature_broken",
    /// An electronic signature that can be forged.
    SignatureWeak => "signature_weak",
    FormUnsigned => "form_unsigned",
    /// Neither the code of a printed form nor anything that could be a signature.
    FormAbsent => "form_absent",
    BeforeSubmission => "before_submission",
    NulCharacter => "nul_character",
    PasskeyRefused => "passkey_refused",
    MachineNameTaken => "machine_name_taken",
    TooManyPasskeys => "too_many_passkeys",
    /// The last day lies before the first.
    BeforeBeginning => "before_beginning",
    TimeShape => "time_shape",
    /// What was chosen for one audience stands beside another.
    AudienceMixed => "audience_mixed",
    /// The deputy stands in for this role on some of these days already.
    StandInTwice => "stand_in_twice",
    /// The dictionary does not offer this entry any more.
    NotOffered => "not_offered",
    /// The law makes this day free already, or it is a Saturday or a Sunday.
    DayIsFree => "day_is_free",
    /// Not a holiday on a day on which offices would work else.
    DayIsWorked => "day_is_worked",
    /// The dictionary says something of this day already.
    DayOffAlready => "day_off_already",
    /// What is given without asking is longer than what may be asked for.
    DefaultBeyondLongest => "default_beyond_longest",
}

impl Serialize for Invalid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// The reasons found in one form, by field name, in the order of the names.
/// A list's fields are numbered: `persons.0.login`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(pub BTreeMap<String, Vec<Invalid>>);

impl FieldErrors {
    /// One reason at one field.
    pub fn one(field: impl Into<String>, reason: Invalid) -> Self {
        let mut errors = Self::default();
        errors.add(field, reason);
        errors
    }
    /// Adds a reason, once.
    pub fn add(&mut self, field: impl Into<String>, reason: Invalid) {
        let reasons = self.0.entry(field.into()).or_default();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    /// Keeps the value or notes the reason.
    pub fn take<T>(&mut self, field: impl Into<String>, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|reason| self.add(field, reason)).ok()
    }
    /// Takes over all reasons of `other`, its field names behind `prefix`.
    pub fn merge(&mut self, prefix: &str, other: FieldErrors) {
        for (field, reasons) in other.0 {
            for reason in reasons {
                self.add(format!("{prefix}{field}"), reason);
            }
        }
    }
    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// `Ok(value)` when nothing is wrong, else the reasons.
    ///
    /// # Errors
    /// The reasons collected so far.
    pub fn into_result<T>(self, value: T) -> Result<T, FieldErrors> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}
