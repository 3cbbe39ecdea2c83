//! What goes over and what stays, what cannot be joined, what the form says, and what an approval of it does.

use super::*;
use crate::domain::application::Payload;
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{UNIT, account, dictionaries, grant, other_unit, unit};
use crate::domain::id::AccountId;
use crate::domain::identifiers::Login;
use uuid::Uuid;

const ID: AccountJoinId = AccountJoinId(Uuid::from_u128(80));
const FIRST: GrantId = GrantId(Uuid::from_u128(81));
const SECOND: GrantId = GrantId(Uuid::from_u128(82));

fn given_up() -> Account {
    Account { id: AccountId(Uuid::from_u128(9)), login: Login::parse("anowak-stare").unwrap(), ..account() }
}

fn old(id: GrantId, unit: UnitId, sub_area: &str) -> OldGrant {
    OldGrant { grant: id, right: Right { unit, wish: grant(sub_area, "editor") }, is_suspended: false }
}

/// Asks the domain with what differs from two plain accounts, of which the first works in a unit and the second there and in Łódź.
#[derive(Clone)]
struct Case {
    kept: Account,
    given_up: Account,
    kept_roles: Vec<Role>,
    given_up_roles: Vec<Role>,
    doubted: bool,
    busy: bool,
    own_units: Vec<Unit>,
    held: Vec<Right>,
    old: Vec<OldGrant>,
    units: Vec<Unit>,
    bound_to: Option<VoivodeshipCode>,
}

fn case() -> Case {
    Case {
        kept: account(),
        given_up: given_up(),
        kept_roles: Vec::new(),
        given_up_roles: Vec::new(),
        doubted: false,
        busy: false,
        own_units: vec![unit()],
        held: Vec::new(),
        old: vec![old(FIRST, UNIT, "PS"), old(SECOND, other_unit().id, "PS")],
        units: vec![unit(), other_unit()],
        bound_to: None,
    }
}

impl Case {
    fn around(&self) -> Around<'_> {
        let party = |account, roles| Party { account, roles, is_doubted: self.doubted, has_open_application: self.busy };
        Around {
            kept: party(&self.kept, &self.kept_roles),
            given_up: party(&self.given_up, &self.given_up_roles),
            own_units: &self.own_units,
            held: &self.held,
            old: &self.old,
            units: &self.units,
            bound_to: self.bound_to.as_ref(),
        }
    }
    fn stays(&self) -> Vec<Option<Stays>> {
        self.around().rights().into_iter().map(|(_, stays)| stays).collect()
    }
    fn read(&self, chosen: &[GrantId]) -> Result<JoinedAccounts, FieldErrors> {
        read_join(ID, chosen, "", &self.around())
    }
    fn errors(&self, chosen: &[GrantId]) -> Vec<(String, Vec<Invalid>)> {
        self.read(chosen).err().map(|errors| errors.0.into_iter().collect()).unwrap_or_default()
    }
}

fn with_words<T>(test: impl FnOnce(Words<'_>) -> T) -> T {
    let dictionaries = dictionaries();
    let text = |key: &str| key.to_owned();
    let list = |key: &str| vec![key.to_owned()];
    test(Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list })
}

#[test]
fn only_what_the_deciding_office_can_give_goes_over() {
    assert_eq!(case().stays(), [None, Some(Stays::OtherVoivodeship)]);
    // Without an own unit the first right that can go over says which office decides.
    let mut homeless = Case { own_units: Vec::new(), ..case() };
    assert_eq!(homeless.stays(), [None, Some(Stays::OtherVoivodeship)]);
    homeless.old.reverse();
    assert_eq!(homeless.stays(), [None, Some(Stays::OtherVoivodeship)]);
    assert_eq!(homeless.around().voivodeship(), Some(other_unit().voivodeship));
    // The number of an application names its office, whatever has changed since.
    let bound = Case { bound_to: Some(other_unit().voivodeship), ..case() };
    assert_eq!(bound.stays(), [Some(Stays::OtherVoivodeship), None]);
    let held = Case { held: vec![Right { unit: UNIT, wish: grant("PS", "editor") }], ..case() };
    assert_eq!(held.stays()[0], Some(Stays::Held));
    let closed = Case { units: vec![Unit { status: UnitStatus::Closed, ..unit() }, other_unit()], own_units: Vec::new(), ..case() };
    assert_eq!(closed.stays(), [Some(Stays::UnitClosed), None]);
    let mut suspended = case();
    suspended.old[0].is_suspended = true;
    assert_eq!(suspended.stays()[0], Some(Stays::Suspended));
}

