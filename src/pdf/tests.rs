//! Whole documents: what a reader, a scanner and a file comparison find in them.
use super::*;

#[test]
fn dump() {
    let printer = FormPrinter::new().unwrap();
    for (name, form) in [("small", samples::small()), ("typical", samples::typical()), ("fifty", samples::fifty_persons())] {
        let t = std::time::Instant::now();
        let b = printer.print(&form).unwrap();
        eprintln!("{name} {} {:?}", b.len(), t.elapsed());
        std::fs::write(format!("/tmp/pdfout/{name}.pdf"), b).unwrap();
    }
}
