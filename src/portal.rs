//! Composition root: configuration to database, policy, mailer, files.
