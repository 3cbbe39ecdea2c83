//! The page of an office's numbers, and the public one of how quickly offices decide.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::render::Page;
use crate::render::plot::{Plot, Series};
use jiff::civil::{Date, date};
use serde::Serialize;

/// `/admin/numbers`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NumbersPage {
    /// Periods that go on today.
    pub spans: Vec<SpanTab>,
    /// First day, as typed.
    pub from: String,
    /// Last day, as typed.
    pub until: String,
    /// Code of the chosen office; empty for all.
    pub voivodeship: String,
    /// Offices to choose from; none where there is one only.
    pub offices: Vec<Choice>,
    /// What is wrong with the period.
    pub errors: FieldErrors,
    /// The numbers, where nothing is wrong.
    pub shown: Option<Numbers>,
}

/// One period to choose.
#[derive(Debug, Clone, Serialize)]
pub struct SpanTab {
    /// Where to.
    pub href: String,
    /// What it says.
    pub text: String,
    /// It is shown now.
    pub current: bool,
}

/// The numbers of a period.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Today: what waits, ends soon or lacks a coordinator is counted now.
    pub today: Date,
    /// All chosen offices together; its name is the office's, or empty for several.
    pub together: OfficeRow,
    /// Each of several offices.
    pub offices: Vec<OfficeRow>,
    /// By kind of application.
    pub kinds: Vec<KindRow>,
    /// Classes of age, as the columns of [`OfficeRow::waiting`].
    pub ages: Vec<String>,
    /// Drawings, each with its table.
    pub plots: Vec<PlotView>,
    /// The list of rights that end within the longer term, for who may see it.
    pub grants_href: Option<String>,
    /// The list of units that nobody coordinates, for who may see it.
    pub units_href: Option<String>,
    /// All numbers of offices as a file.
    pub export: ExportLinks,
    /// Why applications were sent back, as a file.
    pub places_export: ExportLinks,
}

/// Numbers of one office, or of all.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OfficeRow {
    /// Name of the voivodeship.
    pub name: String,
    /// Filed.
    pub filed: u64,
    /// Decided.
    pub decided: u64,
    /// Of these.
    pub approved: u64,
    /// Of these.
    pub rejected: u64,
    /// Ended without a decision.
    pub withdrawn: u64,
    /// Ended without a decision.
    pub expired: u64,
    /// Ended without a decision.
    pub dropped: u64,
    /// Working days of the office, half of what was decided.
    pub median: Option<u32>,
    /// Working days of the office, nine of ten.
    pub ninth: Option<u32>,
    /// Of what was decided, sent back before, in percent.
    pub returned_percent: Option<u64>,
    /// Sent back in the period.
    pub returns: u64,
    /// Waiting for the office, by age.
    pub waiting: Vec<u64>,
    /// Waiting for the office.
    pub all_waiting: u64,
    /// Rights that end soon.
    pub ending_soon: u64,
    /// Rights that end later, and soon.
    pub ending_later: u64,
    /// Units that nobody coordinates.
    pub without_coordinator: u64,
}

/// Numbers of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct KindRow {
    /// Key under `kinds`.
    pub kind: &'static str,
    /// Filed.
    pub filed: u64,
    /// Decided.
    pub decided: u64,
    /// As in [`OfficeRow`].
    pub median: Option<u32>,
    /// As in [`OfficeRow`].
    pub ninth: Option<u32>,
}

/// A drawing with the table behind it.
#[derive(Debug, Clone, Serialize)]
pub struct PlotView {
    /// Begins its ids.
    pub id: &'static str,
    /// What it is.
    pub title: String,
    /// What one sees on it.
    pub description: String,
    /// The drawing.
    pub svg: String,
    /// Headings of the table.
    pub head: Vec<String>,
    /// Its rows: label and values.
    pub rows: Vec<Vec<String>>,
}

impl PlotView {
    /// Columns from left to right; `names` are the labels of the table, where they may be longer than those under the columns.
    pub fn columns(plot: &Plot, first: String, names: Vec<String>) -> Self {
        Self::with(plot, plot.columns(), first, names)
    }
    /// Rows one below the other.
    pub fn rows(plot: &Plot, first: String) -> Self {
        Self::with(plot, plot.rows(), first, plot.labels.clone())
    }
    fn with(plot: &Plot, svg: String, first: String, names: Vec<String>) -> Self {
        let values = |at: usize| plot.series.iter().map(move |series| series.values.get(at).copied().unwrap_or_default().to_string());
        let rows = names.into_iter().enumerate().map(|(at, name)| std::iter::once(name).chain(values(at)).collect());
        Self {
            id: plot.id,
            title: plot.title.clone(),
            description: plot.description.clone(),
            svg,
            head: std::iter::once(first).chain(plot.series.iter().map(|series| series.name.clone())).collect(),
            rows: rows.collect(),
        }
    }
}

