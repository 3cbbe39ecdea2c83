//! Which parts of a file a signature covers, and whether that is all the content that the file has.

use super::{DS, XADES};
use crate::signatures::xml::{Document, Element, Node, NodeId};

/// What the references of one signature cover.
pub(super) struct Covered<'a> {
    document: &'a Document,
    is_covered: Vec<bool>,
}

impl<'a> Covered<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, is_covered: vec![false; document.len()] }
    }

    /// An element, or the whole document, less some elements.
    pub(super) fn add(&mut self, apex: Option<NodeId>, left_out: &[NodeId]) {
        let mut open = vec![apex.unwrap_or(self.document.root)];
        while let Some(id) = open.pop() {
            if left_out.contains(&id) {
                continue;
            }
            self.is_covered[id] = true;
            if let Some(element) = self.document.element(id) {
                open.extend(&element.children);
            }
        }
    }

    /// Is this element covered?
    pub(super) fn has(&self, id: NodeId) -> bool {
        self.is_covered[id]
    }

    /// Is there no content outside? What an `Object` holds as text may be shown wherever that object stands.
    pub(super) fn is_all(&self) -> bool {
        let mut objects = self.document.elements().filter(|(_, element)| element.is(DS, "Object"));
        let is_text_covered = |id: &NodeId| match self.document.node(*id) {
            Node::Text(text) => self.is_covered[*id] || text.trim_ascii().is_empty(),
            _ => true,
        };
        objects.all(|(_, object)| object.children.iter().all(is_text_covered)) && self.has_all(self.document.root)
    }

    fn has_all(&self, id: NodeId) -> bool {
        match self.document.node(id) {
            Node::Text(text) => self.is_covered[id] || text.trim_ascii().is_empty(),
            Node::Comment(_) | Node::Instruction(..) => true,
            Node::Element(element) if element.is(DS, "Signature") => {
                // The signature's own parts are no content; what it carries is.
                self.document
                    .named(id, DS, "Object")
                    .all(|(object, element)| is_about_signature(self.document, element) || self.has_all(object))
            }
            Node::Element(element) => {
                // Around parts that are covered an element may stand that is not.
                let has_inner = element.children.iter().any(|child| self.document.element(*child).is_some());
                (self.is_covered[id] || has_inner) && element.children.iter().all(|child| self.has_all(*child))
            }
        }
    }
}

/// Does an object hold nothing but properties of its signature?
fn is_about_signature(document: &Document, object: &Element) -> bool {
    object.children.iter().all(|child| match document.node(*child) {
        Node::Element(element) => element.name.local == "QualifyingProperties" && XADES.contains(&element.name.namespace.as_str()),
        Node::Text(text) => text.trim_ascii().is_empty(),
        Node::Comment(_) | Node::Instruction(..) => true,
    })
}
