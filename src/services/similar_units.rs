//! Finds registered units that may be the one that somebody types or that an application brings. Each lookup goes by an index and is
//! bounded. What may not live here: what likeness is (domain), to whom which of them is told.

use super::{Context, ServiceError};
use crate::domain::application::draft::UnitTexts;
use crate::domain::dictionary::UnitKind;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{Regon, TercCode};
use crate::domain::likeness::Likeness;
use crate::domain::similar::{MOST_SHOWN, Reason, UnitTraits, strongest_first, unit_reasons};
use crate::domain::unit::Unit;
use crate::storage::{Connection, gminas, units};
use std::collections::BTreeMap;

/// A unit that may be the same, with the reasons, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarUnit {
    /// The unit.
    pub unit: Unit,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Active units that may be the one with these traits, the likest first; `place` are the names of its town and gmina.
pub(super) async fn similar_units<C: Connection>(
    db: &C,
    traits: &UnitTraits,
    kinds: &[UnitKind],
    place: &[&str],
    except: Option<UnitId>,
) -> Result<Vec<SimilarUnit>, ServiceError> {
    let mut candidates: BTreeMap<UnitId, Unit> = BTreeMap::new();
    let terc = TercCode::parse(&traits.terc).ok();
    if let Ok(regon) = Regon::parse(&traits.regon) {
        candidates.extend(units::find_active_by_regon(db, regon.as_str()).await?.map(|unit| (unit.id, unit)));
    }
    if let Some(terc) = &terc {
        let found = [
            units::list_named(db, &terc.voivodeship(), &traits.name).await?,
            units::list_in_place(db, terc, &traits.town, &traits.kind).await?,
            match traits.address() {
                Some((town, street)) => units::list_at(db, &terc.voivodeship(), (&town, &street)).await?,
                None => Vec::new(),
            },
        ];
        candidates.extend(found.into_iter().flatten().map(|unit| (unit.id, unit)));
    }
    let likeness = Likeness::of(kinds, &traits.kind, &traits.name, place);
    let ranked = candidates.into_values().filter(|unit| Some(unit.id) != except).map(|unit| {
        let other = UnitTraits::of(&unit.data);
        let rank = likeness.rank(&other.name, Some(&other.kind)).unwrap_or_default();
        (unit_reasons(traits, &likeness, &other), rank, unit)
    });
    Ok(strongest_first(ranked.collect()).into_iter().map(|(reasons, unit)| SimilarUnit { unit, reasons }).collect())
}

/// A registered unit as whoever types a new one is told of it: what is public, and nothing of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUnit {
    /// The unit.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Town.
    pub town: String,
    /// Name of its gmina.
    pub gmina: String,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// What is registered already and looks like the unit that somebody types, as far as it is typed; the likest first, a few. Anybody may ask:
/// name, REGON and seat of a public institution are public.
///
/// # Errors
/// Of the database.
pub async fn known_units(context: &Context, typed: &UnitTexts, kinds: &[UnitKind]) -> Result<Vec<KnownUnit>, ServiceError> {
    let traits = UnitTraits::typed(typed);
    let gmina_of = async |terc: &str| match TercCode::parse(terc) {
        Ok(code) => Ok::<_, ServiceError>(gminas::find(&context.db, &code).await?.map(|gmina| gmina.name).unwrap_or_default()),
        Err(_) => Ok(String::new()),
    };
    let own = gmina_of(&traits.terc).await?;
    let place: Vec<&str> = [traits.town.as_str(), own.as_str()].into_iter().filter(|name| !name.is_empty()).collect();
    let mut known = Vec::new();
    for SimilarUnit { unit, reasons } in similar_units(&context.db, &traits, kinds, &place, None).await?.into_iter().take(MOST_SHOWN) {
        known.push(KnownUnit {
            unit: unit.id,
            name: unit.data.name.to_string(),
            regon: unit.data.regon.to_string(),
            town: unit.data.address.town.to_string(),
            gmina: gmina_of(unit.data.terc.as_str()).await?,
            reasons,
        });
    }
    Ok(known)
}
