//! `audit verify`, `audit export`: the audit trail from a shell.

use super::{Done, counted, say};
use crate::portal::{Config, Portal};
use crate::services::verify_audit::{Noted, export_audit, verify_audit};
use clap::Subcommand;
use std::io::Write as _;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that entries can only be added, that their order is whole, that each can be read, and that nothing that was sealed was
    /// altered, removed or added to.
    Verify {
        /// A seal noted earlier, from here or from the log: it must still be there. May be given several times.
        #[arg(long, value_name = "NUMBER:HASH")]
        seal: Vec<Noted>,
    },
    /// Write all entries as JSON lines, the oldest first.
    Export {
        /// Only entries after this position (the `id` of the last line of an earlier export).
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

/// The schema stays as it is: of a database that a restore left half made nothing is verified.
pub(super) async fn run(config: Config, command: Command) -> Done {
    let portal = &Portal::open_unmigrated(config).await?;
    if !portal.is_migrated().await? {
        return Err("the schema is not there, or not up to date. Run: cas-portal migrate; after a restore that was cut off restore again \
             into an empty database"
            .into());
    }
    let (context, operator) = (&portal.context, portal.operator());
    match command {
        Command::Verify { seal } => {
            let verified = verify_audit(context, &operator, &seal).await?;
            for finding in &verified.findings {
                say(finding)?;
            }
            if !verified.findings.is_empty() {
                let (faults, entries) = (counted(verified.findings.len() as u64, "fault"), counted(verified.entries, "entry"));
                return Err(format!("the audit trail has {faults} among {entries}").into());
            }
            let entries = counted(verified.entries, "entry");
            say(format_args!("{entries}, append-only, in order, readable; {} not sealed yet.", verified.unsealed))?;
            if let Some(seal) = verified.seal {
                say(format_args!("Last seal: {seal}"))?;
            }
        }
        Command::Export { after } => {
            let mut out = std::io::BufWriter::new(std::io::stdout());
            export_audit(context, &operator, after, |line| writeln!(out, "{line}")).await?;
            out.flush()?;
        }
    }
    Ok(())
}
