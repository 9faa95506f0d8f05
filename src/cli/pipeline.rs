//! Work on a stream of blocks, shared by several threads.
//!
//! Whoever has nothing to do reads the next block and works on it, so that what was read is still at hand; the caller's
//! thread writes, in the order of the input. Each worker has two batches, one at work and one that waits to be written, and uses
//! them again: memory does not grow with the input, and nobody runs far ahead. Threads are not waited for when writing has
//! ended early: one of them may be waiting for input that never comes.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::lines::{Block, Blocks};
use crate::output::Part;
use crate::tally::Tally;

/// A block on its way, with what came of it.
#[derive(Default)]
pub struct Batch {
    pub block: Block,
    pub part: Part,
    pub tally: Tally,
}

/// What is done with each batch; each worker has its own.
pub type Work = Box<dyn FnMut(&mut Batch) + Send>;

/// How many batches a worker has.
const BATCHES: usize = 2;

/// What is left of the input, for one worker at a time.
struct Input<R> {
    blocks: Blocks<R>,
    /// The place of the next block among all.
    next: u64,
    /// How reading ended, once it has.
    ended: Option<io::Result<()>>,
}

/// A batch that was worked on: its place, whose it is, and itself; or how the worker panicked.
type Done = Result<(u64, usize, Batch), Box<dyn Any + Send>>;

/// Works on all blocks and hands the batches to `write`, in order. Gives what `write` failed with, or how reading ended.
pub fn run<R: BufRead + Send + 'static, E>(
    blocks: Blocks<R>,
    workers: Vec<Work>,
    write: &mut dyn FnMut(&Batch) -> Result<(), E>,
) -> Result<io::Result<()>, E> {
    let input = Arc::new(Mutex::new(Input { blocks, next: 0, ended: None }));
    let (done, results) = channel();
    let start = |(number, work)| worker(number, work, Arc::clone(&input), done.clone());
    let free: Vec<Sender<Batch>> = workers.into_iter().enumerate().map(start).collect();
    drop(done);
    let mut waiting = BTreeMap::new();
    let mut turn = 0;
    // Ends when all workers have.
    for result in results {
        let (place, worker, batch) = result.unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        waiting.insert(place, (worker, batch));
        while let Some((worker, batch)) = waiting.remove(&turn) {
            write(&batch)?;
            // The worker has gone when the input has ended.
            let _ = free[worker].send(batch);
            turn += 1;
        }
    }
    let ended = input.lock().map_or(None, |mut input| input.ended.take());
    Ok(ended.unwrap_or(Ok(())))
}

/// Starts a worker, and gives the way back for its batches.
fn worker<R: BufRead + Send + 'static>(
    number: usize,
    mut work: Work,
    input: Arc<Mutex<Input<R>>>,
    done: Sender<Done>,
) -> Sender<Batch> {
    let (free, next_free) = channel();
    for _ in 0..BATCHES {
        // Its other end is here.
        let _ = free.send(Batch::default());
    }
    thread::spawn(move || {
        loop {
            let step = AssertUnwindSafe(|| worked(&next_free, &input, &mut work));
            // Whoever waits for this block must learn that it does not come.
            let result = match panic::catch_unwind(step) {
                Ok(Some((place, batch))) => Ok((place, number, batch)),
                Ok(None) => return,
                Err(panicked) => Err(panicked),
            };
            let is_last = result.is_err();
            if done.send(result).is_err() || is_last {
                return;
            }
        }
    });
    free
}

/// The next block, worked on, and its place; none when there are no more.
fn worked<R: BufRead>(free: &Receiver<Batch>, input: &Mutex<Input<R>>, work: &mut Work) -> Option<(u64, Batch)> {
    let mut batch = free.recv().ok()?;
    let place = {
        let mut input = input.lock().ok()?;
        if input.ended.is_some() {
            return None;
        }
        match input.blocks.next(&mut batch.block) {
            Ok(true) => {}
            Ok(false) => input.ended = Some(Ok(())),
            Err(error) => input.ended = Some(Err(error)),
        }
        if input.ended.is_some() {
            return None;
        }
        input.next += 1;
        input.next - 1
    };
    work(&mut batch);
    Some((place, batch))
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};
    use std::time::Duration;

    use super::*;

    /// Blocks of about four lines, each with its number.
    fn numbers(count: usize) -> Blocks<BufReader<Cursor<String>>> {
        let lines: String = (0..count).map(|number| format!("{number}\n")).collect();
        Blocks::new(BufReader::with_capacity(16, Cursor::new(lines)), 16)
    }

    fn workers(count: u64, work: impl Fn(u64, &mut Batch) + Clone + Send + 'static) -> Vec<Work> {
        let worker = |number| -> Work {
            let work = work.clone();
            Box::new(move |batch: &mut Batch| work(number, batch))
        };
        (0..count).map(worker).collect()
    }

    #[test]
    fn blocks_come_out_in_the_order_in_which_they_went_in() {
        let uneven = |number, _: &mut Batch| thread::sleep(Duration::from_micros(number * 50));
        for count in [1, 2, 7] {
            let mut out = Vec::new();
            let ended = run(numbers(2_000), workers(count, uneven), &mut |batch| {
                out.extend_from_slice(&batch.block.bytes);
                Ok::<(), ()>(())
            });
            assert!(matches!(ended, Ok(Ok(()))));
            let expected: String = (0..2_000).map(|number| format!("{number}\n")).collect();
            assert!(out == expected.as_bytes(), "{count} workers");
        }
    }

    #[test]
    fn writing_may_end_early() {
        let mut written = 0;
        let ended = run(numbers(2_000), workers(3, |_, _| {}), &mut |_| {
            written += 1;
            if written == 5 { Err("full") } else { Ok(()) }
        });
        assert!(matches!(ended, Err("full")) && written == 5);
    }

    #[test]
    fn a_panic_of_a_worker_is_one_of_the_caller() {
        let ended = panic::catch_unwind(|| {
            let work = |_, batch: &mut Batch| assert!(!batch.block.bytes.starts_with(b"100"), "planted");
            run(numbers(2_000), workers(3, work), &mut |_| Ok::<(), ()>(()))
        });
        assert!(ended.is_err());
    }
}
