//! The printed form as PDF (genpdf). What may not live here: words (they come composed in `PrintedForm`), storage, HTTP.
