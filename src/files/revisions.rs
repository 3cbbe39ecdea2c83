//! What the later bytes of a PDF change of what an earlier signature covered.
//!
//! A PDF is changed by adding bytes that put objects in the place of others. Adding a signature is done so, too, so a file with two
//! signatures has bytes behind the first. Both states are read and compared from the catalogue on, wherever it leads; what may
//! differ is what a signature needs: its field among the fields, its mark among those of a page, and data for checking.

use super::pdf;
use crate::domain::signature::Extent;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::HashSet;

/// Pairs of objects that are compared: more than any form has.
const MOST_PAIRS: usize = 500_000;

/// How much of the document, as it is now, the bytes up to `end` say.
pub(super) fn extent(now: &Document, bytes: &[u8], end: usize) -> Extent {
    let Some(Ok(before)) = bytes.get(..end).map(pdf::load) else { return Extent::Earlier };
    let mut compare = Compare { before: &before, now, seen: HashSet::new(), is_stamped: false };
    let roots = (before.trailer.get(b"Root"), now.trailer.get(b"Root"));
    let (Ok(old), Ok(new)) = roots else { return Extent::Earlier };
    match compare.all(old, new) {
        true if compare.is_stamped => Extent::Stamped,
        true => Extent::Followed,
        false => Extent::Earlier,
    }
}

/// Where two objects stand: in some places a signature may have added something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Catalogue,
    Form,
    /// A list of fields or of a page's annotations.
    Marks,
    Elsewhere,
}

struct Compare<'a> {
    before: &'a Document,
    now: &'a Document,
    seen: HashSet<(ObjectId, ObjectId, Place)>,
    is_stamped: bool,
}

type Pair<'a> = (&'a Object, &'a Object, Place);

impl<'a> Compare<'a> {
    fn all(&mut self, old: &'a Object, new: &'a Object) -> bool {
        // A list of its own instead of calls: documents may be linked as deep as they are long.
        let mut open: Vec<Pair<'a>> = vec![(old, new, Place::Catalogue)];
        let mut pairs = 0_usize;
        while let Some((old, new, place)) = open.pop() {
            pairs += 1;
            if pairs > MOST_PAIRS || !self.pair(old, new, place, &mut open) {
                return false;
            }
        }
        true
    }

    fn pair(&mut self, old: &'a Object, new: &'a Object, place: Place, open: &mut Vec<Pair<'a>>) -> bool {
        if let (Object::Reference(one), Object::Reference(other)) = (old, new)
            && !self.seen.insert((*one, *other, place))
        {
            return true;
        }
        let (Ok((_, old)), Ok((_, new))) = (self.before.dereference(old), self.now.dereference(new)) else {
            // What is not there is not there in both.
            return self.before.dereference(old).is_err() && self.now.dereference(new).is_err();
        };
        match (old, new) {
            (Object::Dictionary(old), Object::Dictionary(new)) => self.dictionaries(old, new, place, open),
            (Object::Stream(old), Object::Stream(new)) => {
                old.content == new.content && self.dictionaries(&old.dict, &new.dict, place, open)
            }
            (Object::Array(old), Object::Array(new)) if place == Place::Marks => self.marks(old, new, open),
            (Object::Array(old), Object::Array(new)) => {
                open.extend(old.iter().zip(new).map(|(old, new)| (old, new, Place::Elsewhere)));
                old.len() == new.len()
            }
            (old, new) => old == new,
        }
    }

    /// The marks that were there, in their order, and behind them signatures only.
    fn marks(&mut self, old: &'a [Object], new: &'a [Object], open: &mut Vec<Pair<'a>>) -> bool {
        let Some((kept, added)) = new.split_at_checked(old.len()) else { return false };
        open.extend(old.iter().zip(kept).map(|(old, new)| (old, new, Place::Elsewhere)));
        added.iter().all(|mark| {
            let mark = self.now.dereference(mark).ok().and_then(|(_, mark)| mark.as_dict().ok());
            mark.is_some_and(|mark| self.is_signature(mark))
        })
    }

