//! Rules of the house that the compiler cannot check: who imports whom, what files say, what templates may hold.
//! What may not live here: tests of what the portal does.

mod common_passwords;
mod files;
mod imports;
mod readme;
mod routes;
mod settings;
mod source;
mod templates;
mod words;
