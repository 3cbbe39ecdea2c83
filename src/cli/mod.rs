//! SPEAKS on the command line; the operator is an actor too. What may not live here: rules, SQL.

use crate::portal::{Config, Portal, prepare};
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
    /// Serve the portal (this is the default).
    Serve {
        /// Fill an empty database with a demonstration country.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database schema up to date.
    Migrate,
}

/// What a command ends with: done, or told why not.
type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
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
        Command::Migrate => {
            Portal::open(config).await?;
            writeln!(std::io::stdout(), "The database is up to date.")?;
        }
    }
    Ok(())
}
