//! Text as lines: cleaned to what the faces can show, then broken to a width.
//! What may not live here: where a line stands on a page.

use super::faces::{Face, Faces, PT, REPLACEMENT};
use unicode_normalization::UnicodeNormalization;

/// Never a place to break; shown as a space.
const NO_BREAK: char = '\u{a0}';

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Regular or bold.
    pub(super) face: Face,
    /// Size in points.
    pub(super) size: u8,
    /// Distance of lines, as a multiple of the size.
    pub(super) leading: f64,
    /// 0 is black, 255 is white.
    pub(super) grey: u8,
}

impl Style {
    /// Black regular text.
    pub(super) const fn regular(size: u8) -> Self {
        Self { face: Face::Regular, size, leading: 1.3, grey: 0 }
    }
    /// Black bold text.
    pub(super) const fn bold(size: u8) -> Self {
        Self { face: Face::Bold, size, leading: 1.25, grey: 0 }
    }
    /// The same in grey, dark enough to survive a copier.
    pub(super) const fn muted(self) -> Self {
        Self { grey: 70, ..self }
    }
    /// Height of a line in mm.
    pub(super) fn line_height(self) -> f64 {
        f64::from(self.size) * self.leading * PT
    }
    /// From the top of a line to its baseline in mm, so that capitals stand in the middle of the line.
    pub(super) fn baseline(self) -> f64 {
        const HALF_CAP_HEIGHT: f64 = 0.357;
        self.line_height() / 2.0 + HALF_CAP_HEIGHT * f64::from(self.size) * PT
    }
}

impl Faces {
    /// How wide a text is, in mm.
    pub(super) fn width(&self, style: Style, text: &str) -> f64 {
        text.chars().map(|c| self.char_width(style, c)).sum()
    }
    fn char_width(&self, style: Style, c: char) -> f64 {
        let shown = if c == NO_BREAK { ' ' } else { c };
        self.advance(style.face, shown) * f64::from(style.size) * PT
    }

    /// The text as the faces can show it: composed letters, plain spaces, [`REPLACEMENT`] for what they lack.
    fn clean(&self, text: &str) -> String {
        let shown = |c: char| match c {
            '\n' => Some('\n'),
            '\u{a0}' | '\u{202f}' | '\u{2007}' => Some(NO_BREAK),
            '\u{2010}' | '\u{2011}' => Some('-'),
            c if is_invisible(c) => None,
            c if c.is_whitespace() || c.is_control() => Some(' '),
            c if self.has(c) => Some(c),
            _ => Some(REPLACEMENT),
        };
        text.nfc().filter_map(shown).collect()
    }

    /// Breaks a text into lines no wider than `width` mm; at least one line, which may be empty.
    ///
    /// Breaks at spaces, and inside a word only when the word alone is wider than a line. A one-letter word („w”,
    /// „i”, „z”) goes with the next word, as Polish typography wants it.
    pub(super) fn lines(&self, style: Style, text: &str, width: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in self.clean(text).split('\n') {
            self.break_paragraph(style, paragraph, width, &mut lines);
        }
        while lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines.iter().map(|line| line.replace(NO_BREAK, " ")).collect()
    }

    /// As [`Faces::lines`], but the line after the last allowed one is cut off with „…”: for what must never split.
    pub(super) fn at_most(&self, count: usize, style: Style, text: &str, width: f64) -> Vec<String> {
        let mut lines = self.lines(style, text, width);
        if lines.len() > count {
            lines.truncate(count);
            if let Some(last) = lines.last_mut() {
                while !last.is_empty() && self.width(style, last) + self.char_width(style, '…') > width {
                    last.pop();
                }
                last.push('…');
            }
        }
        lines
    }

    fn break_paragraph(&self, style: Style, paragraph: &str, width: f64, lines: &mut Vec<String>) {
        let (mut line, mut used) = (String::new(), 0.0);
        let space = self.char_width(style, ' ');
        for word in words(paragraph) {
            let wide = self.width(style, &word);
            if line.is_empty() {
                (line, used) = (word, wide);
            } else if used + space + wide <= width {
                line.push(' ');
                line.push_str(&word);
                used += space + wide;
            } else {
                lines.push(std::mem::replace(&mut line, word));
                used = wide;
            }
            while used > width {
                let Some(rest) = self.split_word(style, &line, width) else { break };
                let tail = line.split_off(rest);
                lines.push(std::mem::replace(&mut line, tail));
                used = self.width(style, &line);
            }
        }
        lines.push(line);
    }

