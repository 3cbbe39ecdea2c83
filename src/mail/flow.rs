//! Wraps the text of a letter for reading anywhere: `format=flowed` (RFC 3676), and its inverse.
//! A reader that knows the format joins the lines again; any other shows neat lines. A link is never broken.

/// Lines are wrapped so that no line of ordinary words is longer.
const WIDTH: usize = 72;

/// Wraps a text. Line ends become `\n`.
pub fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for line in text.replace("\r\n", "\n").replace('\r', "\n").split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |l| (l, "\n"));
        // A space at the end would mean „goes on”.
        flow_line(line.trim_end_matches(' '), &mut out);
        out.push_str(end);
    }
    out
}

fn flow_line(line: &str, out: &mut String) {
    let mut start = true;
    let mut rest = line;
    loop {
        // Protect what the format or old mail programs would take for something else.
        if rest.starts_with([' ', '>']) || rest.starts_with("From ") {
            out.push(' ');
        }
        let Some(cut) = break_after(rest, start) else {
            out.push_str(rest);
            return;
        };
        out.push_str(&rest[..cut]);
        out.push('\n');
        rest = &rest[cut..];
        start = false;
    }
}

/// The byte index after the space at which to break; `None` when the rest stays whole.
fn break_after(line: &str, is_start: bool) -> Option<usize> {
    if line.chars().count() <= WIDTH {
        return None;
    }
    let indent = if is_start { line.len() - line.trim_start_matches(' ').len() } else { 0 };
    let mut fitting = None;
    for (seen, (index, c)) in line.char_indices().enumerate() {
        // Only a single space between two words: the break keeps it at the line's end, so joining is exact.
        let between_words = c == ' '
            && index >= indent
            && index > 0
            && !line[..index].ends_with(' ')
            && line[index + 1..].chars().next().is_some_and(|next| next != ' ');
        if between_words {
            if seen >= WIDTH {
                return fitting.or(Some(index + 1));
            }
            fitting = Some(index + 1);
        }
    }
    fitting
}

/// Joins the lines of a flowed text again.
pub(super) fn unflow(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |l| (l, "\n"));
        let line = line.strip_prefix(' ').unwrap_or(line);
        out.push_str(line);
        // „-- ” introduces a signature and never flows.
        if !line.ends_with(' ') || line == "-- " {
            out.push_str(end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_wrap_and_links_do_not() {
        let link = format!("https://portal.example.pl/{}", "x".repeat(100));
        let text = format!("{}\n    {link}\n", "Zażółć gęślą jaźń. ".repeat(12).trim_end());
        let flowed = flow(&text);
        for line in flowed.lines() {
            assert!(line.contains(&link) || line.chars().count() <= WIDTH + 1, "{line}");
        }
        assert!(flowed.contains(&link));
        assert_eq!(unflow(&flowed), text);
    }

    proptest! {
        #[test]
        fn joining_gives_the_text_back(text in "([a-zżó>.-]{0,30} {0,3}|From |\n|https://x\\.pl/[a-z]{0,90}){0,60}") {
            // Spaces at line ends are dropped on purpose.
            let wanted: Vec<&str> = text.split('\n').map(|l| l.trim_end_matches(' ')).collect();
            prop_assert_eq!(unflow(&flow(&text)), wanted.join("\n"));
        }
    }
}
