//! SPEAKS HTTP: guard, form, service, page. What may not live here: SQL, rules.
