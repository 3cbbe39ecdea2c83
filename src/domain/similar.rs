//! Why two units, two applications or two people may be one and the same: what is compared, the reasons in the order of their strength, and
//! how many are shown. What may not live here: where the others are found, who may know of them.

use super::account::AccountProfile;
use super::application::draft::{PersonTexts, UnitTexts};
use super::identifiers::{EmailAddress, Regon};
use super::likeness::Likeness;
use super::sameness::{address_key, name_key};
use super::unit::UnitData;
use std::cmp::Reverse;

/// Characters of a text that are compared: what is longer is nobody's name, and comparing costs time.
const LONGEST_COMPARED: usize = 300;
/// So many of each are shown, the likest first; the others are counted.
pub const MOST_SHOWN: usize = 5;

/// Why something looks alike, the strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The same REGON: it is the same unit, or one of the numbers is wrong.
    SameRegon,
    /// The same e-mail address.
    SameEmail,
    /// The same name in the same gmina.
    SameNameAndGmina,
    /// The same name of a person in the same unit.
    SameNameInUnit,
    /// The same street and number in the same town.
    SameAddress,
    /// The same name, of a unit in another gmina of the voivodeship or of a person.
    SameName,
    /// A name or a kind like it, in the same place.
    NearName,
}

impl Reason {
    /// All; each has its words under `review.similar`.
    pub const ALL: [Self; 7] =
        [Self::SameRegon, Self::SameEmail, Self::SameNameAndGmina, Self::SameNameInUnit, Self::SameAddress, Self::SameName, Self::NearName];
    /// Whether it is worth a stop on the way of whoever types: more than the place and the kind in common.
    pub const fn is_strong(self) -> bool {
        !matches!(self, Self::NearName)
    }
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SameRegon => "same_regon",
            Self::SameEmail => "same_email",
            Self::SameNameAndGmina => "same_name_and_gmina",
            Self::SameNameInUnit => "same_name_in_unit",
            Self::SameAddress => "same_address",
            Self::SameName => "same_name",
            Self::NearName => "near_name",
        }
    }
}

/// What is compared of a unit; texts that are not known (yet) are empty, and equal nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTraits {
    /// REGON, digits only.
    pub regon: String,
    /// Full name.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of its gmina.
    pub terc: String,
    /// Town.
    pub town: String,
    /// Street.
    pub street: String,
    /// House number.
    pub building: String,
}

impl UnitTraits {
    /// Of a registered unit.
    pub fn of(data: &UnitData) -> Self {
        Self {
            regon: data.regon.to_string(),
            name: data.name.to_string(),
            kind: data.kind.clone(),
            terc: data.terc.to_string(),
            town: data.address.town.to_string(),
            street: data.address.street.as_ref().map(ToString::to_string).unwrap_or_default(),
            building: data.address.building.to_string(),
        }
    }
    /// Of what somebody has typed so far, whatever its length.
    pub fn typed(texts: &UnitTexts) -> Self {
        let cut = |text: &str| text.chars().take(LONGEST_COMPARED).collect::<String>();
        Self {
            regon: Regon::parse(&texts.regon).map(|regon| regon.to_string()).unwrap_or_default(),
            name: cut(&texts.name),
            kind: cut(&texts.kind),
            terc: cut(&texts.terc),
            town: cut(&texts.town),
            street: cut(&texts.street),
            building: cut(&texts.building),
        }
    }
    /// Code of its voivodeship.
    pub fn voivodeship(&self) -> &str {
        self.terc.get(..2).unwrap_or_default()
    }
    /// By what its address is found: town, street with number; nothing while one of them is not known.
    pub fn address(&self) -> Option<(String, String)> {
        let (town, street) = (name_key(&self.town), address_key(&self.street, &self.building));
        (!town.is_empty() && !street.is_empty()).then_some((town, street))
    }
}

/// Why another unit may be the one with these traits, the strongest reason first; nothing when it is another one. `likeness` is that of the
/// unit at hand, for others of its place.
pub fn unit_reasons(mine: &UnitTraits, likeness: &Likeness<'_>, other: &UnitTraits) -> Vec<Reason> {
    let is_same = |mine: &str, theirs: &str| !mine.is_empty() && mine == theirs;
    let has_name = is_same(&name_key(&mine.name), &name_key(&other.name));
    let is_in_gmina = is_same(&mine.terc, &other.terc);
    // Towns of one name lie all over the country.
    let is_in_voivodeship = is_same(mine.voivodeship(), other.voivodeship());
    let is_in_town = is_in_voivodeship && is_same(&name_key(&mine.town), &name_key(&other.town));
    let near = || likeness.rank(&other.name, Some(&other.kind).filter(|kind| !kind.is_empty()).map(String::as_str)).is_some();
    let found = [
        (is_same(&mine.regon, &other.regon), Reason::SameRegon),
        (has_name && is_in_gmina, Reason::SameNameAndGmina),
        (is_in_town && mine.address().is_some_and(|address| other.address() == Some(address)), Reason::SameAddress),
        (has_name && is_in_voivodeship && !is_in_gmina, Reason::SameName),
        (!has_name && (is_in_gmina || is_in_town) && near(), Reason::NearName),
    ];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}

