//! Roles of officials change by two central administrators: one proposes, another confirms.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, operator};
use crate::support::refusals::one_of_two;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::{AccountId, RoleProposalId};
use cas_portal::domain::role_proposal::LAPSE_DAYS;
use cas_portal::services::ServiceError;
use cas_portal::services::manage_accounts::{
    Answer, NewAdministrator, answer_proposal, list_proposals, propose_administrator, propose_revocation, revoke_role, suspend,
};
use cas_portal::storage::{accounts, role_assignments};

fn new(login: &str) -> NewAdministrator {
    NewAdministrator {
        role: "voivodeship_administrator".to_owned(),
        voivodeship: "26".to_owned(),
        login: login.to_owned(),
        first_name: "Anna".to_owned(),
        last_name: "Nowak".to_owned(),
        email: "a.nowak@urzad.example.pl".to_owned(),
    }
}

async fn centrals(portal: &TestPortal) -> [AccountId; 2] {
    [portal.central().await, portal.central().await]
}

async fn status_of(portal: &TestPortal, login: &str) -> Option<AccountStatus> {
    accounts::find_by_login(portal.db(), login).await.expect("accounts").map(|found| found.account.status)
}

async fn proposed(portal: &TestPortal, by: AccountId, login: &str) -> RoleProposalId {
    propose_administrator(&portal.context, &portal.actor(by).await, &new(login)).await.expect("proposed")
}

async fn answered(portal: &TestPortal, by: AccountId, id: RoleProposalId, answer: Answer) -> Result<(), ServiceError> {
    answer_proposal(&portal.context, &portal.actor(by).await, id, answer).await
}

fn is_stale(result: Result<(), ServiceError>) -> bool {
    matches!(result, Err(ServiceError::Stale))
}

on_both! {
    async fn a_role_is_given_when_another_one_confirms_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let id = proposed(&portal, one, "nowa").await;
        assert_eq!(status_of(&portal, "nowa").await, None);
        assert!(is_stale(answered(&portal, one, id, Answer::Confirm).await), "nobody confirms the own proposal");
        assert!(is_stale(answered(&portal, other, id, Answer::Withdraw).await));
        let twice = propose_administrator(&portal.context, &portal.actor(other).await, &new("Nowa")).await;
        assert!(matches!(twice, Err(ServiceError::Invalid(_))), "{twice:?}");
        answered(&portal, other, id, Answer::Confirm).await.expect("confirmed");
        assert_eq!(status_of(&portal, "nowa").await, Some(AccountStatus::Invited));
        assert!(is_stale(answered(&portal, other, id, Answer::Refuse).await));
        assert_eq!(portal.notice_keys().await, ["role_proposed", "account_invited", "role_proposal_settled"]);
        let made = accounts::find_by_login(portal.db(), "nowa").await.expect("accounts").expect("it").account.id;
        let entry = portal.last_entry(made, "role.assigned").await;
        assert_eq!(entry.details["proposed_by"].as_str(), Some(portal.login_of(one).await.as_str()));
        assert_eq!(entry.actor, portal.login_of(other).await);
    }

    async fn a_role_is_revoked_by_two_and_never_confirmed_by_its_holder(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let held = async |account| role_assignments::list_of(portal.db(), account).await.expect("roles");
        let actor = portal.actor(one).await;
        // Of two central administrators neither can be revoked by the two: nobody is left to confirm it.
        let alone = propose_revocation(&portal.context, &actor, other, held(other).await[0].id).await;
        assert!(matches!(alone, Err(ServiceError::SecondNeeded)), "{alone:?}");
        let third = portal.central().await;
        let id = propose_revocation(&portal.context, &actor, other, held(other).await[0].id).await.expect("proposed");
        assert!(is_stale(answered(&portal, other, id, Answer::Confirm).await), "the holder");
        let again = propose_revocation(&portal.context, &actor, other, held(other).await[0].id).await;
        assert!(matches!(again, Err(ServiceError::Stale)), "{again:?}");
        answered(&portal, third, id, Answer::Confirm).await.expect("confirmed");
        assert!(held(other).await.is_empty());
        let single = revoke_role(&portal.context, &actor, third, held(third).await[0].id).await;
        assert!(matches!(single, Err(ServiceError::Denied)), "one alone revokes nothing");
        suspend(&portal.context, &actor, third).await.expect("but stops an account at once");
        revoke_role(&portal.context, &operator(), third, held(third).await[0].id).await.expect("the operator needs no second");
    }

    async fn a_refused_withdrawn_or_lapsed_proposal_does_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let refused = proposed(&portal, one, "odmowa").await;
        answered(&portal, other, refused, Answer::Refuse).await.expect("refused");
        let withdrawn = proposed(&portal, one, "wycofana").await;
        answered(&portal, one, withdrawn, Answer::Withdraw).await.expect("withdrawn");
        let lapsed = proposed(&portal, one, "wygasla").await;
        portal.advance_ms(LAPSE_DAYS * 86_400_000 - 1);
        assert_eq!(portal.keep().await.lapsed_proposals, 0);
        portal.advance_ms(1);
        assert!(is_stale(answered(&portal, other, lapsed, Answer::Confirm).await), "whether or not anybody has noticed");
        let elsewhere = portal.second(&db).await;
        let (a, b) = tokio::join!(portal.keep(), elsewhere.keep());
        assert_eq!(a.lapsed_proposals + b.lapsed_proposals, 1);
        for login in ["odmowa", "wycofana", "wygasla"] {
            assert_eq!(status_of(&portal, login).await, None);
        }
        let all = list_proposals(&portal.context, &portal.actor(other).await).await.expect("a list");
        let outcomes: Vec<&str> = all.proposals.iter().filter_map(|view| view.proposal.settled.as_ref()).map(|s| s.outcome.key()).collect();
        assert_eq!(outcomes, ["lapsed", "withdrawn", "refused"]);
    }

    async fn a_proposal_weighs_nothing_once_its_proposer_is_no_more_what_he_was(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let id = proposed(&portal, one, "nowa").await;
        suspend(&portal.context, &portal.actor(other).await, one).await.expect("suspended");
        assert!(is_stale(answered(&portal, other, id, Answer::Confirm).await));
        assert_eq!(status_of(&portal, "nowa").await, None);
    }

    async fn of_two_answers_at_once_one_counts(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let third = portal.central().await;
        let id = proposed(&portal, one, "nowa").await;
        let elsewhere = portal.second(&db).await;
        let (yes, no) = (portal.actor(other).await, portal.actor(third).await);
        let (a, b) = tokio::join!(
            answer_proposal(&portal.context, &yes, id, Answer::Confirm),
            answer_proposal(&elsewhere.context, &no, id, Answer::Refuse)
        );
        let is_confirmed = a.is_ok();
        one_of_two(a, b);
        assert_eq!(status_of(&portal, "nowa").await.is_some(), is_confirmed);
    }
}
