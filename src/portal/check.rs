//! Looks at each part that the settings name, for `cas-portal check`.

use super::Portal;
use crate::mail::Inbox;
use crate::storage::database;

/// One part.
#[derive(Debug)]
pub struct Checked {
    /// Which.
    pub what: &'static str,
    /// Where it is, without passwords.
    pub place: String,
    /// Fine, or what is wrong and how to mend it.
    pub result: Result<(), (String, &'static str)>,
}

impl Portal {
    /// Looks at each part and changes nothing.
    pub async fn check(&self) -> Vec<Checked> {
        let (context, config) = (&self.context, self.config());
        let database = match database::is_migrated(&context.db).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(("the schema is not up to date".to_owned(), "Run: cas-portal migrate")),
            Err(error) => Err((error.to_string(), "Start the database server, or correct CAS_PORTAL_DATABASE_URL.")),
        };
        let mail = context.mailer.check().await.map_err(|e| (e.to_string(), "Correct CAS_PORTAL_MAIL_URL, or start the mail server."));
        let mend_files = "Correct CAS_PORTAL_FILES_URL, or let the portal write there.";
        let files = context.files.check(context.new_file_id()).await.map_err(|e| (e.to_string(), mend_files));
        let mut checked = vec![
            Checked { what: "database", place: config.database.redacted(), result: database },
            Checked { what: "mail", place: context.mailer.destination(), result: mail },
            Checked { what: "files", place: context.files.place(), result: files },
        ];
        let roots = &context.settings.signature_roots;
        let trusted = match roots.is_empty() {
            true => "none trusted: who issued a signature is not checked (CAS_PORTAL_SIGNATURE_ROOTS)".to_owned(),
            false => format!("{} trusted", roots.len()),
        };
        checked.push(Checked { what: "issuers", place: trusted, result: Ok(()) });
        for mailbox in &context.settings.mailboxes {
            let mend = "Correct CAS_PORTAL_MAILBOXES, the file with its password or CAS_PORTAL_MAILBOX_ROOTS, or start the mail server.";
            let result = match Inbox::open(&mailbox.address).await {
                Ok(inbox) => {
                    inbox.close().await;
                    Ok(())
                }
                Err(error) => Err((error.to_string(), mend)),
            };
            checked.push(Checked { what: "mailbox", place: format!("{} {}", mailbox.voivodeship, mailbox.address.place()), result });
        }
        checked
    }
}
