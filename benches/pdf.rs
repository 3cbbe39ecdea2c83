//! What it costs to print a form for the first time: CPU per document, and its size.
//! Aim: under 25 ms and under 40 kB for the usual form of two pages.

use cas_portal::pdf::{FormPrinter, samples};
use criterion::{Criterion, criterion_group, criterion_main};

fn print(c: &mut Criterion) {
    let printer = FormPrinter::new().expect("the compiled-in fonts are readable");
    let forms = [("one page", samples::small()), ("two pages", samples::typical()), ("fifty persons", samples::fifty_persons())];
    let mut group = c.benchmark_group("pdf");
    for (name, form) in forms {
        let size = printer.print(&form).expect("a sample prints").len();
        group.bench_function(format!("{name}, {:.1} kB", size as f64 / 1000.0), |b| b.iter(|| printer.print(&form)));
    }
    group.finish();
    c.bench_function("pdf/printer made once", |b| b.iter(FormPrinter::new));
}

criterion_group!(benches, print);
criterion_main!(benches);
