//! The yardsticks: a Rocket route that only answers, and Argon2 with nothing around it. What may not live here: the portal.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::time::{Duration, Instant};

#[rocket::get("/")]
fn answer() -> &'static str {
    "alive\n"
}

/// Serves the bare route until the process is ended.
pub async fn serve(port: u16) {
    let figment = rocket::Config::figment().merge(("port", port)).merge(("log_level", "off")).merge(("address", "127.0.0.1"));
    let served = rocket::custom(figment).mount("/", rocket::routes![answer]).launch().await;
    served.expect("the bare route serves");
}

/// Hashes per second at the portal's cost, on every core, each in memory that is used again.
pub fn argon2(time: Duration) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let hashes: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(move || hash_until(begun, time))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).sum()
    });
    hashes as f64 / begun.elapsed().as_secs_f64()
}

fn hash_until(begun: Instant, time: Duration) -> usize {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("the cost");
    let mut blocks = vec![Block::default(); params.block_count()];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    let mut hashes = 0;
    while begun.elapsed() < time {
        argon.hash_password_into_with_memory(b"zielony rower", b"0123456789abcdef", &mut output, &mut blocks).expect("a hash");
        hashes += 1;
    }
    hashes
}
