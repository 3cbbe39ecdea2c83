//! A document as a tree that keeps what its canonical form is made of: prefixes, declarations of namespaces, the order of things.
//! No document type, so no entities but the five; UTF-8 only; bounded in depth, in elements and in all that multiplies.

use crate::signatures::Fault;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper than any real signature.
const MAX_DEPTH: usize = 200;
/// More than any real signature has: elements, texts, comments.
const MAX_NODES: usize = 400_000;
/// Of one element.
const MAX_ATTRIBUTES: usize = 100;
/// In force at one place.
const MAX_NAMESPACES: usize = 200;

pub(in crate::signatures) const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Place of a node in its document.
pub(in crate::signatures) type NodeId = usize;

/// Part of a document.
#[derive(Debug)]
pub(in crate::signatures) enum Node {
    Element(Element),
    Text(String),
    Comment(String),
    Instruction(String, String),
}

/// A name with its prefix and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::signatures) struct Name {
    pub(in crate::signatures) prefix: String,
    pub(in crate::signatures) local: String,
    pub(in crate::signatures) namespace: String,
}

/// An element.
#[derive(Debug)]
pub(in crate::signatures) struct Element {
    pub(in crate::signatures) name: Name,
    pub(in crate::signatures) attributes: Vec<(Name, String)>,
    /// Prefixes declared here (the default one is empty) and their namespaces.
    pub(in crate::signatures) declared: Vec<(String, String)>,
    pub(in crate::signatures) parent: Option<NodeId>,
    pub(in crate::signatures) children: Vec<NodeId>,
}

impl Element {
    /// Is it this one?
    pub(in crate::signatures) fn is(&self, namespace: &str, local: &str) -> bool {
        self.name.namespace == namespace && self.name.local == local
    }

    /// The value of an attribute without a prefix.
    pub(in crate::signatures) fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name.namespace.is_empty() && name.local == local).map(|(_, value)| value.as_str())
    }

    /// What its identifier may be called. XML Signature says `Id`; others are taken as identifiers too, so that nothing has two.
    pub(in crate::signatures) fn ids(&self) -> impl Iterator<Item = &str> {
        let is_id = |name: &Name| (name.namespace.is_empty() || name.namespace == XML) && name.local.eq_ignore_ascii_case("id");
        self.attributes.iter().filter(move |(name, _)| is_id(name)).map(|(_, value)| value.as_str())
    }
}

