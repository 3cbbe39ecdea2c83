//! What a list out of a spreadsheet comes to, row by row and column by column.

use super::*;
use crate::domain::application::samples::dictionaries;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

fn words() -> SheetWords {
    let heading = |field: &str, names: &[&str]| (field.to_owned(), names.iter().map(|name| (*name).to_owned()).collect());
    SheetWords {
        headings: vec![
            heading("first_name", &["Imię"]),
            heading("last_name", &["Nazwisko"]),
            heading("position", &["Stanowisko"]),
            heading("email", &["E-mail", "Adres e-mail"]),
            heading("phone", &["Telefon"]),
            heading("login", &["Login"]),
            heading("valid_until", &["Ważne do"]),
            heading("coordinator", &["Koordynator"]),
        ],
        yes: vec!["tak".to_owned()],
        no: vec!["nie".to_owned()],
    }
}

const HEADINGS: &str = "Imię;Nazwisko;Stanowisko;E-mail;Telefon;Login;PS;KDR;Ważne do;Koordynator";

fn table(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

fn sheet(rows: &[&str]) -> Sheet {
    let lines: Vec<&str> = std::iter::once(HEADINGS).chain(rows.iter().copied()).collect();
    read_sheet(&table(&lines), &words(), &dictionaries()).unwrap()
}

fn row(login: &str) -> String {
    format!("Anna;Nowak;inspektorka;{login}@gops.example.pl;413114692;{login};viewer;;31.12.2027;")
}

fn seen(rows: &[&str], listed: &[PersonTexts], taken: &[&str]) -> Vec<PreviewRow> {
    let (dictionaries, taken) = (dictionaries(), taken.iter().map(|login| (*login).to_owned()).collect());
    let sub_areas = ["PS".to_owned()];
    let around = SheetAround { listed, taken: &taken, sub_areas: &sub_areas, dictionaries: &dictionaries, today: TODAY };
    preview(&sheet(rows), &words(), &around)
}

fn outcomes(rows: &[PreviewRow]) -> Vec<Outcome> {
    rows.iter().map(|row| row.outcome).collect()
}

fn reasons(row: &PreviewRow) -> Vec<(&str, Invalid)> {
    row.errors.0.iter().flat_map(|(column, reasons)| reasons.iter().map(move |reason| (column.as_str(), *reason))).collect()
}

#[test]
fn headings_are_found_in_any_order_and_spelling_and_what_is_unknown_is_told() {
    let lines = ["# uwaga;nie czytaj", "", " LOGIN ;imie:;NAZWISKO *;stanowisko;adres e-mail;telefon;ps;PESEL;;", "x;A;B;C;D;E;F;1;;obok"];
    let sheet = read_sheet(&table(&lines), &words(), &dictionaries()).unwrap();
    assert_eq!(sheet.columns[..7], ["login", "first_name", "last_name", "position", "email", "phone", "grants.PS"]);
    assert_eq!(sheet.unknown, ["PESEL", "J"], "a column without heading that holds something, too");
    assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4], "as the spreadsheet numbers them");
}

#[test]
fn a_file_without_its_columns_or_rows_is_refused_as_a_whole() {
    let read = |lines: &[&str]| read_sheet(&table(lines), &words(), &dictionaries()).unwrap_err();
    assert_eq!(read(&[]), Invalid::SheetEmpty);
    assert_eq!(read(&["", ";;", "# tylko uwaga"]), Invalid::SheetEmpty);
    assert_eq!(read(&[HEADINGS]), Invalid::SheetEmpty);
    assert_eq!(read(&["Imię;Nazwisko", "A;B"]), Invalid::SheetColumns);
    assert_eq!(read(&[&format!("{HEADINGS};Login"), &row("a")]), Invalid::SheetColumnTwice);
    let many: Vec<String> = (0..=MOST_ROWS).map(|i| row(&format!("osoba{i}"))).collect();
    let lines: Vec<&str> = std::iter::once(HEADINGS).chain(many.iter().map(String::as_str)).collect();
    assert_eq!(read(&lines), Invalid::SheetTooManyRows);
    assert_eq!(read_sheet(&table(&lines[..=MOST_ROWS]), &words(), &dictionaries()).unwrap().rows.len(), MOST_ROWS);
}

