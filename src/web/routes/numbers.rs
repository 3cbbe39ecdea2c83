//! `/admin/numbers`: how the offices' work goes, in figures; `/how-fast`: how quickly they decide, for everybody.

use super::admin::href;
use super::exports;
use crate::domain::application::Kind;
use crate::domain::figures::period::{Grain, Period, Span};
use crate::domain::figures::{Age, Outcome};
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::{MINUTE_MS, Moment, date_text};
use crate::domain::permission::Permission;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::render::plot::{Plot, Series};
use crate::services::export_list::List;
use crate::services::show_speed::{FEWEST, Speed, show_speed};
use crate::services::view_figures::{
    ENDING_DAYS, FigureFilter, Figures, KindFigures, OfficeFigures, list_offices, name_place, view_figures,
};
use crate::web::error::PageError;
use crate::web::guards::{Anyone, FiguresView, Permit};
use crate::web::pages::ExportLinks;
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::numbers_pages::{HowFastPage, KindRow, Numbers, NumbersPage, OfficeRow, PlotView, SpanTab, SpeedRow};
use crate::web::reply::Answer;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rocket::{FromForm, Route, State, get, routes};
use std::sync::{Arc, Mutex, PoisonError};

/// The page.
const PLACE: &str = "/admin/numbers";
/// Times up to so many days have a column of their own.
const MOST_DAYS: u32 = 20;
/// So many places of remarks are drawn, the most frequent first; the file has all.
const MOST_PLACES: usize = 10;
/// Half of what was decided, and nine of ten.
const MEDIAN: u64 = 50;
const NINTH: u64 = 90;

/// What is asked, as typed: two days, or a period that goes on.
#[derive(FromForm)]
struct NumbersQuery<'r> {
    period: Option<&'r str>,
    from: Option<&'r str>,
    until: Option<&'r str>,
    voivodeship: Option<&'r str>,
}

fn typed(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().chars().take(40).collect()
}

impl NumbersQuery<'_> {
    /// The period that goes on, where no day was typed.
    fn span(&self) -> Option<Span> {
        let is_typed = self.from.is_some() || self.until.is_some();
        (!is_typed).then(|| self.period.and_then(Span::from_key).unwrap_or_default())
    }
    fn voivodeship(&self) -> Option<VoivodeshipCode> {
        Some(typed(self.voivodeship)).filter(|code| !code.is_empty()).map(VoivodeshipCode::trusted)
    }
    fn filter(&self, today: Date) -> Result<FigureFilter, FieldErrors> {
        let period = match self.span() {
            Some(span) => Period::this(span, today),
            None => Period::typed(self.from.unwrap_or_default(), self.until.unwrap_or_default(), today)?,
        };
        Ok(FigureFilter { period, voivodeship: self.voivodeship() })
    }
}

#[get("/admin/numbers?<query..>")]
async fn numbers(who: Permit<'_, FiguresView>, query: NumbersQuery<'_>) -> Answer {
    let labels = who.context().renderer.labels();
    let voivodeship = typed(query.voivodeship);
    let tab = |span: Span| SpanTab {
        href: href(PLACE, &[("period", span.key()), ("voivodeship", &voivodeship)]),
        text: labels.text(&format!("figures.span.{}", span.key())),
        current: query.span() == Some(span),
    };
    let mut page = NumbersPage { spans: Span::ALL.map(tab).into(), ..NumbersPage::default() };
    let offices = list_offices(who.context(), who.actor()).await?;
    if offices.len() > 1 {
        page.offices = offices.iter().map(|(code, name)| Choice::new(code.as_str(), name)).collect();
    }
    page.voivodeship = voivodeship;
    let today = who.context().now().warsaw_date();
    let filter = match query.filter(today) {
        Ok(filter) => filter,
        Err(errors) => {
            (page.from, page.until, page.errors) = (typed(query.from), typed(query.until), errors);
            return who.show_again(&page);
        }
    };
    let figures = view_figures(who.context(), who.actor(), &filter).await?;
    (page.from, page.until) = (date_text(filter.period.from), date_text(filter.period.until));
    let asked = [("from", page.from.as_str()), ("until", &page.until), ("voivodeship", &page.voivodeship)];
    let shown = Numbers {
        // A list that shows more than the office that was chosen would not say the same.
        grants_href: (figures.by_office.len() == offices.len() && who.may_list(Permission::GrantList))
            .then(|| href("/grants", &[("ends_by", &date_text(today.saturating_add(ENDING_DAYS[1].days())))])),
        units_href: (figures.by_office.len() == offices.len() && who.may_list(Permission::UnitList))
            .then(|| href("/admin/units", &[("only", "without_coordinator")])),
        export: exports::links("figures", &asked),
        places_export: exports::links("return-places", &asked),
        ..show(labels, &figures, filter.period, today)
    };
    page.shown = Some(shown);
    who.show(&page)
}

