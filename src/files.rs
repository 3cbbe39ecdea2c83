//! Signed forms as files: sniffing, limits, page images, QR codes, object store. What may not live here: rows, HTTP.
