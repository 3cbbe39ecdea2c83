//! Mailer (lettre) and letters. What may not live here: storage, tokens, decisions about who is told what.
