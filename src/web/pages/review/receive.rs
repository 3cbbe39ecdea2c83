//! `/admin/applications/<id>/receive`: a signed form came by another channel.

use super::{Head, samples};
use crate::domain::invalid::FieldErrors;
use crate::domain::voivodeship::{OfficeChannel, ReturnChannel};
use crate::render::{Labels, Page};
use crate::services::receive_signed_form::Arrival;
use crate::services::review_application::Review;
use serde::Serialize;

/// The form for a form.
#[derive(Debug, Clone, Serialize)]
pub struct ReceivePage {
    /// Which application.
    pub head: Head,
    /// „3fa9 01bc 77de”, to compare with the paper.
    pub fingerprint: String,
    /// Channels that a form may come by.
    pub channels: Vec<Choice>,
    /// As typed.
    pub channel: String,
    /// As typed.
    pub received_on: String,
    /// As typed.
    pub reference: String,
    /// Reasons by field.
    pub errors: FieldErrors,
}

/// One choice.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Its words.
    pub text: String,
}

impl ReceivePage {
    /// With what was typed so far.
    pub fn of(review: &Review, words: &Labels, typed: &Arrival, errors: FieldErrors) -> Self {
        // A form that came by a channel that the office does not offer came all the same: it stands last, and says so.
        let mut offered: Vec<&OfficeChannel> =
            review.view.office.channels.iter().filter(|offered| offered.channel != ReturnChannel::Upload).collect();
        offered.sort_by_key(|offered| !offered.is_open);
        let text = |offered: &OfficeChannel| {
            let name = words.text(&format!("channels.{}", offered.channel.key()));
            if offered.is_open { name } else { words.text_with("review.closed_channel", &[("channel", &name)]) }
        };
        let channels = offered.into_iter().map(|offered| Choice { value: offered.channel.key().to_owned(), text: text(offered) }).collect();
        Self {
            head: Head::of(review),
            fingerprint: review.view.application.fingerprint.short(),
            channels,
            channel: typed.channel.clone(),
            received_on: typed.received_on.clone(),
            reference: typed.reference.clone(),
            errors,
        }
    }
}

impl Page for ReceivePage {
    const TEMPLATE: &'static str = "pages/review/receive.html.tera";
    const PLACE: &'static str = "admin-application-receive";
    fn samples() -> Vec<Self> {
        samples::receipts()
    }
}
