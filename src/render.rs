//! Tera for pages and letters alike; the label file. What may not live here: HTTP, storage.
