//! The printed form as data: composed once when a revision is frozen, then shown by HTML and PDF alike,
//! so that both always say the same, and an old revision never changes when a text or an address does.

use super::signed_form::FormCode;
use crate::domain::moment::Moment;
use serde::{Deserialize, Serialize};

/// A form ready to show. All texts are final Polish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedForm {
    /// Office that it goes to.
    pub office: String,
    /// Title, e.g. „Wniosek o rejestrację jednostki i użytkownika”.
    pub title: String,
    /// What kind, e.g. „nowa jednostka i użytkownik”.
    pub kind: String,
    /// Number, revision, fingerprint: on every page, in words and as a QR code.
    pub code: FormCode,
    /// „3fa9 01bc 77de”.
    pub short_fingerprint: String,
    /// When this revision was submitted. Also the PDF's creation date.
    pub submitted_at: Moment,
    /// The content, from top to bottom.
    pub blocks: Vec<Block>,
    /// Fixed words around the content.
    pub words: FormWords,
}

/// Words that stand on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormWords {
    /// „Numer wniosku”.
    pub number: String,
    /// „Wersja”.
    pub revision: String,
    /// „Odcisk treści”.
    pub fingerprint: String,
    /// „Data złożenia”.
    pub submitted: String,
    /// „strona {page} z {pages}”, with both braces to be replaced.
    pub page: String,
    /// „Rodzaj wniosku”.
    pub kind: String,
}

/// One piece of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// Section heading; stays with what follows.
    Heading {
        /// Its words.
        text: String,
    },
    /// Label and value, line by line.
    Fields {
        /// The lines.
        rows: Vec<FieldRow>,
    },
    /// A table whose header repeats after a page break; rows do not split where they fit a page.
    Table {
        /// Column heads.
        headers: Vec<String>,
        /// Relative widths, one per column.
        widths: Vec<u32>,
        /// Cells, row by row.
        rows: Vec<Vec<String>>,
    },
    /// Running text.
    Paragraph {
        /// Its words.
        text: String,
    },
    /// Small print, e.g. one point of the RODO clause.
    SmallPrint {
        /// Its words.
        text: String,
    },
    /// Numbered statements.
    Statements {
        /// Who states: „Oświadczenie użytkownika”.
        title: String,
        /// What is stated.
        items: Vec<String>,
    },
    /// Boxes to sign in, side by side; never split between pages.
    Signatures {
        /// The boxes, 1–3.
        boxes: Vec<SignatureBox>,
        /// „albo: dokument podpisany elektronicznie”.
        electronic: String,
    },
    /// The office's part: framed empty lines; never split between pages.
    OfficePart {
        /// „Wypełnia urząd”.
        title: String,
        /// Label of each line to fill in.
        lines: Vec<String>,
        /// Choices to tick, e.g. „uwzględniono”, „odrzucono”.
        choices: Vec<String>,
        /// Caption under the signature line.
        signature: String,
    },
}

/// Label and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRow {
    /// „REGON”.
    pub label: String,
    /// „291122334”.
    pub value: String,
}

/// One box to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureBox {
    /// „Podpis i pieczątka osoby zarządzającej”.
    pub caption: String,
    /// „Anna Nowak, kierownik”.
    pub name: String,
    /// „Miejscowość i data”.
    pub place_and_date: String,
}
