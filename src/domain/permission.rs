//! Permissions and scopes by name. Which role holds which is in `policies/policy.csv`; `policy.rs` asks it.

use super::id::{AccountId, UnitId};
use super::voivodeship::VoivodeshipCode;
use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$doc:meta])+ $name:ident => $key:literal),+ $(,)?) => {
        /// What may be permitted: `noun.verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])+ $name),+ }

        impl Permission {
            /// Every permission, for the table of decisions and for exhaustive tests.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),+];
            /// The key in the policy.
            pub const fn key(self) -> &'static str { match self { $(Permission::$name => $key),+ } }
        }
    };
}

permissions! {
    /// See own account, grants and sessions.
    AccountView => "account.view",
    /// Change one's own password.
    AccountChangePassword => "account.change_password",
    /// Change one's own name, position, phone and e-mail address, and ask to close one's account.
    AccountEdit => "account.edit",
    /// Add and remove one's own second factor, passkeys and recovery codes.
    AccountSecure => "account.secure",
    /// Take a lost second factor off somebody's account.
    AccountResetFactor => "account.reset_factor",
    /// Apply for another e-mail address when the mailbox is lost.
    EmailChangeFile => "email_change.file",
    /// Apply for more permissions for one's own account.
    PermissionExtensionFile => "permission_extension.file",
    /// Apply for a later end of one's own permissions that end soon.
    PermissionRenewalFile => "permission_renewal.file",
    /// Register new people of a unit: as its coordinator, or as an administrator where it has none (which the service checks).
    StaffRegistrationFile => "staff_registration.file",
    /// Apply for other data of a unit, or for its end.
    UnitChangeFile => "unit_change.file",
    /// Say which permissions a unit still needs, and file the list.
    AttestationFile => "attestation.file",
    /// See which units have confirmed their permissions.
    AttestationList => "attestation.list",
    /// Propose that one's own account and another one become one; confirm or refuse such a proposal.
    AccountJoinPropose => "account_join.propose",
    /// File the joining of one's own accounts.
    AccountJoinFile => "account_join.file",
    /// Take a joining back.
    AccountJoinUndo => "account_join.undo",
    /// Stop an approved change of an e-mail address before it takes effect.
    EmailChangeStop => "email_change.stop",
    /// List accounts within scope.
    AccountList => "account.list",
    /// Suspend and restore an account.
    AccountSuspend => "account.suspend",
    /// Close an account for good.
    AccountClose => "account.close",
    /// Lift a lockout.
    AccountUnlock => "account.unlock",
    /// Start a password reset for somebody: the letter goes to the owner.
    AccountStartReset => "account.start_reset",
    /// Make administrators, auditors and helpdesk, and revoke their roles.
    RoleAssign => "role.assign",
    /// Confirm or refuse what another central administrator proposed about a role.
    RoleConfirm => "role.confirm",
    /// Name a deputy for one's own role, and end that.
    StandInName => "stand_in.name",
    /// See all stand-ins, and end one.
    StandInOversee => "stand_in.oversee",
    /// Stop the approved end of a unit before its last day is over.
    UnitStopEnding => "unit.stop_ending",
    /// See an application, its printed form and its signed form.
    ApplicationView => "application.view",
    /// List applications within scope.
    ApplicationList => "application.list",
    /// File a new revision of an application.
    ApplicationRevise => "application.revise",
    /// Withdraw an application.
    ApplicationWithdraw => "application.withdraw",
    /// Upload the signed form of one's own application.
    SignedFormUpload => "signed_form.upload",
    /// Record a signed form that came by another channel.
    SignedFormRecord => "signed_form.record",
    /// See what came to an office.
    PostView => "post.view",
    /// Record what came to an office, and say what becomes of it.
    PostRecord => "post.record",
    /// Take an application into review, put it back.
    ApplicationTake => "application.take",
    /// Give an application to oneself or to a colleague of its office, and give it back.
    ApplicationAssign => "application.assign",
    /// Write to the applicant who has the move.
    ApplicationRemind => "application.remind",
    /// Put an application off until a day.
    ApplicationSnooze => "application.snooze",
    /// Read and write internal notes on an application.
    ApplicationNote => "application.note",
    /// Approve.
    ApplicationApprove => "application.approve",
    /// Return for correction.
    ApplicationReturn => "application.return",
    /// Reject.
    ApplicationReject => "application.reject",
    /// List units within scope.
    UnitList => "unit.list",
    /// See a unit.
    UnitView => "unit.view",
    /// List grants within scope: who, where, in what, until when, and what changed.
    GrantList => "grant.list",
    /// See why somebody holds a grant: its application, the decision and the signed form.
    GrantExplain => "grant.explain",
    /// Take a right away: the own one, or one in a unit within scope.
    GrantRevoke => "grant.revoke",
    /// See the data of one's office.
    OfficeView => "office.view",
    /// Change the addresses, channels and own words of an office.
    OfficeEdit => "office.edit",
    /// Change the name of an office.
    OfficeRename => "office.rename",
    /// See and change the dictionaries of the country: kinds of unit, sub-areas, days off.
    DictionaryEdit => "dictionary.edit",
    /// See the figures of offices within scope: nobody is named in them.
    FiguresView => "figures.view",
    /// Read the audit trail within scope.
    AuditView => "audit.view",
    /// Write to many at once: announcements within scope, shown in the portal and mailed.
    AnnouncementPublish => "announcement.publish",
    /// See the letters within scope, and have one tried again.
    OutboxView => "outbox.view",
    /// See and set in how many working days offices decide.
    TargetSet => "target.set",
    /// Make machine clients with their tokens, list them and revoke them.
    MachineManage => "machine.manage",
    /// Ask what an account may do now.
    DecisionAsk => "decision.ask",
}

