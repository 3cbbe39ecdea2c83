//! `/admin/bulk`: what a choice of applications would do, how far a batch is, the own batches.

use crate::domain::application::bulk::{Act, Hindrance};
use crate::domain::application::decision::Barred;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::render::Page;
use crate::services::act_in_bulk::{Batch, BatchRow, Choice, Judged};
use serde::Serialize;
use std::collections::BTreeMap;

const NOW: i64 = 1_795_327_500_000;

/// Why something is not done: a key of its words, or a value that is refused as at its field.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reason {
    /// Key of the words.
    pub key: Option<String>,
    /// Otherwise the field.
    pub field: String,
    /// And what is wrong with it, as the errors of a form.
    pub errors: BTreeMap<String, Vec<String>>,
}

impl Reason {
    fn of(hindrance: &Hindrance) -> Self {
        match hindrance {
            Hindrance::Refused(field, reason) => {
                Self { key: None, field: field.clone(), errors: BTreeMap::from([(field.clone(), vec![reason.clone()])]) }
            }
            other => Self { key: other.label_key(), ..Self::default() },
        }
    }
    fn all(hindrances: &[Hindrance]) -> Vec<Self> {
        hindrances.iter().map(Self::of).collect()
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One application that was chosen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChosenLine {
    /// As the form carries it.
    pub value: String,
    /// „W/26/2026/000123”.
    pub number: String,
    /// „W-26-2026-000123”.
    pub id: String,
    /// Its unit, where the reader may know of it.
    pub unit_name: Option<String>,
    /// Key of what is applied for.
    pub kind: Option<&'static str>,
    /// Who must have signed, with positions.
    pub signers: String,
    /// Why it is not done, in words.
    pub reasons: Vec<Reason>,
}

impl ChosenLine {
    fn of(judged: &Judged) -> Self {
        let known = judged.known.as_ref();
        Self {
            value: judged.chosen.to_text(),
            number: judged.chosen.number.to_string(),
            id: judged.chosen.number.to_path(),
            unit_name: known.map(|known| known.unit_name.clone()),
            kind: known.map(|known| known.kind.key()),
            signers: known.map(|known| known.signers.join("; ")).unwrap_or_default(),
            reasons: Reason::all(&judged.hindrances),
        }
    }
}

/// Somebody to whom applications can be given.
#[derive(Debug, Clone, Serialize)]
pub struct Colleague {
    /// Account.
    pub value: String,
    /// First and last name.
    pub text: String,
}

/// `/admin/bulk/new`: what will be done and what not, before it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BulkAskPage {
    /// Id of the batch to be.
    pub batch: String,
    /// Key of the act.
    pub act: &'static str,
    /// What will be done.
    pub ready: Vec<ChosenLine>,
    /// What will not.
    pub kept: Vec<ChosenLine>,
    /// To whom they can be given.
    pub colleagues: Vec<Colleague>,
    /// Who was chosen.
    pub assignee: String,
    /// Reasons by field.
    pub errors: FieldErrors,
}

impl BulkAskPage {
    /// Of what the service found.
    pub fn of(batch: String, act: Act, choice: &Choice) -> Self {
        let (ready, kept) = choice.judged.iter().partition::<Vec<_>, _>(|one| one.hindrances.is_empty());
        let lines = |judged: Vec<&Judged>| judged.into_iter().map(ChosenLine::of).collect();
        Self {
            batch,
            act: act.key(),
            ready: lines(ready),
            kept: lines(kept),
            colleagues: choice.colleagues.iter().map(|(id, name)| Colleague { value: id.to_string(), text: name.clone() }).collect(),
            assignee: String::new(),
            errors: FieldErrors::default(),
        }
    }
}

impl Page for BulkAskPage {
    const TEMPLATE: &'static str = "pages/bulk/ask.html.tera";
    const PLACE: &'static str = "admin-bulk-new";
    fn samples() -> Vec<Self> {
        let line = |serial: u32, reasons: &[Hindrance]| ChosenLine {
            value: format!("W-26-2026-{serial:06}.7"),
            number: format!("W/26/2026/{serial:06}"),
            id: format!("W-26-2026-{serial:06}"),
            unit_name: Some(if serial.is_multiple_of(2) { sample_unit() } else { "GOPS w Morawicy".to_owned() }),
            kind: Some("permission_renewal"),
            signers: "Maria Wójcik-Źdźbło, kierownik; Zofia Brzęczyszczykiewicz, dyrektorka".to_owned(),
            reasons: Reason::all(reasons),
        };
        let hindrances: Vec<Hindrance> = Hindrance::PLAIN.into_iter().chain(Barred::ALL.map(Hindrance::Barred)).collect();
        let unknown = ChosenLine { unit_name: None, kind: None, ..line(7, &[Hindrance::Unknown]) };
        let page = |act: Act| Self {
            batch: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
            act: act.key(),
            ready: vec![line(1, &[]), line(2, &[])],
            kept: vec![line(3, &hindrances), unknown.clone()],
            colleagues: vec![Colleague {
                value: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a11".to_owned(),
                text: "Krystyna Zawadzka-Śliwińska".to_owned(),
            }],
            ..Self::default()
        };
        let mut pages: Vec<Self> = Act::ALL.map(page).into();
        pages.push(Self { errors: FieldErrors::one("signature", Invalid::SignatureRequired), ..page(Act::Approve) });
        pages.push(Self { errors: FieldErrors::one("assignee", Invalid::Unknown), kept: Vec::new(), ..page(Act::Assign) });
        pages.push(Self { ready: Vec::new(), ..page(Act::Approve) });
        pages.push(Self { ready: Vec::new(), kept: Vec::new(), ..page(Act::Take) });
        pages
    }
}

/// One application of a batch.
#[derive(Debug, Clone, Serialize)]
pub struct BatchLine {
    /// „W/26/2026/000123”.
    pub number: String,
    /// „W-26-2026-000123”, where the reader may open it.
    pub id: Option<String>,
    /// Its unit.
    pub unit_name: String,
    /// Key under `bulk.states`.
    pub state: &'static str,
    /// Why it was not done, in words.
    pub reasons: Vec<Reason>,
}

/// A batch in numbers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BatchCounts {
    /// Id.
    pub id: String,
    /// Key of the act.
    pub act: &'static str,
    /// Since when (ms).
    pub at: i64,
    /// All.
    pub all: i64,
    /// Done.
    pub done: i64,
    /// Not done.
    pub failed: i64,
    /// To be done.
    pub waiting: i64,
}

