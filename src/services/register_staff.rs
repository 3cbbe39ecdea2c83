//! „Rejestracja pracowników”: the coordinator of a unit – or an administrator where a unit has none – types its new people or takes them
//! from a file, and files one application for all of them. What may not live here: the way of any application (print, sign, review), which knows no kind.

mod draft;
mod import;
mod look;
mod take_over;

pub use draft::{choose_unit, remove_person, save_needs, save_person};
pub use import::{SheetPreview, add_rows, drop_sheet, look_at_sheet, read_file, write_template};
pub use look::{StaffDraft, coordinated_units, may_register_in, offer};
pub use take_over::{StaffTakeOver, take_over, view_take_over};
