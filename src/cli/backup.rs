//! `backup`, `restore`: the whole portal into a folder, and out of it.

use super::{Done, say};
use crate::portal::{Config, Portal};
use crate::services::backup::{About, SERIALS_LEFT_OUT, Wishes, check_backup, make_backup, restore_backup};
use crate::services::erase::list_erasures;
use std::path::Path;

/// What nobody can know from a backup.
const AS_IT_WAS: &str = "Look before you let people in: passwords, second factors, e-mail addresses, roles, permissions, suspended and \
    closed accounts are as they were at the backup. A password that was changed since is the old one again, and whatever was taken back \
    or suspended since is in force again (README, „Backup and restore”).";

pub(super) async fn make(config: Config, folder: &Path) -> Done {
    // The schema stays as it is: a backup is what one makes before an upgrade.
    let portal = Portal::open_unmigrated(config).await?;
    let made = make_backup(&portal.context, &portal.operator(), folder).await?;
    say(format_args!("Backup of {}.", told(&made.about)))?;
    if made.erased > 0 {
        say(format_args!("{} files were erased while it was made, as they had to be.", made.erased))?;
    }
    complain_of_lost(&made.about)
}

pub(super) async fn check(folder: &Path) -> Done {
    let (about, findings) = check_backup(folder).await?;
    for finding in &findings {
        say(finding)?;
    }
    if !findings.is_empty() {
        return Err(format!("the backup is not complete: {} faults", findings.len()).into());
    }
    say(format_args!("The backup of {} is complete.", told(&about)))?;
    complain_of_lost(&about)
}

pub(super) async fn restore(config: Config, folder: &Path, wishes: &Wishes) -> Done {
    let portal = Portal::open_unmigrated(config).await?;
    let restored = restore_backup(&portal.context, &portal.operator(), folder, wishes).await?;
    for finding in &restored.verified.findings {
        say(finding)?;
    }
    say(format_args!("Restored: {}.", told(&restored.about)))?;
    say("All sessions, known devices, mailed links and codes, and recovery codes have ended, and so have first approvals and proposals \
         that waited for an answer; letters that waited are given up (cas-portal mail list).")?;
    say(format_args!(
        "New applications go on {SERIALS_LEFT_OUT} numbers later in each voivodeship: those that were given since stand on printed forms."
    ))?;
    if restored.erased > 0 {
        say(format_args!("{} applications and accounts had been erased since, and are again.", restored.erased))?;
    }
    if restored.revoked_machines > 0 {
        say(format_args!(
            "{} tokens of other systems are revoked, because some may have been since the backup: make new ones (cas-portal machine \
             create), or restore with --keep-machines.",
            restored.revoked_machines
        ))?;
    }
    if restored.machines > 0 {
        say(format_args!(
            "{} tokens of other systems are in force again: revoke those that were revoked since (cas-portal machine list).",
            restored.machines
        ))?;
    }
    say(AS_IT_WAS)?;
    if !restored.verified.findings.is_empty() {
        return Err(format!("the audit trail has {} faults", restored.verified.findings.len()).into());
    }
    say(format_args!("The audit trail is whole: {} entries. Complete.", restored.verified.entries))?;
    complain_of_lost(&restored.about)
}

pub(super) async fn erasures(portal: &Portal) -> Done {
    for erasure in list_erasures(&portal.context, &portal.operator()).await? {
        say(erasure.line())?;
    }
    Ok(())
}

fn told(about: &About) -> String {
    let rows: u64 = about.tables.values().map(|table| table.rows).sum();
    format!("{}: {rows} rows of {} tables, {} files, schema {}", about.taken_at, about.tables.len(), about.files, schema_of(about))
}

fn schema_of(about: &About) -> &str {
    about.migrations.last().map_or("none", String::as_str)
}

fn complain_of_lost(about: &About) -> Done {
    if about.lost.is_empty() {
        return Ok(());
    }
    Err(format!("{} files were missing or damaged in the file store when it was made:\n{}", about.lost.len(), about.lost.join("\n")).into())
}