/// The numbers without links.
fn show(labels: &Labels, figures: &Figures, period: Period, today: Date) -> Numbers {
    let name = |code: &VoivodeshipCode| figures.offices.iter().find(|(office, _)| office == code).map(|(_, name)| name.clone());
    let row = |(code, office): &(VoivodeshipCode, OfficeFigures)| office_row(name(code).unwrap_or_default(), office);
    let is_one = figures.by_office.len() == 1;
    let of_one = figures.by_office.first().filter(|_| is_one).and_then(|(code, _)| name(code)).unwrap_or_default();
    let kind = |(kind, figures): (&Kind, &KindFigures)| KindRow {
        kind: kind.key(),
        filed: figures.filed,
        decided: figures.decided,
        median: figures.times.percentile(MEDIAN),
        ninth: figures.times.percentile(NINTH),
    };
    Numbers {
        from: period.from,
        until: period.until,
        today,
        together: office_row(of_one, &figures.together),
        offices: if is_one { Vec::new() } else { figures.by_office.iter().map(row).collect() },
        kinds: figures.by_kind.iter().map(kind).collect(),
        ages: ages(labels),
        plots: vec![
            inflow(labels, figures, period),
            waiting(labels, &figures.together),
            times(labels, &figures.together),
            places(labels, &figures.together),
        ],
        grants_href: None,
        units_href: None,
        export: ExportLinks::default(),
        places_export: ExportLinks::default(),
    }
}

fn office_row(name: String, office: &OfficeFigures) -> OfficeRow {
    OfficeRow {
        name,
        filed: office.filed,
        decided: office.decided(),
        approved: office.ended(Outcome::Approved),
        rejected: office.ended(Outcome::Rejected),
        withdrawn: office.ended(Outcome::Withdrawn),
        expired: office.ended(Outcome::Expired),
        dropped: office.ended(Outcome::Dropped),
        median: office.times.percentile(MEDIAN),
        ninth: office.times.percentile(NINTH),
        returned_percent: office.returned_percent(),
        returns: office.returns,
        waiting: office.waiting.to_vec(),
        all_waiting: office.all_waiting(),
        ending_soon: office.ending[0],
        ending_later: office.ending[1],
        without_coordinator: office.without_coordinator,
    }
}

fn ages(labels: &Labels) -> Vec<String> {
    Age::ALL.iter().map(|age| labels.text(&format!("figures.age.{}", age.key()))).collect()
}

fn plot(labels: &Labels, id: &'static str, key: &str, values: &[(&str, &str)]) -> Plot {
    Plot {
        id,
        title: labels.text(&format!("figures.plot.{key}.title")),
        description: labels.text_with(&format!("figures.plot.{key}.description"), values),
        nothing: labels.text("figures.plot.nothing"),
        labels: Vec::new(),
        series: Vec::new(),
    }
}

fn series(labels: &Labels, key: &str, values: impl Iterator<Item = u64>) -> Series {
    Series { name: labels.text(&format!("figures.series.{key}")), values: values.collect() }
}

/// „22.11”, „11.2026”.
fn short(part: Period, grain: Grain) -> String {
    let day = part.from;
    match grain {
        Grain::Day | Grain::Week => format!("{:02}.{:02}", day.day(), day.month()),
        Grain::Month => format!("{:02}.{:04}", day.month(), day.year()),
    }
}

fn long(part: Period) -> String {
    if part.from == part.until { date_text(part.from) } else { format!("{}–{}", date_text(part.from), date_text(part.until)) }
}

fn inflow(labels: &Labels, figures: &Figures, period: Period) -> PlotView {
    let (filed, decided) = (figures.together.filed.to_string(), figures.together.decided().to_string());
    let grain = period.grain();
    let plot = Plot {
        labels: figures.by_part.iter().map(|part| short(part.part, grain)).collect(),
        series: vec![
            series(labels, "filed", figures.by_part.iter().map(|part| part.filed)),
            series(labels, "decided", figures.by_part.iter().map(|part| part.decided)),
        ],
        ..plot(labels, "plot-inflow", "inflow", &[("filed", &filed), ("decided", &decided)])
    };
    let names = figures.by_part.iter().map(|part| long(part.part)).collect();
    PlotView::columns(&plot, labels.text(&format!("figures.grain.{}", grain.key())), names)
}

