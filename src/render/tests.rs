//! The renderer by itself: plurals, filters, error words, static files.

use super::labels::Labels;
use super::*;
use tera::Tera;

fn rendered(template: &str) -> String {
    let renderer = Renderer::new().expect("templates load");
    let mut tera = Tera::new();
    tera.autoescape_on([".html.tera"]);
    words::register(&mut tera, &renderer.labels, &renderer.assets);
    tera.add_raw_template("t.txt.tera", template).expect("template parses");
    tera.render("t.txt.tera", &Context::new()).expect("template renders")
}

#[test]
fn plurals_follow_polish() {
    let labels = Labels::parse("[plurals.application]\none = \"wniosek\"\nfew = \"wnioski\"\nmany = \"wniosków\"").expect("parses");
    for (n, noun) in [
        (0, "wniosków"),
        (1, "wniosek"),
        (2, "wnioski"),
        (4, "wnioski"),
        (5, "wniosków"),
        (11, "wniosków"),
        (12, "wniosków"),
        (14, "wniosków"),
        (21, "wniosków"),
        (22, "wnioski"),
        (25, "wniosków"),
        (101, "wniosków"),
        (112, "wniosków"),
        (1_000, "wniosków"),
        (10_003, "wnioski"),
    ] {
        assert_eq!(labels.plural_word(n, "application"), noun, "{n}");
        assert_eq!(labels.plural_word(-n, "plurals.application"), noun, "-{n}");
    }
    assert_eq!(labels.plural(10_003, "application"), "10\u{a0}003\u{a0}wnioski");
    assert_eq!(labels.plural(5, "application"), "5\u{a0}wniosków");
}

#[test]
fn labels_that_are_empty_or_no_text_are_refused() {
    assert!(Labels::parse("a = \" \"").is_err());
    assert!(Labels::parse("a = 1").is_err());
    assert!(Labels::parse("a = ").is_err());
    let labels = Labels::parse("a.b = \"Witaj, {name}! {other}\"").expect("parses");
    assert_eq!(labels.text_with("a.b", &[("name", "{other}"), ("other", "Pa")]), "Witaj, {other}! Pa");
    assert_eq!(labels.text("a.c"), "⟦a.c⟧");
}

#[test]
fn the_words_of_an_error_are_the_most_particular_ones() {
    let labels = Labels::parse(
        "errors.required = \"ogólne\"\nerrors.login.required = \"login\"\nerrors.persons_login.required = \"login osoby\"\nerrors.unit_email.required = \"e-mail jednostki\"",
    )
    .expect("parses");
    assert_eq!(labels.error("", "persons.12.login", "required"), "login osoby");
    assert_eq!(labels.error("", "staff.0.login", "required"), "login");
    assert_eq!(labels.error("unit", "email", "required"), "e-mail jednostki");
    assert_eq!(labels.error("", "unit.email", "required"), "e-mail jednostki");
    assert_eq!(labels.error("person", "email", "required"), "ogólne");
}

#[test]
fn filters_show_values_as_poles_write_them() {
    for (template, text) in [
        ("{{ 1795327500000 | day }}", "22.11.2026"),
        ("{{ 1795327500000 | minute }}", "22.11.2026, 07:05"),
        ("{{ 1795327500000 | clock }}", "07:05"),
        ("{{ 1795327500000 | iso }}", "2026-11-22T06:05:00.000Z"),
        ("{{ '2026-01-05' | date }}", "05.01.2026"),
        ("{{ 'W/26/ó ' | urlencode }}", "W%2F26%2F%C3%B3%20"),
        ("{{ '+48413420000' | phone }}", "+48\u{a0}41\u{a0}342\u{a0}00\u{a0}00"),
        ("{{ '112' | phone }}", "112"),
        ("{{ 9999 | number }} {{ 1234567 | number }}", "9999 1\u{a0}234\u{a0}567"),
        ("{{ 820 | file_size }} {{ 33400 | file_size }} {{ 1440000 | file_size }}", "820\u{a0}B 33\u{a0}kB 1,4\u{a0}MB"),
        ("{{ 22 | plural(key='application') }}", "22\u{a0}wnioski"),
    ] {
        assert_eq!(rendered(template), text, "{template}");
    }
}

