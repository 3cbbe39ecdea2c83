//! Figures of the offices' work: a narrow row for each application, and one for each place to which a return's remarks point. They are
//! counted on every page of numbers, and stay when the application is erased: nobody is named in them.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

/// The day in Warsaw of a column of milliseconds. SQLite knows no zones: summer time lasts from the last Sunday of March, 1:00 UTC, to
/// that of October.
macro_rules! sqlite_day {
    ($ms:literal) => {
        concat!(
            "date(",
            $ms,
            " / 1000 + 3600 + CASE WHEN ",
            $ms,
            " / 1000 >= CAST(strftime('%s', strftime('%Y', ",
            $ms,
            " / 1000, 'unixepoch') || '-04-01', 'weekday 0', '-7 days', '+1 hour') AS INTEGER) AND ",
            $ms,
            " / 1000 < CAST(strftime('%s', strftime('%Y', ",
            $ms,
            " / 1000, 'unixepoch') || '-11-01', 'weekday 0', '-7 days', '+1 hour') AS INTEGER) THEN 3600 ELSE 0 END, 'unixepoch')"
        )
    };
}
macro_rules! postgres_day {
    ($ms:literal) => {
        concat!("to_char(to_timestamp(", $ms, " / 1000.0) AT TIME ZONE 'Europe/Warsaw', 'YYYY-MM-DD')")
    };
}

/// What was there before: applications, what is left of erased ones, and returns from the audit trail. What ended before there was a clock
/// has no number of days; nor has what was erased.
macro_rules! backfill {
    ($day:ident, $each:literal, $place:literal) => {
        concat!(
            "INSERT INTO application_figures (number, voivodeship, kind, filed_on, office_since, office_days, ended_on, outcome, returns)\n",
            "SELECT a.number, a.voivodeship, a.kind, ", $day!("a.submitted_at"),
            ", CASE WHEN a.office_since IS NULL THEN NULL ELSE ", $day!("a.office_since"), " END,\n",
            "  CASE WHEN a.status IN ('approved', 'rejected', 'withdrawn', 'expired') AND a.status_since <= 1000 * coalesce((SELECT m.applied_at\n",
            "    FROM seaql_migrations m WHERE m.version = 'm20261122_000028_clocks'), 0) THEN NULL ELSE a.clock_used END,\n",
            "  CASE WHEN a.status IN ('approved', 'rejected', 'withdrawn', 'expired') THEN ", $day!("a.status_since"), " ELSE NULL END,\n",
            "  CASE WHEN a.status = 'rejected' AND a.decided_by IS NULL THEN 'dropped'\n",
            "    WHEN a.status IN ('approved', 'rejected', 'withdrawn', 'expired') THEN a.status ELSE NULL END,\n",
            "  (SELECT count(*) FROM audit_entries e WHERE e.object_id = a.number AND e.object_kind = 'application'\n",
            "    AND e.event = 'application.returned' AND e.outcome = 'done')\n",
            "FROM applications a;\n",
            "INSERT INTO application_figures (number, voivodeship, kind, filed_on, office_since, office_days, ended_on, outcome, returns)\n",
            "SELECT a.number, a.voivodeship, a.kind, ", $day!("a.submitted_at"), ", NULL, NULL, ", $day!("a.ended_at"),
            ", CASE WHEN a.status = 'rejected' AND a.decided_by IS NULL THEN 'dropped' ELSE a.status END, 0\n",
            "FROM ended_applications a;\n",
            "INSERT INTO return_figures (voivodeship, returned_on, place)\n",
            "SELECT e.voivodeship, ", $day!("e.at"), ", '' FROM audit_entries e\n",
            "WHERE e.event = 'application.returned' AND e.outcome = 'done' AND e.voivodeship IS NOT NULL;\n",
            "INSERT INTO return_figures (voivodeship, returned_on, place)\n",
            "SELECT told.voivodeship, told.day, told.place FROM (\n",
            "  SELECT DISTINCT e.id, e.voivodeship, ", $day!("e.at"), " AS day, ", $place, " AS place FROM audit_entries e, ", $each, "\n",
            "  WHERE e.event = 'application.returned' AND e.outcome = 'done' AND e.voivodeship IS NOT NULL AND f.value <> ''\n",
            ") AS told;\n",
            "INSERT INTO return_figures (voivodeship, returned_on, place)\n",
            "SELECT e.voivodeship, ", $day!("e.at"), ", 'whole' FROM audit_entries e\n",
            "WHERE e.event = 'application.returned' AND e.outcome = 'done' AND e.voivodeship IS NOT NULL\n",
            "  AND NOT EXISTS (SELECT 1 FROM ", $each, " WHERE f.value <> '');\n",
        )
    };
}

// Days are days in Warsaw. `office_since` is the day on which the office got the move, while it has it; `office_days` are the working days
// of its earlier turns, and after the end of all: unknown where nobody counted. `returns` says how often it was sent back. A return is a
// row with an empty `place`, and one more for each place to which its remarks point; no row says of which application it was.
const UP: &str = concat!(
    r#"
CREATE TABLE application_figures (
    number TEXT NOT NULL PRIMARY KEY,
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    kind TEXT NOT NULL,
    filed_on TEXT NOT NULL,
    office_since TEXT,
    office_days INTEGER,
    ended_on TEXT,
    outcome TEXT,
    returns INTEGER NOT NULL DEFAULT 0,
    CHECK ((ended_on IS NULL) = (outcome IS NULL))
);
CREATE TABLE return_figures (
    id {serial},
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    returned_on TEXT NOT NULL,
    place TEXT NOT NULL
);
--sqlite
"#,
    backfill!(
        sqlite_day,
        "json_each(e.details, '$.remarks') f",
        "CASE WHEN f.value LIKE 'persons.%' THEN 'persons' || substr(substr(f.value, 9), instr(substr(f.value, 9), '.')) ELSE f.value END"
    ),
    "--end\n--postgres\n",
    backfill!(
        postgres_day,
        "jsonb_array_elements_text(e.details -> 'remarks') AS f(value)",
        "regexp_replace(f.value, '\\.[0-9]+', '', 'g')"
    ),
    r#"--end
CREATE INDEX application_figures_filed ON application_figures (voivodeship, filed_on, kind);
CREATE INDEX application_figures_ended ON application_figures (voivodeship, ended_on, outcome, kind, office_days, returns)
    WHERE ended_on IS NOT NULL;
CREATE INDEX application_figures_waiting ON application_figures (voivodeship, office_since, office_days) WHERE office_since IS NOT NULL;
CREATE INDEX return_figures_day ON return_figures (voivodeship, returned_on, place);
"#
);

const DOWN: &str = r#"
DROP TABLE return_figures;
DROP TABLE application_figures;
"#;
