//! The letter of an announcement.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// What an administrator tells many at once.
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementPublishedLetter {
    /// Title.
    pub title: OneLine,
    /// The text, line by line: nothing in it can look like another part of the letter's frame.
    pub paragraphs: Vec<OneLine>,
    /// It presses: such letters cannot be refused.
    pub is_important: bool,
    /// Name of the office, or of who runs the portal.
    pub sender: OneLine,
    /// Until when it holds.
    pub shown_until: Moment,
    /// Where all announcements stand.
    pub url: String,
    /// Where such letters can be refused.
    pub switch_url: Option<String>,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for AnnouncementPublishedLetter {
    const NAME: &'static str = "announcement_published";
    fn samples() -> Vec<Self> {
        let of = |is_important, paragraphs: &[&str], closing| Self {
            title: "Przerwa techniczna w nocy z 28 na 29 listopada".into(),
            paragraphs: paragraphs.iter().map(|line| OneLine::from(*line)).collect(),
            is_important,
            sender: "Ministerstwo Rodziny, Pracy i Polityki Społecznej".into(),
            shown_until: Moment(1_795_327_500_000).plus_days(7),
            url: sample::url("/announcements"),
            switch_url: (!is_important).then(|| sample::url("/account/notices")),
            closing,
        };
        vec![
            of(true, &["Od 22:00 do 4:00 portal nie będzie działał.", "Zapisz pracę przed przerwą."], sample::closing_without_contact()),
            of(false, &["Od 22:00 do 4:00 portal nie będzie działał."], sample::closing()),
        ]
    }
}
