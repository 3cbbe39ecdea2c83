//! The one binary; everything it does is in the library.

fn main() -> std::process::ExitCode {
    cas_portal::cli::main()
}
