//! What may be done to many applications at once, and what keeps one of them out of it. Each is done as if it were the only one; in a bulk
//! there is only this more: an approval is for what nobody has to look at twice. What may not live here: doing it.

use super::decision::Barred;
use super::signed_form::CodeMatch;
use super::status::Status;
use crate::domain::permission::Permission;

/// So many applications are in one batch at most.
pub const MOST_ROWS: usize = 100;

/// What is done to each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Take it into review.
    Take,
    /// Give it to an administrator, or back to all.
    Assign,
    /// Write to the applicant, who has the move.
    Remind,
    /// Approve it.
    Approve,
}

impl Act {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Take, Self::Assign, Self::Remind, Self::Approve];
    /// Stored name, name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Assign => "assign",
            Self::Remind => "remind",
            Self::Approve => "approve",
        }
    }
    /// Reads a name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
    /// What it asks of the policy, for each application.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Take => Permission::ApplicationTake,
            Self::Assign => Permission::ApplicationAssign,
            Self::Remind => Permission::ApplicationRemind,
            Self::Approve => Permission::ApplicationApprove,
        }
    }
    /// Whether it may be done to anything in this state: what a list of applications in it offers.
    pub const fn is_for(self, status: Status) -> bool {
        match self {
            Self::Take => matches!(status, Status::FormReceived),
            Self::Assign => status.is_open(),
            Self::Remind => status.waits_for_applicant(),
            Self::Approve => matches!(status, Status::InReview),
        }
    }
}

/// Why something is not done to an application in a bulk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Hindrance {
    /// There is none of this number, or none that the actor may know of.
    Unknown,
    /// The actor may not (any more).
    Denied,
    /// As when it is decided alone.
    Barred(Barred),
    /// Nothing of the kind is done in its state.
    WrongState,
    /// Somebody else works on it: it is taken over on its own page.
    Held,
    /// The applicant has nothing to do, or no time left for it.
    NotTheirMove,
    /// The applicant was reminded today.
    RemindedToday,
    /// Who is to deal with it may not decide it.
    NotEligible,
    /// The portal did not match the signed form by its code.
    NotMatched,
    /// Two must approve it.
    NeedsTwo,
    /// Something about an electronic signature is to be looked at.
    SignatureWarns,
    /// The signed form lacks pages.
    LacksPages,
    /// Several persons have one e-mail address.
    SharesAddresses,
    /// It is decided for the unit that took the place of the one it names.
    IsMoved,
    /// It says something else of the unit than the register does.
    Differs,
    /// A unit, another application or an account looks like it.
    LooksAlike,
    /// The applicant wrote something to the office.
    HasNote,
    /// The last proof of who the actor is lies too far back.
    ProofTooOld,
    /// A value that cannot be put in force (any more): field and reason, as on its own page.
    Refused(String, String),
    /// A fault of the portal.
    Failed,
    /// It waited when a backup was made from which the portal was restored: it may have been done since.
    Restored,
}

impl Hindrance {
    /// Those without anything more to say, besides [`Hindrance::Barred`].
    pub const PLAIN: [Self; 19] = [
        Self::Unknown,
        Self::Denied,
        Self::WrongState,
        Self::Held,
        Self::NotTheirMove,
        Self::RemindedToday,
        Self::NotEligible,
        Self::NotMatched,
        Self::NeedsTwo,
        Self::SignatureWarns,
        Self::LacksPages,
        Self::SharesAddresses,
        Self::IsMoved,
        Self::Differs,
        Self::LooksAlike,
        Self::HasNote,
        Self::ProofTooOld,
        Self::Failed,
        Self::Restored,
    ];

