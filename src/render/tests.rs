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
        ("{{ '+48413420000' | phone }}", "+48\u{a0}413\u{a0}420\u{a0}000"),
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
    assert!(html.contains("Hasło jest za krótkie. Użyj co najmniej 15 znaków. To hasło jest powszechnie znane"));
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
    assert!(!css(Renderer::new().expect("loads")).contains("@font-face"));
    let with = Renderer::with_static(&[("noto-regular.woff2", b"r"), ("noto-bold.woff2", b"b")]).expect("loads");
    let url = with.asset_url("noto-bold.woff2").expect("known");
    assert!(css(with).contains(&format!("url(\"{url}\")")));
}
