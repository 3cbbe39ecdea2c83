//! Threads that do nothing but hash. Each takes the next piece of work as soon as it is done with the last, so that under load
//! no core waits for a task to be woken between two hashes. What may not live here: what is computed.

use super::password_hasher::PasswordError;
use parking_lot::Mutex;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Some threads with one queue. They end with the last sender of work.
#[derive(Debug)]
pub(super) struct Workers(mpsc::Sender<Job>);

impl Workers {
    /// Starts so many threads.
    ///
    /// # Errors
    /// [`PasswordError::NoThread`].
    pub(super) fn start(count: usize) -> Result<Self, PasswordError> {
        let (sender, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let receiver = Arc::clone(&receiver);
            let work = move || {
                loop {
                    // One waits for the next piece, the others for their turn to wait.
                    let next = receiver.lock().recv();
                    let Ok(job) = next else { return };
                    // A panic costs its own caller an answer, and nobody else a thread.
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            };
            thread::Builder::new().name("hash-password".to_owned()).spawn(work).map_err(PasswordError::NoThread)?;
        }
        Ok(Self(sender))
    }

    /// Does a piece of work after those that came before. A caller who has given up by then is not worked for.
    ///
    /// # Errors
    /// [`PasswordError::Stopped`] when the work panicked.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // Who gave up while it was done misses nothing.
                let _ = answer.send(work());
            }
        };
        self.0.send(Box::new(job)).map_err(|_| PasswordError::Stopped)?;
        answered.await.map_err(|_| PasswordError::Stopped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_thread() {
        let workers = Workers::start(1).unwrap();
        for _ in 0..3 {
            assert!(matches!(workers.run(|| panic!("planted")).await, Err::<(), _>(PasswordError::Stopped)));
        }
        assert_eq!(workers.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn who_gives_up_before_the_turn_is_not_worked_for() {
        let (workers, done) = (Workers::start(1).unwrap(), Arc::new(AtomicUsize::new(0)));
        let (open, closed) = mpsc::channel::<()>();
        let busy = workers.run(move || closed.recv());
        let mut given_up = Vec::new();
        for _ in 0..5 {
            let done = Arc::clone(&done);
            given_up.push(workers.run(move || done.fetch_add(1, Ordering::SeqCst)));
        }
        let (busy, ()) = tokio::join!(busy, async {
            for waiting in given_up {
                assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
            }
            open.send(()).unwrap();
        });
        busy.unwrap().unwrap();
        workers.run(|| ()).await.unwrap();
        assert_eq!(done.load(Ordering::SeqCst), 0);
    }
}