#[test]
fn a_label_named_in_a_template_must_exist() {
    let labels = Labels::parse("a.b = \"x\"").expect("parses");
    let source = |text: &str| [("t".to_owned(), text.to_owned())];
    assert!(words::missing_labels(&source("{{ \"a.b\" | label }} {{ \"a.\" ~ c | label }} {{ c | label }}"), &labels).is_empty());
    assert_eq!(words::missing_labels(&source("{{ \"a.c\" | label(x=1) }}"), &labels), ["a.c (t)"]);
    assert_eq!(words::missing_labels(&source("{{ n | plural(key=\"z\") }}"), &labels).len(), 3);
}

#[test]
fn static_files_carry_the_hash_of_their_content() {
    let assets = Assets::new(vec![
        ("app.css".to_owned(), b"a{background:url(\"/static/x.svg\")}".to_vec()),
        ("x.svg".to_owned(), b"<svg/>".to_vec()),
    ]);
    let (css, svg) = (assets.url("app.css").expect("known"), assets.url("x.svg").expect("known"));
    let file = assets.get(css.trim_start_matches("/static/")).expect("found by hashed name");
    assert!(file.immutable);
    assert_eq!(file.content_type, "text/css; charset=utf-8");
    assert_eq!(file.bytes, format!("a{{background:url(\"{svg}\")}}"));
    assert!(!assets.get("app.css").expect("found by plain name").immutable);
    assert!(!assets.get("app.000000000000.css").expect("found under another hash").immutable);
    assert!(assets.get("other.css").is_none() && assets.get("../labels/pl.toml").is_none() && assets.get("").is_none());
}

