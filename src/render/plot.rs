//! Plots as SVG: columns side by side, or rows one below the other. Pure: values and words in, one element out, with a title and a
//! description for those who do not see it. Dark on white in any mode; series differ by pattern as well as by colour. What may not live
//! here: words, counting.

use std::fmt::Write as _;

/// Width of the drawing in its own units. Letters of 15 of them are read on a phone of 320 px, too.
const WIDTH: usize = 360;
/// Height of the field of columns.
const FIELD: usize = 150;
/// Size of letters, the room that one takes, and the height of a line.
const LETTER: usize = 15;
const LETTER_WIDTH: usize = 9;
const LINE: usize = 20;
/// Height of the bar of a row.
const BAR: usize = 16;
/// Labels of columns stand above each other in at most so many pieces of the axis.
const MOST_TICKS: u64 = 5;
/// Each differs from white, and from the other by more than its colour.
const INK: &str = "#16202a";
const LINES: &str = "#8a95a0";
const FILLS: [(&str, Pattern); 2] = [("#0b4f8a", Pattern::Solid), ("#8a3d00", Pattern::Hatched)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pattern {
    Solid,
    Hatched,
}

/// Values of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// One for each label.
    pub values: Vec<u64>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// Begins the ids of its parts: letters and hyphens, no other plot of the page has it.
    pub id: &'static str,
    /// What it is.
    pub title: String,
    /// What one sees on it, in a sentence.
    pub description: String,
    /// What stands in the middle when there is nothing to see.
    pub nothing: String,
    /// Under the columns, or above the rows.
    pub labels: Vec<String>,
    /// At most two.
    pub series: Vec<Series>,
}

