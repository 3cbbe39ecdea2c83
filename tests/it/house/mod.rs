//! Rules of the house that the compiler cannot check: who imports whom, what files say, what templates may hold.
//! What may not live here: tests of what the portal does.

mod files;
mod imports;
mod routes;
mod source;
mod templates;
mod words;