fn waiting(labels: &Labels, office: &OfficeFigures) -> PlotView {
    let number = office.all_waiting().to_string();
    let plot = Plot {
        labels: ages(labels),
        series: vec![series(labels, "waiting", office.waiting.iter().copied())],
        ..plot(labels, "plot-waiting", "waiting", &[("number", &number)])
    };
    PlotView::rows(&plot, labels.text("figures.column.age"))
}

fn times(labels: &Labels, office: &OfficeFigures) -> PlotView {
    let days = |percent| {
        office.times.percentile(percent).map_or_else(|| labels.text("figures.none"), |days| labels.plural(i64::from(days), "working_day"))
    };
    let (median, ninth) = (days(MEDIAN), days(NINTH));
    let more = labels.text_with("figures.more_days", &[("days", &MOST_DAYS.to_string())]);
    let names: Vec<String> = (0..=MOST_DAYS).map(|days| days.to_string()).chain([more.clone()]).collect();
    let numbers = (0..=MOST_DAYS).map(|days| office.times.within(days, days)).chain([office.times.within(MOST_DAYS + 1, u32::MAX)]);
    let plot = Plot {
        labels: (0..=MOST_DAYS).map(|days| days.to_string()).chain([format!(">{MOST_DAYS}")]).collect(),
        series: vec![series(labels, "decided", numbers)],
        ..plot(labels, "plot-times", "times", &[("median", &median), ("ninth", &ninth)])
    };
    PlotView::columns(&plot, labels.text("figures.column.days"), names)
}

fn places(labels: &Labels, office: &OfficeFigures) -> PlotView {
    let mut all: Vec<(String, u64)> = office.places.iter().map(|(place, number)| (name_place(labels, place), *number)).collect();
    all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all.truncate(MOST_PLACES);
    let returns = office.returns.to_string();
    let plot = Plot {
        labels: all.iter().map(|(name, _)| name.clone()).collect(),
        series: vec![series(labels, "returns", all.iter().map(|(_, number)| *number))],
        ..plot(labels, "plot-places", "places", &[("returns", &returns)])
    };
    PlotView::rows(&plot, labels.text("figures.column.place"))
}

#[get("/export/figures/<format>?<query..>")]
async fn export_figures(who: Permit<'_, FiguresView>, format: &str, query: NumbersQuery<'_>) -> Answer {
    let filter = query.filter(who.context().now().warsaw_date()).map_err(|_| PageError::Unprocessable)?;
    exports::answer(&who, &List::Figures(filter), format).await
}

#[get("/export/return-places/<format>?<query..>")]
async fn export_places(who: Permit<'_, FiguresView>, format: &str, query: NumbersQuery<'_>) -> Answer {
    let filter = query.filter(who.context().now().warsaw_date()).map_err(|_| PageError::Unprocessable)?;
    exports::answer(&who, &List::ReturnPlaces(filter), format).await
}

/// What everybody may read is counted once in a while, however many read it.
#[derive(Debug, Default)]
pub struct KeptSpeed(Mutex<Option<(Moment, Arc<Speed>)>>);

impl KeptSpeed {
    const MINUTES: i64 = 10;

    /// What was counted, unless it is too old or of a time to come.
    fn get(&self, now: Moment) -> Option<Arc<Speed>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_good = |at: Moment| (0..Self::MINUTES * MINUTE_MS).contains(&now.since(at));
        kept.as_ref().filter(|(at, _)| is_good(*at)).map(|(_, speed)| Arc::clone(speed))
    }
    fn keep(&self, now: Moment, speed: &Arc<Speed>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(speed)));
    }
}

#[get("/how-fast")]
async fn how_fast(who: Anyone<'_>, kept: &State<KeptSpeed>) -> Answer {
    let now = who.context().now();
    let speed = match kept.get(now) {
        Some(speed) => speed,
        None => {
            let speed = Arc::new(show_speed(who.context()).await?);
            kept.keep(now, &speed);
            speed
        }
    };
    let row = |(name, days): &(String, Option<u32>)| SpeedRow { name: name.clone(), days: *days };
    who.show(&HowFastPage {
        from: speed.period.from,
        until: speed.period.until,
        fewest: FEWEST,
        offices: speed.offices.iter().map(row).collect(),
    })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![numbers, export_figures, export_places, how_fast]
}
