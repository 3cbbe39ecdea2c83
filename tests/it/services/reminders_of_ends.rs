//! Letters about rights that end soon: 90, 30 and 7 days before, to the person and the unit's coordinator, each once.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::draft::{RenewedTexts, STATEMENTS};
use cas_portal::domain::id::AccountId;
use cas_portal::domain::moment::Moment;
use cas_portal::domain::notice::Notice;
use cas_portal::services::guided_form::{file, save_statements};
use cas_portal::services::renew_permissions::{Renewal, save_grants};
use cas_portal::storage::accounts;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

const ENDS: Date = date(2027, 3, 31);

async fn kept(portal: &TestPortal) -> u64 {
    portal.keep().await.ends
}

/// Lets time pass until the morning of the day that lies so many days before the end.
fn morning(portal: &TestPortal, days: i32) {
    let day = Moment::start_of(ENDS.saturating_sub(days.days())).plus_hours(1);
    portal.advance_to(day);
}

/// How many rights each letter to this account names, the oldest letter first.
async fn letters_to(portal: &TestPortal, reader: AccountId) -> Vec<usize> {
    let of = |notice: Notice| match notice {
        Notice::GrantsEnding { account, grants } | Notice::UnitGrantsEnding { account, grants, .. } if account == reader => {
            Some(grants.len())
        }
        _ => None,
    };
    portal.notices().await.into_iter().filter_map(of).collect()
}

const LONG: (Date, Date) = (date(2024, 1, 1), ENDS);

on_both! {
    async fn each_step_brings_one_letter_with_all_that_ends_however_many_workers_there_are(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.account("konczy", AccountStatus::Active).await;
        for (place, right) in [(unit, ("PS", "editor")), (unit, ("SR", "viewer")), (other, ("PS", "viewer"))] {
            portal.holds(account, place, right, LONG).await;
        }
        let colleague = portal.account("kolezanka", AccountStatus::Active).await;
        portal.holds(colleague, unit, ("PS", "viewer"), LONG).await;
        portal.holds(colleague, unit, ("PS", "approver"), (date(2024, 1, 1), date(2028, 1, 1))).await;
        let coordinator = portal.coordinator(unit).await;
        morning(&portal, 91);
        assert_eq!(kept(&portal).await, 0);
        let second = portal.second(&db).await;
        for (days, so_far) in [(90, 1), (30, 2), (7, 3)] {
            morning(&portal, days);
            let (one, two) = tokio::join!(kept(&portal), kept(&second));
            assert_eq!(one + two, 3, "{days}: two persons and one coordinator");
            assert_eq!((kept(&portal).await, kept(&second).await), (0, 0), "{days}");
            assert_eq!(letters_to(&portal, account).await, vec![3; so_far], "one letter with all of them");
            assert_eq!(letters_to(&portal, colleague).await, vec![1; so_far]);
            assert_eq!(letters_to(&portal, coordinator).await, vec![3; so_far], "one letter for the unit");
        }
        // On the last day, and after it, nothing more.
        morning(&portal, 0);
        assert_eq!(kept(&portal).await, 0);
        morning(&portal, -1);
        assert_eq!(kept(&portal).await, 0);
    }

    async fn the_letter_names_them_leads_to_the_renewal_and_is_dropped_when_it_would_mislead(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (account, gone) = (portal.account("konczy", AccountStatus::Active).await, portal.account("odszedl", AccountStatus::Active).await);
        portal.holds(account, unit, ("PS", "editor"), LONG).await;
        portal.holds(gone, unit, ("PS", "editor"), LONG).await;
        let coordinator = portal.coordinator(unit).await;
        morning(&portal, 30);
        assert_eq!(kept(&portal).await, 3);
        accounts::save_status(portal.db(), gone, AccountStatus::Suspended).await.expect("suspended");
        portal.deliver().await;
        let told = portal.letters_to(&portal.email_of(account).await).pop().expect("a letter");
        for words in ["podobszar PS", "do 31.03.2027", "/account/renew", "Morawicy"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert!(portal.letters_to(&portal.email_of(gone).await).is_empty());
        let told = portal.letters_to(&portal.email_of(coordinator).await).pop().expect("a letter");
        assert!(told.body.contains(&portal.login_of(account).await) && told.body.contains("bo koordynujesz tę jednostkę"), "{}", told.body);
    }

    async fn after_a_time_in_which_nothing_ran_only_the_last_step_is_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.account("konczy", AccountStatus::Active).await;
        portal.holds(account, unit, ("PS", "editor"), LONG).await;
        morning(&portal, 20);
        assert_eq!(kept(&portal).await, 1);
        morning(&portal, 8);
        assert_eq!(kept(&portal).await, 0);
        morning(&portal, 3);
        assert_eq!((kept(&portal).await, kept(&portal).await), (1, 0));
        assert_eq!(letters_to(&portal, account).await, [1, 1]);
    }

    async fn nobody_is_reminded_of_what_is_under_way_new_or_stopped(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let renewing = portal.account("przedluza", AccountStatus::Active).await;
        let (suspended, closed) = (portal.account("zawieszony", AccountStatus::Suspended).await, portal.account("zamkniety", AccountStatus::Closed).await);
        let brief = portal.account("krotko", AccountStatus::Active).await;
        for account in [renewing, suspended, closed] {
            portal.holds(account, unit, ("PS", "editor"), LONG).await;
        }
        let coordinator = portal.coordinator(unit).await;
        // Given for less than the step: the letter would come with the approval.
        portal.holds(brief, unit, ("PS", "viewer"), (ENDS.saturating_sub(60.days()), ENDS)).await;
        morning(&portal, 50);
        let actor = portal.actor(renewing).await;
        save_grants(&portal.context, &actor, vec![RenewedTexts { right: "PS:editor".into(), valid_until: String::new() }]).await.expect("grants");
        save_statements::<Renewal>(&portal.context, &actor, STATEMENTS.iter().map(|s| (*s).to_owned()).collect()).await.expect("statements");
        file::<Renewal>(&portal.context, &actor, "").await.expect("filed");
        assert_eq!(kept(&portal).await, 0);
        morning(&portal, 30);
        assert_eq!(kept(&portal).await, 2, "the brief one by now, to the person and the coordinator");
        assert_eq!((letters_to(&portal, brief).await, letters_to(&portal, coordinator).await), (vec![1], vec![1]));
        for nobody in [renewing, suspended, closed] {
            assert!(letters_to(&portal, nobody).await.is_empty());
        }
        // Who is restored is reminded by the next step.
        accounts::save_status(portal.db(), suspended, AccountStatus::Active).await.expect("restored");
        assert_eq!(kept(&portal).await, 2);
        assert_eq!(letters_to(&portal, suspended).await, [1]);
    }
}