/// The gallery of all components, with errors.
fn gallery() -> String {
    let mut renderer = Renderer::new().expect("templates load");
    renderer.tera.add_raw_template("gallery.html.tera", include_str!("gallery.html.tera")).expect("gallery parses");
    #[derive(Serialize)]
    struct Gallery {
        evil: &'static str,
        none: Option<String>,
        errors: crate::domain::invalid::FieldErrors,
    }
    impl Page for Gallery {
        const TEMPLATE: &'static str = "gallery.html.tera";
        const PLACE: &'static str = "gallery";
        fn samples() -> Vec<Self> {
            use crate::domain::invalid::{FieldErrors, Invalid};
            let mut errors = FieldErrors::one("name", Invalid::Required);
            for (field, reason) in [
                ("login", Invalid::LoginTaken),
                ("persons.0.login", Invalid::LoginTwice),
                ("new_password", Invalid::PasswordShort),
                ("new_password", Invalid::PasswordCommon),
                ("kind", Invalid::Unknown),
                ("channel", Invalid::Required),
                ("statements", Invalid::StatementRequired),
                ("files", Invalid::FileEncrypted),
                ("reason", Invalid::ReasonRequired),
            ] {
                errors.add(field, reason);
            }
            vec![Self { evil: "<b onclick=\"x\">Ośrodek & 'spółka'</b>", none: None, errors }]
        }
    }
    let chrome = Chrome { csrf_token: "token".to_owned(), ..Chrome::default() };
    renderer.page(&Gallery::samples()[0], &chrome).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn components_name_their_fields_and_tie_errors_to_them() {
    let html = gallery();
    assert!(!html.contains('⟦'), "{:?}", html.split('⟦').nth(1));
    assert!(html.contains("<title>Błąd: Komponenty – Portal kont"));
    // The summary comes in the order asked for, then by name, and links to ids that exist.
    let summary = html.split("id=\"error-summary\"").nth(1).and_then(|s| s.split("</ul>").next()).expect("summary");
    let links: Vec<&str> = summary.split("href=\"#").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert_eq!(
        links,
        ["login", "name", "channel", "files", "kind", "new_password", "new_password", "persons.0.login", "reason", "statements"]
    );
    for id in links {
        assert!(html.contains(&format!(" id=\"{id}\"")), "{id}");
    }
    assert!(html.contains("aria-describedby=\"login-hint login-error\" aria-invalid=\"true\""));
    assert!(html.contains("aria-describedby=\"name-hint name-remark name-error\""));
    assert!(html.contains("Hasło jest za krótkie. Użyj co najmniej 15 znaków, a jeśli masz włączony drugi krok logowania – co najmniej 12. To hasło jest powszechnie znane"));
    assert!(html.contains("Podaj pełną nazwę jednostki."));
    assert_eq!(html.matches("checked").count(), 2);
    assert_eq!(html.matches(" selected").count(), 2);
    assert_eq!(html.matches("<optgroup").count(), html.matches("</optgroup>").count());
    assert!(html.contains("nie podano"));
}

#[test]
fn what_people_typed_is_always_escaped() {
    let html = gallery();
    assert!(!html.contains("<b onclick"));
    assert_eq!(html.matches("&lt;b onclick=&quot;x&quot;&gt;").count(), 4);
    assert!(!html.contains("&amp;lt;") && !html.contains("&amp;#"), "escaped twice");
}

#[test]
fn the_style_sheet_names_the_fonts_only_when_they_are_there() {
    let css = |renderer: Renderer| String::from_utf8(renderer.asset("app.css").expect("app.css").bytes.to_vec()).expect("text");
    assert!(!css(Renderer::with_static(&[]).expect("loads")).contains("@font-face"));
    let with = Renderer::with_static(&[("noto-regular.woff2", b"r"), ("noto-bold.woff2", b"b")]).expect("loads");
    let url = with.asset_url("noto-bold.woff2").expect("known");
    assert!(css(with).contains(&format!("url(\"{url}\")")));
}

/// Relative luminance of `#rrggbb`, as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let channel = |i: usize| {
        let value = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap_or_else(|_| panic!("{colour}"))) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn colours_keep_their_contrast_in_both_modes() {
    let css = String::from_utf8(Templates::get("static/app.css").expect("app.css").data.into_owned()).expect("text");
    let variable = regex::Regex::new(r"--([a-z-]+): (#[0-9a-f]{6});").expect("pattern");
    let colours = |block: &str| -> std::collections::BTreeMap<String, String> {
        variable.captures_iter(block).map(|c| (c[1].to_owned(), c[2].to_owned())).collect()
    };
    let light = colours(css.split(":root {").nth(1).and_then(|b| b.split('}').next()).expect("light"));
    let dark_only = colours(css.split(":root {").nth(2).and_then(|b| b.split('}').next()).expect("dark"));
    assert!(light.len() > 30 && dark_only.len() > 25);
    let mut dark = light.clone();
    dark.extend(dark_only);
    let text = [
        ("ink", "paper"),
        ("ink", "ground"),
        ("ink-soft", "paper"),
        ("ink-soft", "ground"),
        ("link", "paper"),
        ("link", "ground"),
        ("link-hover", "paper"),
        ("link-hover", "blue-ground"),
        ("link", "blue-ground"),
        ("link", "amber-ground"),
        ("brand-ink", "brand"),
        ("action-ink", "action"),
        ("action-ink", "action-hover"),
        ("danger-ink", "danger"),
        ("danger-ink", "danger-hover"),
        ("red-ink", "paper"),
        ("ink", "blue-ground"),
        ("ink", "green-ground"),
        ("ink", "amber-ground"),
        ("ink", "red-ground"),
        ("ink", "grey-ground"),
        ("ink-soft", "blue-ground"),
        ("ink-soft", "amber-ground"),
        ("grey-ink", "grey-ground"),
        ("blue-ink", "blue-ground"),
        ("violet-ink", "violet-ground"),
        ("amber-ink", "amber-ground"),
        ("green-ink", "green-ground"),
        ("red-ink", "red-ground"),
        ("blue-ink", "paper"),
        ("ink-soft", "grey-ground"),
    ];
    let edges = [
        ("line-strong", "paper"),
        ("red-edge", "paper"),
        ("action", "paper"),
        ("focus", "focus-edge"),
        ("focus", "brand"),
        ("blue-edge", "paper"),
    ];
    for (mode, colours) in [("light", &light), ("dark", &dark)] {
        let of = |name: &str| luminance(colours.get(name).unwrap_or_else(|| panic!("no --{name}")));
        for (pairs, least) in [(&text[..], 4.5), (&edges[..], 3.0)] {
            for (a, b) in pairs {
                let (a_light, b_light) = (of(a), of(b));
                let ratio = (a_light.max(b_light) + 0.05) / (a_light.min(b_light) + 0.05);
                assert!(ratio >= least, "{mode}: --{a} on --{b} is {ratio:.2}, needs {least}");
            }
        }
    }
}

