//! Properties of every identifier. Check digits are computed here by other formulas than in the parsers.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 22);

fn digits(text: &str) -> Vec<i64> {
    text.bytes().map(|b| i64::from(b - b'0')).collect()
}

/// GUS's own wording: the sum with the check digit's weight −1 is divisible by 11, and a remainder of ten is written as zero.
fn regon_check(body: &str) -> char {
    let weights: &[i64] = if body.len() == 8 { &[8, 9, 2, 3, 4, 5, 6, 7] } else { &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8] };
    let sum: i64 = digits(body).iter().zip(weights).map(|(d, w)| d * w).sum();
    let fits = |k: &i64| (sum - k) % 11 == 0;
    char::from(b'0' + (0..=10).find(fits).filter(|k| *k < 10).unwrap_or(0) as u8)
}

/// None where no digit fits.
fn nip_check(body: &str) -> Option<char> {
    let sum: i64 = digits(body).iter().zip([6, 5, 7, 2, 3, 4, 5, 6, 7]).map(|(d, w)| d * w).sum();
    (0..=9_u8).find(|k| (sum - i64::from(*k)) % 11 == 0).map(|k| char::from(b'0' + k))
}

/// The other formula of the ministry: weights 9,7,3,1,9,7,3,1,9,7 give the digit itself.
fn pesel_check(body: &str) -> char {
    let sum: i64 = digits(body).iter().zip([9, 7, 3, 1, 9, 7, 3, 1, 9, 7]).map(|(d, w)| d * w).sum();
    char::from(b'0' + (sum % 10) as u8)
}

fn pesel_of(born: Date, serial: &str) -> String {
    let century = match born.year() {
        1800..=1899 => 80,
        1900..=1999 => 0,
        2000..=2099 => 20,
        2100..=2199 => 40,
        _ => 60,
    };
    let body = format!("{:02}{:02}{:02}{serial}", born.year() % 100, i16::from(born.month()) + century, born.day());
    format!("{body}{}", pesel_check(&body))
}

fn regon9() -> impl Strategy<Value = String> {
    "[0-9]{8}".prop_map(|body| format!("{body}{}", regon_check(&body))).prop_filter("zeros", |r| r != "000000000")
}

fn regon14() -> impl Strategy<Value = String> {
    (regon9(), "[0-9]{4}").prop_map(|(nine, four)| {
        let body = format!("{nine}{four}");
        format!("{body}{}", regon_check(&body))
    })
}

fn nip() -> impl Strategy<Value = String> {
    "[0-9]{9}"
        .prop_filter_map("no digit fits", |body| nip_check(&body).map(|k| format!("{body}{k}")))
        .prop_filter("zeros", |n| n != "0000000000")
}

/// Nine digits for which no check digit fits: eight of any kind, and the ninth that spoils them.
fn nip_body_without_check() -> impl Strategy<Value = String> {
    "[0-9]{8}"
        .prop_filter_map("none spoils them", |eight| (0..10).map(|ninth| format!("{eight}{ninth}")).find(|body| nip_check(body).is_none()))
}

fn pesel() -> impl Strategy<Value = String> {
    (0..82_000_i64, "[0-9]{4}").prop_map(|(days, serial)| pesel_of(date(1800, 1, 1).saturating_add(jiff::Span::new().days(days)), &serial))
}

/// The text with the digit at `place` made another one.
fn with_other_digit(text: &str, place: usize, by: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = place % bytes.len();
    bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
    String::from_utf8(bytes).unwrap()
}

/// The same digits of another script.
fn in_script(text: &str, zero: char) -> String {
    text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(zero as u32 + d)).unwrap_or(c)).collect()
}

const OTHER_ZEROS: [char; 4] = ['\u{660}', '\u{966}', '\u{ff10}', '\u{1d7ce}'];

/// Groups of three with a separator between them.
fn spaced(text: &str, gap: &str) -> String {
    text.as_bytes().chunks(3).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join(gap)
}

