//! `admin create`: an account with a role, and the single-use link by which its owner chooses a password.

use super::{Done, say};
use crate::portal::Portal;
use crate::services::ServiceError;
use crate::services::manage_accounts::{Invitation, NewAdministrator, create_administrator, reset_factor_of};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account with a role; prints a single-use activation link (7 days).
    Create {
        /// central_administrator, voivodeship_administrator, auditor or helpdesk.
        #[arg(long)]
        role: String,
        /// Login: 3 to 32 letters A-Z a-z, digits, _ and -.
        #[arg(long)]
        login: String,
        /// First and last name; the last word is the last name.
        #[arg(long)]
        name: String,
        /// Work e-mail, where letters go.
        #[arg(long)]
        email: String,
        /// Two TERC digits of the voivodeship, e.g. 26.
        #[arg(long, value_name = "NN")]
        voivodeship: Option<String>,
    },
    /// Take a lost second factor (codes, passkeys, recovery codes) off an account; its owner is told by letter.
    ResetFactor {
        /// Whose.
        #[arg(long)]
        login: String,
    },
}

pub(super) async fn run(portal: &Portal, command: Command) -> Done {
    let (role, login, name, email, voivodeship) = match command {
        Command::Create { role, login, name, email, voivodeship } => (role, login, name, email, voivodeship),
        Command::ResetFactor { login } => return reset(portal, &login).await,
    };
    let (first_name, last_name) = name.trim().rsplit_once(char::is_whitespace).unwrap_or(("", name.trim()));
    // People write roles with hyphens on command lines.
    let role = match role.replace('-', "_").as_str() {
        "central" => "central_administrator".to_owned(),
        "voivodeship" => "voivodeship_administrator".to_owned(),
        other => other.to_owned(),
    };
    let new = NewAdministrator {
        role,
        voivodeship: voivodeship.unwrap_or_default(),
        login,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email,
    };
    match create_administrator(&portal.context, &portal.operator(), &new).await {
        Ok(Invitation::Link(_, link)) => say(link)?,
        Ok(Invitation::Mailed(_)) => say("The activation link was mailed.")?,
        Err(ServiceError::Invalid(errors)) => {
            let lines: Vec<String> =
                errors.0.iter().map(|(field, reasons)| format!("--{}: {}", option_of(field), explain(field, reasons[0].key()))).collect();
            return Err(lines.join("\n").into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn reset(portal: &Portal, login: &str) -> Done {
    match reset_factor_of(&portal.context, &portal.operator(), login).await {
        Ok(()) => Ok(say("The second factor is off, all sessions of the account have ended, and its owner gets a letter.")?),
        Err(ServiceError::NotFound) => Err("there is no account with this login".into()),
        Err(ServiceError::Stale) => Err("this account has no second factor".into()),
        Err(error) => Err(error.into()),
    }
}

/// The option that a field comes from.
fn option_of(field: &str) -> &str {
    match field {
        "first_name" | "last_name" => "name",
        other => other,
    }
}

/// What is wrong, in the operator's language.
fn explain(field: &str, reason: &str) -> String {
    let text = match (field, reason) {
        ("role", _) => "one of central_administrator, voivodeship_administrator, auditor, helpdesk",
        ("voivodeship", "required") => "this role needs a voivodeship: two digits, e.g. 26",
        ("voivodeship", _) => "two digits of an existing voivodeship, and none for a central administrator",
        ("login", "login_taken") => "this login is taken",
        ("login", _) => "3 to 32 letters A-Z a-z, digits, _ and -",
        ("first_name", "required") => "give a first and a last name",
        ("first_name" | "last_name", _) => "letters, spaces, hyphens and apostrophes only",
        ("email", _) => "an e-mail address, e.g. name@office.example.pl",
        (_, reason) => reason,
    };
    text.to_owned()
}
