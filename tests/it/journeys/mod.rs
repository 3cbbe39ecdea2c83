//! What people do with the portal from the first page to the last, against the real binary, over HTTP and in a browser.
//! What may not live here: services, one route's answers.

mod browser_account;
mod browser_announcements;
mod browser_attestation;
mod browser_bulk;
mod browser_deciding;
mod browser_desk;
mod browser_every_page;
mod browser_extension;
mod browser_join;
mod browser_monday;
mod browser_new_user;
mod browser_numbers;
mod browser_office;
mod browser_post;
mod browser_registration;
mod browser_renewal;
mod browser_review;
mod browser_second_factor;
mod browser_session;
mod browser_staff;
mod browser_unit_change;
mod extension;
mod gate;
mod join;
mod lost_mailbox;
mod main_path;
mod people;
pub mod registrant;
mod registrar;
mod registration;
mod renewal;
mod rolling_restart;
mod somebody;
mod staff;
mod two_processes;
mod unit_change;
