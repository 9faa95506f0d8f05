//! How two ways to do the same compare, measured in turns.
//!
//! Times of one machine say nothing about another, and on a shared one not even about the next minute. So both run on
//! the same few requests one right after the other, many times, and only the ratio of such neighbours counts. A turn
//! is shorter than the time for which a system lets one program run, where it can be, and the median leaves out the
//! turns in which somebody else had the processor. Never a pass or fail: it prints, people and CI judge.

use std::time::{Duration, Instant};

/// Does the work of one turn.
pub type Run<'r> = Box<dyn Fn(usize) + 'r>;

/// One line of the table.
pub struct Row<'r> {
    /// What is measured.
    pub title: &'static str,
    /// What it is measured beside.
    pub beside: &'static str,
    pub goal: Goal,
    pub ours: Run<'r>,
    pub peer: Run<'r>,
    /// How many different turns there are; a round is all of them.
    pub turns: usize,
    /// How many things a turn does, for the time of one.
    pub things: usize,
    /// After so many rounds, or when so much time is over, it is enough; never before the second round.
    pub rounds: usize,
}

/// What is hoped for, and so which way round the ratio is told.
#[derive(Clone, Copy)]
pub enum Goal {
    /// The peer takes at least so many times as long.
    Faster(f64),
    /// We take at most so many times as long as the peer.
    Within(f64),
    /// We take at most so many milliseconds longer than the peer.
    Later(f64),
}

/// The most time for one row.
const PATIENCE: Duration = Duration::from_secs(6);

pub fn print_head() {
    println!("\nmedians of turns; \"faster\" is peer time / own time, \"within\" is own time / peer time");
    println!(
        "{:<38}{:<22}{:>16}{:>10}{:>18}{:>12}{:>12}",
        "", "beside", "goal", "reached", "middle half", "own us", "peer us"
    );
}

/// Measures and prints.
pub fn print(row: &Row<'_>) {
    let (mut own_times, mut peer_times, mut measures) = (Vec::new(), Vec::new(), Vec::new());
    let start = Instant::now();
    // The first round only warms up.
    for round in 0..=row.rounds {
        if round > 1 && start.elapsed() > PATIENCE {
            break;
        }
        for turn in 0..row.turns {
            // Who goes first changes, so that neither always finds the caches as the other left them.
            let (own_time, peer_time) = if round % 2 == 0 {
                let own_time = seconds(&row.ours, turn);
                (own_time, seconds(&row.peer, turn))
            } else {
                let peer_time = seconds(&row.peer, turn);
                (seconds(&row.ours, turn), peer_time)
            };
            if round > 0 {
                own_times.push(own_time);
                peer_times.push(peer_time);
                measures.push(match row.goal {
                    Goal::Faster(_) => peer_time / own_time,
                    Goal::Within(_) => own_time / peer_time,
                    Goal::Later(_) => (own_time - peer_time) * 1e3,
                });
            }
        }
    }
    let goal = match row.goal {
        Goal::Faster(times) => format!("faster {times:.2}"),
        Goal::Within(times) => format!("within {times:.2}"),
        Goal::Later(milliseconds) => format!("+{milliseconds:.2} ms"),
    };
    let [own, peer] = [own_times, peer_times].map(|times| part(times, 2) * 1e6 / row.things as f64);
    let [low, middle, high] = [1, 2, 3].map(|quarters| part(measures.clone(), quarters));
    println!(
        "{:<38}{:<22}{goal:>16}{middle:>10.2}{:>18}{own:>12.3}{peer:>12.3}",
        row.title,
        row.beside,
        format!("{low:.2} to {high:.2}")
    );
}

/// The value below which so many quarters of a list lie; two are the median.
fn part(mut list: Vec<f64>, quarters: usize) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() * quarters / 4]
}

fn seconds(run: &Run<'_>, turn: usize) -> f64 {
    let start = Instant::now();
    run(turn);
    start.elapsed().as_secs_f64()
}