    /// Its name among those of [`Hindrance::PLAIN`], a key under `bulk.hindrances`.
    const fn plain(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Denied => "denied",
            Self::WrongState => "wrong_state",
            Self::Held => "held",
            Self::NotTheirMove => "not_their_move",
            Self::RemindedToday => "reminded_today",
            Self::NotEligible => "not_eligible",
            Self::NotMatched => "not_matched",
            Self::NeedsTwo => "needs_two",
            Self::SignatureWarns => "signature_warns",
            Self::LacksPages => "lacks_pages",
            Self::SharesAddresses => "shares_addresses",
            Self::IsMoved => "is_moved",
            Self::Differs => "differs",
            Self::LooksAlike => "looks_alike",
            Self::HasNote => "has_note",
            Self::ProofTooOld => "proof_too_old",
            Self::Restored => "restored",
            Self::Failed | Self::Barred(_) | Self::Refused(..) => "failed",
        }
    }

    /// Stored name, without spaces.
    pub fn key(&self) -> String {
        match self {
            Self::Barred(barred) => format!("barred:{}", barred.key()),
            Self::Refused(field, reason) => format!("refused:{field}:{reason}"),
            plain => plain.plain().to_owned(),
        }
    }

    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        if let Some(barred) = key.strip_prefix("barred:") {
            return Barred::ALL.into_iter().find(|one| one.key() == barred).map(Self::Barred);
        }
        if let Some((field, reason)) = key.strip_prefix("refused:").and_then(|rest| rest.rsplit_once(':')) {
            return Some(Self::Refused(field.to_owned(), reason.to_owned()));
        }
        Self::PLAIN.into_iter().find(|plain| plain.plain() == key)
    }

    /// Key of its words; none for a refused value, whose words are those of its field.
    pub fn label_key(&self) -> Option<String> {
        match self {
            // A page that is asked for again still says what was seen.
            Self::Barred(Barred::Stale) => Some("bulk.hindrances.stale".to_owned()),
            Self::Barred(barred) => Some(format!("barred.{}", barred.key())),
            Self::Refused(..) => None,
            plain => Some(format!("bulk.hindrances.{}", plain.plain())),
        }
    }
}

/// Who has an application in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Nobody.
    Nobody,
    /// The actor.
    Mine,
    /// Somebody else.
    Colleague,
}

/// What is seen of an application on its own page, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// It is not what the actor saw any more.
    pub is_stale: bool,
    /// State.
    pub status: Status,
    /// Who has it in hand.
    pub hand: Hand,
    /// Why the actor may not take it.
    pub barred_work: Option<Barred>,
    /// Why the actor may not remind of it.
    pub barred_arranging: Option<Barred>,
    /// Why the actor may not approve it.
    pub barred_approval: Option<Barred>,
    /// The applicant's time is not over.
    pub has_time: bool,
    /// The applicant was reminded today.
    pub was_reminded: bool,
    /// What the codes of the signed form in force say.
    pub code_match: Option<CodeMatch>,
    /// Two must approve it.
    pub needs_two: bool,
    /// The page warns: something about an electronic signature is to be looked at.
    pub signature_warns: bool,
    /// The page warns: the signed form lacks pages.
    pub lacks_pages: bool,
    /// The page warns: several persons have one address.
    pub shares_addresses: bool,
    /// The page warns: another unit has taken the place of the one it names.
    pub is_moved: bool,
    /// The page marks: the register says something else of the unit.
    pub differs: bool,
    /// The page warns: something looks like it.
    pub looks_alike: bool,
    /// The applicant wrote something to the office.
    pub has_note: bool,
}

