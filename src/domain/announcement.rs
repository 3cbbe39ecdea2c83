//! Announcements: what administrators tell many people at once, for how long, and for whom it is. What may not live here: who may
//! publish one (`policies/`), how it is shown and mailed.

use super::id::{AccountId, AnnouncementId};
use super::identifiers::{Line, Text};
use super::invalid::{FieldErrors, Invalid};
use super::moment::{Moment, parse_date, parse_time};
use super::permission::ListScope;
use super::voivodeship::VoivodeshipCode;
use serde::{Deserialize, Serialize};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 1500;
/// An announcement is shown no longer than this: what holds for longer belongs into the help.
pub const LONGEST_DAYS: i64 = 92;
/// What was announced can be read again so long.
pub const READABLE_DAYS: i64 = 365;

/// How much an announcement presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Can be put aside by its reader, and its letters can be refused.
    Information,
    /// Stands until its end, and its letter goes to everybody whom it is for.
    Important,
}

impl Urgency {
    /// All, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Information, Self::Important];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Important => "important",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.key() == key)
    }
}

/// For whom an announcement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Audience {
    /// Everybody, signed in or not.
    Everybody,
    /// Those who hold an office's role in these voivodeships.
    Offices {
        /// Where.
        place: ListScope,
    },
    /// Those who hold a right in a unit of these kinds in these voivodeships, or coordinate one.
    Units {
        /// Where.
        place: ListScope,
        /// Codes of kinds; none: all.
        kinds: Vec<String>,
    },
    /// Those who hold a right in these sub-areas, in a unit of these voivodeships.
    SubAreas {
        /// Where.
        place: ListScope,
        /// Codes, never empty.
        sub_areas: Vec<String>,
    },
}

/// The four kinds of audience, as a form offers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceKind {
    /// See [`Audience::Everybody`].
    Everybody,
    /// See [`Audience::Offices`].
    Offices,
    /// See [`Audience::Units`].
    Units,
    /// See [`Audience::SubAreas`].
    SubAreas,
}

impl AudienceKind {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Everybody, Self::Offices, Self::Units, Self::SubAreas];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Offices => "offices",
            Self::Units => "units",
            Self::SubAreas => "sub_areas",
        }
    }
    /// Reads a [`AudienceKind::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What of somebody decides which announcements are for the one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// Voivodeships of the roles of offices that the one holds, or is lent.
    pub offices: Vec<VoivodeshipCode>,
    /// Units in which the one holds a right in force, or which the one coordinates: where and of which kind.
    pub units: Vec<(VoivodeshipCode, String)>,
    /// Rights in force: where, and in which sub-area.
    pub rights: Vec<(VoivodeshipCode, String)>,
}

impl Audience {
    /// Which of the four.
    pub const fn kind(&self) -> AudienceKind {
        match self {
            Self::Everybody => AudienceKind::Everybody,
            Self::Offices { .. } => AudienceKind::Offices,
            Self::Units { .. } => AudienceKind::Units,
            Self::SubAreas { .. } => AudienceKind::SubAreas,
        }
    }

    /// Where its people are; none for everybody.
    pub const fn place(&self) -> Option<&ListScope> {
        match self {
            Self::Everybody => None,
            Self::Offices { place } | Self::Units { place, .. } | Self::SubAreas { place, .. } => Some(place),
        }
    }

    /// Whether all of it lies within what somebody may reach.
    pub fn lies_within(&self, reach: &ListScope) -> bool {
        match (reach, self.place()) {
            (ListScope::Country, _) => true,
            (ListScope::Voivodeships(_), None | Some(ListScope::Country)) => false,
            (ListScope::Voivodeships(own), Some(ListScope::Voivodeships(codes))) => {
                !codes.is_empty() && codes.iter().all(|code| own.contains(code))
            }
        }
    }

    /// Whether it is for this reader. Who is not signed in is a reader without anything.
    pub fn includes(&self, reader: &Reader) -> bool {
        match self {
            Self::Everybody => true,
            Self::Offices { place } => reader.offices.iter().any(|code| place.includes(code.as_str())),
            Self::Units { place, kinds } => {
                reader.units.iter().any(|(code, kind)| place.includes(code.as_str()) && (kinds.is_empty() || kinds.contains(kind)))
            }
            Self::SubAreas { place, sub_areas } => {
                reader.rights.iter().any(|(code, area)| place.includes(code.as_str()) && sub_areas.contains(area))
            }
        }
    }

    /// Whether units and rights of a reader have to be known to tell.
    pub const fn asks_for_rights(&self) -> bool {
        matches!(self, Self::Units { .. } | Self::SubAreas { .. })
    }
}

