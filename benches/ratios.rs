//! How many times longer the peer takes, measured in turns.
//!
//! Times of one machine say nothing about another, and on a shared one not even about the next minute. So both run on
//! the same few requests one right after the other, many times, and only the ratio of such neighbours counts. A turn
//! is shorter than the time for which a system lets one program run, and the median leaves out the turns in which
//! somebody else had the processor. Never a pass or fail: it prints, people and CI judge.

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

/// How often every request of the slice is measured.
const ROUNDS: usize = 41;
/// Requests of one turn.
const TURN: usize = 50;

/// Does one thing with the requests at these places of the slice, and gives a count that depends on all of it.
pub type Run<'r> = &'r dyn Fn(Range<usize>) -> usize;

/// One line of the table.
pub struct Row<'r> {
    /// What is measured.
    pub title: &'r str,
    /// How preflint does it.
    pub ours: Run<'r>,
    /// How the peer does it.
    pub peer: Run<'r>,
}

/// Measures and prints. `requests` is the size of the slice.
pub fn print(rows: &[Row<'_>], requests: usize) {
    let turns = ROUNDS * (requests / TURN);
    println!("\npeer time / preflint time, median of {turns} turns of {TURN} requests each");
    println!("{:<40}{:>8}{:>16}{:>14}{:>15}", "", "ratio", "middle half", "preflint us", "jsonschema us");
    for row in rows {
        let (mut ours, mut peer, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        // The first round only warms up.
        for round in 0..=ROUNDS {
            for start in (0..requests).step_by(TURN) {
                let turn = start..requests.min(start + TURN);
                // Who goes first changes, so that neither always finds the caches as the other left them.
                let (own_time, peer_time) = if round % 2 == 0 {
                    let own_time = seconds(row.ours, turn.clone());
                    (own_time, seconds(row.peer, turn))
                } else {
                    let peer_time = seconds(row.peer, turn.clone());
                    (seconds(row.ours, turn), peer_time)
                };
                if round > 0 {
                    ours.push(own_time);
                    peer.push(peer_time);
                    ratios.push(peer_time / own_time);
                }
            }
        }
        let [ours, peer] = [ours, peer].map(|times| part(times, 2) * 1e6 / TURN as f64);
        let [low, ratio, high] = [1, 2, 3].map(|quarters| part(ratios.clone(), quarters));
        println!("{:<40}{ratio:>8.2}{:>16}{ours:>14.3}{peer:>15.3}", row.title, format!("{low:.2} to {high:.2}"));
    }
}

/// The value below which so many quarters of a list lie; two are the median.
fn part(mut list: Vec<f64>, quarters: usize) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() * quarters / 4]
}

fn seconds(run: Run<'_>, turn: Range<usize>) -> f64 {
    let start = Instant::now();
    black_box(run(turn));
    start.elapsed().as_secs_f64()
}