    /// Is it the field of a signature and nothing else? Notes whether it has a look of its own.
    fn is_signature(&mut self, field: &Dictionary) -> bool {
        let name = |key: &[u8]| field.get_deref(key, self.now).and_then(Object::as_name).ok();
        let is_field = name(b"FT") == Some(b"Sig") && name(b"Subtype").is_none_or(|kind| kind == b"Widget") && !field.has(b"Kids");
        let has_action = [&b"A"[..], b"AA"].iter().any(|key| field.has(key));
        let corner = |values: &[Object], i: usize| values.get(i).and_then(|value| self.now.dereference(value).ok()?.1.as_float().ok());
        let is_flat = match field.get_deref(b"Rect", self.now).and_then(Object::as_array) {
            Ok(values) => match (corner(values, 0), corner(values, 1), corner(values, 2), corner(values, 3)) {
                (Some(left), Some(low), Some(right), Some(high)) => left == right || low == high,
                _ => false,
            },
            // A field without a place on a page.
            Err(_) => true,
        };
        self.is_stamped |= !is_flat && field.has(b"AP");
        is_field && !has_action
    }

    fn dictionaries(&mut self, old: &'a Dictionary, new: &'a Dictionary, place: Place, open: &mut Vec<Pair<'a>>) -> bool {
        let name = |dictionary: &Dictionary, key: &[u8]| dictionary.get(key).and_then(Object::as_name).map(<[u8]>::to_vec).ok();
        let is_page = name(old, b"Type").is_some_and(|kind| kind == b"Page");
        let is_unsigned = name(old, b"FT").is_some_and(|kind| kind == b"Sig") && !old.has(b"V") && new.has(b"V");
        if is_unsigned {
            // A field that waited for its signature.
            return self.is_signature(new);
        }
        let may_differ: &[&[u8]] = match place {
            Place::Catalogue => &[b"DSS", b"Extensions", b"Version", b"Metadata", b"AcroForm", b"Perms"],
            Place::Form => &[b"SigFlags", b"DR", b"DA"],
            _ if is_page => &[b"Annots", b"Tabs"],
            _ => &[],
        };
        let is_fixed = |key: &[u8]| !may_differ.contains(&key);
        let has_same_keys =
            old.iter().all(|(key, _)| !is_fixed(key) || new.has(key)) && new.iter().all(|(key, _)| !is_fixed(key) || old.has(key));
        if !has_same_keys {
            return false;
        }
        for (key, old) in old.iter().filter(|(key, _)| is_fixed(key)) {
            let Ok(new) = new.get(key) else { return false };
            let place = if place == Place::Form && key == b"Fields" { Place::Marks } else { Place::Elsewhere };
            open.push((old, new, place));
        }
        if place == Place::Catalogue && !self.part(old, new, b"AcroForm", Place::Form, open) {
            return false;
        }
        !is_page || self.part(old, new, b"Annots", Place::Marks, open)
    }

    /// A part that a signature may have made: compared with what was there, or with nothing.
    fn part(&mut self, old: &'a Dictionary, new: &'a Dictionary, key: &[u8], place: Place, open: &mut Vec<Pair<'a>>) -> bool {
        match (old.get(key), new.get(key)) {
            (Ok(old), Ok(new)) => open.push((old, new, place)),
            (Ok(_), Err(_)) => return false,
            (Err(_), Err(_)) => {}
            (Err(_), Ok(new)) => {
                let Ok((_, new)) = self.now.dereference(new) else { return false };
                return match (place, new) {
                    (Place::Marks, Object::Array(marks)) => self.marks(&[], marks, open),
                    (Place::Form, Object::Dictionary(form)) => {
                        let is_plain = form.iter().all(|(key, _)| matches!(key.as_slice(), b"Fields" | b"SigFlags" | b"DR" | b"DA"));
                        let fields = form.get_deref(b"Fields", self.now).and_then(Object::as_array);
                        is_plain && fields.is_ok_and(|fields| self.marks(&[], fields, open))
                    }
                    _ => false,
                };
            }
        }
        true
    }
}