/// How an announcement stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnouncementState {
    /// Only its author sees it, and can change it.
    Draft,
    /// Published, shown later.
    Planned,
    /// Shown.
    Current,
    /// Its time is over.
    Over,
    /// Ended before its time.
    Ended,
}

impl AnnouncementState {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Planned => "planned",
            Self::Current => "current",
            Self::Over => "over",
            Self::Ended => "ended",
        }
    }
    /// Whether it can be ended: it is shown, or will be.
    pub const fn can_end(self) -> bool {
        matches!(self, Self::Planned | Self::Current)
    }
}

/// What is written in an announcement: with its publication it stands, and another text is another announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// For whom.
    pub audience: Audience,
    /// How much it presses.
    pub urgency: Urgency,
    /// Title.
    pub title: Line,
    /// Plain text, in lines.
    pub text: Text,
    /// Shown from.
    pub shown_from: Moment,
    /// Shown until, that moment not included.
    pub shown_until: Moment,
    /// A letter goes to everybody whom it is for and who has an active account.
    pub is_mailed: bool,
}

impl Content {
    /// The lines of the text that are not empty.
    pub fn paragraphs(&self) -> Vec<&str> {
        self.text.as_str().lines().map(str::trim).filter(|line| !line.is_empty()).collect()
    }
}

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Row.
    pub id: AnnouncementId,
    /// Who writes it.
    pub author: AccountId,
    /// In whose scope it was written; none: by the central administrator.
    pub voivodeship: Option<VoivodeshipCode>,
    /// What it says.
    pub content: Content,
    /// Rises with every change of a draft.
    pub version: i32,
    /// Begun.
    pub created_at: Moment,
    /// When, and by whom (login).
    pub published: Option<(Moment, String)>,
    /// When it was ended before its time, and by whom (login).
    pub ended: Option<(Moment, String)>,
    /// Letters that were queued so far.
    pub mailed: i32,
    /// Since when all of them are.
    pub mailed_at: Option<Moment>,
}

impl Announcement {
    /// How it stands now.
    pub fn state(&self, now: Moment) -> AnnouncementState {
        match (&self.published, &self.ended) {
            (None, _) => AnnouncementState::Draft,
            (_, Some(_)) => AnnouncementState::Ended,
            _ if now < self.content.shown_from => AnnouncementState::Planned,
            _ if now < self.content.shown_until => AnnouncementState::Current,
            _ => AnnouncementState::Over,
        }
    }

    /// Whether anybody has seen it: it was not ended before it began.
    pub fn was_shown(&self, now: Moment) -> bool {
        let begun = self.published.is_some() && self.content.shown_from <= now;
        begun && self.ended.as_ref().is_none_or(|(at, _)| *at > self.content.shown_from)
    }

    /// Whether its reader may put it aside.
    pub fn can_be_put_aside(&self) -> bool {
        self.content.urgency == Urgency::Information
    }
}

/// The days and times of a form, as typed.
#[derive(Debug, Clone, Copy)]
pub struct TypedPeriod<'a> {
    /// First day.
    pub from_day: &'a str,
    /// Time on that day.
    pub from_time: &'a str,
    /// Last day.
    pub until_day: &'a str,
    /// Time on that day.
    pub until_time: &'a str,
}

