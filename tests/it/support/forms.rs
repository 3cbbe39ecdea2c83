//! A form as it stands on a page: filled like a person fills it, sent with everything that the page put into it (versions,
//! tokens, what was typed before). What may not live here: which forms there are.

use super::client::{Client, Page};
use scraper::{ElementRef, Html, Selector};

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Name and value of every field that would be sent, in order.
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// The form that is posted to a path with this end; fails when the page has none.
    #[track_caller]
    pub fn form(&self, action_end: &str) -> Form {
        self.forms_to(action_end)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no form to …{action_end} on {}:\n{}", self.path, self.words()))
    }

    /// As [`Page::form`], with every box of this name ticked; fails when there is none.
    #[track_caller]
    pub fn form_with_all(&self, action_end: &str, name: &str) -> Form {
        let all = self.attributes(&format!("input[name={name}]"), "value");
        assert!(!all.is_empty(), "no box {name} on {}:\n{}", self.path, self.words());
        self.form(action_end).choose(name, &all.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Every form that is posted to a path with this end.
    pub fn forms_to(&self, action_end: &str) -> Vec<Form> {
        let forms = Selector::parse("form[method=post]").expect("a selector");
        let document = Html::parse_document(&self.body);
        document.select(&forms).map(|form| Form::read(form, &self.path)).filter(|form| form.path().ends_with(action_end)).collect()
    }
}

impl Form {
    fn read(form: ElementRef<'_>, page: &str) -> Form {
        let controls = Selector::parse("input, select, textarea").expect("a selector");
        let fields = form.select(&controls).filter_map(|field| Some((field.attr("name")?.to_owned(), value_of(field)?))).collect();
        Form { action: form.attr("action").unwrap_or(page).to_owned(), fields }
    }

    fn path(&self) -> &str {
        self.action.split('?').next().unwrap_or_default()
    }

    /// Types into a field. A field that the page does not have is an error of the test.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Form {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        let Some((_, text)) = field else { panic!("no field {name} in the form to {}: {:?}", self.action, self.fields) };
        value.clone_into(text);
        self
    }

    /// Types into several fields.
    #[track_caller]
    pub fn fill_all(self, texts: &[(&str, &str)]) -> Form {
        texts.iter().fold(self, |form, (name, value)| form.fill(name, value))
    }

    /// Ticks boxes, or picks a radio button: those of this name that were chosen before are not any more.
    #[must_use]
    pub fn choose(mut self, name: &str, values: &[&str]) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self.fields.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
        self
    }
}

/// What a browser would send; nothing for what is not ticked, for files and for buttons.
fn value_of(field: ElementRef<'_>) -> Option<String> {
    match (field.value().name(), field.attr("type").unwrap_or("text")) {
        ("select", _) => {
            let options = Selector::parse("option").expect("a selector");
            let chosen =
                field.select(&options).find(|option| option.attr("selected").is_some()).or_else(|| field.select(&options).next())?;
            Some(chosen.attr("value").map_or_else(|| chosen.text().collect(), str::to_owned))
        }
        // The line break after the tag is not part of the text.
        ("textarea", _) => Some(field.text().collect::<String>().trim_start_matches('\n').to_owned()),
        (_, "checkbox" | "radio") if field.attr("checked").is_none() => None,
        (_, "file" | "submit" | "button" | "image") => None,
        _ => Some(field.attr("value").unwrap_or_default().to_owned()),
    }
}

impl Client {
    /// Sends a form as it was filled.
    pub async fn submit(&self, form: &Form) -> Page {
        self.try_submit(form).await.unwrap_or_else(|error| panic!("POST {}: {error}", form.action))
    }

    /// Sends a form to a portal that may be down.
    pub async fn try_submit(&self, form: &Form) -> reqwest::Result<Page> {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.try_post(&form.action, &fields).await
    }
}
