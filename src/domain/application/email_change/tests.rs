//! What a change of an address is refused for, what its form says, and what may follow what after the approval.

use super::waiting::{ChangeEvent, ChangeState, WaitingChange};
use super::*;
use crate::domain::account::AccountStatus;
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{account, dictionaries, email_change, unit};
use crate::domain::application::{Kind, Payload};
use crate::domain::id::{ApplicationId, WaitingChangeId};
use crate::domain::moment::Moment;
use uuid::Uuid;

fn typed() -> EmailChangeTexts {
    let statements = EMAIL_CHANGE_STATEMENTS.iter().map(|s| (*s).to_owned()).collect();
    EmailChangeTexts {
        unit: String::new(), new_email: "nowa@ops.example".into(), why: "Urząd zmienił dostawcę poczty.".into(), statements
    }
}

fn errors(change: impl FnOnce(&mut EmailChangeTexts)) -> Vec<(String, Vec<Invalid>)> {
    let mut texts = typed();
    change(&mut texts);
    read_email_change(&texts, &account(), &[unit()]).err().map(|e| e.0.into_iter().collect()).unwrap_or_default()
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

#[test]
fn each_field_is_refused_for_its_reason_and_nothing_else() {
    assert_eq!(errors(|_| {}), []);
    assert_eq!(errors(|t| t.new_email.clear()), one("new_email", Invalid::Required));
    assert_eq!(errors(|t| t.new_email = "nowa".into()), one("new_email", Invalid::EmailShape));
    assert_eq!(errors(|t| t.new_email = "ANNA@ops.example.gov.pl".into()), one("new_email", Invalid::EmailSame));
    assert_eq!(errors(|t| t.why = " ".into()), one("why", Invalid::Required));
    assert_eq!(errors(|t| t.why = "a".repeat(LONGEST_WHY + 1)), one("why", Invalid::TooLong));
    for missing in EMAIL_CHANGE_STATEMENTS {
        assert_eq!(errors(|t| t.statements.retain(|s| s != missing)), one("statements", Invalid::StatementRequired));
    }
}

#[test]
fn of_several_units_one_is_chosen_and_no_other_is_taken() {
    let other = Unit { id: UnitId(Uuid::from_u128(99)), ..unit() };
    let units = [unit(), other.clone()];
    let read = |unit: &str| read_email_change(&EmailChangeTexts { unit: unit.to_owned(), ..typed() }, &account(), &units);
    assert_eq!(read("").unwrap_err().0.into_iter().collect::<Vec<_>>(), one("unit", Invalid::Required));
    assert_eq!(read("x").unwrap_err().0.into_iter().collect::<Vec<_>>(), one("unit", Invalid::Unknown));
    assert_eq!(read(&other.id.to_string()).unwrap().unit_id, other.id);
    // Who belongs to no unit has no head to sign.
    assert_eq!(read_email_change(&typed(), &account(), &[]).unwrap_err().0.into_iter().collect::<Vec<_>>(), one("unit", Invalid::Required));
}

#[test]
fn the_form_shows_the_new_address_and_of_the_old_one_only_enough_to_know_it_by() {
    let change = email_change();
    let dictionaries = dictionaries();
    let (text, list) = (|key: &str| key.to_owned(), |key: &str| vec![key.to_owned()]);
    let words = Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list };
    let printed = serde_json::to_string(&change.blocks(words)).unwrap();
    for shown in [change.new_email.as_str(), "a***@ops.example.gov.pl", change.why.as_str(), change.login.as_str(), "Jan Wójcik, Kierownik"]
    {
        assert!(printed.contains(shown), "{shown}: {printed}");
    }
    assert!(!printed.contains(change.old_email.as_str()));
    assert_eq!(change.blocks(words).iter().filter(|block| matches!(block, Block::Statements { .. })).count(), 2);
    // The review shows what was and what will be; letters about it go where the person reads them.
    let own = change.said(words, None).own;
    assert_eq!((own[0].value.clone(), own[0].now.clone()), (vec![change.new_email.to_string()], Some(vec![change.old_email.to_string()])));
    assert_eq!(change.summary().letters_to, Some(change.new_email.clone()));
    let paths: Vec<String> = change.places(words).into_iter().flat_map(|p| p.fields).map(|(path, ..)| path).collect();
    assert_eq!(paths, change.correctable_fields());
}

#[test]
fn a_stored_change_is_read_again_and_each_printed_field_changes_the_fingerprint() {
    let payload = Payload::EmailChange(email_change());
    assert_eq!(payload.kind(), Kind::EmailChange);
    assert_eq!(serde_json::from_value::<Payload>(serde_json::to_value(&payload).unwrap()).unwrap(), payload);
    let with = |change: fn(&mut EmailChange)| {
        let mut other = email_change();
        change(&mut other);
        Fingerprint::of(&Payload::EmailChange(other))
    };
    let own = Fingerprint::of(&payload);
    assert_ne!(with(|c| c.why = Text::parse("Inny powód.", 100).unwrap()), own);
    assert_ne!(with(|c| c.new_email = EmailAddress::parse("inna@ops.example").unwrap()), own);
    assert_ne!(with(|c| c.old_email = EmailAddress::parse("inna@ops.example").unwrap()), own);
    assert_eq!(email_change_texts(&email_change()).new_email, email_change().new_email.to_string());
}

#[test]
fn only_a_waiting_change_moves_and_each_event_ends_it() {
    for state in ChangeState::ALL {
        assert_eq!(ChangeState::from_key(state.key()), Some(state));
        for event in ChangeEvent::ALL {
            let expected = match (state, event) {
                (ChangeState::Waiting, ChangeEvent::TakeEffect) => Some(ChangeState::Applied),
                (ChangeState::Waiting, ChangeEvent::Stop) => Some(ChangeState::Stopped),
                (ChangeState::Waiting, ChangeEvent::Drop) => Some(ChangeState::Dropped),
                _ => None,
            };
            assert_eq!(state.after(event), expected, "{state:?} {event:?}");
        }
    }
}

#[test]
fn time_brings_it_about_for_an_unchanged_active_account_only_and_not_a_moment_earlier() {
    let change = WaitingChange {
        id: WaitingChangeId(Uuid::nil()),
        account: account().id,
        application: ApplicationId(Uuid::nil()),
        old_email: account().profile.email,
        new_email: EmailAddress::parse("nowa@ops.example").unwrap(),
        approved_at: Moment(0),
        takes_effect_at: Moment(1000),
        state: ChangeState::Waiting,
        ended_at: None,
    };
    for status in AccountStatus::ALL {
        for (is_same, has_password, is_reported) in
            [(true, true, false), (false, true, false), (true, false, false), (true, true, true), (false, false, true)]
        {
            let mut account = Account { status, has_password, ..account() };
            if !is_same {
                account.profile.email = EmailAddress::parse("trzecia@ops.example").unwrap();
            }
            let is_as_signed = status == AccountStatus::Active && is_same && has_password && !is_reported;
            let expected = if is_as_signed { ChangeEvent::TakeEffect } else { ChangeEvent::Drop };
            assert_eq!(change.due(&account, is_reported, Moment(999)), None, "{status:?}");
            let due = change.due(&account, is_reported, Moment(1000));
            assert_eq!(due, Some(expected), "{status:?} {is_same} {has_password} {is_reported}");
        }
    }
}
