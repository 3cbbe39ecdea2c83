//! For whom an announcement is, in words, for the list and its file.

use crate::domain::announcement::Audience;
use crate::domain::dictionary::Dictionaries;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::services::view_office::name_voivodeships;
use crate::services::{Context, ServiceError};
use crate::storage::dictionaries;
use std::collections::BTreeMap;

/// The names that an audience is said with.
#[derive(Debug, Clone)]
pub struct AudienceNames {
    /// Of voivodeships.
    pub voivodeships: BTreeMap<VoivodeshipCode, String>,
    /// Of kinds of units and of sub-areas.
    pub dictionaries: Dictionaries,
}

impl AudienceNames {
    /// Reads them.
    ///
    /// # Errors
    /// Of the database.
    pub async fn load(context: &Context) -> Result<Self, ServiceError> {
        Ok(Self {
            voivodeships: name_voivodeships(context).await?,
            dictionaries: dictionaries::load(&context.db, context.now().warsaw_date()).await?,
        })
    }

    /// „jednostki: świętokrzyskie; wszystkie typy”.
    pub fn in_words(&self, labels: &Labels, audience: &Audience) -> String {
        let places = match audience.place() {
            None | Some(ListScope::Country) => labels.text("audience.country"),
            Some(ListScope::Voivodeships(codes)) => {
                let name = |code: &VoivodeshipCode| self.voivodeships.get(code).map_or_else(|| code.to_string(), Clone::clone);
                codes.iter().map(name).collect::<Vec<_>>().join(", ")
            }
        };
        let what = match audience {
            Audience::Everybody | Audience::Offices { .. } => String::new(),
            Audience::Units { kinds, .. } if kinds.is_empty() => labels.text("audience.all_kinds"),
            Audience::Units { kinds, .. } => {
                let name = |code: &String| self.dictionaries.unit_kind(code).map_or_else(|| code.clone(), |kind| kind.name.clone());
                kinds.iter().map(name).collect::<Vec<_>>().join(", ")
            }
            Audience::SubAreas { sub_areas, .. } => sub_areas.join(", "),
        };
        labels.text_with(&format!("audience.{}", audience.kind().key()), &[("places", &places), ("what", &what)])
    }
}