/// A whole document.
#[derive(Debug)]
pub(in crate::signatures) struct Document {
    nodes: Vec<Node>,
    /// What stands at the top: instructions, comments, the root.
    pub(in crate::signatures) top: Vec<NodeId>,
    pub(in crate::signatures) root: NodeId,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// `Unreadable` for all that is not well formed, not UTF-8, has a document type or is beyond the bounds.
    pub(in crate::signatures) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::Unreadable)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_unmatched_ends = false;
        config.expand_empty_elements = false;
        let mut build = Build::default();
        loop {
            match reader.read_event().map_err(|_| Fault::Unreadable)? {
                Event::Start(start) => build.open(&start)?,
                Event::Empty(start) => {
                    build.open(&start)?;
                    build.close()?;
                }
                Event::End(_) => build.close()?,
                Event::Text(text) => build.text(&plain_ends(&text.decode().map_err(|_| Fault::Unreadable)?))?,
                Event::CData(text) => build.text(&plain_ends(&text.decode().map_err(|_| Fault::Unreadable)?))?,
                Event::GeneralRef(name) => build.text(resolve(&name.decode().map_err(|_| Fault::Unreadable)?)?.encode_utf8(&mut [0; 4]))?,
                Event::Comment(text) => {
                    let text = plain_ends(&text.decode().map_err(|_| Fault::Unreadable)?);
                    build.add(Node::Comment(text))?;
                }
                Event::PI(instruction) => {
                    let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(plain_ends).map_err(|_| Fault::Unreadable);
                    let target = text(instruction.target())?;
                    build.add(Node::Instruction(target, text(instruction.content())?.trim_start().to_owned()))?;
                }
                Event::Decl(declaration) => {
                    let is_utf8 = match declaration.encoding() {
                        None => true,
                        Some(Ok(encoding)) => encoding.eq_ignore_ascii_case(b"utf-8"),
                        Some(Err(_)) => false,
                    };
                    if !is_utf8 || !build.nodes.is_empty() {
                        return Err(Fault::Unreadable);
                    }
                }
                Event::DocType(_) => return Err(Fault::Unreadable),
                Event::Eof => break,
            }
        }
        build.finish()
    }

    pub(in crate::signatures) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    pub(in crate::signatures) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The element at a place, if it is one.
    pub(in crate::signatures) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.nodes[id] {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// All elements, in the order of the document.
    pub(in crate::signatures) fn elements(&self) -> impl Iterator<Item = (NodeId, &Element)> {
        (0..self.nodes.len()).filter_map(|id| Some((id, self.element(id)?)))
    }

    /// Child elements of one.
    pub(in crate::signatures) fn children(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Element)> {
        let children = self.element(id).map_or(&[][..], |element| element.children.as_slice());
        children.iter().filter_map(|child| Some((*child, self.element(*child)?)))
    }

    /// The child elements of this name.
    pub(in crate::signatures) fn named<'a>(
        &'a self,
        id: NodeId,
        namespace: &'a str,
        local: &'a str,
    ) -> impl Iterator<Item = (NodeId, &'a Element)> {
        self.children(id).filter(move |(_, element)| element.is(namespace, local))
    }

    /// The only child of this name.
    pub(in crate::signatures) fn one(&self, id: NodeId, namespace: &str, local: &str) -> Option<NodeId> {
        let mut found = self.named(id, namespace, local);
        match (found.next(), found.next()) {
            (Some((only, _)), None) => Some(only),
            _ => None,
        }
    }

    /// The text of an element and of all in it.
    pub(in crate::signatures) fn text(&self, id: NodeId) -> String {
        let mut text = String::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match &self.nodes[id] {
                Node::Text(part) => text.push_str(part),
                Node::Element(element) => open.extend(element.children.iter().rev()),
                Node::Comment(_) | Node::Instruction(..) => {}
            }
        }
        text
    }

    /// Is one element another, or inside it?
    pub(in crate::signatures) fn is_within(&self, id: NodeId, outer: NodeId) -> bool {
        let mut at = Some(id);
        while let Some(id) = at {
            if id == outer {
                return true;
            }
            at = self.element(id).and_then(|element| element.parent);
        }
        false
    }
}

/// A document that is being read.
#[derive(Debug, Default)]
struct Build {
    nodes: Vec<Node>,
    top: Vec<NodeId>,
    open: Vec<NodeId>,
    root: Option<NodeId>,
    /// Prefixes in force, the latest last.
    scope: Vec<(String, String)>,
}

