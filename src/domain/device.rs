//! What a browser calls itself, made readable: „Firefox, Windows”. A hint for people, never a proof of anything.
//! What may not live here: sentences (those are in `templates/`).

/// Proper names of a browser and its system; empty where the text tells none that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeviceName {
    /// „Firefox”.
    pub browser: &'static str,
    /// „Windows”.
    pub system: &'static str,
}

/// The first mark that a text holds gives the name. The order matters: Edge and Opera also call themselves Chrome, and all of
/// them Safari.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl DeviceName {
    /// Of the text in `User-Agent`.
    pub fn of(text: &str) -> Self {
        let name = |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| text.contains(mark)).map_or("", |(_, name)| name);
        Self { browser: name(&BROWSERS), system: name(&SYSTEMS) }
    }
}

impl std::fmt::Display for DeviceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.browser, self.system) {
            (browser, "") => f.write_str(browser),
            ("", system) => f.write_str(system),
            (browser, system) => write!(f, "{browser}, {system}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_have_their_names_and_the_others_none() {
        for (text, name) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
            ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(DeviceName::of(text).to_string(), name);
        }
    }
}
