//! Cuts the fonts to the Polish repertoire.

fn main() {}