impl Build {
    fn add(&mut self, node: Node) -> Result<NodeId, Fault> {
        if self.nodes.len() >= MAX_NODES {
            return Err(Fault::Unreadable);
        }
        let id = self.nodes.len();
        match self.open.last() {
            Some(parent) => {
                if let Node::Element(parent) = &mut self.nodes[*parent] {
                    parent.children.push(id);
                }
            }
            None => self.top.push(id),
        }
        self.nodes.push(node);
        Ok(id)
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        if self.open.is_empty() {
            return if text.trim_ascii().is_empty() { Ok(()) } else { Err(Fault::Unreadable) };
        }
        if text.chars().any(|c| !is_allowed(c)) {
            return Err(Fault::Unreadable);
        }
        // Text, references and CDATA side by side are one text.
        let last = self.open.last().and_then(|parent| match &self.nodes[*parent] {
            Node::Element(parent) => parent.children.last().copied(),
            _ => None,
        });
        if let Some(Node::Text(before)) = last.map(|last| &mut self.nodes[last]) {
            before.push_str(text);
            return Ok(());
        }
        self.add(Node::Text(text.to_owned())).map(|_| ())
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH || (self.open.is_empty() && self.root.is_some()) {
            return Err(Fault::Unreadable);
        }
        let mut declared: Vec<(String, String)> = Vec::new();
        let mut others: Vec<(String, String)> = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Fault::Unreadable)?;
            let name = std::str::from_utf8(attribute.key.as_ref()).map_err(|_| Fault::Unreadable)?;
            let value = attribute_value(std::str::from_utf8(&attribute.value).map_err(|_| Fault::Unreadable)?)?;
            match name.strip_prefix("xmlns") {
                Some("") => declared.push((String::new(), value)),
                Some(prefixed) if prefixed.starts_with(':') => declared.push((prefixed[1..].to_owned(), value)),
                _ => others.push((name.to_owned(), value)),
            }
            if declared.len() + others.len() > MAX_ATTRIBUTES {
                return Err(Fault::Unreadable);
            }
        }
        for (prefix, namespace) in &declared {
            let is_own = prefix == "xml" || prefix == "xmlns" || namespace == XML || namespace == XMLNS;
            if is_own || (namespace.is_empty() && !prefix.is_empty()) || prefix.contains(':') {
                return Err(Fault::Unreadable);
            }
        }
        self.scope.extend(declared.iter().cloned());
        if self.scope.len() > MAX_NAMESPACES {
            return Err(Fault::Unreadable);
        }
        let name = self.name(std::str::from_utf8(start.name().as_ref()).map_err(|_| Fault::Unreadable)?, true)?;
        let mut attributes: Vec<(Name, String)> = Vec::new();
        for (name, value) in others {
            let name = self.name(&name, false)?;
            // Two prefixes may mean the same.
            if attributes.iter().any(|(other, _)| other.local == name.local && other.namespace == name.namespace) {
                return Err(Fault::Unreadable);
            }
            attributes.push((name, value));
        }
        let element = Element { name, attributes, declared, parent: self.open.last().copied(), children: Vec::new() };
        let id = self.add(Node::Element(element))?;
        self.root.get_or_insert(id);
        self.open.push(id);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let id = self.open.pop().ok_or(Fault::Unreadable)?;
        if let Node::Element(element) = &self.nodes[id] {
            self.scope.truncate(self.scope.len() - element.declared.len());
        }
        Ok(())
    }

    fn name(&self, text: &str, is_element: bool) -> Result<Name, Fault> {
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        if local.is_empty() || local.contains(':') || (prefix.is_empty() && text.starts_with(':')) {
            return Err(Fault::Unreadable);
        }
        let known = self.scope.iter().rev().find(|(known, _)| known == prefix).map(|(_, namespace)| namespace.as_str());
        let namespace = match prefix {
            "xml" => XML,
            "xmlns" => return Err(Fault::Unreadable),
            // The default is for elements only.
            "" if !is_element => "",
            "" => known.unwrap_or_default(),
            _ => known.ok_or(Fault::Unreadable)?,
        };
        Ok(Name { prefix: prefix.to_owned(), local: local.to_owned(), namespace: namespace.to_owned() })
    }

    fn finish(self) -> Result<Document, Fault> {
        match self.root {
            Some(root) if self.open.is_empty() => Ok(Document { nodes: self.nodes, top: self.top, root }),
            _ => Err(Fault::Unreadable),
        }
    }
}

/// Characters of XML 1.0.
const fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Ends of lines are one line feed (XML 1.0, 2.11).
fn plain_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// The value of an attribute as XML 1.0, 3.3.3, makes it of what was written.
fn attribute_value(written: &str) -> Result<String, Fault> {
    let written = plain_ends(written);
    let mut value = String::with_capacity(written.len());
    let mut rest = written.as_str();
    while let Some(at) = rest.find(['&', '<', '\t', '\n']) {
        value.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'&' => {
                let end = rest[at..].find(';').ok_or(Fault::Unreadable)? + at;
                value.push(resolve(&rest[at + 1..end])?);
                rest = &rest[end + 1..];
            }
            b'<' => return Err(Fault::Unreadable),
            _ => {
                value.push(' ');
                rest = &rest[at + 1..];
            }
        }
    }
    value.push_str(rest);
    if value.chars().all(is_allowed) { Ok(value) } else { Err(Fault::Unreadable) }
}

/// One of the five built-in entities or a numbered character.
fn resolve(name: &str) -> Result<char, Fault> {
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#').ok_or(Fault::Unreadable)?;
            let number = match digits.strip_prefix('x') {
                Some(hex) if hex.bytes().all(|digit| digit.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
                None if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse(),
                _ => return Err(Fault::Unreadable),
            };
            number.ok().and_then(char::from_u32).ok_or(Fault::Unreadable)?
        }
    };
    if is_allowed(c) { Ok(c) } else { Err(Fault::Unreadable) }
}
