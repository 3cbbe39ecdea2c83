//! Guided forms of those who have an account, typed page by page and filed at last: what is the same for every kind. What may not
//! live here: what one kind asks for (its own service), and rules.

use super::own_draft::{self, OwnDraft};
use super::{Context, ServiceError};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::draft::{Confirmed, Drafted as _};
use crate::domain::application::typing::{FormStep, StepState, has_all_statements};
use crate::domain::application::{Application, Kind, Payload};
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::storage::database::begin;
use crate::storage::{Connection, Transaction, accounts, drafts};
use std::ops::Deref;

/// Who files something, in the transaction that files it.
pub struct Filing<'a, C> {
    /// Where.
    pub(super) context: &'a Context,
    /// Who.
    pub(super) actor: &'a Actor,
    /// The transaction.
    pub(super) tx: &'a C,
    /// Whose form it is; locked.
    pub(super) owner: &'a Account,
}

/// One kind of them, and where it stands for whoever types it.
pub trait Guided: Deref<Target = OwnDraft<Self::Texts>> + Sized + Send + Sync {
    /// What is typed.
    type Texts: Confirmed;
    /// A page, in its order.
    type Step: FormStep;
    /// What is filed at last.
    const KIND: Kind;

    /// Whose form it is.
    ///
    /// # Errors
    /// `Denied` for those who cannot file it.
    fn owner(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError>;

    /// Reads where it stands. Changes nothing.
    ///
    /// # Errors
    /// `Denied` for those who cannot file it.
    fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> impl Future<Output = Result<Self, ServiceError>> + Send;

    /// What is typed so far.
    fn texts(&self) -> Self::Texts {
        OwnDraft::texts(self)
    }

    /// The task list.
    fn steps(&self) -> Vec<(Self::Step, StepState)>;

    /// What was filed, as it would be typed; none where the actor may not type it any more.
    fn typed_again(context: &Context, actor: &Actor, payload: &Payload) -> Option<Self::Texts>;

    /// What is to be filed.
    ///
    /// # Errors
    /// `Invalid` by field with everything that is missing or wrong, or is not true any more.
    fn read_payload<C: Connection>(&self, db: &C, texts: &Self::Texts) -> impl Future<Output = Result<Payload, ServiceError>> + Send;

    /// Locks what is checked before it is filed, and gives the owner: the application that is corrected, then units, then accounts, as a
    /// decision locks them. Of two at once one waits, and neither for ever.
    ///
    /// # Errors
    /// Of the database.
    fn lock<C: Connection>(
        _context: &Context,
        tx: &C,
        _actor: &Actor,
        owner: AccountId,
    ) -> impl Future<Output = Result<Account, ServiceError>> + Send {
        own_draft::lock(tx, owner, Self::Texts::KIND)
    }

    /// Makes an application of what is filed, or another revision of the one that is corrected.
    ///
    /// # Errors
    /// As [`own_draft::make`].
    fn make<C: Connection>(&self, by: Filing<'_, C>, payload: Payload) -> impl Future<Output = Result<Application, ServiceError>> + Send {
        let person = (by.owner.id, by.owner.profile.email.key());
        async move { own_draft::make(by.context, by.actor, by.tx, self.corrects.clone(), payload, person, &self.dictionaries).await }
    }

    /// Whether a page may be entered: none is skipped by its URL.
    fn may_enter(&self, step: Self::Step) -> bool {
        self.steps().iter().any(|(s, state)| *s == step && state.may_enter())
    }
}

/// Where it stands. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot file it.
pub async fn look<G: Guided>(context: &Context, actor: &Actor) -> Result<G, ServiceError> {
    G::read(context, &context.db, actor).await
}

/// Changes what is typed, in one transaction; what is wrong comes back by field, and then nothing is written. Statements that were
/// confirmed stand only as long as what they are about stays as it is.
pub(super) async fn change<G: Guided, R>(
    context: &Context,
    actor: &Actor,
    edit: impl AsyncFnOnce(&G, &mut G::Texts) -> Result<R, ServiceError>,
) -> Result<R, ServiceError> {
    let id = G::owner(context, actor)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = G::read(context, &tx, actor).await?;
    let mut texts = found.texts();
    let (before, confirmed) = (texts.content(), std::mem::take(texts.statements_mut()));
    let done = edit(&found, &mut texts).await?;
    if texts.statements_mut().is_empty() && texts.content() == before {
        *texts.statements_mut() = confirmed;
    }
    own_draft::keep(context, actor, &tx, id, found.draft.as_ref().map(|draft| draft.id), &texts).await?;
    tx.commit().await?;
    Ok(done)
}

/// Saves the confirmed statements.
///
/// # Errors
/// `Invalid` at `statements` unless all are confirmed.
pub async fn save_statements<G: Guided>(context: &Context, actor: &Actor, statements: Vec<String>) -> Result<(), ServiceError> {
    change(context, actor, async |_: &G, texts| {
        if !has_all_statements(&statements) {
            return Err(ServiceError::field("statements", Invalid::StatementRequired));
        }
        *texts.statements_mut() = statements;
        Ok(())
    })
    .await
}

/// Gives up what is typed. The application that it would have corrected stays as it is.
///
/// # Errors
/// `Denied` for those who cannot file it.
pub async fn drop_draft<G: Guided>(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = G::owner(context, actor)?;
    drafts::remove_of_kind(&context.db, id, G::Texts::KIND).await?;
    Ok(())
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `NotFound` for one who may not type it any more; `Transition` where the application cannot
/// be corrected.
pub async fn start_correction<G: Guided>(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = G::owner(context, actor)?;
    let write = |payload: &Payload| G::typed_again(context, actor, payload).map(|texts| (texts, None));
    own_draft::start_correction(context, actor, id, number, write).await
}

/// Files what was typed, with a message to the office: a new application, or a new revision of one. Gives its number.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong, or is not true any more; then nothing is written. `NotFound` when
/// nothing is typed.
pub async fn file<G: Guided>(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let id = G::owner(context, actor)?;
    let tx = begin(&context.db).await?;
    let owner = G::lock(context, &tx, actor, id).await?;
    let found = G::read(context, &tx, actor).await?;
    let Some(draft) = &found.draft else { return found.filed() };
    let mut texts = found.texts();
    note.clone_into(texts.note_mut());
    let payload = found.read_payload(&tx, &texts).await?;
    found.check_office(&payload)?;
    let application = found.make(Filing { context, actor, tx: &tx, owner: &owner }, payload).await?;
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    Transaction::commit(tx).await?;
    Ok(application.number)
}