impl BatchCounts {
    /// Of what the service found.
    pub fn of(batch: &Batch) -> Self {
        Self {
            id: batch.job.id.to_string(),
            act: batch.job.act.key(),
            at: batch.job.created_at.0,
            all: count(batch.rows.len()),
            done: count(batch.count("done")),
            failed: count(batch.count("failed")),
            waiting: count(batch.count("waiting")),
        }
    }
}

/// `/admin/bulk/<id>`: how far it is.
#[derive(Debug, Clone, Serialize)]
pub struct BulkPage {
    /// In numbers.
    pub counts: BatchCounts,
    /// To whom applications are given.
    pub assignee: Option<String>,
    /// What was not done first, then what waits, then what was done.
    pub rows: Vec<BatchLine>,
    /// It is under way, and its reader does not want it to be shown anew by itself.
    pub is_paused: bool,
}

impl BulkPage {
    /// Of what the service found.
    pub fn of(batch: &Batch, is_paused: bool) -> Self {
        let line = |row: &BatchRow| BatchLine {
            number: row.number.to_string(),
            id: row.unit_name.as_ref().map(|_| row.number.to_path()),
            unit_name: row.unit_name.clone().unwrap_or_default(),
            state: row.state.key(),
            reasons: Reason::all(row.state.hindrances()),
        };
        let mut rows: Vec<BatchLine> = batch.rows.iter().map(line).collect();
        rows.sort_by_key(|row| ["failed", "waiting", "done"].iter().position(|key| *key == row.state));
        Self { counts: BatchCounts::of(batch), assignee: batch.assignee.clone(), rows, is_paused }
    }
}

fn sample_unit() -> String {
    let name = "Samodzielny Publiczny Międzygminny Specjalistyczny Ośrodek Wsparcia dla Osób Doznających Przemocy Domowej i ich \
     Rodzin imienia Świętego Brata Alberta Chmielowskiego w Konstantynopolitańczykowianeczkowicach nad Źdźbłowianką";
    name.to_owned()
}

fn sample_counts(act: Act, (done, failed, waiting): (i64, i64, i64)) -> BatchCounts {
    let id = "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned();
    BatchCounts { id, act: act.key(), at: NOW, all: done + failed + waiting, done, failed, waiting }
}

impl Page for BulkPage {
    const TEMPLATE: &'static str = "pages/bulk/batch.html.tera";
    const PLACE: &'static str = "admin-bulk-batch";
    fn samples() -> Vec<Self> {
        let line = |serial: u32, state: &'static str, reasons: &[Hindrance]| BatchLine {
            number: format!("W/26/2026/{serial:06}"),
            id: (serial != 3).then(|| format!("W-26-2026-{serial:06}")),
            unit_name: if serial == 3 { String::new() } else { sample_unit() },
            state,
            reasons: Reason::all(reasons),
        };
        let failed = [
            line(1, "failed", &[Hindrance::LooksAlike, Hindrance::HasNote]),
            line(2, "failed", &[Hindrance::Refused("regon".to_owned(), Invalid::RegonTaken.key().to_owned())]),
            line(3, "failed", &[Hindrance::Unknown]),
        ];
        let page = |act, counts, rows, is_paused| Self { counts: sample_counts(act, counts), assignee: None, rows, is_paused };
        let waiting = [failed.to_vec(), vec![line(4, "waiting", &[]), line(5, "done", &[])]].concat();
        let assigned = Self {
            assignee: Some("Krystyna Zawadzka-Śliwińska".to_owned()),
            ..page(Act::Assign, (1, 0, 0), vec![line(5, "done", &[])], false)
        };
        vec![
            page(Act::Approve, (1, 3, 1), waiting.clone(), false),
            page(Act::Approve, (1, 3, 1), waiting, true),
            page(Act::Remind, (0, 3, 0), failed.into(), false),
            page(Act::Take, (1, 0, 0), vec![line(5, "done", &[])], false),
            assigned,
        ]
    }
}

/// `/admin/bulk`: the own batches.
#[derive(Debug, Clone, Serialize)]
pub struct BulkListPage {
    /// The latest first.
    pub batches: Vec<BatchCounts>,
}

impl Page for BulkListPage {
    const TEMPLATE: &'static str = "pages/bulk/list.html.tera";
    const PLACE: &'static str = "admin-bulk";
    fn samples() -> Vec<Self> {
        let batches = vec![
            sample_counts(Act::Approve, (1, 3, 1)),
            sample_counts(Act::Take, (25, 0, 0)),
            sample_counts(Act::Assign, (98, 2, 0)),
            sample_counts(Act::Remind, (0, 1, 0)),
        ];
        vec![Self { batches }, Self { batches: Vec::new() }]
    }
}
