//! Typed settings. A bad value stops the start with the key's name.
