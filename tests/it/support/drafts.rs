//! Drafts of registrations in which only the last click is missing, and people who are signed in: what somebody needs who sends
//! forms over HTTP. What may not live here: HTTP.

use super::fixtures::PASSWORD;
use super::portal::{TestPortal, visitor};
use cas_portal::domain::application::draft::{PersonTexts, STATEMENTS, UnitTexts};
use cas_portal::domain::id::AccountId;
use cas_portal::secrets::{random_token, token_hash};
use cas_portal::services::draft_application::{self, UnitChoice};
use cas_portal::storage::{drafts, sessions};

/// Persons in every draft.
pub const PERSONS: usize = 2;

/// A draft with everything in it.
#[derive(Clone, Debug)]
pub struct ReadyDraft {
    /// The cookie of the browser that holds it.
    pub token: String,
    /// Tells the application that it becomes.
    pub regon: String,
}

impl TestPortal {
    /// The cookie of a new session of an account.
    pub async fn session_cookie_of(&self, account: AccountId) -> String {
        let cookie = random_token();
        sessions::add(self.db(), self.context.new_session_id(), token_hash(&cookie), account, "test", "127.0.0.1", self.now())
            .await
            .expect("a session");
        cookie
    }

    /// Drafts in which only the last click is missing.
    pub async fn ready_drafts(&self, count: usize) -> Vec<ReadyDraft> {
        let hash = self.context.hasher.hash(PASSWORD.into()).await.expect("a hash");
        let mut ready = Vec::new();
        for _ in 0..count {
            ready.push(self.ready_draft(&hash).await);
        }
        ready
    }

    async fn ready_draft(&self, hash: &str) -> ReadyDraft {
        let (context, who) = (&self.context, &visitor());
        let (regon, serial) = (self.regon().to_string(), self.serial());
        let token = draft_application::start(context, who).await.expect("a draft");
        let choice = UnitChoice::New { searched: String::new() };
        draft_application::choose_unit(context, who, &token, &choice).await.expect("a new unit");
        draft_application::save_unit(context, who, &token, unit(&regon)).await.expect("its data");
        for i in 0..PERSONS {
            let login = format!("wnioskuje{serial}-{i}");
            draft_application::save_person(context, who, &token, (i, ""), person(&login)).await.expect("a person");
            draft_application::save_needs(context, who, &token, (i, &login), vec!["PS:editor".to_owned()], String::new())
                .await
                .expect("needs");
        }
        let statements = STATEMENTS.iter().map(|&key| key.to_owned()).collect();
        draft_application::save_statements(context, who, &token, statements).await.expect("statements");
        let draft = drafts::find_by_token(self.db(), token_hash(&token)).await.expect("drafts").expect("the draft");
        drafts::save_password(self.db(), draft.id, Some(hash)).await.expect("a password");
        drafts::save_confirmed_email(self.db(), draft.id, &format!("wnioskuje{serial}-0@gops.example.pl")).await.expect("confirmed");
        ReadyDraft { token, regon }
    }
}

fn unit(regon: &str) -> UnitTexts {
    let text = str::to_owned;
    UnitTexts {
        name: format!("Gminny Ośrodek Pomocy Społecznej {regon}"),
        kind: text("ops_gminny"),
        regon: text(regon),
        street: text("Szkolna"),
        building: text("1"),
        postal_code: text("26-026"),
        town: text("Morawica"),
        terc: text("260412"),
        phone: text("41 300 10 20"),
        email: text("sekretariat@gops.example.pl"),
        parent_body: text("Gmina Morawica"),
        head_first_name: text("Maria"),
        head_last_name: text("Źdźbło"),
        head_position: text("kierownik"),
        ..UnitTexts::default()
    }
}

fn person(login: &str) -> PersonTexts {
    let text = str::to_owned;
    PersonTexts {
        first_name: text("Anna"),
        last_name: text("Gżegżółka"),
        position: text("specjalista"),
        email: format!("{login}@gops.example.pl"),
        phone: text("41 311 10 20"),
        login: text(login),
        ..PersonTexts::default()
    }
}
