//! Registration: finding the unit, its data, its gmina.

use super::{Choice, GminaChoice, Remarks, samples};
use crate::domain::application::draft::UnitTexts;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::services::similar_units::KnownUnit;
use serde::Serialize;

/// A registered unit that was found.
#[derive(Debug, Clone, Serialize)]
pub struct FoundUnit {
    /// Row.
    pub id: String,
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Post town.
    pub town: String,
}

/// `/register/unit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FindUnitPage {
    /// What was searched for.
    pub unit_search: String,
    /// There was a search.
    pub is_searched: bool,
    /// Registered units.
    pub found: Vec<FoundUnit>,
    /// There are more.
    pub has_more: bool,
    /// Somebody applied for this REGON.
    pub is_applied_for: bool,
    /// The unit chosen before: its name; empty for a new one.
    pub chosen: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for FindUnitPage {
    const TEMPLATE: &'static str = "pages/register/unit.html.tera";
    const PLACE: &'static str = "register-unit";
    fn samples() -> Vec<Self> {
        samples::find_unit()
    }
}

/// A registered unit that looks like the one that is typed.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarUnit {
    /// As it was found.
    pub unit: FoundUnit,
    /// Name of its gmina.
    pub gmina: String,
    /// Keys under `review.similar`.
    pub reasons: Vec<&'static str>,
}

impl SimilarUnit {
    /// Of what the service found.
    pub fn of(known: &KnownUnit) -> Self {
        Self {
            unit: FoundUnit { id: known.unit.to_string(), name: known.name.clone(), regon: known.regon.clone(), town: known.town.clone() },
            gmina: known.gmina.clone(),
            reasons: known.reasons.iter().map(|reason| reason.key()).collect(),
        }
    }
}

/// `/register/unit-data`.
#[derive(Debug, Clone, Serialize)]
pub struct UnitDataPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Registered units that look like it, the likest first.
    pub similar: Vec<SimilarUnit>,
    /// Which these are: what the form says was seen.
    pub similar_seen: String,
    /// As typed.
    pub unit: UnitTexts,
    /// Kinds of unit.
    pub kinds: Vec<Choice>,
    /// What gmina was searched for.
    pub gmina_search: String,
    /// The search found nothing.
    pub finds_nothing: bool,
    /// Gminas to choose from; the chosen one is among them.
    pub gminas: Vec<GminaChoice>,
    /// There are more.
    pub has_more: bool,
    /// The list of voivodeships can be gone through.
    pub can_browse: bool,
    /// Remarks of the office.
    pub remarks: Remarks,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitDataPage {
    const TEMPLATE: &'static str = "pages/register/unit_data.html.tera";
    const PLACE: &'static str = "register-unit-data";
    fn samples() -> Vec<Self> {
        samples::unit_data()
    }
}

/// `/register/gmina`: down from the voivodeship.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GminaPage {
    /// All voivodeships.
    pub voivodeships: Vec<Choice>,
    /// The chosen one.
    pub voivodeship: Option<Choice>,
    /// Its powiats.
    pub powiats: Vec<Choice>,
    /// The chosen one.
    pub powiat: Option<Choice>,
    /// Its gminas.
    pub gminas: Vec<GminaChoice>,
    /// The gmina chosen before.
    pub terc: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for GminaPage {
    const TEMPLATE: &'static str = "pages/register/gmina.html.tera";
    const PLACE: &'static str = "register-gmina";
    fn samples() -> Vec<Self> {
        samples::gmina()
    }
}
