//! When to hurry and when to stop. Set by the thread that waits, read by the thread that works: nobody here reads a clock.

use std::sync::atomic::{AtomicBool, Ordering};

/// Shared between the waiting and the working thread.
#[derive(Debug, Default)]
pub(super) struct Budget {
    hurry: AtomicBool,
    stop: AtomicBool,
}

impl Budget {
    /// Half of the time is over.
    pub(super) fn hurry(&self) {
        self.hurry.store(true, Ordering::Relaxed);
    }
    /// All of the time is over.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
    /// True when only the cheapest way should be tried.
    pub(super) fn is_hurried(&self) -> bool {
        self.hurry.load(Ordering::Relaxed)
    }
    /// Leaves through the stack when the time is over: the only way out of a library that calls us back but offers no
    /// way to say „enough”.
    pub(super) fn breathe(&self) {
        if self.stop.load(Ordering::Relaxed) {
            give_up();
        }
    }
}

/// Unwinds to the nearest `catch_unwind` without the noise of a panic message.
pub(super) fn give_up() -> ! {
    std::panic::resume_unwind(Box::new("over budget"))
}
