//! Canonical XML 1.0 and 1.1 and Exclusive Canonical XML 1.0, of a whole document or of one element, less some elements.
//!
//! Written here because what there is for it in Rust is bound to a parser and a signature library of its own. What it gives is
//! compared with libxml2's in the tests.

use super::tree::{Document, Element, Name, Node, NodeId, XML};
use crate::signatures::Fault;

/// Which canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::signatures) struct Method {
    /// Only the namespaces that are used, instead of all in force.
    pub(in crate::signatures) is_exclusive: bool,
    /// Version 1.1 inherits fewer attributes.
    pub(in crate::signatures) is_second: bool,
    /// Comments stay.
    pub(in crate::signatures) with_comments: bool,
    /// Prefixes that the exclusive form treats as the inclusive one does; the default one is empty.
    pub(in crate::signatures) inclusive: Vec<String>,
}

impl Method {
    /// By its name; the prefixes are the caller's to read.
    ///
    /// # Errors
    /// `UnknownMethod`.
    pub(in crate::signatures) fn of_uri(uri: &str) -> Result<Self, Fault> {
        let (plain, with_comments) = match uri.strip_suffix("WithComments") {
            Some(plain) => (plain, true),
            None => (uri, false),
        };
        let (is_exclusive, is_second) = match plain.trim_end_matches('#') {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (false, false),
            "http://www.w3.org/2006/12/xml-c14n11" => (false, true),
            "http://www.w3.org/2001/10/xml-exc-c14n" => (true, false),
            _ => return Err(Fault::UnknownMethod),
        };
        Ok(Self { is_exclusive, is_second, with_comments, inclusive: Vec::new() })
    }
}

/// The canonical form of one element, or of the whole document with what stands around its root. What `left_out` says is not there.
///
/// # Errors
/// `UnknownMethod` where version 1.1 would have to join addresses; `Unreadable` when it grows beyond `most` bytes.
pub(in crate::signatures) fn canonical(
    document: &Document,
    apex: Option<NodeId>,
    left_out: &dyn Fn(NodeId) -> bool,
    method: &Method,
    most: usize,
) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer { document, apex, left_out, method, rendered: Vec::new(), out: Vec::new(), most };
    match apex {
        Some(apex) => {
            let element = document.element(apex).ok_or(Fault::Unreadable)?;
            let (scope, inherited) = writer.above(element)?;
            writer.element(apex, element, &scope, &inherited)?;
        }
        None => {
            let mut is_behind = false;
            for id in &document.top {
                match document.node(*id) {
                    Node::Element(element) => {
                        writer.element(*id, element, &[], &[])?;
                        is_behind = true;
                    }
                    Node::Comment(_) if !method.with_comments => {}
                    node => {
                        if is_behind {
                            writer.out.push(b'\n');
                        }
                        writer.leaf(node);
                        if !is_behind {
                            writer.out.push(b'\n');
                        }
                    }
                }
            }
        }
    }
    Ok(writer.out)
}

struct Writer<'a> {
    document: &'a Document,
    apex: Option<NodeId>,
    left_out: &'a dyn Fn(NodeId) -> bool,
    method: &'a Method,
    /// Namespaces that were written by the elements that are open, the latest last.
    rendered: Vec<(&'a str, &'a str)>,
    out: Vec<u8>,
    most: usize,
}

/// Prefix and namespace.
type Space<'a> = (&'a str, &'a str);
/// Attribute with its value.
type Given<'a> = (&'a Name, &'a str);

impl<'a> Writer<'a> {
    /// What an element takes from those around it, which are not written: namespaces in force, and attributes like `xml:lang`.
    fn above(&self, element: &'a Element) -> Result<(Vec<Space<'a>>, Vec<Given<'a>>), Fault> {
        let mut scope: Vec<Space<'a>> = Vec::new();
        let mut inherited: Vec<Given<'a>> = Vec::new();
        let mut at = element.parent;
        while let Some(above) = at.and_then(|id| self.document.element(id)) {
            for (prefix, namespace) in &above.declared {
                if !scope.iter().any(|(known, _)| known == prefix) {
                    scope.push((prefix, namespace));
                }
            }
            for (name, value) in &above.attributes {
                if name.namespace == XML && !inherited.iter().any(|(known, _)| known.local == name.local) {
                    inherited.push((name, value));
                }
            }
            at = above.parent;
        }
        if self.method.is_exclusive {
            inherited.clear();
        } else if self.method.is_second {
            if inherited.iter().any(|(name, _)| name.local == "base") {
                return Err(Fault::UnknownMethod);
            }
            inherited.retain(|(name, _)| matches!(name.local.as_str(), "lang" | "space"));
        }
        Ok((scope, inherited))
    }