impl Plot {
    /// Columns from left to right, as for what comes in the order of time. Those of several series stand side by side.
    pub fn columns(&self) -> String {
        let legend = if self.series.len() > 1 { self.series.len() * LINE } else { 0 };
        let (top, height) = (legend + LINE, legend + FIELD + 3 * LINE);
        let mut svg = self.begin(height);
        if legend > 0 {
            self.legend(&mut svg);
        }
        let most = self.most();
        if most == 0 {
            self.say_nothing(&mut svg, top + FIELD / 2);
            return svg + "</svg>";
        }
        let step = tick(most);
        let highest = most.div_ceil(step) * step;
        let left = highest.to_string().len() * LETTER_WIDTH + 8;
        let y = |value: u64| top as f64 + FIELD as f64 * (1.0 - value as f64 / highest as f64);
        for value in (0..=highest).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            let at = y(value);
            line(&mut svg, (left as f64, at), (WIDTH as f64, at), if value == 0 { INK } else { LINES });
            text(&mut svg, (left as f64 - 5.0, at + 4.0), "end", &value.to_string());
        }
        let room = (WIDTH - left) as f64 / self.labels.len().max(1) as f64;
        let bar = room * 0.8 / self.series.len() as f64;
        for (of, series) in self.series.iter().enumerate() {
            for (at, value) in series.values.iter().enumerate().filter(|(_, value)| **value > 0) {
                let x = left as f64 + room * (at as f64 + 0.1) + bar * of as f64;
                self.bar(&mut svg, of, (x, y(*value)), (bar, top as f64 + FIELD as f64 - y(*value)));
            }
        }
        // Where there is no room for every label, every second stands, or every third …
        let widest = self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) * LETTER_WIDTH + LETTER_WIDTH;
        let each = (widest as f64 / room).ceil().max(1.0) as usize;
        for (at, label) in self.labels.iter().enumerate().step_by(each) {
            let middle = left as f64 + room * (at as f64 + 0.5);
            // The first and the last do not stick out.
            let half = (label.chars().count() * LETTER_WIDTH) as f64 / 2.0;
            let middle = middle.min(WIDTH as f64 - half).max(half);
            text(&mut svg, (middle, (top + FIELD + LINE) as f64), "middle", label);
        }
        svg + "</svg>"
    }

    /// Rows from top to bottom, each with its label above and its value behind: for labels that are long. One series.
    pub fn rows(&self) -> String {
        let values: Vec<u64> = self.series.first().map(|series| series.values.clone()).unwrap_or_default();
        let most = self.most();
        let longest = WIDTH / LETTER_WIDTH;
        let labels: Vec<Vec<String>> = self.labels.iter().map(|label| lines(label, longest)).collect();
        let of_labels: usize = labels.iter().map(|lines| lines.len() * LINE + BAR + LETTER).sum();
        let mut svg = self.begin(if most == 0 { 3 * LINE } else { of_labels + 4 });
        if most == 0 {
            self.say_nothing(&mut svg, 2 * LINE);
            return svg + "</svg>";
        }
        let room = WIDTH - most.to_string().len() * LETTER_WIDTH - 8;
        let mut at = 0;
        for (words, value) in labels.iter().zip(values) {
            for words in words {
                at += LINE;
                text(&mut svg, (0.0, at as f64 - 4.0), "start", words);
            }
            let length = room as f64 * value as f64 / most as f64;
            if value > 0 {
                self.bar(&mut svg, 0, (0.0, at as f64 + 1.0), (length, BAR as f64));
            }
            text(&mut svg, (length + 6.0, (at + BAR) as f64 - 2.0), "start", &value.to_string());
            at += BAR + LETTER;
        }
        svg + "</svg>"
    }

    fn most(&self) -> u64 {
        self.series.iter().flat_map(|series| series.values.iter().copied()).max().unwrap_or(0)
    }

    fn begin(&self, height: usize) -> String {
        let id = self.id;
        let mut svg = format!(
            "<svg class=\"plot__drawing\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-size=\"{LETTER}\" fill=\"{INK}\" xmlns=\"http://www.w3.org/2000/svg\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
            escaped(&self.title),
            escaped(&self.description)
        );
        for (at, (colour, _)) in
            FILLS.iter().enumerate().filter(|(at, (_, pattern))| *at < self.series.len() && *pattern == Pattern::Hatched)
        {
            let _ = write!(
                svg,
                "<defs><pattern id=\"{id}-fill-{at}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
                 <rect width=\"5\" height=\"5\" fill=\"#ffffff\"/><rect width=\"2.5\" height=\"5\" fill=\"{colour}\"/></pattern></defs>"
            );
        }
        svg
    }

    fn bar(&self, svg: &mut String, of: usize, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (colour, pattern) = FILLS[of.min(FILLS.len() - 1)];
        let fill = match pattern {
            Pattern::Solid => colour.to_owned(),
            Pattern::Hatched => format!("url(#{}-fill-{of})", self.id),
        };
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{fill}\" stroke=\"{colour}\"/>"
        );
    }

    fn legend(&self, svg: &mut String) {
        for (of, series) in self.series.iter().enumerate() {
            let y = (of * LINE) as f64;
            self.bar(svg, of, (1.0, y + 2.0), (14.0, 12.0));
            text(svg, (22.0, y + 13.0), "start", &series.name);
        }
    }

    fn say_nothing(&self, svg: &mut String, y: usize) {
        text(svg, (WIDTH as f64 / 2.0, y as f64), "middle", &self.nothing);
    }
}

