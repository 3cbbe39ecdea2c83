//! An application's way through the office, as every kind goes it: a signed form comes, somebody takes it, somebody approves it.
//! What may not live here: what one kind asks for (`filing.rs`), decisions that a test is about.

use super::portal::TestPortal;
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::application::Application;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::services::ServiceError;
use cas_portal::services::review_application::{approve, take};
use cas_portal::storage::applications;

impl TestPortal {
    /// An application as it stands now.
    pub async fn reload(&self, number: &ApplicationNumber) -> Application {
        applications::find_by_number(self.db(), number).await.expect("applications").expect("the application")
    }

    /// Somebody of the office of the voivodeship in which fixtures lie, at the keyboard.
    pub async fn office(&self) -> Actor {
        self.actor(self.administrator().await).await
    }

    /// Somebody of the office of another voivodeship.
    pub async fn office_in(&self, voivodeship: &str) -> Actor {
        self.actor(self.administrator_of(voivodeship).await).await
    }

    /// The same person, who has proven at this moment to be it.
    pub fn proven(&self, actor: &Actor) -> Actor {
        let mut actor = actor.clone();
        let ActorKind::Account(me) = &mut actor.kind else { panic!("nobody is signed in: {actor:?}") };
        me.proven_at = self.now();
        actor
    }

    /// A signed form has come.
    pub async fn received(&self, application: &Application) -> Application {
        self.signed_form(application).await;
        let moved = Application { status: Status::FormReceived, lapses_at: None, ..application.clone() };
        applications::save(self.db(), &moved).await.expect("moved");
        self.reload(&application.number).await
    }

    /// A signed form has come, and this administrator works on it.
    pub async fn taken(&self, administrator: &Actor, application: &Application) -> Application {
        let application = self.received(application).await;
        take(&self.context, administrator, &application.number, application.version).await.expect("taken");
        self.reload(&application.number).await
    }

    /// Approves an application that this administrator has taken, as it was then; the signature was seen.
    pub async fn approve(&self, administrator: &Actor, taken: &Application) -> Result<(), ServiceError> {
        approve(&self.context, administrator, &taken.number, taken.version, true).await
    }

    /// The signed form of an application has come, and this administrator takes and approves it.
    pub async fn approved_by(&self, administrator: &Actor, application: &Application) -> Result<(), ServiceError> {
        let taken = self.taken(administrator, application).await;
        self.approve(administrator, &taken).await
    }

    /// The second of the two who must approve it does.
    pub async fn approved_by_second(&self, second: &Actor, number: &ApplicationNumber) {
        let waiting = self.reload(number).await;
        take(&self.context, second, number, waiting.version).await.expect("taken");
        self.approve(second, &self.reload(number).await).await.expect("approved");
    }
}
