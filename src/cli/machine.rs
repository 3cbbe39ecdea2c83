//! `machine create`, `machine list`, `machine revoke`: other systems that ask what an account may do.

use super::{Done, say};
use crate::domain::machine::MachineClient;
use crate::domain::permission::ListScope;
use crate::portal::Portal;
use crate::services::ServiceError;
use crate::services::manage_machines::{NewMachine, create_machine, list_machines, revoke_machine_named};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a client; prints its token, which is not shown again.
    Create {
        /// What people call the system, e.g. "Sprawozdania PS".
        #[arg(long)]
        name: String,
        /// Codes of the sub-areas that it may ask about, with commas, e.g. PS,SR.
        #[arg(long, value_delimiter = ',', value_name = "CODE,…")]
        sub_areas: Vec<String>,
        /// Verbs that it may ask about, with commas: view, edit, approve.
        #[arg(long, value_delimiter = ',', value_name = "VERB,…")]
        verbs: Vec<String>,
        /// Voivodeships of the units that it may ask about, with commas, e.g. 24,26; by default the country.
        #[arg(long, value_delimiter = ',', value_name = "NN,…")]
        voivodeships: Vec<String>,
    },
    /// All clients, one a line: in force or revoked, last use, what they may ask about, name.
    List,
    /// Revoke a client: its next question is refused.
    Revoke {
        /// Its name.
        #[arg(long)]
        name: String,
    },
}

pub(super) async fn run(portal: &Portal, command: Command) -> Done {
    let (context, operator) = (&portal.context, portal.operator());
    match command {
        Command::Create { name, sub_areas, verbs, voivodeships } => {
            match create_machine(context, &operator, &NewMachine { name, sub_areas, verbs, voivodeships }).await {
                Ok(made) => say(made.token)?,
                Err(ServiceError::Invalid(errors)) => {
                    let told = errors
                        .0
                        .iter()
                        .map(|(field, reasons)| format!("--{}: {}", field.replace('_', "-"), explain(field, reasons[0].key())));
                    return Err(told.collect::<Vec<_>>().join("\n").into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Command::List => {
            for client in list_machines(context, &operator).await? {
                say(line_of(&client))?;
            }
        }
        Command::Revoke { name } => match revoke_machine_named(context, &operator, &name).await {
            Ok(()) => say("The client is revoked: its token opens nothing any more.")?,
            Err(ServiceError::NotFound | ServiceError::Stale) => {
                return Err("there is no client in force with this name; see: cas-portal machine list".into());
            }
            Err(error) => return Err(error.into()),
        },
    }
    Ok(())
}

fn line_of(client: &MachineClient) -> String {
    let state = match client.revoked_at {
        None => "in force".to_owned(),
        Some(at) => format!("revoked {}", at.to_iso()),
    };
    let used = client.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", at.to_iso()));
    let verbs: Vec<&str> = client.scope.verbs.iter().map(|verb| verb.name()).collect();
    let place = match &client.scope.place {
        ListScope::Country => "country".to_owned(),
        ListScope::Voivodeships(codes) => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    format!("{state}  {used}  {}  {}  {place}  {}", client.scope.sub_areas.join(","), verbs.join(","), client.name)
}

/// What is wrong, in the operator's language.
fn explain(field: &str, reason: &str) -> String {
    let text = match (field, reason) {
        ("name", "machine_name_taken") => "a client in force has this name",
        ("name", "required") => "give it a name",
        ("name", _) => "one line of up to 80 characters",
        ("sub_areas", "unknown") => "codes of existing sub-areas, e.g. PS,SR",
        ("sub_areas", _) => "name at least one sub-area, e.g. PS",
        ("verbs", "unknown") => "view, edit or approve",
        ("verbs", _) => "name at least one: view, edit, approve",
        ("voivodeships", _) => "two digits of existing voivodeships, e.g. 24,26",
        (_, reason) => reason,
    };
    text.to_owned()
}