/// The distance of the marks of an axis: 1, 2 or 5 with noughts, so that there are few.
fn tick(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let step = unit.saturating_mul(step);
            if most.div_ceil(step) <= MOST_TICKS {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// Words in lines of at most so many letters, but for a longer word.
fn lines(text: &str, longest: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= longest => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    let _ = write!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"1\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words));
}

/// Characters that XML gives a meaning, and those that it does not know, are none of a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(labels: usize, values: &[&[u64]]) -> Plot {
        Plot {
            id: "inflow",
            title: "Title <b>".to_owned(),
            description: "5 & 6 > \"4\" 'x' \u{1}".to_owned(),
            nothing: "No <data>".to_owned(),
            labels: (0..labels).map(|n| format!("{n:02}.<&>")).collect(),
            series: values.iter().map(|values| Series { name: "a & b".to_owned(), values: values.to_vec() }).collect(),
        }
    }

    /// Element names in their order, after checking that it is well-formed XML with no text of its own between drawn parts.
    fn parts(svg: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let (mut open, mut seen) = (0, Vec::new());
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error}: {svg}")) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(element) => {
                    open += 1;
                    element.attributes().for_each(|attribute| assert!(attribute.is_ok(), "{svg}"));
                    seen.push(String::from_utf8_lossy(element.name().as_ref()).into_owned());
                }
                quick_xml::events::Event::Empty(element) => seen.push(String::from_utf8_lossy(element.name().as_ref()).into_owned()),
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Text(_) | quick_xml::events::Event::GeneralRef(_) => {}
                other => panic!("{other:?} in {svg}"),
            }
        }
        assert_eq!(open, 0, "{svg}");
        seen
    }

    fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
        let start = format!(" {attribute}=\"");
        svg.split(&start).skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
    }

    #[test]
    fn a_plot_is_one_element_with_its_title_and_description_whatever_words_it_gets() {
        for svg in [
            plot(3, &[&[1, 2, 3], &[3, 0, 1]]).columns(),
            plot(3, &[&[1, 2, 3]]).rows(),
            plot(0, &[&[]]).columns(),
            plot(0, &[]).rows(),
            plot(2, &[&[0, 0]]).columns(),
            plot(2, &[&[0, 0]]).rows(),
        ] {
            assert_eq!(parts(&svg)[..3], ["svg", "title", "desc"]);
            assert!(svg.starts_with("<svg ") && svg.contains(" role=\"img\" aria-labelledby=\"inflow-title inflow-desc\""), "{svg}");
            assert!(svg.contains("<title id=\"inflow-title\">Title &lt;b&gt;</title>"), "{svg}");
            assert!(svg.contains("<desc id=\"inflow-desc\">5 &amp; 6 &gt; &quot;4&quot; &#39;x&#39;  </desc>"), "{svg}");
            assert!(!svg.contains(" style=") && !svg.contains("NaN") && !svg.contains("\"inf\""), "{svg}");
        }
    }

    #[test]
    fn nothing_is_said_in_words() {
        for svg in [plot(2, &[&[0, 0]]).columns(), plot(0, &[]).rows()] {
            assert!(svg.contains("No &lt;data&gt;") && !parts(&svg).contains(&"rect".to_owned()), "{svg}");
        }
    }

    #[test]
    fn every_value_has_its_bar_and_all_bars_are_inside() {
        for size in [1, 2, 7, 12, 22, 31, 61] {
            for most in [1, 4, 5, 6, 99, 1_000_000_000] {
                let values: Vec<u64> = (0..size as u64).map(|n| 1 + n * (most - 1) / size as u64).collect();
                let svg = plot(size, &[&values, &values]).columns();
                let height = svg.split("viewBox=\"0 0 360 ").nth(1).and_then(|rest| rest.split('"').next()?.parse::<f64>().ok()).unwrap();
                // Two bars for each value, two in the legend, two in the pattern.
                assert_eq!(parts(&svg).iter().filter(|part| *part == "rect").count(), 2 * size + 4, "{size} {most}");
                let (xs, widths) = (numbers(&svg, "x"), numbers(&svg, "y"));
                assert!(xs.iter().all(|x| (0.0..=360.0).contains(x)), "{size} {most}: {xs:?}");
                assert!(widths.iter().all(|y| (0.0..=height).contains(y)), "{size} {most}: {widths:?}");
                let rows = plot(size, &[&values]).rows();
                assert_eq!(parts(&rows).iter().filter(|part| *part == "rect").count(), size);
                assert!(numbers(&rows, "width").iter().all(|width| *width <= 360.0), "{rows}");
            }
        }
    }

    #[test]
    fn the_second_series_differs_by_its_pattern() {
        let svg = plot(1, &[&[1], &[2]]).columns();
        assert!(svg.contains("fill=\"url(#inflow-fill-1)\" stroke=\"#8a3d00\"") && svg.contains("<pattern id=\"inflow-fill-1\""), "{svg}");
        assert_eq!(svg.matches("a &amp; b").count(), 2, "each is named");
        assert!(!plot(1, &[&[1]]).columns().contains("pattern"));
    }

    #[test]
    fn axes_have_few_round_marks() {
        for most in (1..2_000).chain([99_999, 1_000_000, u64::MAX / 100]) {
            let step = tick(most);
            assert!(most.div_ceil(step) <= MOST_TICKS, "{most}");
            assert!([1, 2, 5].iter().any(|head| step == head * 10_u64.pow(step.ilog10())), "{most}: {step}");
        }
        assert_eq!((tick(1), tick(5), tick(6), tick(26), tick(101)), (1, 1, 2, 10, 50));
    }

    #[test]
    fn long_labels_take_several_lines() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("immeasurable", 3), ["immeasurable"]);
        assert!(lines(" ", 3).is_empty());
    }
}
