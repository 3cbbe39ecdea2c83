//! PERMITS. casbin decides; an unreadable or empty policy denies everything and stops the start.
