//! How many times longer the peer takes, measured in turns.
//!
//! Times of one machine say nothing about another, and on a shared one not even about the next minute. So both run
//! one right after the other, many times, and only the ratio of such neighbours counts; the median leaves out those
//! in which somebody else had the processor. Never a pass or fail: it prints, people and CI judge.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Enough for a steady median, few enough for a bench that is run often.
const ROUNDS: usize = 41;

/// One line of the table.
pub struct Row<'r> {
    /// What is measured.
    pub title: &'r str,
    /// How preflint does it, once for every request of the slice.
    pub ours: &'r dyn Fn() -> usize,
    /// How the peer does it.
    pub peer: &'r dyn Fn() -> usize,
}

/// Measures and prints. `requests` is the size of the slice.
pub fn print(rows: &[Row<'_>], requests: usize) {
    println!("\npeer time / preflint time, median of {ROUNDS} alternating rounds of {requests} requests");
    println!("{:<44}{:>8}{:>16}{:>14}{:>14}", "", "ratio", "middle half", "preflint us", "jsonschema us");
    for row in rows {
        let (mut ours, mut peer, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        // The first round only warms up.
        for round in 0..=ROUNDS {
            // Who goes first changes, so that neither always finds the caches as the other left them.
            let (own_time, peer_time) = if round % 2 == 0 {
                let own_time = time(row.ours);
                (own_time, time(row.peer))
            } else {
                let peer_time = time(row.peer);
                (time(row.ours), peer_time)
            };
            if round > 0 {
                ours.push(own_time.as_secs_f64());
                peer.push(peer_time.as_secs_f64());
                ratios.push(peer_time.as_secs_f64() / own_time.as_secs_f64());
            }
        }
        for list in [&mut ours, &mut peer, &mut ratios] {
            list.sort_by(f64::total_cmp);
        }
        let each = |times: &[f64]| times[ROUNDS / 2] * 1e6 / requests as f64;
        let middle = format!("{:.2} to {:.2}", ratios[ROUNDS / 4], ratios[ROUNDS * 3 / 4]);
        println!("{:<44}{:>8.2}{middle:>16}{:>14.3}{:>14.3}", row.title, ratios[ROUNDS / 2], each(&ours), each(&peer));
    }
}

fn time(run: &dyn Fn() -> usize) -> Duration {
    let start = Instant::now();
    black_box(run());
    start.elapsed()
}