/// Why an account of the unit may be that of a person who is typed for it, the strongest reason first; nothing when it is another one's.
pub fn person_reasons(typed: &PersonTexts, other: &AccountProfile) -> Vec<Reason> {
    let has_email = EmailAddress::parse(&typed.email).is_ok_and(|email| email.key() == other.email.key());
    let name = name_key(&format!("{} {}", typed.first_name, typed.last_name));
    let has_name = !name.is_empty() && name == name_key(&other.full_name());
    let found = [(has_email, Reason::SameEmail), (has_name, Reason::SameNameInUnit)];
    found.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}

/// Puts what looks alike in order: by the strongest reason, then by the number of reasons, then by `rank`; what has no reason goes.
pub fn strongest_first<T>(mut found: Vec<(Vec<Reason>, usize, T)>) -> Vec<(Vec<Reason>, T)> {
    found.retain(|(reasons, ..)| !reasons.is_empty());
    for (reasons, ..) in &mut found {
        reasons.sort_unstable();
        reasons.dedup();
    }
    found.sort_by_key(|(reasons, rank, _)| (reasons.first().copied(), Reverse(reasons.len()), Reverse(*rank)));
    found.into_iter().map(|(reasons, _, one)| (reasons, one)).collect()
}

/// What was found for one reason each: the same one once, with all its reasons and its best rank, the likest first.
pub fn gathered<T, K: PartialEq>(found: impl IntoIterator<Item = (Reason, usize, T)>, key: impl Fn(&T) -> K) -> Vec<(Vec<Reason>, T)> {
    let mut all: Vec<(Vec<Reason>, usize, T)> = Vec::new();
    for (reason, rank, one) in found {
        match all.iter_mut().find(|(_, _, known)| key(known) == key(&one)) {
            Some((reasons, best, _)) => {
                reasons.push(reason);
                *best = rank.max(*best);
            }
            None => all.push((vec![reason], rank, one)),
        }
    }
    strongest_first(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dictionary::UnitKind;
    use crate::domain::identifiers::PersonName;

    fn kinds() -> Vec<UnitKind> {
        let kind = UnitKind::example;
        vec![kind("ops_gminny", "Gminny ośrodek pomocy społecznej (GOPS)", "PS SR"), kind("dps", "Dom pomocy społecznej (DPS)", "PS")]
    }

    fn mine() -> UnitTraits {
        UnitTraits {
            regon: "291122334".to_owned(),
            name: "Dom Pomocy Społecznej „Źródełko”".to_owned(),
            kind: "dps".to_owned(),
            terc: "260412".to_owned(),
            town: "Morawica".to_owned(),
            street: "ul. Spacerowa".to_owned(),
            building: "7".to_owned(),
        }
    }

    fn elsewhere() -> UnitTraits {
        UnitTraits {
            regon: "000000000".to_owned(),
            name: "Gminny Ośrodek Pomocy Społecznej w Łodzi".to_owned(),
            kind: "ops_gminny".to_owned(),
            terc: "106101".to_owned(),
            town: "Łódź".to_owned(),
            street: "Piotrkowska".to_owned(),
            building: "1".to_owned(),
        }
    }

    fn reasons(mine: &UnitTraits, other: &UnitTraits) -> Vec<Reason> {
        let kinds = kinds();
        unit_reasons(mine, &Likeness::of(&kinds, &mine.kind, &mine.name, &[&mine.town]), other)
    }

    #[test]
    fn each_thing_in_common_is_a_reason() {
        let (a, b) = (mine(), elsewhere());
        assert_eq!(reasons(&a, &b), []);
        assert_eq!(reasons(&a, &a), [Reason::SameRegon, Reason::SameNameAndGmina, Reason::SameAddress]);
        assert_eq!(reasons(&a, &UnitTraits { regon: a.regon.clone(), ..b.clone() }), [Reason::SameRegon]);
        let named = UnitTraits { name: "DOM pomocy społecznej Źródełko".to_owned(), ..b.clone() };
        assert_eq!(reasons(&a, &named), [], "in another voivodeship it is another one");
        assert_eq!(reasons(&a, &UnitTraits { terc: "266101".to_owned(), ..named }), [Reason::SameName]);
        let named = UnitTraits { name: a.name.clone(), terc: a.terc.clone(), ..b.clone() };
        assert_eq!(reasons(&a, &named), [Reason::SameNameAndGmina]);
        let there = UnitTraits {
            town: "MORAWICA".to_owned(),
            street: "Spacerowa".to_owned(),
            building: "7".to_owned(),
            terc: "260401".to_owned(),
            ..b.clone()
        };
        assert_eq!(reasons(&a, &there), [Reason::SameAddress]);
        assert_eq!(reasons(&a, &UnitTraits { terc: "181604".to_owned(), ..there }), [], "a town of this name elsewhere");
        // The same street in another town is no address of ours, nor is the same kind there.
        assert_eq!(
            reasons(
                &a,
                &UnitTraits {
                    town: "Kielce".to_owned(),
                    terc: "266101".to_owned(),
                    regon: String::new(),
                    name: "DPS".to_owned(),
                    ..a.clone()
                }
            ),
            []
        );
        let near = UnitTraits { name: "DPS Źródełka".to_owned(), kind: "dps".to_owned(), terc: a.terc.clone(), ..b };
        assert_eq!(reasons(&a, &near), [Reason::NearName]);
    }

    #[test]
    fn what_is_typed_without_end_is_compared_to_its_beginning() {
        let words = |first: usize| (first..first + 50_000).map(|n| format!("słowo{n:06}")).collect::<Vec<_>>().join(" ");
        let traits = UnitTraits::typed(&UnitTexts { name: words(0), town: words(50_000), terc: words(0), ..UnitTexts::default() });
        for text in [&traits.name, &traits.town, &traits.terc] {
            assert_eq!(text.chars().count(), LONGEST_COMPARED);
        }
        assert_eq!(reasons(&traits, &mine()), []);
    }

    #[test]
    fn a_person_is_known_by_address_and_name() {
        let anna = AccountProfile {
            first_name: PersonName::parse("Anna").expect("a name"),
            last_name: PersonName::parse("Żółw-Łęcka").expect("a name"),
            position: None,
            email: EmailAddress::parse("Anna@gops.example.pl").expect("an address"),
            phone: None,
        };
        let typed = |first_name: &str, last_name: &str, email: &str| PersonTexts {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            ..PersonTexts::default()
        };
        let reasons = |texts: PersonTexts| person_reasons(&texts, &anna);
        assert_eq!(reasons(typed(" ANNA", "Zółw Łęcka ", " anna@GOPS.example.pl")), [Reason::SameEmail, Reason::SameNameInUnit]);
        assert_eq!(reasons(typed("Anna", "Żółw-Łęcka", "inna@gops.example.pl")), [Reason::SameNameInUnit]);
        assert_eq!(reasons(typed("Ewa", "Żółw-Łęcka", "anna@gops.example.pl")), [Reason::SameEmail]);
        assert_eq!(reasons(typed("Ewa", "Żółw-Łęcka", "ewa@gops.example.pl")), []);
        assert_eq!(reasons(typed("", "", "")), []);
    }

    #[test]
    fn what_is_not_known_equals_nothing() {
        let nothing = UnitTraits::default();
        assert_eq!(reasons(&nothing, &nothing), []);
        assert_eq!(UnitTraits { building: String::new(), ..mine() }.address(), None);
        assert_eq!(UnitTraits { town: " ".to_owned(), ..mine() }.address(), None);
    }

    #[test]
    fn what_is_found_twice_is_told_once_with_both_reasons() {
        let found = [
            (Reason::NearName, 2, ("a", 1)),
            (Reason::SameAddress, 0, ("b", 1)),
            (Reason::SameRegon, 0, ("a", 2)),
            (Reason::NearName, 7, ("b", 2)),
            (Reason::NearName, 3, ("b", 3)),
        ];
        let told = gathered(found, |(name, _)| *name);
        assert_eq!(told, [(vec![Reason::SameRegon, Reason::NearName], ("a", 1)), (vec![Reason::SameAddress, Reason::NearName], ("b", 1))]);
        assert_eq!(gathered(Vec::<(Reason, usize, u8)>::new(), |n| *n), []);
    }

    #[test]
    fn the_strongest_stands_first() {
        let found = vec![
            (vec![Reason::NearName], 2, "near"),
            (vec![Reason::NearName], 9, "nearer"),
            (vec![], 99, "nothing"),
            (vec![Reason::SameAddress], 0, "address"),
            (vec![Reason::SameAddress, Reason::SameNameAndGmina], 0, "name and address"),
            (vec![Reason::SameNameAndGmina], 0, "name"),
            (vec![Reason::SameRegon, Reason::SameRegon], 0, "regon"),
        ];
        let order: Vec<&str> = strongest_first(found).into_iter().map(|(_, one)| one).collect();
        assert_eq!(order, ["regon", "name and address", "name", "address", "nearer", "near"]);
        let keys: std::collections::BTreeSet<&str> = Reason::ALL.map(Reason::key).into();
        assert_eq!(keys.len(), Reason::ALL.len());
        assert!(Reason::ALL.is_sorted());
    }
}