/// Reads from when until when an announcement is to be shown. It may have begun already: then it is shown at once.
///
/// # Errors
/// Reasons at `from_day`, `from_time`, `until_day`, `until_time`.
pub fn read_period(typed: TypedPeriod<'_>, now: Moment) -> Result<(Moment, Moment), FieldErrors> {
    fn read<T>(text: &str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Result<T, Invalid> {
        if text.trim().is_empty() { Err(Invalid::Required) } else { parse(text) }
    }
    let mut errors = FieldErrors::default();
    let from_day = errors.take("from_day", read(typed.from_day, parse_date));
    let from_time = errors.take("from_time", read(typed.from_time, parse_time));
    let until_day = errors.take("until_day", read(typed.until_day, parse_date));
    let until_time = errors.take("until_time", read(typed.until_time, parse_time));
    let (Some(from_day), Some(from_time), Some(until_day), Some(until_time)) = (from_day, from_time, until_day, until_time) else {
        return Err(errors);
    };
    let (from, until) = (Moment::at(from_day, from_time), Moment::at(until_day, until_time));
    if until <= from {
        errors.add("until_day", Invalid::BeforeBeginning);
    } else if until <= now {
        errors.add("until_day", Invalid::DatePast);
    } else if until > from.plus_days(LONGEST_DAYS) || from > now.plus_days(LONGEST_DAYS) {
        errors.add("until_day", Invalid::DateTooFar);
    }
    errors.into_result((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::HOUR_MS;
    use uuid::Uuid;

    const NOW: Moment = Moment(1_795_327_500_000);

    fn code(text: &str) -> VoivodeshipCode {
        VoivodeshipCode::trusted(text)
    }

    fn within(codes: &[&str]) -> ListScope {
        ListScope::Voivodeships(codes.iter().map(|text| code(text)).collect())
    }

    fn places() -> Vec<ListScope> {
        vec![ListScope::Country, within(&["26"]), within(&["24"]), within(&["24", "26"])]
    }

    /// Every audience that can be made of these places, kinds and sub-areas.
    fn audiences() -> Vec<Audience> {
        let lists = |a: &str, b: &str| [vec![a.to_owned()], vec![b.to_owned()], vec![a.to_owned(), b.to_owned()]];
        let mut all = vec![Audience::Everybody];
        for place in places() {
            all.push(Audience::Offices { place: place.clone() });
            all.push(Audience::Units { place: place.clone(), kinds: Vec::new() });
            all.extend(lists("ops", "pcpr").map(|kinds| Audience::Units { place: place.clone(), kinds }));
            all.extend(lists("PS", "SR").map(|sub_areas| Audience::SubAreas { place: place.clone(), sub_areas }));
        }
        all
    }

    /// A reader for every set of facts: an office here or there, a unit of a kind here or there, a right in an area here or there.
    fn readers() -> Vec<Reader> {
        let facts = |a: &str, b: &str| {
            let one = |place: &str, what: &str| (code(place), what.to_owned());
            [vec![], vec![one("26", a)], vec![one("24", a)], vec![one("26", b)], vec![one("24", b)], vec![one("26", a), one("24", b)]]
        };
        let mut all = Vec::new();
        for offices in [vec![], vec![code("26")], vec![code("24")], vec![code("24"), code("26")]] {
            for units in facts("ops", "pcpr") {
                for rights in facts("PS", "SR") {
                    all.push(Reader { offices: offices.clone(), units: units.clone(), rights: rights.clone() });
                }
            }
        }
        all
    }

    #[test]
    fn an_announcement_is_for_a_reader_exactly_where_one_fact_lies_in_its_place_and_is_of_its_kind() {
        let (mut yes, mut no) = (0, 0);
        for audience in audiences() {
            for reader in readers() {
                // Said once more in another way: by the words in which people say it.
                let is_in = |place: &ListScope, at: &VoivodeshipCode| match place {
                    ListScope::Country => true,
                    ListScope::Voivodeships(codes) => codes.contains(at),
                };
                let mut expected = matches!(audience, Audience::Everybody);
                if let Audience::Offices { place } = &audience {
                    for office in &reader.offices {
                        expected |= is_in(place, office);
                    }
                }
                if let Audience::Units { place, kinds } = &audience {
                    for (at, kind) in &reader.units {
                        expected |= is_in(place, at) && (kinds.is_empty() || kinds.iter().any(|one| one == kind));
                    }
                }
                if let Audience::SubAreas { place, sub_areas } = &audience {
                    for (at, area) in &reader.rights {
                        expected |= is_in(place, at) && sub_areas.iter().any(|one| one == area);
                    }
                }
                assert_eq!(audience.includes(&reader), expected, "{audience:?} {reader:?}");
                if expected { yes += 1 } else { no += 1 }
            }
        }
        assert!(yes > 500 && no > 500, "{yes} {no}");
        for audience in audiences() {
            assert_eq!(audience.includes(&Reader::default()), audience == Audience::Everybody, "nobody signed in: {audience:?}");
        }
    }

    #[test]
    fn a_right_here_and_an_area_there_are_not_one_right() {
        let reader = Reader { rights: vec![(code("26"), "PS".into()), (code("24"), "SR".into())], ..Reader::default() };
        let of = |place: &str, area: &str| Audience::SubAreas { place: within(&[place]), sub_areas: vec![area.into()] };
        assert!(of("26", "PS").includes(&reader) && of("24", "SR").includes(&reader));
        assert!(!of("26", "SR").includes(&reader) && !of("24", "PS").includes(&reader));
    }

    #[test]
    fn nobody_reaches_beyond_the_own_scope() {
        for audience in audiences() {
            assert!(audience.lies_within(&ListScope::Country));
            for own in [within(&["26"]), within(&["24"]), within(&["24", "26"])] {
                let expected = match (audience.place(), &own) {
                    (Some(ListScope::Voivodeships(codes)), ListScope::Voivodeships(own)) => codes.iter().all(|code| own.contains(code)),
                    _ => false,
                };
                assert_eq!(audience.lies_within(&own), expected, "{audience:?} {own:?}");
            }
        }
        let nowhere = Audience::Offices { place: within(&[]) };
        assert!(!nowhere.lies_within(&within(&["26"])), "an empty place is no place");
        let reader = Reader { offices: vec![code("26")], ..Reader::default() };
        assert!(!nowhere.includes(&reader));
    }

    #[test]
    fn an_audience_is_stored_and_read_back() {
        for audience in audiences() {
            let stored = serde_json::to_value(&audience).unwrap();
            assert_eq!(serde_json::from_value::<Audience>(stored).unwrap(), audience);
        }
    }

    fn announcement(published: bool, ended: Option<Moment>) -> Announcement {
        Announcement {
            id: AnnouncementId(Uuid::nil()),
            author: AccountId(Uuid::nil()),
            voivodeship: None,
            content: Content {
                audience: Audience::Everybody,
                urgency: Urgency::Information,
                title: Line::parse("Przerwa", LONGEST_TITLE).unwrap(),
                text: Text::parse("Jedno.\n\n  Drugie. \n", LONGEST_TEXT).unwrap(),
                shown_from: NOW,
                shown_until: NOW.plus_hours(2),
                is_mailed: false,
            },
            version: 0,
            created_at: NOW.plus_hours(-1),
            published: published.then(|| (NOW.plus_hours(-1), "centralna".to_owned())),
            ended: ended.map(|at| (at, "centralna".to_owned())),
            mailed: 0,
            mailed_at: None,
        }
    }

    #[test]
    fn its_state_follows_the_clock_and_an_end_is_an_end() {
        use AnnouncementState::{Current, Draft, Ended, Over, Planned};
        for (ms, published, draft) in
            [(-1, Planned, Draft), (0, Current, Draft), (2 * HOUR_MS - 1, Current, Draft), (2 * HOUR_MS, Over, Draft)]
        {
            let now = NOW.plus_ms(ms);
            assert_eq!(announcement(true, None).state(now), published);
            assert_eq!(announcement(false, None).state(now), draft);
            assert_eq!(announcement(true, Some(NOW)).state(now), Ended);
        }
        assert_eq!([Draft, Planned, Current, Over, Ended].map(AnnouncementState::can_end), [false, true, true, false, false]);
        let shown = |one: Announcement, ms: i64| one.was_shown(NOW.plus_ms(ms));
        assert!(!shown(announcement(true, None), -1) && shown(announcement(true, None), 0) && shown(announcement(true, None), 9 * HOUR_MS));
        assert!(!shown(announcement(true, Some(NOW)), HOUR_MS), "ended before anybody saw it");
        assert!(shown(announcement(true, Some(NOW.plus_ms(1))), HOUR_MS));
        assert!(!shown(announcement(false, None), HOUR_MS));
        assert_eq!(announcement(true, None).content.paragraphs(), ["Jedno.", "Drugie."]);
    }

    #[test]
    fn a_period_is_read_in_order_and_ends_in_the_future() {
        // NOW is 22.11.2026, 07:05.
        let read =
            |from_day, from_time, until_day, until_time| read_period(TypedPeriod { from_day, from_time, until_day, until_time }, NOW);
        let at = |reason| Err(FieldErrors::one("until_day", reason));
        assert_eq!(read("22.11.2026", "7:05", "22.11.2026", "09:05"), Ok((NOW, NOW.plus_hours(2))));
        assert_eq!(read("21.11.2026", "7:05", "22.11.2026", "7:06"), Ok((NOW.plus_hours(-24), NOW.plus_minutes(1))), "begun already");
        assert_eq!(read("22.11.2026", "8", "22.11.2026", "8"), at(Invalid::BeforeBeginning));
        assert_eq!(read("23.11.2026", "8", "22.11.2026", "9"), at(Invalid::BeforeBeginning));
        assert_eq!(read("21.11.2026", "8", "22.11.2026", "7:05"), at(Invalid::DatePast));
        assert_eq!(read("22.11.2026", "7:05", "22.02.2027", "7:05").map(|(_, until)| until), Ok(NOW.plus_days(LONGEST_DAYS)));
        assert_eq!(read("22.11.2026", "7:05", "22.02.2027", "7:06"), at(Invalid::DateTooFar));
        assert_eq!(read("22.11.2027", "8", "23.11.2027", "8"), at(Invalid::DateTooFar));
        assert_eq!(read("22.11.2026", "8", "31.12.9999", "23:59"), at(Invalid::DateTooFar), "the last day that can be written");
        let errors = read("", "", "31.02.2027", "26:00").unwrap_err();
        assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["from_day", "from_time", "until_day", "until_time"]);
    }
}
