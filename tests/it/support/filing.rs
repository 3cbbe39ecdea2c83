//! What account holders file, where a test is about what comes after: everything typed, agreed to and sent.
//! What may not live here: what the office does with it (`office.rs`), what is refused.

use super::portal::TestPortal;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::draft::{RenewedTexts, STATEMENTS};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::services::guided_form;
use cas_portal::services::{extend_permissions, renew_permissions};

/// Everything that whoever files an application has to confirm.
pub fn statements() -> Vec<String> {
    texts(&STATEMENTS)
}

/// As the fields of a form hold them.
pub fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl TestPortal {
    /// More rights in a unit, typed and ready to be filed.
    pub async fn types_extension(&self, actor: &Actor, unit: UnitId, grants: &[&str]) {
        let context = &self.context;
        extend_permissions::choose_unit(context, actor, unit).await.expect("a unit");
        extend_permissions::save_needs(context, actor, texts(grants), String::new(), false).await.expect("needs");
        guided_form::save_statements::<extend_permissions::Extension>(context, actor, statements()).await.expect("statements");
    }

    /// Somebody applies for more rights in a unit.
    pub async fn extension(&self, account: AccountId, unit: UnitId, grants: &[&str]) -> Application {
        let actor = self.actor(account).await;
        self.types_extension(&actor, unit, grants).await;
        self.reload(&guided_form::file::<extend_permissions::Extension>(&self.context, &actor, "").await.expect("filed")).await
    }

    /// Somebody applies for a later end of rights; of the unit that was chosen, or of the only one.
    pub async fn renewal(&self, account: AccountId, grants: &[RenewedTexts]) -> Application {
        let (context, actor) = (&self.context, self.actor(account).await);
        renew_permissions::save_grants(context, &actor, grants.to_vec()).await.expect("grants");
        guided_form::save_statements::<renew_permissions::Renewal>(context, &actor, statements()).await.expect("statements");
        self.reload(&guided_form::file::<renew_permissions::Renewal>(context, &actor, "").await.expect("filed")).await
    }
}
