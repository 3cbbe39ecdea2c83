//! What people do with the portal from the first page to the last, against the real binary. What may not live here: services.

mod main_path;
mod people;
mod registrar;
mod two_processes;
