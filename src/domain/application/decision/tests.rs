//! Each reason that bars a decision, and their order.

use super::*;
use crate::domain::account::{Role, RoleAssignment};
use crate::domain::application::samples::{APPLICANT, COLLEAGUE, DECIDER, UNIT, application, decider, signed_form};
use crate::domain::id::RoleAssignmentId;
use std::collections::HashSet;
use uuid::Uuid;

/// Everything that a decision depends on, to be spoilt one by one.
struct Case {
    application: Application,
    persons: Vec<AccountId>,
    units: Vec<UnitId>,
    form: Option<SignedForm>,
    shared: bool,
    outranked: bool,
    deputised: Option<Deputised>,
    first: Option<FirstApproval>,
    seen: i32,
    decider: SignedIn,
}

impl Case {
    fn good() -> Self {
        Self {
            application: application(Status::InReview),
            persons: vec![APPLICANT, COLLEAGUE],
            units: vec![UNIT],
            form: Some(signed_form(2, CodeMatch::Matched)),
            shared: false,
            outranked: false,
            deputised: None,
            first: None,
            seen: 7,
            decider: decider(),
        }
    }
    fn facts(&self) -> Circumstances<'_> {
        let Self { application, persons, units, form, shared, outranked, deputised, first, seen, .. } = self;
        Circumstances {
            application,
            persons,
            units,
            signed_form: form.as_ref(),
            has_deciders_address: *shared,
            outranks_decider: *outranked,
            deputised: deputised.as_ref(),
            first: *first,
            seen_version: *seen,
        }
    }
    fn may_arrange(&self) -> Result<(), Barred> {
        may_arrange(&self.decider, self.facts())
    }
    fn may_work_on(&self) -> Result<(), Barred> {
        may_work_on(&self.decider, self.facts())
    }
    fn may_decide(&self) -> Result<(), Barred> {
        may_decide(&self.decider, self.facts())
    }
    fn may_approve(&self) -> Result<(), Barred> {
        may_approve(&self.decider, self.facts())
    }
}

type Spoil = fn(&mut Case);

/// For whom somebody may stand in, and nothing bars the one.
const ABSENT: AccountId = AccountId(Uuid::from_u128(77));
const OTHER: AccountId = AccountId(Uuid::from_u128(78));

fn absent() -> Deputised {
    Deputised { account: ABSENT, units: Vec::new(), has_address: false }
}

fn first(by: AccountId, in_place_of: Option<AccountId>) -> FirstApproval {
    FirstApproval { by, in_place_of, at: Moment(1) }
}

/// How to run into each reason, in the order in which they are told.
const SPOILERS: [(Barred, Spoil); 12] = [
    (Barred::Stale, |c| c.seen -= 1),
    (Barred::IsApplicant, |c| c.application.applicant = DECIDER),
    (Barred::IsPerson, |c| c.persons.push(DECIDER)),
    (Barred::SharedAddress, |c| c.shared = true),
    (Barred::SameUnit, |c| c.decider.units.push(UNIT)),
    (Barred::Outranked, |c| c.outranked = true),
    (Barred::Recorded, |c| {
        if let Some(form) = &mut c.form {
            form.recorded_by = DECIDER;
        }
    }),
    (Barred::DeputisedBarred, |c| c.deputised = Some(Deputised { has_address: true, ..absent() })),
    (Barred::FirstDecider, |c| c.first = Some(first(DECIDER, None))),
    (Barred::NotTaken, |c| c.application.taken_by = Some(COLLEAGUE)),
    (Barred::NoSignedForm, |c| c.form = None),
    (Barred::NotCompared, |c| {
        if let Some(form) = &mut c.form {
            form.code_match = CodeMatch::Unreadable;
        }
    }),
];

#[test]
fn an_impartial_decider_with_a_matching_form_may_do_everything() {
    let case = Case::good();
    assert_eq!((case.may_work_on(), case.may_decide(), case.may_approve()), (Ok(()), Ok(()), Ok(())));
    let mut by_eye = Case::good();
    by_eye.form = Some(signed_form(2, CodeMatch::ConfirmedByEye));
    by_eye.units.clear();
    assert_eq!(by_eye.may_approve(), Ok(()));
}

#[test]
fn each_reason_bars_what_it_must_bar_and_nothing_else() {
    let all: HashSet<Barred> = SPOILERS.iter().map(|s| s.0).collect();
    assert_eq!(all, HashSet::from(Barred::ALL));
    for (reason, spoil) in SPOILERS {
        let mut case = Case::good();
        spoil(&mut case);
        let partial =
            matches!(reason, Barred::IsApplicant | Barred::IsPerson | Barred::SharedAddress | Barred::SameUnit | Barred::Outranked)
                || matches!(reason, Barred::Recorded | Barred::DeputisedBarred);
        let only_approval = matches!(reason, Barred::FirstDecider | Barred::NoSignedForm | Barred::NotCompared);
        assert_eq!(case.may_work_on(), if partial { Err(reason) } else { Ok(()) }, "{reason:?}");
        // Whoever recorded the form, or may do less than a person in it, is no party: colleagues' notes are for such, too.
        let is_party = partial && !matches!(reason, Barred::Recorded | Barred::Outranked);
        assert_eq!(case.may_arrange(), if is_party { Err(reason) } else { Ok(()) }, "{reason:?}");
        assert_eq!(case.may_decide(), if only_approval { Ok(()) } else { Err(reason) }, "{reason:?}");
        assert_eq!(case.may_approve(), Err(reason));
    }
}

