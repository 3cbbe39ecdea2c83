//! What the database holds of each application, counted with plain SQL beside the portal's own code, and what must agree.

use super::prepared::{PERSONS, WISHES};
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An application and everything that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Traces {
    pub number: String,
    pub status: String,
    pub regon: String,
    /// Filed by the portal, not by the test.
    pub filed: i64,
    pub revisions: i64,
    pub persons: i64,
    pub pending_persons: i64,
    pub search_rows: i64,
    pub submitted_entries: i64,
    pub registered_letters: i64,
    pub taken_entries: i64,
    pub units: i64,
    pub grants: i64,
    pub approved_entries: i64,
    pub approved_letters: i64,
    pub invitations: i64,
}

const TRACES: &str = "
SELECT a.number, a.status, a.regon,
  (SELECT count(*) FROM drafts d WHERE d.submitted_as = a.id) AS filed,
  (SELECT count(*) FROM application_revisions r WHERE r.application_id = a.id) AS revisions,
  (SELECT count(*) FROM application_persons p WHERE p.application_id = a.id) AS persons,
  (SELECT count(*) FROM application_persons p JOIN accounts c ON c.id = p.account_id
    WHERE p.application_id = a.id AND c.status = 'pending') AS pending_persons,
  (SELECT count(*) FROM application_search s WHERE s.application_id = a.id) AS search_rows,
  (SELECT count(*) FROM audit_entries e WHERE e.object_id = a.number AND e.event = 'application.submitted') AS submitted_entries,
  (SELECT count(*) FROM outbox_messages m WHERE m.application_id = a.id AND m.kind = 'application_registered') AS registered_letters,
  (SELECT count(*) FROM audit_entries e WHERE e.object_id = a.number AND e.event = 'application.taken') AS taken_entries,
  (SELECT count(*) FROM units u WHERE u.regon = a.regon) AS units,
  (SELECT count(*) FROM grants g WHERE g.application_id = a.id) AS grants,
  (SELECT count(*) FROM audit_entries e WHERE e.object_id = a.number AND e.event = 'application.approved') AS approved_entries,
  (SELECT count(*) FROM outbox_messages m WHERE m.application_id = a.id AND m.kind = 'application_approved') AS approved_letters,
  (SELECT count(*) FROM outbox_messages m JOIN application_persons p ON p.account_id = m.account_id
    WHERE p.application_id = a.id AND m.kind = 'account_invited') AS invitations
FROM applications a ORDER BY a.number";

/// What belongs to no application although only applications make it.
const ORPHANS: [(&str, &str); 5] = [
    (
        "units that no approved application made",
        "SELECT count(*) AS found FROM units u WHERE NOT EXISTS (SELECT 1 FROM applications a WHERE a.regon = u.regon AND a.status = 'approved')",
    ),
    (
        "grants without an application",
        "SELECT count(*) AS found FROM grants g WHERE NOT EXISTS (SELECT 1 FROM applications a WHERE a.id = g.application_id)",
    ),
    (
        "pending accounts without an application",
        "SELECT count(*) AS found FROM accounts c WHERE c.status = 'pending' AND NOT EXISTS (SELECT 1 FROM application_persons p WHERE p.account_id = c.id)",
    ),
    (
        "audit entries about applications that are not there",
        "SELECT count(*) AS found FROM audit_entries e WHERE e.object_kind = 'application' AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.number = e.object_id)",
    ),
    (
        "letters about applications that are not there",
        "SELECT count(*) AS found FROM outbox_messages m WHERE m.application_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.id = m.application_id)",
    ),
];

impl Traces {
    /// What is wrong with it, if anything: it must be wholly decided or not at all, wholly filed or not at all.
    fn fault(&self) -> Option<String> {
        let is_approved = self.status == "approved";
        let approval = (self.units, self.grants, self.pending_persons, self.approved_entries, self.approved_letters, self.invitations);
        let expected = if is_approved { (1, PERSONS * WISHES, 0, 1, 1, PERSONS - 1) } else { (0, 0, PERSONS, 0, 0, 0) };
        if approval != expected {
            return Some(format!(
                "{} is {}: (unit, grants, pending persons, audit entries, letters, invitations) are {approval:?}, not {expected:?}",
                self.number, self.status
            ));
        }
        let filing = (self.revisions, self.persons, self.submitted_entries, self.registered_letters);
        let expected = (1, PERSONS, self.filed, self.filed);
        if filing != expected || self.filed > 1 || self.search_rows == 0 {
            return Some(format!(
                "{}: (revisions, persons, audit entries, letters) are {filing:?}, not {expected:?}; search rows {}",
                self.number, self.search_rows
            ));
        }
        let is_consistent = match self.status.as_str() {
            "awaiting_form" => self.filed == 1,
            "form_received" => self.filed == 0 && self.taken_entries == 0,
            "in_review" | "approved" => self.filed == 0 && self.taken_entries >= 1,
            _ => false,
        };
        (!is_consistent).then(|| format!("{} is {} with {} entries about taking it", self.number, self.status, self.taken_entries))
    }
}

/// All applications, by number with `-` for `/`. Fails with everything that is half there.
pub async fn count_whole(db: &DatabaseConnection) -> BTreeMap<String, Traces> {
    let rows = Traces::find_by_statement(statement(db, TRACES)).all(db).await.expect("the applications");
    let mut faults: Vec<String> = rows.iter().filter_map(Traces::fault).collect();
    for (what, sql) in ORPHANS {
        let found = db.query_one_raw(statement(db, sql)).await.expect(what).expect("a row").try_get::<i64>("", "found").expect("a number");
        if found != 0 {
            faults.push(format!("{found} {what}"));
        }
    }
    let regons: BTreeSet<&str> = rows.iter().map(|row| row.regon.as_str()).collect();
    if regons.len() != rows.len() {
        faults.push(format!("{} applications for {} units", rows.len(), regons.len()));
    }
    assert!(faults.is_empty(), "half done:\n{}", faults.join("\n"));
    rows.into_iter().map(|row| (row.number.replace('/', "-"), row)).collect()
}

/// What is half there at this instant. One statement sees one moment, so a change whose parts are not one transaction is seen
/// between them.
pub async fn glimpse(db: &DatabaseConnection) -> Vec<String> {
    Traces::find_by_statement(statement(db, TRACES)).all(db).await.expect("the applications").iter().filter_map(Traces::fault).collect()
}

/// Every message of the outbox and its status.
pub async fn messages(db: &DatabaseConnection) -> Vec<(Uuid, String)> {
    let rows = db.query_all_raw(statement(db, "SELECT id, status FROM outbox_messages")).await.expect("the outbox");
    rows.iter().map(|row| (row.try_get("", "id").expect("an id"), row.try_get("", "status").expect("a status"))).collect()
}

fn statement(db: &DatabaseConnection, sql: &str) -> Statement {
    Statement::from_string(db.get_database_backend(), sql.to_owned())
}