impl Permission {
    /// Whether a deputy may do it in the role of whom he stands in for. Who decides about roles is not lent: nobody passes on what was
    /// passed on to him, and a role is given by two who hold their own. Nor is filing: whoever comes back would decide what the own role
    /// has filed. Nor are tokens of other systems: one would work beyond the last day.
    pub const fn is_lent(self) -> bool {
        !matches!(
            self,
            Self::RoleAssign
                | Self::RoleConfirm
                | Self::StandInName
                | Self::StandInOversee
                | Self::StaffRegistrationFile
                | Self::MachineManage
        )
    }
}

/// From how far away an actor may reach a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The actor's own account.
    OwnAccount,
    /// An application that the actor filed.
    OwnApplication,
    /// A unit in which the actor holds a grant or a role.
    OwnUnit,
    /// The voivodeship of the actor's role.
    OwnVoivodeship,
    /// Everything.
    Country,
}

impl Scope {
    /// From the narrowest.
    pub const ALL: [Self; 5] = [Self::OwnAccount, Self::OwnApplication, Self::OwnUnit, Self::OwnVoivodeship, Self::Country];
    /// The key in the policy.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OwnAccount => "own_account",
            Self::OwnApplication => "own_application",
            Self::OwnUnit => "own_unit",
            Self::OwnVoivodeship => "own_voivodeship",
            Self::Country => "country",
        }
    }
}

/// What an action is aimed at: the facts by which scopes are decided. Unknown facts stay `None` and match nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The account acted on.
    pub account: Option<AccountId>,
    /// Who filed the application acted on.
    pub applicant: Option<AccountId>,
    /// The unit acted on.
    pub unit: Option<UnitId>,
    /// The voivodeship in which the target lies.
    pub voivodeship: Option<VoivodeshipCode>,
}

/// What can be done with a statistical report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportVerb {
    /// Read it.
    View,
    /// Fill it in.
    Edit,
    /// Approve it.
    Approve,
}

impl ReportVerb {
    /// All.
    pub const ALL: [Self; 3] = [Self::View, Self::Edit, Self::Approve];
    /// The key in the policy.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "report.view",
            Self::Edit => "report.edit",
            Self::Approve => "report.approve",
        }
    }
    /// What other systems and command lines call it.
    pub fn name(self) -> &'static str {
        self.key().trim_start_matches("report.")
    }
    /// Reads a [`ReportVerb::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }
}

/// What a list query may return, and what a machine client may ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListScope {
    /// Everything.
    Country,
    /// Only what lies in these voivodeships (never empty).
    Voivodeships(Vec<VoivodeshipCode>),
}

impl ListScope {
    /// Whether what lies in the voivodeship with this code may be listed.
    pub fn includes(&self, voivodeship: &str) -> bool {
        match self {
            Self::Country => true,
            Self::Voivodeships(codes) => codes.iter().any(|code| code.as_str() == voivodeship),
        }
    }
}

/// What a list of things that belong to units may return: unlike a [`ListScope`], also those of single units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitScope {
    /// Everything.
    Country,
    /// Only what belongs to units in these voivodeships, or to these units (never both empty).
    Within {
        /// Voivodeships as a whole.
        voivodeships: Vec<VoivodeshipCode>,
        /// Single units.
        units: Vec<UnitId>,
    },
}
