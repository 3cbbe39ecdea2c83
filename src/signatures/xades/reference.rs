//! One reference of a signature: which part of which file it means, what is done to it, and whether its digest is right.

use super::{Case, DS, algorithm, decode};
use crate::signatures::Fault;
use crate::signatures::algorithms::Hash;
use crate::signatures::xml::{Document, Method, NodeId, canonical};

/// Steps between an element and its digest.
const MOST_TRANSFORMS: usize = 5;
/// Prefixes that a canonical form is asked to keep.
const MOST_PREFIXES: usize = 10;

/// What a reference with the right digest is about.
#[derive(Debug)]
pub(super) enum Target {
    /// A file that was sent along.
    Beside,
    /// An element, or the whole document, less some elements.
    Inside { apex: Option<NodeId>, left_out: Vec<NodeId> },
}

/// What the next step works on.
enum Stage {
    Nodes,
    Bytes(Vec<u8>),
}

impl Case<'_> {
    /// Resolves a reference and compares its digest.
    pub(super) fn reference(&mut self, reference: NodeId, signature: NodeId) -> Result<Target, Fault> {
        let document = self.document;
        let only = |name| document.one(reference, DS, name).ok_or(Fault::Unreadable);
        let hash = Hash::of_uri(algorithm(document, only("DigestMethod")?)?)?;
        let wanted = decode(&document.text(only("DigestValue")?))?;
        let steps: Vec<NodeId> = match document.one(reference, DS, "Transforms") {
            Some(list) => document.children(list).map(|(id, _)| id).collect(),
            None => Vec::new(),
        };
        if steps.len() > MOST_TRANSFORMS {
            return Err(Fault::UnknownMethod);
        }
        let uri = document.element(reference).and_then(|element| element.attribute("URI"));
        let apex = match uri {
            Some("" | "#xpointer(/)") => None,
            Some(uri) if uri.starts_with('#') => Some(self.named(uri)?),
            _ => {
                // Its name says nothing: whoever sends files names them. What counts is that the very bytes are there.
                let is_it = |file: &&&[u8]| hash.digest(&[file]) == wanted;
                return if steps.is_empty() && self.beside.iter().any(|file| is_it(&file)) {
                    Ok(Target::Beside)
                } else {
                    Err(Fault::OtherFile)
                };
            }
        };
        let mut left_out: Vec<NodeId> = Vec::new();
        let mut stage = Stage::Nodes;
        for step in steps {
            stage = self.step(step, signature, apex, &mut left_out, stage)?;
        }
        let bytes = match stage {
            Stage::Bytes(bytes) => bytes,
            Stage::Nodes => self.write(apex, &left_out, &Method::default())?,
        };
        if hash.digest(&[&bytes]) != wanted {
            return Err(Fault::Broken);
        }
        Ok(Target::Inside { apex, left_out })
    }

    /// The element that `#…` means. An identifier that stands in the file twice means nothing.
    fn named(&self, uri: &str) -> Result<NodeId, Fault> {
        let plain = &uri[1..];
        let quoted = plain.strip_prefix("xpointer(id(").and_then(|rest| rest.strip_suffix("))"));
        let name = match quoted {
            Some(quoted) => quoted.trim_matches(['\'', '"']),
            None => plain,
        };
        let mut found = self.document.elements().filter(|(_, element)| element.ids().any(|id| id == name));
        match (found.next(), found.next()) {
            (Some((only, _)), None) => Ok(only),
            _ => Err(Fault::Broken),
        }
    }

    fn step(
        &mut self,
        step: NodeId,
        signature: NodeId,
        apex: Option<NodeId>,
        left_out: &mut Vec<NodeId>,
        stage: Stage,
    ) -> Result<Stage, Fault> {
        let document = self.document;
        let name = algorithm(document, step)?;
        match (name, stage) {
            ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", Stage::Nodes) => {
                if apex.is_some_and(|apex| apex == signature || !document.is_within(signature, apex)) {
                    return Err(Fault::Broken);
                }
                left_out.push(signature);
                Ok(Stage::Nodes)
            }
            ("http://www.w3.org/2002/06/xmldsig-filter2" | "http://www.w3.org/TR/1999/REC-xpath-19991116", Stage::Nodes) => {
                if !leaves_signatures_out(document, step, name) {
                    return Err(Fault::UnknownMethod);
                }
                let signatures = document.elements().filter(|(_, element)| element.is(DS, "Signature")).map(|(id, _)| id);
                let signatures: Vec<NodeId> = signatures.collect();
                // Inside a signature nothing would be left.
                if apex.is_some_and(|apex| signatures.iter().any(|signature| document.is_within(apex, *signature))) {
                    return Err(Fault::UnknownMethod);
                }
                left_out.extend(signatures);
                Ok(Stage::Nodes)
            }
            ("http://www.w3.org/2000/09/xmldsig#base64", stage) => {
                let text = match stage {
                    Stage::Nodes if left_out.is_empty() => {
                        let apex = apex.unwrap_or(document.root);
                        // The digest would not see elements among the text, but readers do.
                        if document.children(apex).next().is_some() {
                            return Err(Fault::Broken);
                        }
                        document.text(apex)
                    }
                    Stage::Nodes => return Err(Fault::UnknownMethod),
                    Stage::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| Fault::Broken)?,
                };
                decode(&text).map(Stage::Bytes).map_err(|_| Fault::Broken)
            }
            (_, Stage::Nodes) => {
                let method = method(document, step)?;
                // A reference within the file has no comments in it, whatever the form would do with them.
                let method = Method { with_comments: false, ..method };
                self.write(apex, left_out, &method).map(Stage::Bytes)
            }
            // Bytes would have to be read as XML anew.
            (_, Stage::Bytes(_)) => Err(Fault::UnknownMethod),
        }
    }

    fn write(&mut self, apex: Option<NodeId>, left_out: &[NodeId], method: &Method) -> Result<Vec<u8>, Fault> {
        let bytes = canonical(self.document, apex, &|id| left_out.contains(&id), method, self.work)?;
        self.work = self.work.saturating_sub(bytes.len());
        Ok(bytes)
    }
}

