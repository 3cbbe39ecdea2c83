//! Roles of officials change by two central administrators: one proposes, another confirms.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, operator};
use crate::support::refusals::{invalid, one as only, one_of_two};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::id::{AccountId, RoleProposalId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::date_text;
use cas_portal::domain::role_proposal::LAPSE_DAYS;
use cas_portal::services::ServiceError;
use cas_portal::services::manage_accounts::{
    Answer, NewAdministrator, answer_proposal, close, list_proposals, propose_administrator, propose_closing, propose_revocation, restore,
    revoke_role, suspend, view_account,
};
use cas_portal::services::stand_ins::{NewStandIn, name_stand_in};
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

    async fn of_proposals_about_the_same_at_once_one_waits(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let elsewhere = portal.second(&db).await;
        let official = portal.official(Role::Helpdesk, Some("26")).await;
        let held = role_assignments::list_of(portal.db(), official).await.expect("roles")[0].id;
        let (first, second) = (portal.actor(one).await, portal.actor(other).await);
        let typed = new("podwojna");
        let (a, b) = tokio::join!(
            propose_administrator(&portal.context, &first, &typed),
            propose_administrator(&elsewhere.context, &second, &typed)
        );
        let refused = [a, b].into_iter().filter_map(Result::err).map(|error| invalid(Err::<(), _>(error))).collect::<Vec<_>>();
        assert_eq!(refused, [only("login", Invalid::LoginTaken)]);
        let (a, b) = tokio::join!(
            propose_revocation(&portal.context, &first, official, held),
            propose_revocation(&elsewhere.context, &second, official, held)
        );
        one_of_two(a.map(drop), b.map(drop));
        let (a, b) = tokio::join!(
            propose_closing(&portal.context, &first, official, "Odeszła z pracy."),
            propose_closing(&elsewhere.context, &second, official, "Odeszła z pracy.")
        );
        one_of_two(a.map(drop), b.map(drop));
        let open = list_proposals(&portal.context, &first).await.expect("seen").proposals;
        assert_eq!(open.iter().filter(|view| view.is_open).count(), 3, "one for each");
        // What was settled can be proposed again.
        let waiting = open.iter().find(|view| view.proposal.content.key() == "revoke").expect("it").proposal.id;
        let by = open.iter().find(|view| view.proposal.id == waiting).expect("it").proposal.proposed_by;
        answered(&portal, by, waiting, Answer::Withdraw).await.expect("withdrawn");
        propose_revocation(&portal.context, &first, official, held).await.expect("once more");
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

    async fn an_official_s_account_is_closed_by_two_and_locked_by_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let (official, helpdesk) = (portal.administrator().await, portal.official(Role::Helpdesk, Some("26")).await);
        let actor = portal.actor(one).await;
        assert!(matches!(close(&portal.context, &actor, official, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
        let seen = view_account(&portal.context, &actor, official).await.expect("seen");
        assert_eq!((seen.may_close, seen.may_propose_closing, seen.is_official), (false, true, true));
        // Nor does a voivodeship administrator, who outranks helpdesk.
        let below = portal.actor(official).await;
        assert!(matches!(close(&portal.context, &below, helpdesk, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
        assert!(matches!(propose_closing(&portal.context, &below, helpdesk, "Odeszła z pracy.").await, Err(ServiceError::Denied)));
        assert!(matches!(propose_closing(&portal.context, &actor, one, "Odeszła z pracy.").await, Err(ServiceError::Denied)), "not the own one");
        // In an emergency one alone locks it, and that is taken back.
        suspend(&portal.context, &actor, official).await.expect("locked at once");
        restore(&portal.context, &actor, official).await.expect("and unlocked");
        let id = propose_closing(&portal.context, &actor, official, "Odeszła z pracy.").await.expect("proposed");
        assert!(matches!(propose_closing(&portal.context, &portal.actor(other).await, official, "Odeszła z pracy.").await, Err(ServiceError::Stale)), "twice");
        assert!(is_stale(answered(&portal, one, id, Answer::Confirm).await), "nobody confirms the own proposal");
        let login = portal.login_of(official).await;
        assert_eq!(status_of(&portal, &login).await, Some(AccountStatus::Active), "nothing yet");
        answered(&portal, other, id, Answer::Confirm).await.expect("confirmed");
        assert_eq!(status_of(&portal, &login).await, Some(AccountStatus::Closed));
        assert!(role_assignments::list_of(portal.db(), official).await.expect("roles").is_empty());
        let entry = portal.last_entry(official, "account.closed").await;
        assert_eq!(entry.details["proposed_by"].as_str(), Some(portal.login_of(one).await.as_str()));
        // Whose account is nobody's official is closed by one, as ever.
        let person = portal.account("anna", AccountStatus::Active).await;
        assert!(matches!(propose_closing(&portal.context, &actor, person, "Odeszła z pracy.").await, Err(ServiceError::Stale)));
        close(&portal.context, &actor, person, "Odeszła z pracy.").await.expect("closed");
        // Of two central administrators none can be closed: nobody is left to confirm it.
        assert!(matches!(propose_closing(&portal.context, &actor, other, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
    }

    async fn who_loses_a_role_or_a_stand_in_is_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let [one, other] = centrals(&portal).await;
        let (absent, deputy) = (portal.administrator().await, portal.official(Role::VoivodeshipAdministrator, Some("24")).await);
        let day = date_text(portal.now().warsaw_date());
        let named = async || {
            let typed = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: day.clone(), until: day.clone() };
            name_stand_in(&portal.context, &portal.actor(absent).await, &typed).await.expect("named")
        };
        let subjects = async |account| {
            portal.deliver().await;
            let told: Vec<String> = portal.letters_to(&portal.email_of(account).await).into_iter().map(|letter| letter.subject).collect();
            told
        };
        let ended = |told: &[String]| told.iter().filter(|subject| subject.as_str() == "Zastępstwo zakończone przed czasem").count();
        // A lock ends the stand-in, and it does not come back by itself.
        named().await;
        suspend(&portal.context, &portal.actor(one).await, absent).await.expect("locked");
        assert_eq!(ended(&subjects(deputy).await), 1);
        restore(&portal.context, &portal.actor(one).await, absent).await.expect("unlocked");
        assert!(portal.actor(deputy).await.signed_in().expect("signed in").stand_ins.is_empty());
        // So does the end of the role, confirmed by two; its holder is told of both.
        named().await;
        let role = role_assignments::list_of(portal.db(), absent).await.expect("roles")[0].id;
        let id = propose_revocation(&portal.context, &portal.actor(one).await, absent, role).await.expect("proposed");
        answered(&portal, other, id, Answer::Confirm).await.expect("confirmed");
        assert_eq!(ended(&subjects(deputy).await), 2);
        let told = subjects(absent).await;
        assert_eq!(ended(&told), 1);
        assert!(told.iter().any(|subject| subject.starts_with("Twoja rola w portalu skończyła się")), "{told:?}");
        // And the end of the deputy's own role.
        let third = portal.administrator().await;
        let typed = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: day.clone(), until: day.clone() };
        name_stand_in(&portal.context, &portal.actor(third).await, &typed).await.expect("named");
        let role = role_assignments::list_of(portal.db(), deputy).await.expect("roles")[0].id;
        revoke_role(&portal.context, &operator(), deputy, role).await.expect("revoked");
        assert_eq!(ended(&subjects(third).await), 1);
        // And the end of the account of whom it is for.
        let (fourth, fifth) = (portal.administrator().await, portal.administrator().await);
        let typed = NewStandIn { deputy: fifth.to_string(), role: String::new(), from: day.clone(), until: day.clone() };
        name_stand_in(&portal.context, &portal.actor(fourth).await, &typed).await.expect("named");
        let id = propose_closing(&portal.context, &portal.actor(one).await, fourth, "Odeszła z pracy.").await.expect("proposed");
        answered(&portal, other, id, Answer::Confirm).await.expect("confirmed");
        assert_eq!(ended(&subjects(fifth).await), 1);
    }
}