#[test]
fn of_several_reasons_the_first_is_told() {
    for (i, (first, spoil_first)) in SPOILERS.into_iter().enumerate() {
        for (second, spoil_second) in SPOILERS.into_iter().skip(i + 1) {
            if (first, second) == (Barred::Recorded, Barred::NoSignedForm) {
                // Nobody recorded what has not come.
                continue;
            }
            let mut case = Case::good();
            spoil_first(&mut case);
            spoil_second(&mut case);
            assert_eq!(case.may_approve(), Err(first), "before {second:?}");
        }
    }
}

#[test]
fn only_a_review_by_oneself_can_be_decided() {
    for status in Status::ALL {
        let mut case = Case::good();
        case.application = application(status);
        case.application.taken_by = Some(DECIDER);
        let expected = if status == Status::InReview { Ok(()) } else { Err(Barred::NotTaken) };
        assert_eq!(case.may_decide(), expected, "{status:?}");
        case.application.taken_by = None;
        assert_eq!(case.may_decide(), Err(Barred::NotTaken));
    }
}

#[test]
fn a_form_of_an_older_or_newer_revision_is_no_form() {
    for revision in [0, 1, 3] {
        let mut case = Case::good();
        case.form = Some(signed_form(revision, CodeMatch::Matched));
        assert_eq!(case.may_approve(), Err(Barred::NoSignedForm), "{revision}");
        assert_eq!(case.may_decide(), Ok(()), "it may still be returned or rejected");
    }
}

#[test]
fn a_coordinator_of_the_unit_belongs_to_it_without_a_grant() {
    let mut case = Case::good();
    let id = RoleAssignmentId(Uuid::from_u128(1));
    case.decider.roles.push(RoleAssignment { id, role: Role::UnitCoordinator, voivodeship: None, unit: Some(UNIT) });
    assert_eq!(case.may_work_on(), Err(Barred::SameUnit));
    case.units.insert(0, UnitId(Uuid::from_u128(99)));
    assert_eq!(case.may_work_on(), Err(Barred::SameUnit), "be it the one whose head signs besides");
    case.units.clear();
    assert_eq!(case.may_work_on(), Ok(()), "a new unit has nobody yet");
}

#[test]
fn whoever_stands_in_decides_nothing_that_the_absent_could_not() {
    let spoilers: [Spoil; 4] = [
        |c| c.application.applicant = ABSENT,
        |c| c.persons.push(ABSENT),
        |c| c.deputised = Some(Deputised { units: vec![UnitId(Uuid::from_u128(9)), UNIT], ..absent() }),
        |c| c.deputised = Some(Deputised { has_address: true, ..absent() }),
    ];
    for spoil in spoilers {
        let mut case = Case::good();
        case.deputised = Some(absent());
        assert_eq!((case.may_work_on(), case.may_approve()), (Ok(()), Ok(())));
        spoil(&mut case);
        assert_eq!(case.may_work_on(), Err(Barred::DeputisedBarred));
        assert_eq!(case.may_decide(), Err(Barred::DeputisedBarred));
        assert_eq!(case.may_approve(), Err(Barred::DeputisedBarred));
    }
}

#[test]
fn the_second_is_another_person_and_another_voice() {
    for by in [DECIDER, ABSENT, OTHER] {
        for in_place_of in [None, Some(DECIDER), Some(ABSENT), Some(OTHER)] {
            for stands_in in [false, true] {
                let mut case = Case::good();
                case.first = Some(first(by, in_place_of));
                case.deputised = stands_in.then(absent);
                let voices = [Some(by), in_place_of];
                let is_same = voices.contains(&Some(DECIDER)) || (stands_in && voices.contains(&Some(ABSENT)));
                assert_eq!(
                    case.may_approve(),
                    if is_same { Err(Barred::FirstDecider) } else { Ok(()) },
                    "{by:?} {in_place_of:?} {stands_in}"
                );
                assert_eq!(case.may_decide(), Ok(()), "either may still return or reject");
            }
        }
    }
}

#[test]
fn who_recorded_an_older_form_may_decide_and_nobody_does_through_a_deputy() {
    let mut case = Case::good();
    let mut older = signed_form(1, CodeMatch::Matched);
    older.recorded_by = DECIDER;
    case.form = Some(older);
    assert_eq!(case.may_work_on(), Ok(()));
    let mut of_absent = signed_form(2, CodeMatch::Matched);
    of_absent.recorded_by = ABSENT;
    case.form = Some(of_absent);
    assert_eq!(case.may_work_on(), Ok(()));
    case.deputised = Some(absent());
    assert_eq!(case.may_work_on(), Err(Barred::DeputisedBarred));
}

#[test]
fn what_is_barred_is_too_late_too_early_or_not_for_this_person() {
    let of = |bar| Barred::ALL.into_iter().filter(|barred| barred.bar() == bar).collect::<Vec<_>>();
    assert_eq!(of(Bar::Late), [Barred::Stale]);
    assert_eq!(of(Bar::Early), [Barred::NotTaken, Barred::NoSignedForm, Barred::NotCompared]);
    assert_eq!(of(Bar::Never).len(), Barred::ALL.len() - 4);
    assert_eq!([Bar::Late, Bar::Early, Bar::Never].map(Bar::key), ["late", "early", "never"]);
}
