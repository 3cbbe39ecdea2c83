//! SPEAKS on the command line; the operator is an actor too.
