//! What this process weighs. What may not live here: what it does meanwhile.

fn status(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(line)?.trim_start_matches(':').split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0 / 1e6
}

/// Forgets the highest weight so far; what it is now, in MB.
pub fn remember() -> f64 {
    // Linux resets the mark when a 5 is written here; where it does not, the figure is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    status("VmRSS")
}

/// How much more it was at most since then, in MB.
pub fn grown(before: f64) -> f64 {
    status("VmHWM") - before
}