    /// Where to split a word that is wider than a line: after the last sign that parts it (`-`, `/`, `@` …) in the
    /// second half of the line, else at the last character that fits. `None` when nothing is left to split.
    fn split_word(&self, style: Style, word: &str, width: f64) -> Option<usize> {
        let (mut used, mut sign, mut fit) = (0.0, None, None);
        for (index, c) in word.char_indices() {
            used += self.char_width(style, c);
            let end = index + c.len_utf8();
            if used > width && fit.is_some() {
                break;
            }
            fit = Some(end);
            if "-/@._,;:".contains(c) || c == NO_BREAK {
                sign = (used > width / 2.0).then_some(end).or(sign);
            }
        }
        sign.or(fit).filter(|end| *end < word.len())
    }
}

/// The words of a paragraph; a one-letter word is joined to the next by a no-break space.
fn words(paragraph: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joins = false;
    for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
        match words.last_mut() {
            Some(last) if joins => {
                last.push(NO_BREAK);
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        joins = matches!(word, "a" | "i" | "o" | "u" | "w" | "z" | "A" | "I" | "O" | "U" | "W" | "Z");
    }
    words
}

/// Characters that nobody sees and that only steer others; they are left out.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Style = Style::regular(10);

    #[test]
    fn no_line_is_wider_than_its_column_and_nothing_is_lost() {
        let faces = Faces::new().unwrap();
        let texts = [
            "Miejsko-Gminny Ośrodek Pomocy Społecznej w Nowej Wsi nad Wisłą i w Starej Wsi",
            &"ż".repeat(200),
            &format!("krótkie {} i dalej", "nowak-kowalska@".repeat(20)),
            &"a\u{a0}b".repeat(90),
        ];
        for text in texts {
            for width in [1.0, 12.0, 40.0, 118.0] {
                let lines = faces.lines(BODY, text, width);
                for line in &lines {
                    assert!(faces.width(BODY, line) <= width || line.chars().count() == 1, "{line:?} at {width}");
                }
                let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                assert_eq!(letters(&lines.concat()), letters(text));
            }
        }
    }

    #[test]
    fn a_one_letter_word_never_ends_a_line() {
        let faces = Faces::new().unwrap();
        let text = "Ośrodek w Nowej Wsi i w Starej Wsi z siedzibą u Anny o świcie";
        for width in 20..120 {
            for line in faces.lines(BODY, text, f64::from(width)) {
                assert!(!line.chars().rev().nth(1).is_some_and(char::is_whitespace), "{line:?} at {width}");
            }
        }
    }

    #[test]
    fn a_long_word_is_split_after_a_sign_where_there_is_one() {
        let faces = Faces::new().unwrap();
        let lines = faces.lines(BODY, "sekretariat.osrodka@miejskiosrodekpomocy.example.pl", 45.0);
        assert!(lines[0].ends_with('@'), "{lines:?}");
    }

    #[test]
    fn unknown_characters_are_replaced_visibly_and_marks_are_composed() {
        let faces = Faces::new().unwrap();
        assert_eq!(faces.lines(BODY, "Z\u{307}ółć 漢 😀", 100.0), ["Żółć \u{fffd} \u{fffd}"]);
        assert_eq!(faces.lines(BODY, "a\tb\u{7}c\u{200b}d\u{ad}e", 100.0), ["a b cde"]);
        assert_eq!(faces.lines(BODY, "", 100.0), [""]);
        assert_eq!(faces.lines(BODY, "raz\n\ndwa\n", 100.0), ["raz", "", "dwa"]);
    }

    #[test]
    fn every_letter_of_polish_and_of_latin_names_is_in_both_faces() {
        let faces = Faces::new().unwrap();
        let latin = ('\u{a1}'..='\u{17f}').filter(|c| *c != '\u{ad}');
        for c in "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”’–—…·•€§№".chars().chain(' '..='~').chain(latin).chain("ễạİЇЄҐЩΩ".chars())
        {
            assert!(faces.has(c), "{c}");
            assert!(faces.advance(Face::Bold, c) > 0.0 && faces.advance(Face::Regular, c) > 0.0, "{c}");
        }
    }

    #[test]
    fn what_must_not_split_is_cut_off_visibly() {
        let faces = Faces::new().unwrap();
        let lines = faces.at_most(2, BODY, &"bardzo długa nazwa ".repeat(20), 60.0);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && faces.width(BODY, &lines[1]) <= 60.0);
    }
}
