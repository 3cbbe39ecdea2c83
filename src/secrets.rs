//! Hashes, tokens, random identifiers. The only source of randomness.
