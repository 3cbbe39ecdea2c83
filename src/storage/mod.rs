//! REMEMBERS. The only place with SeaORM: rows in, domain values out. What may not live here: rules.