/// What keeps an application out of a bulk: nothing where the act may be done. All that is known is told, so that one look is enough; of
/// something that is not what the actor saw, only that.
pub fn hindrances(act: Act, sight: &Sight) -> Vec<Hindrance> {
    if sight.is_stale {
        return vec![Hindrance::Barred(Barred::Stale)];
    }
    let mut found: Vec<Hindrance> = Vec::new();
    let mut note = |holds: bool, hindrance: Hindrance| {
        if holds {
            found.push(hindrance);
        }
    };
    match act {
        Act::Take => {
            note(!sight.status.waits_for_office(), Hindrance::WrongState);
            note(sight.status == Status::InReview && sight.hand == Hand::Colleague, Hindrance::Held);
            sight.barred_work.into_iter().for_each(|barred| note(true, Hindrance::Barred(barred)));
        }
        // Who may be given it is asked for each of them when it is done.
        Act::Assign => {
            note(!sight.status.is_open(), Hindrance::WrongState);
            note(sight.status == Status::InReview && sight.hand == Hand::Colleague, Hindrance::Held);
        }
        Act::Remind => {
            note(!sight.status.waits_for_applicant() || !sight.has_time, Hindrance::NotTheirMove);
            note(sight.was_reminded, Hindrance::RemindedToday);
            sight.barred_arranging.into_iter().for_each(|barred| note(true, Hindrance::Barred(barred)));
        }
        Act::Approve => {
            sight.barred_approval.into_iter().for_each(|barred| note(true, Hindrance::Barred(barred)));
            let is_said = matches!(sight.barred_approval, Some(Barred::NoSignedForm | Barred::NotCompared));
            note(sight.code_match != Some(CodeMatch::Matched) && !is_said, Hindrance::NotMatched);
            note(sight.needs_two, Hindrance::NeedsTwo);
            note(sight.signature_warns, Hindrance::SignatureWarns);
            note(sight.lacks_pages, Hindrance::LacksPages);
            note(sight.shares_addresses, Hindrance::SharesAddresses);
            note(sight.is_moved, Hindrance::IsMoved);
            note(sight.differs, Hindrance::Differs);
            note(sight.looks_alike, Hindrance::LooksAlike);
            note(sight.has_note, Hindrance::HasNote);
        }
    }
    found
}