    fn element(&mut self, id: NodeId, element: &'a Element, above: &[Space<'a>], inherited: &[Given<'a>]) -> Result<(), Fault> {
        if (self.left_out)(id) {
            return Ok(());
        }
        let before = self.rendered.len();
        let mut spaces: Vec<Space<'a>> = Vec::new();
        if self.method.is_exclusive {
            self.used(id, element, &mut spaces);
        } else {
            let own = element.declared.iter().map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()));
            for (prefix, namespace) in own.chain(above.iter().copied()) {
                // The own declaration goes before one from above.
                if !spaces.iter().any(|(known, _)| *known == prefix) {
                    spaces.push((prefix, namespace));
                }
            }
        }
        spaces.retain(|(prefix, namespace)| self.written(prefix) != *namespace);
        spaces.sort_unstable();
        let mut attributes: Vec<Given<'a>> = element.attributes.iter().map(|(name, value)| (name, value.as_str())).collect();
        for (name, value) in inherited {
            if !attributes.iter().any(|(own, _)| own.namespace == XML && own.local == name.local) {
                attributes.push((name, value));
            }
        }
        attributes.sort_unstable_by_key(|(name, _)| (name.namespace.as_str(), name.local.as_str()));

        self.out.push(b'<');
        self.name(&element.name);
        for (prefix, namespace) in &spaces {
            self.out.extend(b" xmlns");
            if !prefix.is_empty() {
                self.out.push(b':');
                self.out.extend(prefix.as_bytes());
            }
            self.value(namespace);
        }
        for (name, value) in attributes {
            self.out.push(b' ');
            self.name(name);
            self.value(value);
        }
        self.out.push(b'>');
        self.rendered.extend(spaces);
        for child in &element.children {
            match self.document.node(*child) {
                Node::Element(inner) => self.element(*child, inner, &[], &[])?,
                Node::Comment(_) if !self.method.with_comments => {}
                node => self.leaf(node),
            }
            if self.out.len() > self.most {
                return Err(Fault::Unreadable);
            }
        }
        self.out.extend(b"</");
        self.name(&element.name);
        self.out.push(b'>');
        self.rendered.truncate(before);
        Ok(())
    }

    /// The namespaces that an element uses visibly, and those that were asked for by their prefix.
    fn used(&self, id: NodeId, element: &'a Element, spaces: &mut Vec<Space<'a>>) {
        spaces.push((&element.name.prefix, &element.name.namespace));
        for (name, _) in &element.attributes {
            if !name.prefix.is_empty() {
                spaces.push((&name.prefix, &name.namespace));
            }
        }
        // Below the apex whatever is in force was written where it was declared.
        if self.apex == Some(id) {
            spaces.extend(self.method.inclusive.iter().filter_map(|prefix| self.in_force(id, prefix)));
        } else {
            let declared = element.declared.iter().filter(|(prefix, _)| self.method.inclusive.contains(prefix));
            spaces.extend(declared.map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str())));
        }
        spaces.retain(|(prefix, _)| *prefix != "xml");
        spaces.sort_unstable();
        spaces.dedup();
    }

    fn in_force(&self, id: NodeId, prefix: &str) -> Option<Space<'a>> {
        let mut at = Some(id);
        while let Some(element) = at.and_then(|id| self.document.element(id)) {
            if let Some((prefix, namespace)) = element.declared.iter().find(|(known, _)| known == prefix) {
                return Some((prefix, namespace));
            }
            at = element.parent;
        }
        None
    }

    /// What a prefix means by what was written so far; nothing is the same as an empty default.
    fn written(&self, prefix: &str) -> &str {
        self.rendered.iter().rev().find(|(known, _)| *known == prefix).map_or("", |(_, namespace)| namespace)
    }

    fn name(&mut self, name: &Name) {
        if !name.prefix.is_empty() {
            self.out.extend(name.prefix.as_bytes());
            self.out.push(b':');
        }
        self.out.extend(name.local.as_bytes());
    }

    fn value(&mut self, value: &str) {
        self.out.extend(b"=\"");
        for byte in value.bytes() {
            match byte {
                b'&' => self.out.extend(b"&amp;"),
                b'<' => self.out.extend(b"&lt;"),
                b'"' => self.out.extend(b"&quot;"),
                b'\t' => self.out.extend(b"&#x9;"),
                b'\n' => self.out.extend(b"&#xA;"),
                b'\r' => self.out.extend(b"&#xD;"),
                other => self.out.push(other),
            }
        }
        self.out.push(b'"');
    }

    fn leaf(&mut self, node: &Node) {
        match node {
            Node::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'&' => self.out.extend(b"&amp;"),
                        b'<' => self.out.extend(b"&lt;"),
                        b'>' => self.out.extend(b"&gt;"),
                        b'\r' => self.out.extend(b"&#xD;"),
                        other => self.out.push(other),
                    }
                }
            }
            Node::Comment(text) => {
                self.out.extend(b"<!--");
                self.out.extend(text.as_bytes());
                self.out.extend(b"-->");
            }
            Node::Instruction(target, text) => {
                self.out.extend(b"<?");
                self.out.extend(target.as_bytes());
                if !text.is_empty() {
                    self.out.push(b' ');
                    self.out.extend(text.as_bytes());
                }
                self.out.extend(b"?>");
            }
            Node::Element(_) => {}
        }
    }
}
