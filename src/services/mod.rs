//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.
