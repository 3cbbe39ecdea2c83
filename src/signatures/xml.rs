//! XML as signatures need it: a tree that keeps prefixes, and its canonical form. What may not live here: what a signature means.

mod canonical;
mod tree;

#[cfg(test)]
mod tests;

pub(super) use canonical::{Method, canonical};
pub(super) use tree::{Document, Element, Node, NodeId};
