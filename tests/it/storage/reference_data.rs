//! What the migrations ship, and how it is found.

use super::{column, number};
use crate::support::database::{TestDatabase, on_both};
use cas_portal::domain::collation::{fold, sort_key};
use cas_portal::domain::identifiers::TercCode;
use cas_portal::domain::voivodeship::{Gmina, ReturnChannel, VoivodeshipCode};
use cas_portal::storage::{StorageError, dictionaries, gminas, offices, time_limits};
use std::collections::BTreeSet;

fn names(found: &[Gmina]) -> Vec<&str> {
    found.iter().map(|gmina| gmina.name.as_str()).collect()
}

fn shown(gmina: &Gmina) -> String {
    format!("{}, {}, powiat {}, {}", gmina.name, gmina.type_name, gmina.powiat, gmina.voivodeship)
}

on_both! {
    async fn the_whole_country_is_there_once(db: TestDatabase) {
        let db = db.connection();
        assert_eq!(number(db, "SELECT count(*) FROM voivodeships").await, 16);
        assert_eq!(number(db, "SELECT count(*) FROM gminas").await, 2479);
        assert_eq!(number(db, "SELECT count(DISTINCT code) FROM gminas").await, 2479);
        assert_eq!(number(db, "SELECT count(DISTINCT powiat_code) FROM gminas").await, 380);
        assert_eq!(column::<String>(db, "SELECT DISTINCT state_date FROM gminas").await, ["2026-01-01"]);
        for (digit, type_name, count) in [("1", "gmina miejska", 302), ("2", "gmina wiejska", 1453), ("3", "gmina miejsko-wiejska", 724)] {
            let sql = format!("SELECT count(*) FROM gminas WHERE type_digit = '{digit}' AND type_name = '{type_name}'");
            assert_eq!(number(db, &sql).await, count, "{type_name}");
        }
        let odd = "SELECT count(*) FROM gminas WHERE length(code) <> 6 OR substr(code, 1, 4) <> powiat_code OR substr(code, 1, 2) <> voivodeship";
        assert_eq!(number(db, odd).await, 0);
    }

    async fn every_voivodeship_has_its_office(db: TestDatabase) {
        let list = offices::list(db.connection()).await.unwrap();
        let names: Vec<(&str, &str)> = list.iter().map(|o| (o.voivodeship.as_str(), o.name.as_str())).collect();
        assert_eq!(names, [
            ("02", "Dolnośląski Urząd Wojewódzki we Wrocławiu"),
            ("04", "Kujawsko-Pomorski Urząd Wojewódzki w Bydgoszczy"),
            ("06", "Lubelski Urząd Wojewódzki w Lublinie"),
            ("08", "Lubuski Urząd Wojewódzki w Gorzowie Wielkopolskim"),
            ("10", "Łódzki Urząd Wojewódzki w Łodzi"),
            ("12", "Małopolski Urząd Wojewódzki w Krakowie"),
            ("14", "Mazowiecki Urząd Wojewódzki w Warszawie"),
            ("16", "Opolski Urząd Wojewódzki w Opolu"),
            ("18", "Podkarpacki Urząd Wojewódzki w Rzeszowie"),
            ("20", "Podlaski Urząd Wojewódzki w Białymstoku"),
            ("22", "Pomorski Urząd Wojewódzki w Gdańsku"),
            ("24", "Śląski Urząd Wojewódzki w Katowicach"),
            ("26", "Świętokrzyski Urząd Wojewódzki w Kielcach"),
            ("28", "Warmińsko-Mazurski Urząd Wojewódzki w Olsztynie"),
            ("30", "Wielkopolski Urząd Wojewódzki w Poznaniu"),
            ("32", "Zachodniopomorski Urząd Wojewódzki w Szczecinie"),
        ]);
        for office in &list {
            assert_eq!(&offices::find(db.connection(), &office.voivodeship).await.unwrap(), office);
            assert!(office.address.contains('-') && office.address.contains(", "), "{}", office.address);
        }
        let nowhere = offices::find(db.connection(), &VoivodeshipCode::trusted("03")).await;
        assert!(matches!(nowhere, Err(StorageError::NotFound)));
    }

    /// A closed channel has no address that could mislead, and an open one has the address that it needs.
    async fn only_known_channels_are_open(db: TestDatabase) {
        for office in offices::list(db.connection()).await.unwrap() {
            assert_eq!(office.channels.iter().map(|c| c.channel).collect::<Vec<_>>(), ReturnChannel::ALL);
            let is_kielce = office.voivodeship.as_str() == "26";
            for channel in &office.channels {
                let expected = match channel.channel {
                    ReturnChannel::Upload => (true, ""),
                    ReturnChannel::Post | ReturnChannel::InPerson => (true, office.address.as_str()),
                    ReturnChannel::Epuap if is_kielce => (true, "/SUWKielce/SkrytkaESP"),
                    ReturnChannel::Email if is_kielce => (true, "wps00@kielce.uw.gov.pl"),
                    ReturnChannel::EDelivery | ReturnChannel::Epuap | ReturnChannel::Email => (false, ""),
                };
                assert_eq!((channel.is_open, channel.address.as_str()), expected, "{} {:?}", office.name, channel.channel);
            }
        }
    }

    async fn dictionaries_are_complete_and_in_order(db: TestDatabase) {
        let all = dictionaries::load(db.connection(), jiff::civil::date(2026, 11, 22)).await.unwrap();
        let areas: Vec<&str> = all.sub_areas.iter().map(|a| a.code.as_str()).collect();
        assert_eq!(areas, ["PS", "WRiSPZ", "SR", "FA", "KDR", "OP-3", "PS-PO", "SW", "ES"]);
        assert!(all.sub_areas.iter().all(|a| a.longest_months == 36 && a.default_months == 36));
        let functions: Vec<&str> = all.functions.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(functions, ["viewer", "editor", "approver"]);
        assert_eq!(all.unit_kinds.len(), 20);
        assert!(all.unit_kinds.iter().all(|kind| !kind.sub_areas.is_empty()), "a kind that may ask for nothing");
        assert_eq!(all.unit_kind("urzad_gminy").unwrap().sub_areas, ["WRiSPZ", "SR", "FA", "KDR", "OP-3"]);
        assert_eq!(all.unit_kind("dps").unwrap().sub_areas, ["PS"]);
        // Polish order: Ś behind S, Ż behind U.
        let kinds: Vec<&str> = all.unit_kinds.iter().map(|kind| kind.code.as_str()).collect();
        let at = |code: &str| kinds.iter().position(|kind| *kind == code).unwrap();
        assert!(at("starostwo_powiatowe") < at("sds") && at("sds") < at("urzad_gminy"), "{kinds:?}");
        assert_eq!(kinds.last(), Some(&"zlobek_klub_dzieciecy"));
    }

    async fn time_limits_are_days(db: TestDatabase) {
        let expected = [
            (time_limits::UNSIGNED_APPLICATION, 30),
            (time_limits::RETURNED_APPLICATION, 14),
            (time_limits::GRANT_END_EARLY, 90),
            (time_limits::GRANT_END, 30),
            (time_limits::GRANT_END_LAST, 7),
        ];
        for (code, days) in expected {
            assert_eq!(time_limits::days(db.connection(), code).await.unwrap(), days, "{code}");
        }
        assert!(matches!(time_limits::days(db.connection(), "never").await, Err(StorageError::NotFound)));
    }

    async fn a_gmina_is_found_by_its_code(db: TestDatabase) {
        let lodz = gminas::find(db.connection(), &TercCode::parse("106101").unwrap()).await.unwrap().unwrap();
        assert_eq!(shown(&lodz), "Łódź, gmina miejska, powiat Łódź, łódzkie");
        assert_eq!(gminas::find(db.connection(), &TercCode::trusted("999999")).await.unwrap(), None);
        let by_code = gminas::search(db.connection(), "106101", 5).await.unwrap();
        assert_eq!(names(&by_code), ["Łódź"]);
    }

    async fn search_folds_and_ranks(db: TestDatabase) {
        let db = db.connection();
        for text in ["lodz", "łódź", "ŁÓDŹ", "  Łódź "] {
            let found = gminas::search(db, text, 10).await.unwrap();
            assert_eq!(found[0].name, "Łódź", "{text}");
            assert_eq!(found.len(), 10, "the limit holds");
        }
        let found = gminas::search(db, "swietokrzyski", 20).await.unwrap();
        assert_eq!(names(&found)[..3], ["Ostrowiec Świętokrzyski", "Baćkowice", "Bałtów"]);
        assert!(found.iter().all(|gmina| gmina.voivodeship == "świętokrzyskie"));
        assert_eq!(names(&gminas::search(db, "zelow", 10).await.unwrap()), ["Zelów"]);
        assert_eq!(names(&gminas::search(db, "gora jel", 10).await.unwrap()), ["Jelenia Góra"]);
        assert_eq!(names(&gminas::search(db, "zdroj busko", 10).await.unwrap()), ["Busko-Zdrój"]);
        // The powiat wrocławski holds nine more, all of them earlier in the order of names.
        assert_eq!(gminas::search(db, "wroclaw dolnoslaskie", 20).await.unwrap()[0].name, "Wrocław");
        let by_powiat = gminas::search(db, "boleslawiecki wiejska", 20).await.unwrap();
        assert_eq!(names(&by_powiat), ["Bolesławiec", "Gromadka", "Nowogrodziec", "Osiecznica", "Warta Bolesławiecka"]);
        for nothing in ["", "  ", "%", "_", "'", "\\", "elow", "nigdzieniema"] {
            assert_eq!(gminas::search(db, nothing, 10).await.unwrap(), [], "{nothing}");
        }
    }

    async fn gminas_of_one_name_can_be_told_apart(db: TestDatabase) {
        let found = gminas::search(db.connection(), "Bolesławiec", 3).await.unwrap();
        let lines: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(lines, [
            "Bolesławiec, gmina miejska, powiat bolesławiecki, dolnośląskie",
            "Bolesławiec, gmina wiejska, powiat bolesławiecki, dolnośląskie",
            "Bolesławiec, gmina miejsko-wiejska, powiat wieruszowski, łódzkie",
        ]);
    }

    async fn every_gmina_is_reached_without_a_search(db: TestDatabase) {
        let db = db.connection();
        let mut reached = BTreeSet::new();
        let mut lines = BTreeSet::new();
        let mut powiats = 0;
        for office in offices::list(db).await.unwrap() {
            let of_voivodeship = gminas::powiats(db, &office.voivodeship).await.unwrap();
            assert!(of_voivodeship.is_sorted_by_key(|p| sort_key(&p.name)));
            powiats += of_voivodeship.len();
            for powiat in of_voivodeship {
                let list = gminas::list_of_powiat(db, &powiat.code).await.unwrap();
                assert!(list.is_sorted_by_key(|g| (sort_key(&g.name), g.code.to_string())));
                for gmina in list {
                    assert_eq!((&gmina.powiat, &gmina.voivodeship), (&powiat.name, &office.voivodeship_name));
                    lines.insert(shown(&gmina));
                    reached.insert(gmina.code.to_string());
                }
            }
        }
        assert_eq!((powiats, reached.len(), lines.len()), (380, 2479, 2479));
    }

    /// The order of the database is the order that the portal computes: so it is the same on both.
    async fn the_stored_order_is_polish(db: TestDatabase) {
        let stored: Vec<String> = column(db.connection(), "SELECT name FROM gminas ORDER BY name_sort, code").await;
        let mut expected: Vec<(Vec<u8>, String)> =
            column::<String>(db.connection(), "SELECT name FROM gminas").await.into_iter().map(|n| (sort_key(&n), n)).collect();
        expected.sort();
        assert_eq!(stored, expected.into_iter().map(|(_, name)| name).collect::<Vec<_>>());
        let at = |name: &str| stored.iter().position(|n| n == name).unwrap();
        assert!(at("Lublin") < at("Łódź") && at("Łódź") < at("Mława") && at("Zabrze") < at("Żary"));
        let keys: Vec<String> = column(db.connection(), "SELECT search_key FROM gminas WHERE name = 'Łódź'").await;
        assert_eq!(keys, [format!(" {}| lodz lodzkie gmina miejska 106101", fold("Łódź"))]);
    }
}