/// The canonical form that an element names, with the prefixes that it asks to keep.
pub(super) fn method(document: &Document, at: NodeId) -> Result<Method, Fault> {
    let mut method = Method::of_uri(algorithm(document, at)?)?;
    for (_, element) in document.children(at) {
        if !element.is("http://www.w3.org/2001/10/xml-exc-c14n#", "InclusiveNamespaces") || !method.is_exclusive {
            return Err(Fault::UnknownMethod);
        }
        let list = element.attribute("PrefixList").unwrap_or_default();
        method.inclusive = list.split_whitespace().map(|prefix| if prefix == "#default" { "" } else { prefix }.to_owned()).collect();
        if method.inclusive.len() > MOST_PREFIXES {
            return Err(Fault::UnknownMethod);
        }
    }
    Ok(method)
}

/// Whether a filter does just one thing: it leaves all signatures out. These are the forms that signing programs write.
fn leaves_signatures_out(document: &Document, step: NodeId, name: &str) -> bool {
    let mut filters = document.children(step);
    let (Some((at, filter)), None) = (filters.next(), filters.next()) else { return false };
    let is_second = name.ends_with("xmldsig-filter2");
    let is_filter = filter.name.local == "XPath" && filter.name.namespace == if is_second { name } else { DS };
    let text: String = document.text(at).split_whitespace().collect();
    // The prefix has to mean signatures where the expression stands.
    let prefix = |text: &str, before: &str, after: &str| {
        text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).and_then(|rest| rest.strip_suffix(':')).map(str::to_owned)
    };
    let prefix = if is_second {
        let is_subtract = filter.attribute("Filter") == Some("subtract");
        prefix(&text, "/descendant::", "Signature").or_else(|| prefix(&text, "//", "Signature")).filter(|_| is_subtract)
    } else {
        prefix(&text, "not(ancestor-or-self::", "Signature)")
    };
    is_filter && prefix.is_some_and(|prefix| means_signatures(document, at, &prefix))
}

fn means_signatures(document: &Document, at: NodeId, prefix: &str) -> bool {
    let mut at = Some(at);
    while let Some(element) = at.and_then(|id| document.element(id)) {
        if let Some((_, namespace)) = element.declared.iter().find(|(known, _)| known == prefix) {
            return namespace == DS;
        }
        at = element.parent;
    }
    false
}