impl Page for NumbersPage {
    const TEMPLATE: &'static str = "pages/admin/numbers.html.tera";
    const PLACE: &'static str = "admin-numbers";
    fn samples() -> Vec<Self> {
        let tab = |text: &str, current| SpanTab { href: "/admin/numbers?period=week".to_owned(), text: text.to_owned(), current };
        let series = |name: &str, values: Vec<u64>| Series { name: name.to_owned(), values };
        let plot = |id, title: &str, labels: Vec<String>, series: Vec<Series>| Plot {
            id,
            title: title.to_owned(),
            description: "Najwięcej jednego dnia: 7.".to_owned(),
            nothing: "Brak danych".to_owned(),
            labels,
            series,
        };
        let days = |number: u32| (1..=number).map(|day| format!("{day:02}.11")).collect::<Vec<_>>();
        let values = |number: u64| (0..number).map(|n| n * 5 % 8).collect::<Vec<_>>();
        let inflow = plot(
            "plot-inflow",
            "Wpływ i rozstrzygnięcia",
            days(22),
            vec![series("Wpłynęło", values(22)), series("Rozstrzygnięto", values(22))],
        );
        let places = plot(
            "plot-places",
            "Powody zwrotów",
            vec!["Podpisany formularz".to_owned(), "Jednostka: Stanowisko osoby zarządzającej jednostką <i>".to_owned()],
            vec![series("Zwroty", vec![12, 3])],
        );
        let empty = plot("plot-times", "Czas do rozstrzygnięcia", Vec::new(), vec![series("Wnioski", Vec::new())]);
        let row = |name: &str| OfficeRow {
            name: name.to_owned(),
            filed: 120,
            decided: 98,
            approved: 90,
            rejected: 8,
            withdrawn: 4,
            expired: 3,
            dropped: 1,
            median: Some(1),
            ninth: Some(12),
            returned_percent: Some(23),
            returns: 31,
            waiting: vec![12, 7, 5, 2, 1],
            all_waiting: 27,
            ending_soon: 41,
            ending_later: 130,
            without_coordinator: 9,
        };
        let kind = |kind, median| KindRow { kind, filed: 12, decided: 7, median, ninth: median };
        let numbers = Numbers {
            from: date(2026, 11, 1),
            until: date(2026, 11, 22),
            today: date(2026, 11, 22),
            together: row("świętokrzyskie"),
            offices: Vec::new(),
            kinds: vec![kind("unit_registration", Some(2)), kind("permission_renewal", None)],
            ages: ["do 2 dni", "3–5 dni", "6–10 dni", "11–20 dni", "ponad 20 dni"].map(str::to_owned).into(),
            plots: vec![
                PlotView::columns(&inflow, "Dzień".to_owned(), inflow.labels.clone()),
                PlotView::rows(&places, "Czego dotyczyły uwagi".to_owned()),
                PlotView::columns(&empty, "Dni robocze".to_owned(), Vec::new()),
            ],
            grants_href: Some("/grants?ends_by=20.02.2027".to_owned()),
            units_href: Some("/admin/units?only=without_coordinator".to_owned()),
            export: ExportLinks::sample("figures"),
            places_export: ExportLinks::sample("return-places"),
        };
        let page = Self {
            spans: vec![tab("Ten tydzień", false), tab("Ten miesiąc", true), tab("Ten kwartał", false), tab("Ten rok", false)],
            from: "01.11.2026".to_owned(),
            until: "22.11.2026".to_owned(),
            shown: Some(numbers.clone()),
            ..Self::default()
        };
        let blank = OfficeRow { waiting: vec![0; 5], ..OfficeRow::default() };
        let nothing = Numbers {
            together: OfficeRow { name: "mazowieckie".to_owned(), ..blank.clone() },
            kinds: Vec::new(),
            grants_href: None,
            units_href: None,
            ..numbers.clone()
        };
        let offices = vec![row("świętokrzyskie"), OfficeRow { name: "warmińsko-mazurskie".to_owned(), ..blank }];
        let country = Numbers { together: OfficeRow { name: String::new(), ..row("") }, offices, ..numbers };
        let choices = vec![Choice::new("26", "świętokrzyskie"), Choice::new("28", "warmińsko-mazurskie")];
        let mut errors = FieldErrors::one("from", Invalid::DateShape);
        errors.add("until", Invalid::BeforeBeginning);
        vec![
            page.clone(),
            Self { shown: Some(nothing), ..page.clone() },
            Self { shown: Some(country), offices: choices.clone(), ..page.clone() },
            Self { errors, from: "jutro".to_owned(), shown: None, offices: choices, voivodeship: "26".to_owned(), ..page },
        ]
    }
}

/// `/how-fast`.
#[derive(Debug, Clone, Serialize)]
pub struct HowFastPage {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Of fewer decisions nothing is said.
    pub fewest: u64,
    /// Each voivodeship.
    pub offices: Vec<SpeedRow>,
}

/// One voivodeship.
#[derive(Debug, Clone, Serialize)]
pub struct SpeedRow {
    /// „świętokrzyskie”.
    pub name: String,
    /// Working days of nine applications in ten; none where there were too few.
    pub days: Option<u32>,
}

impl Page for HowFastPage {
    const TEMPLATE: &'static str = "pages/how_fast.html.tera";
    const PLACE: &'static str = "how-fast";
    fn samples() -> Vec<Self> {
        let row = |name: &str, days| SpeedRow { name: name.to_owned(), days };
        let page = Self { from: date(2025, 11, 1), until: date(2026, 10, 31), fewest: 10, offices: Vec::new() };
        let offices =
            vec![row("dolnośląskie", Some(0)), row("kujawsko-pomorskie", Some(1)), row("lubelskie", None), row("łódzkie", Some(12))];
        vec![Self { offices, ..page.clone() }, page]
    }
}
