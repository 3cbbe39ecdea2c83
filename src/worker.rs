//! Background work: delivers the outbox, expires, reminds. What may not live here: rules, SQL.
