//! `audit verify`, `audit export`: the audit trail from a shell.

use super::{Done, say};
use crate::portal::Portal;
use crate::services::verify_audit::{export_audit, verify_audit};
use clap::Subcommand;
use std::io::Write as _;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that entries can only be added, that their order is whole, and that each can be read.
    Verify,
    /// Write all entries as JSON lines, the oldest first.
    Export {
        /// Only entries after this position (the `id` of the last line of an earlier export).
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

pub(super) async fn run(portal: &Portal, command: Command) -> Done {
    let (context, operator) = (&portal.context, portal.operator());
    match command {
        Command::Verify => {
            let verified = verify_audit(context, &operator).await?;
            for finding in &verified.findings {
                say(finding)?;
            }
            if !verified.findings.is_empty() {
                return Err(format!("the audit trail has {} faults among {} entries", verified.findings.len(), verified.entries).into());
            }
            say(format_args!("{} entries, append-only, in order, readable.", verified.entries))?;
        }
        Command::Export { after } => {
            let mut out = std::io::BufWriter::new(std::io::stdout());
            export_audit(context, &operator, after, |line| writeln!(out, "{line}")).await?;
            out.flush()?;
        }
    }
    Ok(())
}