#[test]
fn everything_that_is_looked_up_by_a_key_has_its_words() {
    use crate::domain::{
        account::{AccountStatus, Role},
        application::{Kind, decision::Barred, draft::STATEMENTS, signed_form::CodeMatch, status::Status},
        audit::{AuditEvent, Outcome},
        invalid::Invalid,
        unit::UnitStatus,
        voivodeship::ReturnChannel,
    };
    let renderer = Renderer::new().expect("templates load");
    let labels = renderer.labels();
    let mut keys: Vec<String> = Vec::new();
    let mut want = |of: &str, key: &str| keys.push(format!("{of}.{key}"));
    Invalid::ALL.iter().for_each(|i| want("errors", i.key()));
    Status::ALL.iter().for_each(|s| ["status", "status_help"].iter().for_each(|of| want(of, s.key())));
    Kind::ALL.iter().for_each(|k| ["kinds", "form.title"].iter().for_each(|of| want(of, k.key())));
    Role::ALL.iter().for_each(|r| want("roles", r.key()));
    AccountStatus::ALL.iter().for_each(|s| want("account_status", s.key()));
    [UnitStatus::Active, UnitStatus::Closed].iter().for_each(|s| want("unit_status", s.key()));
    ["viewer", "editor", "approver"].iter().for_each(|f| want("functions", f));
    ReturnChannel::ALL.iter().for_each(|c| ["channels", "channel_help"].iter().for_each(|of| want(of, c.key())));
    Barred::ALL.iter().for_each(|b| want("barred", b.key()));
    AuditEvent::ALL.iter().for_each(|e| want("audit_events", e.key()));
    [Outcome::Done, Outcome::Failed, Outcome::Refused].iter().for_each(|o| want("outcomes", o.key()));
    let matches = [CodeMatch::Matched, CodeMatch::Unreadable, CodeMatch::ConfirmedByEye];
    matches.iter().for_each(|m| ["code_match", "code_match_help"].iter().for_each(|of| want(of, m.key())));
    ["visitor", "operator", "system"].iter().for_each(|a| want("audit_actors", a));
    STATEMENTS.iter().for_each(|s| want("statements", s));
    let missing: Vec<&String> = keys.iter().filter(|key| labels.get(key).is_none()).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
    assert_eq!(labels.list("form.rodo.points").len(), 9);
    assert_eq!(labels.list("form.office.choices"), ["uwzględniono", "zwrócono do poprawy", "odrzucono"]);
    assert_eq!(labels.list("form.office").len(), 2, "deeper keys do not count");
}

#[test]
fn every_field_of_a_registration_has_its_label_and_says_what_is_missing() {
    use crate::domain::application::draft::{PersonTexts, UnitTexts};
    let renderer = Renderer::new().expect("templates load");
    let labels = renderer.labels();
    let names = |value: serde_json::Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let unit = names(serde_json::to_value(UnitTexts::default()).expect("json"));
    let person = names(serde_json::to_value(PersonTexts::default()).expect("json"));
    assert!(unit.len() == 18 && person.len() == 9);
    let others = [
        "login",
        "password",
        "new_password",
        "password_repeat",
        "current_password",
        "code",
        "statements",
        "reason",
        "channel",
        "reference",
        "received_on",
        "files",
    ];
    let fields =
        unit.iter().map(|f| ("unit", f.as_str())).chain(person.iter().map(|f| ("persons", f.as_str()))).chain(others.map(|f| ("", f)));
    for (scope, field) in fields {
        assert!(!labels.field_label(scope, field).contains('⟦'), "{scope} {field}: no label");
        if field == "coordinator" {
            // A box that may stay empty.
            continue;
        }
        let required = labels.error(scope, field, "required");
        assert!(
            !required.contains('⟦') && required != labels.text("errors.required"),
            "{scope} {field}: no words of its own for a missing value"
        );
    }
}

#[test]
fn every_noun_has_its_three_forms() {
    let renderer = Renderer::new().expect("templates load");
    let labels = renderer.labels();
    let nouns: std::collections::BTreeSet<&str> =
        labels.keys().filter_map(|k| k.strip_prefix("plurals.")?.rsplit_once('.').map(|(noun, _)| noun)).collect();
    assert!(nouns.len() > 10);
    for noun in nouns {
        for n in [1, 2, 5] {
            assert!(!labels.plural(n, noun).contains('⟦'), "{noun} {n}");
        }
    }
    assert_eq!([1, 3, 22, 25].map(|n| labels.plural(n, "person")), ["1\u{a0}osoba", "3\u{a0}osoby", "22\u{a0}osoby", "25\u{a0}osób"]);
}