#[test]
fn what_cannot_be_joined_is_said_with_its_reason() {
    assert_eq!(case().around().hindrances(), []);
    for role in Role::ALL {
        let is_coordinator = role == Role::UnitCoordinator;
        let mine = Case { kept_roles: vec![role], ..case() }.around().hindrances();
        let other = Case { given_up_roles: vec![role], ..case() }.around().hindrances();
        assert_eq!(mine, if is_coordinator { vec![] } else { vec![Hindrance::Role] }, "{role:?} on the account that stays");
        assert_eq!(other, [if is_coordinator { Hindrance::Coordinator } else { Hindrance::Role }], "{role:?} on the other");
    }
    assert_eq!(Case { busy: true, ..case() }.errors(&[FIRST]), [("join".to_owned(), vec![Invalid::JoinOpenApplication])]);
    assert_eq!(Case { doubted: true, ..case() }.around().hindrances(), [Hindrance::Account]);
    for status in AccountStatus::ALL {
        let case = Case { given_up: Account { status, ..given_up() }, ..case() };
        assert_eq!(case.around().hindrances().is_empty(), status == AccountStatus::Active, "{status:?}");
    }
    let nobody = Case { own_units: Vec::new(), old: Vec::new(), ..case() };
    assert_eq!(nobody.errors(&[]), [("join".to_owned(), vec![Invalid::JoinNoUnit])]);
}

#[test]
fn what_does_not_go_over_cannot_be_chosen_by_a_form() {
    for foreign in [SECOND, GrantId(Uuid::from_u128(99))] {
        assert_eq!(case().errors(&[foreign]), [("grants".to_owned(), vec![Invalid::JoinGrantGone])]);
    }
    let join = case().read(&[FIRST]).unwrap();
    assert_eq!(join.grants.iter().map(|moved| moved.grant).collect::<Vec<_>>(), [FIRST]);
    // Nothing goes over: the head of the own unit confirms who the person is.
    let plain = case().read(&[]).unwrap();
    assert!(plain.grants.is_empty() && plain.unit_id == UNIT);
    // Nobody could sign for that without an own unit.
    assert_eq!(Case { own_units: Vec::new(), ..case() }.errors(&[]), [("grants".to_owned(), vec![Invalid::Required])]);
    let long = "ż".repeat(LONGEST_NOTE + 1);
    assert!(read_join(ID, &[FIRST], &long, &case().around()).unwrap_err().0.contains_key("note"));
}

#[test]
fn the_heads_of_all_units_sign_and_the_form_says_what_goes_over() {
    let mut third = unit();
    third.id = UnitId(Uuid::from_u128(45));
    let mut case = case();
    case.units.push(third.clone());
    case.old.push(old(GrantId(Uuid::from_u128(83)), third.id, "SR"));
    let join = case.read(&[FIRST, GrantId(Uuid::from_u128(83))]).unwrap();
    let summary = join.summary();
    assert_eq!((summary.units(), summary.heads.len()), (vec![UNIT, third.id], 2));
    assert!(summary.changes_accounts && summary.logins == ["anowak", "anowak-stare"]);
    let blocks = with_words(|words| join.blocks(words));
    assert!(blocks.iter().any(|block| matches!(block, Block::Signatures { boxes, .. } if boxes.len() == 3)), "two heads and the person");
    let table = blocks.iter().find_map(|block| if let Block::Table { rows, headers, .. } = block { Some((headers, rows)) } else { None });
    let (headers, rows) = table.unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.len() == headers.len()), "{rows:?}");
    assert_eq!(join.asks().len(), 2);
    assert_eq!(with_words(|words| join.effects(words))[0].count, Some((2, "grant")));
    assert_eq!(with_words(|words| join.effects(words))[0].items[0].text, "review.effect.join_moves");
    let one = with_words(|words| case.read(&[FIRST]).unwrap().effects(words));
    assert_eq!(one[0].items[0].text, "review.effect.join_moves_one", "of one right in the singular");
    assert_eq!(join.finality(), "account_join", "it can be taken back for some days");
    assert_eq!(join.correctable_fields(), ["grants"]);
    let noted = JoinedAccounts { note: Some(Text::parse("Proszę o kontakt.", 100).unwrap()), ..join.clone() };
    let print = |join: &JoinedAccounts| Fingerprint::of(&Payload::AccountJoin(join.clone()));
    assert_eq!(print(&noted), print(&join), "the note is not printed");
    assert_ne!(print(&case.read(&[FIRST]).unwrap()), print(&join));
}
