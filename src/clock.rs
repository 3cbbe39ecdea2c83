//! The only caller of now().
