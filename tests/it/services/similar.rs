//! What looks alike: told to whoever types a unit, and to the office with all reasons; of people only to the office, and within its scope.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{person, unit_data};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::draft::UnitTexts;
use cas_portal::domain::application::registration::Registration;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::UnitId;
use cas_portal::domain::identifiers::{Line, TercCode};
use cas_portal::domain::similar::{MOST_SHOWN, Reason};
use cas_portal::domain::unit::UnitData;
use cas_portal::services::review_application::review;
use cas_portal::services::similar_units::known_units;
use cas_portal::storage::{dictionaries, units};
use sea_orm::ConnectionTrait;

fn line(text: &str) -> Line {
    Line::parse(text, 200).expect("a line")
}

async fn registered(portal: &TestPortal, data: &UnitData) -> UnitId {
    let id = portal.context.new_unit_id();
    units::add(portal.db(), id, data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    id
}

/// As somebody types it.
fn typed(data: &UnitData) -> UnitTexts {
    UnitTexts {
        name: data.name.to_string(),
        kind: data.kind.clone(),
        regon: data.regon.to_string(),
        street: data.address.street.as_ref().map(ToString::to_string).unwrap_or_default(),
        building: data.address.building.to_string(),
        town: data.address.town.to_string(),
        terc: data.terc.to_string(),
        ..UnitTexts::default()
    }
}

async fn told(portal: &TestPortal, texts: &UnitTexts) -> Vec<(UnitId, Vec<Reason>)> {
    let kinds = dictionaries::load(portal.db(), portal.now().warsaw_date()).await.expect("dictionaries").unit_kinds;
    known_units(&portal.context, texts, &kinds).await.expect("known").into_iter().map(|one| (one.unit, one.reasons)).collect()
}

on_both! {
    async fn whoever_types_a_unit_is_told_what_is_registered_already(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let mut known = unit_data(portal.regon());
        known.name = line("Dom Pomocy Społecznej „Źródełko”");
        known.kind = "dps".to_owned();
        let id = registered(&portal, &known).await;
        assert_eq!(told(&portal, &UnitTexts::default()).await, [], "nothing is typed yet");
        let own = UnitData { regon: portal.regon(), name: line("DOM pomocy społecznej Źródełko"), ..known.clone() };
        let both = vec![Reason::SameNameAndGmina, Reason::SameAddress];
        assert_eq!(told(&portal, &typed(&own)).await, [(id, both)]);
        assert_eq!(told(&portal, &UnitTexts { regon: format!(" {} ", known.regon), ..UnitTexts::default() }).await, [(id, vec![Reason::SameRegon])]);
        // Half of it is enough; another town, another gmina, another voivodeship is not.
        let half = UnitTexts { name: own.name.to_string(), terc: own.terc.to_string(), ..UnitTexts::default() };
        assert_eq!(told(&portal, &half).await, [(id, vec![Reason::SameNameAndGmina])]);
        let elsewhere = UnitTexts { terc: "260404".to_owned(), town: "Chmielnik".to_owned(), ..half.clone() };
        assert_eq!(told(&portal, &elsewhere).await, [(id, vec![Reason::SameName])]);
        assert_eq!(told(&portal, &UnitTexts { terc: "181604".to_owned(), ..elsewhere }).await, []);
        // What has ended is nobody's to join.
        units::close(portal.db(), id).await.expect("closed");
        assert_eq!(told(&portal, &typed(&own)).await, []);
    }

    async fn a_few_are_told_the_likest_first(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let base = unit_data(portal.regon());
        for building in 10..20 {
            let mut near = unit_data(portal.regon());
            (near.name, near.address.building) = (line(&format!("GOPS w Morawicy {building}")), line(&building.to_string()));
            registered(&portal, &near).await;
        }
        let mut there = unit_data(portal.regon());
        (there.name, there.kind) = (line("Powiatowe Centrum Pomocy Rodzinie"), "pcpr".to_owned());
        let there = registered(&portal, &there).await;
        let found = told(&portal, &typed(&base)).await;
        assert_eq!(found.len(), MOST_SHOWN);
        assert_eq!(found[0], (there, vec![Reason::SameAddress]));
        assert!(found[1..].iter().all(|(_, reasons)| reasons == &[Reason::NearName]));
    }

    async fn the_office_reads_the_reasons_within_its_scope(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        // The unit of the application is registered elsewhere with the same REGON; here one has its name and address.
        let registration = Registration { unit: unit_data(portal.regon()), ..portal.registration(1) };
        let filed = portal.application_of(registration.clone(), Status::InReview).await;
        let mut twin = UnitData { regon: portal.regon(), ..registration.unit.clone() };
        let twin_id = registered(&portal, &twin).await;
        twin.regon = registration.unit.regon.clone();
        (twin.name, twin.terc, twin.address.town) = (line("Inna jednostka"), TercCode::parse("106101").expect("a code"), line("Łódź"));
        let far_id = registered(&portal, &twin).await;
        // Two accounts with the address of its person: one here, one of another voivodeship.
        let own = &registration.persons[0];
        let mut near = person("bliska-osoba");
        near.email = own.email.clone();
        let near = portal.account_of(&near, AccountStatus::Active, true).await;
        let mut far = person("daleka-osoba");
        far.email = own.email.clone();
        let far = portal.account_of(&far, AccountStatus::Active, true).await;
        let far_key = if db.is_postgres() { format!("'{far}'") } else { format!("X'{}'", far.0.simple()) };
        portal.db().execute_unprepared(&format!("UPDATE accounts SET voivodeship = '10' WHERE id = {far_key}")).await.expect("elsewhere");
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let similar = review(&portal.context, &admin, &filed.application.number).await.expect("a page").similar;
        let found: Vec<_> = similar.units.iter().map(|one| (one.unit.id, one.reasons.clone(), one.is_in_scope)).collect();
        let expected = [(far_id, vec![Reason::SameRegon], false), (twin_id, vec![Reason::SameNameAndGmina, Reason::SameAddress], true)];
        assert_eq!(found, expected);
        let by_email: Vec<_> =
            similar.accounts.iter().filter(|one| one.reasons[0] == Reason::SameEmail).map(|one| one.account.as_ref().map(|account| account.id)).collect();
        assert!(by_email.contains(&Some(near)) && by_email.contains(&None) && by_email.len() == 2, "{by_email:?}");
        // Who sees the country sees both.
        let centre = portal.actor(portal.central().await).await;
        let similar = review(&portal.context, &centre, &filed.application.number).await.expect("a page").similar;
        assert!(similar.units.iter().all(|one| one.is_in_scope) && similar.accounts.iter().all(|one| one.account.is_some()));
    }

    async fn a_namesake_in_the_unit_says_more_than_one_elsewhere(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (here, elsewhere) = (portal.account("tutaj", AccountStatus::Active).await, portal.account("gdzie-indziej", AccountStatus::Active).await);
        portal.grant(here, unit, "PS", "viewer").await;
        let registration = Registration { existing_unit: Some(unit), ..portal.registration(1) };
        let filed = portal.application_of(registration, Status::InReview).await;
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let similar = review(&portal.context, &admin, &filed.application.number).await.expect("a page").similar;
        let of = |id| similar.accounts.iter().find(|one| one.account.as_ref().is_some_and(|account| account.id == id)).map(|one| one.reasons.clone());
        assert_eq!((of(here), of(elsewhere)), (Some(vec![Reason::SameNameInUnit]), Some(vec![Reason::SameName])));
        assert_eq!(similar.accounts[0].account.as_ref().map(|account| account.id), Some(here), "the strongest stands first");
    }
}
