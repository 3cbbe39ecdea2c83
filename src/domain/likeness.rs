//! Whether two units may be one and the same, judged by what tells units of a place apart. The words that every unit of a kind
//! has in its name weigh nothing, and what lies elsewhere is no likeness. What may not live here: where the others are found.

use super::collation::fold;
use super::dictionary::UnitKind;
use std::collections::BTreeSet;

/// Shorter words are „w”, „im”, „nr”; no name is known by them.
const SHORTEST: usize = 3;
/// A word that tells a unit apart has at least so many letters.
const SHORTEST_TELLING: usize = 5;

/// One unit, to be compared with others of its place.
#[derive(Debug)]
pub struct Likeness<'a> {
    kinds: &'a [UnitKind],
    kind: &'a str,
    telling: BTreeSet<String>,
}

impl<'a> Likeness<'a> {
    /// Of a unit with its kind and the names of its place: town and gmina.
    pub fn of(kinds: &'a [UnitKind], kind: &'a str, name: &str, place: &[&str]) -> Self {
        let usual: Vec<String> = kinds.iter().flat_map(|kind| trunks(&kind.name)).collect();
        let place: Vec<String> = place.iter().flat_map(|name| trunks(name)).collect();
        let is_known = |trunk: &String| usual.iter().chain(&place).any(|known| is_same(known, trunk));
        let telling = folded_words(name).filter(|word| word.chars().count() >= SHORTEST_TELLING).map(|word| trunk(&word));
        Self { kinds, kind, telling: telling.filter(|trunk| !is_known(trunk)).collect() }
    }

    /// How alike another unit of the same place is; the more, the higher; `None` when they have nothing in common but the place.
    /// Its kind is read from its name where it is not known.
    pub fn rank(&self, name: &str, kind: Option<&str>) -> Option<usize> {
        let trunks: BTreeSet<String> = trunks(name).collect();
        let shared = self.telling.iter().filter(|mine| trunks.iter().any(|theirs| is_same(mine, theirs))).count();
        let kind = kind.and_then(|code| self.kinds.iter().find(|k| k.code == code)).or_else(|| self.kind_of(name));
        let mine = self.kinds.iter().find(|k| k.code == self.kind);
        let related = match (mine, kind) {
            (Some(mine), Some(kind)) if mine.code == kind.code => 2,
            // A gmina's centre of services takes the place of its centre of aid: both report on the same.
            (Some(mine), Some(kind)) if mine.sub_areas == kind.sub_areas => 1,
            _ => 0,
        };
        let rank = 3 * shared + related;
        (rank > 0).then_some(rank)
    }

    /// The kind that a name speaks of: by its short name, else by most of its words.
    fn kind_of(&self, name: &str) -> Option<&'a UnitKind> {
        let words: Vec<String> = folded_words(name).collect();
        let is_called = |kind: &&UnitKind| kind.short_names().iter().any(|short| words.contains(&fold(short)));
        let said: Vec<String> = words.iter().map(|word| trunk(word)).collect();
        let share = |kind: &UnitKind| {
            let wanted: Vec<String> = trunks(kind.name.split('(').next().unwrap_or_default()).collect();
            let found = wanted.iter().filter(|word| said.iter().any(|s| is_same(s, word))).count();
            (found * 100 / wanted.len().max(1), wanted.len())
        };
        let by_words = || self.kinds.iter().max_by_key(|kind| share(kind)).filter(|kind| share(kind).0 >= 60);
        self.kinds.iter().find(is_called).or_else(by_words)
    }
}

fn folded_words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST && !word.chars().all(|c| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

/// A word without its ending, so that „Morawica” is „w Morawicy”.
fn trunk(word: &str) -> String {
    word.chars().take((word.chars().count() - 1).clamp(SHORTEST, 5)).collect()
}

fn trunks(text: &str) -> impl Iterator<Item = String> {
    folded_words(text).map(|word| trunk(&word))
}

fn is_same(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Vec<UnitKind> {
        let kind = UnitKind::example;
        vec![
            kind("ops_gminny", "Gminny ośrodek pomocy społecznej (GOPS)", "PS WRiSPZ SR FA"),
            kind("ops_miejsko_gminny", "Miejsko-gminny ośrodek pomocy społecznej (MGOPS)", "PS WRiSPZ SR FA"),
            kind("cus", "Centrum usług społecznych (CUS)", "PS WRiSPZ SR FA"),
            kind("pcpr", "Powiatowe centrum pomocy rodzinie (PCPR)", "PS WRiSPZ"),
            kind("dps", "Dom pomocy społecznej (DPS)", "PS"),
            kind("kis", "Klub integracji społecznej (KIS)", "PS"),
        ]
    }

    #[test]
    fn what_every_unit_has_in_its_name_weighs_nothing() {
        let kinds = kinds();
        let mine = Likeness::of(&kinds, "ops_miejsko_gminny", "MGOPS w Morawicy", &["Morawica", "Morawica"]);
        let rank = |name: &str| mine.rank(name, None);
        assert_eq!(rank("Miejsko-Gminny Ośrodek Pomocy Społecznej w Morawicy"), Some(2));
        assert_eq!(rank("GOPS w Morawicy"), Some(1));
        assert_eq!(rank("Ośrodek Pomocy Społecznej w Morawicy"), Some(1));
        assert_eq!(rank("Centrum Usług Społecznych w Morawicy"), Some(1), "it takes the place of the other");
        for name in ["Powiatowe Centrum Pomocy Rodzinie w Morawicy", "Dom Pomocy Społecznej w Morawicy", "Urząd Gminy w Morawicy"] {
            assert_eq!(rank(name), None, "{name}");
        }
        assert_eq!(mine.rank("Ośrodek", Some("ops_miejsko_gminny")), Some(2), "a known kind is not read from the name");
    }

    #[test]
    fn a_name_of_its_own_weighs_most() {
        let kinds = kinds();
        let mine = Likeness::of(&kinds, "kis", "Klub Integracji Społecznej „Źródełko” w Kielcach", &["Kielce"]);
        assert_eq!(mine.rank("Stowarzyszenie „Źródełka” w Kielcach", None), Some(3));
        assert_eq!(mine.rank("Klub Integracji Społecznej „Razem” w Kielcach", None), Some(2));
        assert!(mine.rank("Środowiskowy Klub Źródełko", Some("kis")) > mine.rank("Dom Źródełko", Some("dps")));
    }
}
