//! SPEAKS on the command line; the operator is an actor too. What may not live here: rules, SQL.

mod admin;
mod audit;
mod backup;
mod check;
mod machine;
mod mail;

use crate::portal::{Config, Portal, prepare};
use crate::services::backup::Wishes;
use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The account portal for Poland's social-welfare statistics.
#[derive(Debug, Parser)]
#[command(name = "cas-portal", version)]
struct Arguments {
    /// Settings file; by default cas-portal.toml, where it exists.
    #[arg(long, global = true, value_name = "FILE", env = "CAS_PORTAL_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal, and do its background work (this is the default).
    Serve {
        /// Fill an empty database with a demonstration country.
        #[arg(long)]
        demo: bool,
    },
    /// Do the background work only: deliver letters, keep deadlines.
    Work,
    /// Bring the database schema up to date.
    Migrate,
    /// Make administrators, auditors and helpdesk.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Make and revoke other systems' access to decisions.
    #[command(subcommand)]
    Machine(machine::Command),
    /// Look after the letters.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Look after the audit trail.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Copy the whole portal into a folder, while it is running: database and files.
    Backup {
        /// An empty folder, or one that is not there.
        folder: PathBuf,
        /// Make nothing: tell whether the backup in the folder is complete.
        #[arg(long)]
        check: bool,
    },
    /// Restore a backup into an empty database, and its files into the file store.
    Restore {
        /// The backup's folder.
        folder: PathBuf,
        /// The secret key is another one than at the backup; whoever had one-time codes adds them anew.
        #[arg(long)]
        other_key: bool,
        /// Other systems' tokens stay in force; without this all are revoked, because some may have been since the backup.
        #[arg(long)]
        keep_machines: bool,
        /// A copy of the journal of erasures (cas-portal erasures), where it is newer than the one beside the files.
        #[arg(long, value_name = "FILE")]
        erasures: Option<PathBuf>,
    },
    /// Write the journal of erasures, one a line: what a restore must not bring back. Keep a copy away from database and files.
    Erasures,
    /// Check settings, database, migrations, mail and files: what is wrong and how to mend it.
    Check,
}

/// What a command ends with: done, or told why not.
type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Runs the command line.
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The reader's terminal may be gone; then there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "cas-portal: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Done {
    let config = prepare(arguments.config.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(execute(arguments.command.unwrap_or(Command::Serve { demo: false }), config));
    // Idle connections hold tasks; nothing that they do is worth waiting for.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    done
}

async fn execute(command: Command, config: Config) -> Done {
    match command {
        Command::Serve { demo } => Portal::open(config).await?.serve(demo).await?,
        Command::Work => Portal::open(config).await?.work().await?,
        Command::Migrate => {
            Portal::open(config).await?;
            say("The database is up to date.")?;
        }
        Command::Admin(command) => admin::run(&Portal::open(config).await?, command).await?,
        Command::Machine(command) => machine::run(&Portal::open(config).await?, command).await?,
        Command::Mail(command) => mail::run(&Portal::open(config).await?, command).await?,
        Command::Audit(command) => audit::run(config, command).await?,
        Command::Backup { folder, check: true } => backup::check(&folder).await?,
        Command::Backup { folder, check: false } => backup::make(config, &folder).await?,
        Command::Restore { folder, other_key, keep_machines, erasures } => {
            backup::restore(config, &folder, &Wishes { other_key, keep_machines, journal: erasures }).await?;
        }
        Command::Erasures => backup::erasures(&Portal::open(config).await?).await?,
        Command::Check => check::run(config).await?,
    }
    Ok(())
}

/// A number with its noun: „1 entry”, „2 entries”.
fn counted(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// One line to whoever reads the output.
fn say(line: impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn numbers_have_the_noun_that_fits() {
        let of = |noun| [0, 1, 2].map(|number| counted(number, noun));
        assert_eq!(of("fault"), ["0 faults", "1 fault", "2 faults"]);
        assert_eq!(of("entry"), ["0 entries", "1 entry", "2 entries"]);
    }
}