#[test]
fn every_mistake_of_a_row_is_told_at_its_column() {
    let rows = seen(
        &[
            &row("dobra"),
            "4nna;;x;nie;12;ą;;;;",
            "Anna;Nowak;x;a@b.pl;413114692;druga;redaktor;;;",
            "Anna;Nowak;x;c@b.pl;413114692;trzecia;viewer, approver;viewer;32.13.2027;może",
            "Anna;Nowak;x;d@b.pl;413114692;czwarta;viewer;;31.12.2040;nie",
            "Anna;Nowak;x;e@b.pl;413114692;zajeta;viewer;;;TAK",
        ],
        &[],
        &["zajeta"],
    );
    assert_eq!(outcomes(&rows), [Outcome::Good, Outcome::Wrong, Outcome::Wrong, Outcome::Wrong, Outcome::Wrong, Outcome::Wrong]);
    assert_eq!((rows[0].line, rows[0].person.grants.as_slice()), (2, &["PS:viewer".to_owned()][..]));
    let expected = [
        ("email", Invalid::EmailShape),
        ("first_name", Invalid::NameDigits),
        ("grants", Invalid::NothingChosen),
        ("last_name", Invalid::Required),
        ("login", Invalid::LoginShape),
        ("phone", Invalid::PhoneShape),
    ];
    assert_eq!(reasons(&rows[1]), expected);
    assert_eq!(reasons(&rows[2]), [("grants.PS", Invalid::FunctionUnknown)], "and not that nothing is chosen");
    let third = reasons(&rows[3]);
    assert!(third.contains(&("coordinator", Invalid::YesOrNo)) && third.contains(&("grants.KDR", Invalid::SubAreaNotForKind)), "{third:?}");
    assert!(third.iter().any(|(column, _)| *column == "valid_until"), "{third:?}");
    assert_eq!(reasons(&rows[4]), [("valid_until", Invalid::DateTooFar)]);
    assert_eq!((reasons(&rows[5]), rows[5].person.coordinator.as_str()), (vec![("login", Invalid::LoginTaken)], YES));
}

#[test]
fn somebody_who_stands_twice_is_added_once_and_two_persons_with_one_login_are_both_wrong() {
    let other = "Jan;Kos;x;jan@gops.example.pl;413114692;ANNA;viewer;;;";
    let rows = seen(&[&row("anna"), &row("anna"), &row("ewa")], &[], &[]);
    assert_eq!(outcomes(&rows), [Outcome::Good, Outcome::Wrong, Outcome::Good]);
    assert_eq!(reasons(&rows[1]), [("login", Invalid::PersonTwice)]);
    let rows = seen(&[&row("anna"), other], &[], &[]);
    assert_eq!(outcomes(&rows), [Outcome::Wrong, Outcome::Wrong]);
    assert!(rows.iter().all(|row| reasons(row) == [("login", Invalid::LoginTwice)]));
    // Where another has the same login, no row of the two persons counts.
    let rows = seen(&[&row("anna"), &row("anna"), other], &[], &[]);
    assert!(rows.iter().all(|row| reasons(row) == [("login", Invalid::LoginTwice)]));
    // One address of two persons is allowed, and told.
    let shared = row("ewa").replace("ewa@", "anna@");
    let rows = seen(&[&row("anna"), &shared, &row("ola")], &[], &[]);
    assert_eq!(outcomes(&rows), [Outcome::Good; 3]);
    assert_eq!(rows.iter().map(|row| row.shares_email).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn who_is_listed_already_stays_as_is_and_the_fifty_first_is_told() {
    let listed = seen(&[&row("anna")], &[], &[]).remove(0).person;
    // The account of somebody in an application that is corrected is no obstacle.
    let rows = seen(&[&row("anna"), &row("anna").replace("Nowak", "Kos"), &row("ewa")], std::slice::from_ref(&listed), &[]);
    assert_eq!(outcomes(&rows), [Outcome::Listed, Outcome::Wrong, Outcome::Good]);
    assert_eq!((reasons(&rows[0]), reasons(&rows[1])), (vec![], vec![("login", Invalid::LoginTwice)]));
    let many: Vec<PersonTexts> = (0..MOST_PERSONS - 1).map(|i| PersonTexts { login: format!("osoba{i}"), ..listed.clone() }).collect();
    let rows = seen(&[&row("ola"), &row("ewa")], &many, &[]);
    assert_eq!(outcomes(&rows), [Outcome::Good, Outcome::Wrong]);
    assert_eq!(reasons(&rows[1]), [("persons", Invalid::TooManyPersons)]);
}

#[test]
fn what_is_longer_than_any_field_is_cut_and_still_refused() {
    let long = row("anna").replace("Nowak", &"ż".repeat(100_000));
    let sheet = sheet(&[&long]);
    assert_eq!(sheet.rows[0].cells[1].chars().count(), LONGEST_CELL);
    assert_eq!(reasons(&seen(&[&long], &[], &[])[0]), [("last_name", Invalid::TooLong)]);
    assert_eq!((letters(0), letters(25), letters(26), letters(701)), ("A".into(), "Z".into(), "AA".into(), "ZZ".into()));
}

#[test]
fn what_nobody_sees_is_not_read() {
    let rows = seen(&[&row("anna").replace("Nowak", "No\u{202e}wa\u{200b}k\u{2066}\u{200d}\u{feff}")], &[], &[]);
    assert_eq!((outcomes(&rows), rows[0].person.last_name.as_str()), (vec![Outcome::Good], "Nowak"));
}
