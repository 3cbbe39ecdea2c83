//! Keys by which the same name, town or address is found again, however its letters are cased, marked and set apart. They are stored
//! beside what they are made of, and made anew when it changes. What may not live here: what sameness means (`similar.rs`).

use super::collation::fold;

/// What a street is called may be written or not.
const OF_STREETS: [&str; 9] = ["ul", "ulica", "al", "aleja", "aleje", "pl", "plac", "os", "osiedle"];

fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Of a name, or of a town: its folded words.
pub fn name_key(name: &str) -> String {
    words(name).join(" ")
}

/// Of a street with its house number, within a town: „ul. Spacerowa 7 A” is „Spacerowa 7a”. Empty where no number is known.
pub fn address_key(street: &str, building: &str) -> String {
    let building: String = fold(building).chars().filter(|c| !c.is_whitespace()).collect();
    if building.is_empty() {
        return String::new();
    }
    let mut street = words(street);
    if street.len() > 1 && OF_STREETS.contains(&street[0].as_str()) {
        street.remove(0);
    }
    street.push(building);
    street.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_however_they_are_written() {
        assert_eq!(name_key("  DPS „Źródełko”  w Łodzi"), "dps zrodelko w lodzi");
        assert_eq!(name_key("DPS Źródełko w Łodzi"), name_key("dps „ŹRÓDEŁKO”, w łodzi"));
        assert_ne!(name_key("DPS nr 1"), name_key("DPS nr 2"));
        assert_eq!(name_key(" „” "), "");
    }

    #[test]
    fn addresses_are_one_however_they_are_written() {
        for (street, building) in [("ul. Spacerowa", "7A"), ("Spacerowa", "7 a"), ("ULICA SPACEROWA", "7a")] {
            assert_eq!(address_key(street, building), "spacerowa 7a", "{street} {building}");
        }
        assert_ne!(address_key("Spacerowa", "7"), address_key("Spacerowa", "71"));
        assert_ne!(address_key("Spacerowa", "7/1"), address_key("Spacerowa", "71"));
        assert_eq!(address_key("", "12"), "12", "villages have no streets");
        assert_eq!(address_key("Rynek", "1"), "rynek 1", "the word is the name");
        assert_eq!(address_key("Spacerowa", " "), "", "half an address is none");
    }
}
