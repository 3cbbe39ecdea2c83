//! Files that somebody sent are examined a few at a time in the whole process: each may take a core and `Limits` of memory.

use super::ServiceError;
use crate::domain::invalid::Invalid;
use crate::domain::signature::Signature;
use crate::files::{Examined, Limits, check_signatures, cut, examine};
use crate::signatures::Trust;
use tokio::sync::Semaphore;

/// At a time in this process.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Examines one file; gives it back with what was found in it, or why it is refused.
///
/// # Errors
/// `Internal` when the thread is lost.
pub(super) async fn examine_one(bytes: Vec<u8>) -> Result<(Result<Examined, Invalid>, Vec<u8>), ServiceError> {
    // An upload is never urgent.
    let _turn = TURNS.acquire().await.map_err(ServiceError::internal)?;
    tokio::task::spawn_blocking(move || (examine(&bytes, &Limits::default()), bytes)).await.map_err(ServiceError::internal)
}

/// Cuts a document that was examined into runs of pages; gives it back with the pieces, or why it cannot be cut.
///
/// # Errors
/// `Internal` when the thread is lost.
pub(super) async fn cut_one(bytes: Vec<u8>, runs: Vec<(usize, usize)>) -> Result<(Result<Vec<Vec<u8>>, Invalid>, Vec<u8>), ServiceError> {
    let _turn = TURNS.acquire().await.map_err(ServiceError::internal)?;
    tokio::task::spawn_blocking(move || (cut(&bytes, &runs, &Limits::default()), bytes)).await.map_err(ServiceError::internal)
}

/// Verifies the electronic signatures of a file; those `beside` it came with it, and one may sign another.
///
/// # Errors
/// `Internal` when the thread is lost.
pub(super) async fn verify_one(bytes: Vec<u8>, beside: Vec<Vec<u8>>, trust: Trust) -> Result<Vec<Signature>, ServiceError> {
    let _turn = TURNS.acquire().await.map_err(ServiceError::internal)?;
    let work = move || check_signatures(&bytes, &beside, &trust, &Limits::default());
    tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)
}