proptest! {
    #[test]
    fn a_right_regon_is_read_and_kept_as_text(regon in prop_oneof![regon9(), regon14()]) {
        let read = Regon::parse(&regon).unwrap();
        prop_assert_eq!(read.as_str(), &regon);
        for gap in [" ", "-", "\u{a0}"] {
            prop_assert_eq!(Regon::parse(&format!(" {} ", spaced(&regon, gap))).unwrap(), read.clone());
        }
        for zero in OTHER_ZEROS {
            prop_assert_eq!(Regon::parse(&in_script(&regon, zero)), Err(Invalid::RegonShape));
        }
        prop_assert_eq!(Regon::parse(&regon[1..]), Err(Invalid::RegonShape));
    }

    // One changed digit is always seen, except between a remainder of ten and of zero, which are written alike;
    // and a weight of zero (the fifth digit of the 14) is seen by the first nine.
    #[test]
    fn a_changed_regon_is_refused(regon in regon9(), place in 0..9_usize, by in 1..10_u8) {
        let other = with_other_digit(&regon, place, by);
        if regon_check(&other[..8]) != char::from(other.as_bytes()[8]) {
            prop_assert!(matches!(Regon::parse(&other), Err(Invalid::RegonChecksum | Invalid::RegonShape)));
        } else {
            prop_assert!(place < 8, "a changed check digit is always seen");
        }
    }

    #[test]
    fn a_changed_long_regon_is_refused(regon in regon14(), by in 1..10_u8) {
        let last = with_other_digit(&regon, 13, by);
        prop_assert_eq!(Regon::parse(&last), Err(Invalid::RegonChecksum));
        let ninth = with_other_digit(&regon, 8, by);
        prop_assert!(matches!(Regon::parse(&ninth), Err(Invalid::RegonChecksum | Invalid::RegonShape)));
    }

    #[test]
    fn a_right_nip_is_read_with_prefix_spaces_and_dashes(nip in nip()) {
        let read = Nip::parse(&nip).unwrap();
        prop_assert_eq!(read.as_str(), &nip);
        for typed in [format!("PL{nip}"), format!("pl {nip}"), format!("Pl-{nip}"), spaced(&nip, "-"), spaced(&nip, " ")] {
            prop_assert_eq!(Nip::parse(&typed).unwrap(), read.clone());
        }
        for zero in OTHER_ZEROS {
            prop_assert_eq!(Nip::parse(&in_script(&nip, zero)), Err(Invalid::NipShape));
        }
    }

    #[test]
    fn a_changed_nip_is_refused(nip in nip(), place in 0..10_usize, by in 1..10_u8) {
        let other = with_other_digit(&nip, place, by);
        prop_assert!(matches!(Nip::parse(&other), Err(Invalid::NipChecksum | Invalid::NipShape)), "{}", other);
    }

    #[test]
    fn no_nip_ends_where_the_remainder_is_ten(body in nip_body_without_check(), last in 0..10_u8) {
        prop_assert_eq!(Nip::parse(&format!("{body}{last}")), Err(Invalid::NipChecksum));
    }

    #[test]
    fn a_right_pesel_is_read_and_a_changed_one_is_refused(pesel in pesel(), place in 0..11_usize, by in 1..10_u8) {
        prop_assert_eq!(Pesel::parse(&pesel, TODAY).map(|v| v.to_string()), Ok(pesel.clone()));
        // All weights are odd and not 5, so each changed digit changes the sum modulo ten.
        prop_assert_eq!(Pesel::parse(&with_other_digit(&pesel, place, by), TODAY), Err(Invalid::PeselChecksum));
        for zero in OTHER_ZEROS {
            prop_assert_eq!(Pesel::parse(&in_script(&pesel, zero), TODAY), Err(Invalid::PeselShape));
        }
    }

    #[test]
    fn a_phone_is_read_in_every_usual_spelling(number in "[1-9][0-9]{8}") {
        let read = Phone::parse(&number).unwrap();
        prop_assert_eq!(read.as_str(), format!("+48{number}"));
        for typed in [format!("+48{number}"), format!("0048 {number}"), format!("(+48) {}", spaced(&number, "-")), spaced(&number, " ")] {
            prop_assert_eq!(Phone::parse(&typed).unwrap(), read.clone(), "{}", typed);
        }
        prop_assert_eq!(Phone::parse(&read.to_display()).unwrap(), read.clone());
        for typed in [format!("0{}", &number[1..]), number[1..].to_owned(), format!("{number}1"), format!("+49{number}"), format!("{number} wew. 3")] {
            prop_assert_eq!(Phone::parse(&typed), Err(Invalid::PhoneShape), "{}", typed);
        }
        for zero in OTHER_ZEROS {
            prop_assert_eq!(Phone::parse(&in_script(&number, zero)), Err(Invalid::PhoneShape));
        }
    }

    #[test]
    fn a_postal_code_is_read_with_and_without_its_dash(code in "[0-9]{5}") {
        let written = format!("{}-{}", &code[..2], &code[2..]);
        prop_assert_eq!(PostalCode::parse(&code).map(|v| v.to_string()), Ok(written.clone()));
        prop_assert_eq!(PostalCode::parse(&format!(" {written} ")).map(|v| v.to_string()), Ok(written.clone()));
        for typed in [code[1..].to_owned(), format!("{code}0"), format!("{}-{}", &code[..3], &code[3..]), format!("{}--{}", &code[..2], &code[2..])] {
            prop_assert_eq!(PostalCode::parse(&typed), Err(Invalid::PostalCodeShape), "{}", typed);
        }
        prop_assert_eq!(PostalCode::parse(&in_script(&code, '\u{660}')), Err(Invalid::PostalCodeShape));
    }

    #[test]
    fn an_address_for_electronic_delivery_is_read_in_any_case(ade in "AE:PL-[0-9]{5}-[0-9]{5}-[A-Z]{5}-[0-9]{2}", cut in 0..26_usize) {
        prop_assert_eq!(AdeAddress::parse(&ade).map(|v| v.to_string()), Ok(ade.clone()));
        prop_assert_eq!(AdeAddress::parse(&ade.to_lowercase()).map(|v| v.to_string()), Ok(ade.clone()));
        let mut short = ade.clone();
        short.remove(cut % ade.len());
        prop_assert_eq!(AdeAddress::parse(&short), Err(Invalid::AdeShape));
    }

    #[test]
    fn an_epuap_box_has_two_parts(subject in "[A-Za-z0-9_.-]{1,60}", name in "[A-Za-z0-9_.-]{1,60}") {
        let text = format!("/{subject}/{name}");
        prop_assert_eq!(EpuapBox::parse(&text).map(|v| v.to_string()), Ok(text.clone()));
        for wrong in [text[1..].to_owned(), format!("{text}/x"), format!("/{subject}/"), format!("//{name}"), format!("/{subject}/{name} x")] {
            prop_assert_eq!(EpuapBox::parse(&wrong), Err(Invalid::EpuapShape), "{}", wrong);
        }
    }

    #[test]
    fn an_email_address_keeps_its_local_part_and_lowers_its_domain(
        local in "[a-zA-Z0-9_+-]{1,20}(\\.[a-zA-Z0-9]{1,10})?",
        domain in "[a-zA-Z0-9]{1,20}(-[a-z0-9]{1,10})?\\.(pl|GOV\\.PL|com)",
    ) {
        let read = EmailAddress::parse(&format!(" {local}@{domain} ")).unwrap();
        prop_assert_eq!(read.as_str(), format!("{local}@{}", domain.to_lowercase()));
        prop_assert_eq!(read.key(), format!("{local}@{domain}").to_lowercase());
    }

    /// Whatever is taken, no header can be smuggled with it.
    #[test]
    fn no_email_address_carries_control_characters_or_white_space(
        head in "[ -~]{0,10}", sting in "[\\r\\n\\t\\x00 \u{a0}\u{2028},;<>\"()]", tail in "[ -~]{0,10}",
    ) {
        for text in [format!("{head}{sting}{tail}@x.pl"), format!("a@{head}{sting}{tail}.pl"), format!("a@x.pl{sting}{tail}"), format!("{head}{sting}a@x.pl")] {
            if let Ok(read) = EmailAddress::parse(&text) {
                prop_assert!(read.as_str().bytes().all(|b| b.is_ascii_graphic() && !b",;<>\"()".contains(&b)), "{:?}", read);
                prop_assert_eq!(read.as_str().matches('@').count(), 1);
            }
        }
    }

    #[test]
    fn names_keep_their_letters_hyphens_and_apostrophes(
        first in "[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{1,15}", second in "[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{1,15}", digit in "[0-9٠-٩²Ⅳ]",
    ) {
        for name in [first.clone(), format!("{first}-{second}"), format!("{first} {second}"), format!("O'{first}"), format!("d’{first}"), format!("{first} jr.")] {
            let read = PersonName::parse(&name).unwrap();
            prop_assert_eq!(read.as_str(), &name);
            prop_assert_eq!(PersonName::parse(&format!("  {}\t", name.replace(' ', "   "))).map(|v| v.to_string()), Ok(name.clone()));
            prop_assert_eq!(PersonName::parse(&format!("{name}{digit}")), Err(Invalid::NameDigits));
            for other in ["<", "@", "\"", "=", "_", "/", ";"] {
                prop_assert_eq!(PersonName::parse(&format!("{name}{other}")), Err(Invalid::Characters));
            }
        }
    }

    #[test]
    fn logins_keep_their_case_and_compare_without_it(login in "[A-Za-z0-9_-]{3,32}", foreign in "[ąŁż.@ é٠]") {
        let read = Login::parse(&login).unwrap();
        prop_assert_eq!(read.as_str(), &login);
        prop_assert_eq!(Login::parse(&login.to_uppercase()).unwrap().key(), read.key());
        prop_assert_eq!(Login::parse(&login.to_lowercase()).unwrap().key(), read.key());
        let mut spoilt = login[..2].to_owned();
        spoilt += &foreign;
        spoilt += "x";
        prop_assert_eq!(Login::parse(&spoilt), Err(Invalid::LoginShape));
    }

    #[test]
    fn an_application_number_goes_into_a_path_and_back(voivodeship in "[0-9]{2}", year in 2000..2100_i16, serial in 1..1_000_000_u32) {
        let number = ApplicationNumber::new(&super::super::voivodeship::VoivodeshipCode::trusted(voivodeship), year, serial);
        prop_assert_eq!(ApplicationNumber::parse(number.as_str()), Some(number.clone()));
        prop_assert!(!number.to_path().contains('/'));
        prop_assert_eq!(ApplicationNumber::parse(&number.to_path()), Some(number.clone()));
        prop_assert_eq!(ApplicationNumber::parse(&number.to_path().to_lowercase()), Some(number.clone()));
        prop_assert_eq!(ApplicationNumber::parse(&in_script(number.as_str(), '\u{660}')), None);
    }

    #[test]
    fn a_terc_code_loses_its_type_and_names_its_voivodeship(code in "[0-9]{6}", kind in "[1-9]") {
        let read = TercCode::parse(&code).unwrap();
        prop_assert_eq!(&TercCode::parse(&format!("{code}{kind}")).unwrap(), &read);
        prop_assert_eq!(read.as_str(), &code);
        let voivodeship = read.voivodeship();
        prop_assert_eq!(voivodeship.as_str(), &code[..2]);
        for wrong in [code[1..].to_owned(), format!("{code}{kind}0"), in_script(&code, '\u{660}'), code.replace(&code[..1], "x")] {
            prop_assert_eq!(TercCode::parse(&wrong), Err(Invalid::TercShape));
        }
    }

    /// No parser panics, whatever comes; and what is taken is taken again as it stands.
    #[test]
    fn parsers_survive_anything_and_take_their_own_output(text in any::<String>()) {
        if let Ok(v) = Regon::parse(&text) { prop_assert_eq!(Regon::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = Nip::parse(&text) { prop_assert_eq!(Nip::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = Pesel::parse(&text, TODAY) { prop_assert_eq!(Pesel::parse(v.as_str(), TODAY), Ok(v)); }
        if let Ok(v) = Phone::parse(&text) { prop_assert_eq!(Phone::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = PostalCode::parse(&text) { prop_assert_eq!(PostalCode::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = EpuapBox::parse(&text) { prop_assert_eq!(EpuapBox::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = AdeAddress::parse(&text) { prop_assert_eq!(AdeAddress::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = EmailAddress::parse(&text) { prop_assert_eq!(EmailAddress::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = PersonName::parse(&text) { prop_assert_eq!(PersonName::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = Login::parse(&text) { prop_assert_eq!(Login::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = TercCode::parse(&text) { prop_assert_eq!(TercCode::parse(v.as_str()), Ok(v)); }
        if let Ok(v) = Line::parse(&text, 40) { prop_assert_eq!(Line::parse(v.as_str(), 40), Ok(v)); }
        if let Ok(v) = Text::parse(&text, 40) { prop_assert_eq!(Text::parse(v.as_str(), 40), Ok(v)); }
    }
}

#[test]
fn known_numbers_of_real_offices_are_right() {
    // Central Statistical Office: REGON and NIP as on its own page.
    assert!(Regon::parse("000331501").is_ok(), "leading zeros are kept");
    assert_eq!(Regon::parse("000331501").unwrap().as_str(), "000331501");
    assert!(Nip::parse("526-10-40-828").is_ok());
    assert!(Regon::parse("12345678512347").is_ok(), "the example of the REGON article");
    assert!(Pesel::parse("44051401359", TODAY).is_ok(), "the example of the PESEL article");
}

#[test]
fn zeros_and_nothing_are_refused() {
    for zeros in ["000000000", "00000000000000", "00000000000011", "000 000 000"] {
        assert_eq!(Regon::parse(zeros), Err(Invalid::RegonShape), "{zeros}");
    }
    assert_eq!(regon_check("0000000000001"), '8');
    assert_eq!(Regon::parse("00000000000018"), Err(Invalid::RegonShape), "right check digits of nobody's number");
    assert_eq!(Nip::parse("PL 000-000-00-00"), Err(Invalid::NipShape));
    for empty in ["", "  ", " - "] {
        assert_eq!(Regon::parse(empty), Err(Invalid::Required));
        assert_eq!(Nip::parse(empty), Err(Invalid::Required));
    }
    assert_eq!(Nip::parse("PL"), Err(Invalid::Required));
    assert_eq!(Pesel::parse(" ", TODAY), Err(Invalid::Required));
    assert_eq!(Phone::parse("()"), Err(Invalid::Required));
    assert_eq!(PostalCode::parse("-"), Err(Invalid::PostalCodeShape));
    assert_eq!(EmailAddress::parse("\r\n"), Err(Invalid::Required));
}

#[test]
fn a_pesel_needs_a_day_that_exists_and_has_come() {
    for (text, expected) in [
        (pesel_of(TODAY, "0001"), true),
        (pesel_of(date(2026, 11, 23), "0001"), false),
        (pesel_of(date(2299, 12, 31), "9999"), false),
        (pesel_of(date(1800, 1, 1), "0000"), true),
        (pesel_of(date(2000, 2, 29), "1234"), true),
    ] {
        assert_eq!(Pesel::parse(&text, TODAY).is_ok(), expected, "{text}");
    }
    for body in ["9902290000", "0013010000", "0000010000", "0001000000", "0001320000", "9902300000"] {
        let text = format!("{body}{}", pesel_check(body));
        assert_eq!(Pesel::parse(&text, TODAY), Err(Invalid::PeselDate), "{text}");
    }
}

#[test]
fn email_addresses_at_the_edges() {
    for wrong in [
        "a",
        "@x.pl",
        "a@",
        "a@pl",
        "a@x.p",
        "a@-x.pl",
        "a@x-.pl",
        "a@x..pl",
        ".a@x.pl",
        "a.@x.pl",
        "a..b@x.pl",
        "a b@x.pl",
        "a@b@x.pl",
        "żółw@x.pl",
        "a@żółw.pl",
        "a@x.pl\r\nBcc: b@y.pl",
        "a\r\nBcc: b@y.pl",
        "a@x.pl\0",
        "\"a\"@x.pl",
        "a@[127.0.0.1]",
        "<a@x.pl>",
        "a@x.pl,b@y.pl",
    ] {
        assert_eq!(EmailAddress::parse(wrong), Err(Invalid::EmailShape), "{wrong:?}");
    }
    assert!(EmailAddress::parse(&format!("{}@x.pl", "a".repeat(64))).is_ok());
    assert!(EmailAddress::parse(&format!("{}@x.pl", "a".repeat(65))).is_err());
    assert!(EmailAddress::parse(&format!("a@{}.pl", "b".repeat(64))).is_err());
    assert!(EmailAddress::parse(&format!("a@{}pl", "bbbbbbbbb.".repeat(26))).is_err(), "longer than 254");
}

#[test]
fn names_and_logins_at_the_edges() {
    assert!(PersonName::parse(&"Ż".repeat(80)).is_ok());
    assert_eq!(PersonName::parse(&"Z\u{307}".repeat(80)).unwrap().as_str(), "Ż".repeat(80), "counted and kept composed");
    assert_eq!(PersonName::parse(&"Ż".repeat(81)), Err(Invalid::TooLong));
    assert_eq!(PersonName::parse("-"), Err(Invalid::Characters));
    assert_eq!(PersonName::parse("Anna\0"), Err(Invalid::NulCharacter));
    assert_eq!(PersonName::parse("Anna\u{1b}[1m"), Err(Invalid::Characters));
    for (login, expected) in
        [("ab", false), ("abc", true), (&"a".repeat(32), true), (&"a".repeat(33), false), ("jan.kot", false), ("", false)]
    {
        assert_eq!(Login::parse(login).is_ok(), expected, "{login}");
    }
}

#[test]
fn lines_and_texts_are_what_can_be_seen() {
    assert_eq!(
        Line::parse("  Gminny \t Ośrodek\r\nPomocy\u{2028}Społecznej\u{202f}w Y ", 99).unwrap().as_str(),
        "Gminny Ośrodek Pomocy Społecznej w Y"
    );
    assert_eq!(Line::parse("Mora\u{ad}wi\u{200b}ca\u{feff}", 9).unwrap().as_str(), "Morawica");
    assert_eq!(Line::parse("abc\u{202e}fdp.exe\u{2066}", 99).unwrap().as_str(), "abcfdp.exe", "nothing turns the text around");
    assert_eq!(Line::parse("z\u{200d}\u{301}rebak", 9).unwrap().as_str(), "źrebak", "composed after what hid between is gone");
    for nothing in ["", " ", "\u{a0}\u{3000}", "\u{200b}\u{200d}", "\u{3164}", "\u{feff} \u{2060}"] {
        assert_eq!(Line::parse(nothing, 9), Err(Invalid::Required), "{nothing:?}");
        assert_eq!(Line::parse_optional(nothing, 9).unwrap_or_default(), None, "{nothing:?}");
        assert_eq!(Text::parse(nothing, 9), Err(Invalid::Required), "white space is not a reason: {nothing:?}");
    }
    assert_eq!(Line::parse("a\0b", 9), Err(Invalid::NulCharacter));
    assert_eq!(Line::parse("a\u{7}b", 9), Err(Invalid::Characters));
    assert_eq!(Line::parse("ąąąą", 3), Err(Invalid::TooLong));
    assert_eq!(Text::parse("\n Pierwszy\r\n\tdrugi \n", 99).unwrap().as_str(), "Pierwszy\n\tdrugi");
    assert_eq!(Text::parse("a\rb", 99), Err(Invalid::Characters));
    assert_eq!(Text::parse("a\0b", 99), Err(Invalid::NulCharacter));
}

#[test]
fn an_extension_is_up_to_six_digits() {
    assert_eq!(parse_extension(" 012 ").unwrap().as_str(), "012");
    for wrong in ["", "1234567", "1a", "٣"] {
        assert_eq!(parse_extension(wrong), Err(Invalid::PhoneShape), "{wrong}");
    }
}

#[test]
fn what_nobody_sees_is_dropped_by_one_rule() {
    for hidden in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}", "\u{200d}", "\u{61c}", "\u{ad}"] {
        assert_eq!(without_invisible(&format!("{hidden}No{hidden}wak\n")), "Nowak\n", "{hidden:?}");
        assert_eq!(PersonName::parse(&format!("No{hidden}wak")).unwrap().as_str(), "Nowak", "{hidden:?}");
        assert_eq!(Regon::parse(&format!("1234{hidden}56785")).unwrap().as_str(), "123456785", "{hidden:?}");
    }
    assert_eq!(without_invisible("a\u{a0}b\tc\r\nŻ"), "a\u{a0}b\tc\r\nŻ", "white space is the parsers' to squeeze");
}