/// What must hold of an approval in a bulk behind the locks of its own transaction, whatever a page showed before.
///
/// # Errors
/// The first [`Hindrance`].
pub fn check_alone(code_match: Option<CodeMatch>, needs_two: bool) -> Result<(), Hindrance> {
    match code_match {
        _ if needs_two => Err(Hindrance::NeedsTwo),
        Some(CodeMatch::Matched) => Ok(()),
        _ => Err(Hindrance::NotMatched),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(status: Status) -> Sight {
        Sight {
            is_stale: false,
            status,
            hand: if status == Status::InReview { Hand::Mine } else { Hand::Nobody },
            barred_work: None,
            barred_arranging: None,
            barred_approval: None,
            has_time: status.waits_for_applicant(),
            was_reminded: false,
            code_match: Some(CodeMatch::Matched),
            needs_two: false,
            signature_warns: false,
            lacks_pages: false,
            shares_addresses: false,
            is_moved: false,
            differs: false,
            looks_alike: false,
            has_note: false,
        }
    }

    #[test]
    fn each_act_has_its_states() {
        let done_in = |act| Status::ALL.into_iter().filter(|status| hindrances(act, &fine(*status)).is_empty()).collect::<Vec<_>>();
        assert_eq!(done_in(Act::Take), [Status::FormReceived, Status::InReview]);
        assert_eq!(done_in(Act::Assign), Status::OPEN);
        assert_eq!(done_in(Act::Remind), [Status::AwaitingForm, Status::Returned]);
        for act in Act::ALL {
            assert_eq!(Act::from_key(act.key()), Some(act));
            // What a list offers can be done to what is in it.
            for status in Status::ALL.into_iter().filter(|status| act.is_for(*status)) {
                assert!(hindrances(act, &fine(status)).is_empty(), "{act:?} {status:?}");
            }
        }
    }

    #[test]
    fn whatever_the_page_warns_about_keeps_an_approval_out() {
        type Warn = fn(&mut Sight);
        let warned: [(Warn, Hindrance); 13] = [
            (|s| s.code_match = None, Hindrance::NotMatched),
            (|s| s.code_match = Some(CodeMatch::ConfirmedByEye), Hindrance::NotMatched),
            (|s| s.code_match = Some(CodeMatch::Unreadable), Hindrance::NotMatched),
            (|s| s.needs_two = true, Hindrance::NeedsTwo),
            (|s| s.signature_warns = true, Hindrance::SignatureWarns),
            (|s| s.lacks_pages = true, Hindrance::LacksPages),
            (|s| s.shares_addresses = true, Hindrance::SharesAddresses),
            (|s| s.is_moved = true, Hindrance::IsMoved),
            (|s| s.differs = true, Hindrance::Differs),
            (|s| s.looks_alike = true, Hindrance::LooksAlike),
            (|s| s.has_note = true, Hindrance::HasNote),
            (|s| s.barred_approval = Some(Barred::NotTaken), Hindrance::Barred(Barred::NotTaken)),
            (|s| s.is_stale = true, Hindrance::Barred(Barred::Stale)),
        ];
        for (warn, why) in &warned {
            let mut sight = fine(Status::InReview);
            warn(&mut sight);
            assert_eq!(hindrances(Act::Approve, &sight), std::slice::from_ref(why));
            // Warnings of the content keep nobody from taking or giving it.
            if *why != Hindrance::Barred(Barred::Stale) {
                assert!(hindrances(Act::Take, &sight).is_empty() && hindrances(Act::Assign, &sight).is_empty());
            }
        }
        // All are told at once; of what has changed only that.
        let mut sight = fine(Status::InReview);
        warned.iter().take(12).for_each(|(warn, _)| warn(&mut sight));
        assert_eq!(hindrances(Act::Approve, &sight).len(), 10);
        warned[12].0(&mut sight);
        assert_eq!(hindrances(Act::Approve, &sight), [Hindrance::Barred(Barred::Stale)]);
        // A form that nobody has compared is told once.
        let mut sight = fine(Status::InReview);
        (sight.code_match, sight.barred_approval) = (Some(CodeMatch::Unreadable), Some(Barred::NotCompared));
        assert_eq!(hindrances(Act::Approve, &sight), [Hindrance::Barred(Barred::NotCompared)]);
    }

    #[test]
    fn nobody_is_robbed_and_nobody_is_reminded_twice() {
        let mut sight = fine(Status::InReview);
        sight.hand = Hand::Colleague;
        for act in [Act::Take, Act::Assign] {
            assert_eq!(hindrances(act, &sight), [Hindrance::Held]);
        }
        sight.hand = Hand::Mine;
        assert_eq!(hindrances(Act::Assign, &sight), [], "one's own can be given to somebody");
        let mut sight = fine(Status::FormReceived);
        sight.barred_work = Some(Barred::SameUnit);
        assert_eq!(hindrances(Act::Take, &sight), [Hindrance::Barred(Barred::SameUnit)]);
        let mut sight = fine(Status::Returned);
        sight.was_reminded = true;
        assert_eq!(hindrances(Act::Remind, &sight), [Hindrance::RemindedToday]);
        (sight.was_reminded, sight.has_time) = (false, false);
        assert_eq!(hindrances(Act::Remind, &sight), [Hindrance::NotTheirMove]);
        (sight.has_time, sight.barred_arranging) = (true, Some(Barred::IsPerson));
        assert_eq!(hindrances(Act::Remind, &sight), [Hindrance::Barred(Barred::IsPerson)]);
    }

    #[test]
    fn behind_the_locks_only_a_matched_form_and_one_voice_count() {
        for code_match in [None, Some(CodeMatch::Matched), Some(CodeMatch::Unreadable), Some(CodeMatch::ConfirmedByEye)] {
            for needs_two in [false, true] {
                let is_fine = code_match == Some(CodeMatch::Matched) && !needs_two;
                assert_eq!(check_alone(code_match, needs_two).is_ok(), is_fine);
            }
        }
    }

    #[test]
    fn every_hindrance_is_read_back_and_has_no_space() {
        let refused = Hindrance::Refused("persons.0.login".to_owned(), "login_taken".to_owned());
        let all = Hindrance::PLAIN.into_iter().chain(Barred::ALL.map(Hindrance::Barred)).chain([refused]);
        for hindrance in all {
            let key = hindrance.key();
            assert!(!key.contains(char::is_whitespace));
            assert_eq!(Hindrance::from_key(&key), Some(hindrance));
        }
        assert_eq!(Hindrance::from_key("barred:nothing"), None);
        assert_eq!(Hindrance::from_key("nothing"), None);
    }
}
