//! Work on a stream of blocks, shared by several threads.
//!
//! One thread reads, some work, and the caller's writes, in the order of the input: blocks go round from worker to
//! worker, and results are fetched in the same round. There are so many batches and no more; each is filled, worked on,
//! written and filled again, so that memory does not grow with the input and nobody runs far ahead. Threads are not
//! waited for when writing has ended early: the reader may be waiting for input that never comes.

use std::io::{self, BufRead};
use std::panic;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

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

/// Results that wait for their turn, and batches that wait for each worker.
const BATCHES: usize = 1;

/// Works on all blocks and hands the batches to `write`, in order. Gives what `write` failed with, or how reading ended.
pub fn run<R: BufRead + Send + 'static, E>(
    blocks: Blocks<R>,
    workers: Vec<Work>,
    write: &mut dyn FnMut(&Batch) -> Result<(), E>,
) -> Result<io::Result<()>, E> {
    // One more than the workers can have, which the reader fills meanwhile.
    let count = workers.len() * BATCHES + 1;
    let (free, next_free) = sync_channel(count);
    for _ in 0..count {
        // There is room for all.
        let _ = free.send(Batch::default());
    }
    let (queues, mut workers): (Vec<_>, Vec<_>) = workers.into_iter().map(worker).unzip();
    let reader = thread::spawn(move || read(blocks, &next_free, &queues));
    let mut turn = 0;
    while let Some(batch) = workers.get(turn).and_then(|(_, results)| results.recv().ok()) {
        write(&batch)?;
        // The reader has gone when the input has ended.
        let _ = free.send(batch);
        turn = (turn + 1) % workers.len();
    }
    // Whose turn it is has panicked, or got no block because there are no more: then all ends by itself.
    if turn < workers.len() {
        joined(workers.swap_remove(turn).0);
    }
    workers.into_iter().for_each(|(worker, _)| joined(worker));
    Ok(joined(reader))
}

/// A thread for a worker: where it gets batches, and where it leaves them.
fn worker(mut work: Work) -> (SyncSender<Batch>, (JoinHandle<()>, Receiver<Batch>)) {
    let (queue, batches) = sync_channel::<Batch>(BATCHES);
    let (done, results) = sync_channel(BATCHES);
    let thread = thread::spawn(move || {
        for mut batch in batches {
            work(&mut batch);
            if done.send(batch).is_err() {
                return;
            }
        }
    });
    (queue, (thread, results))
}

fn read<R: BufRead>(mut blocks: Blocks<R>, free: &Receiver<Batch>, queues: &[SyncSender<Batch>]) -> io::Result<()> {
    for queue in queues.iter().cycle() {
        let Ok(mut batch) = free.recv() else { return Ok(()) };
        if !blocks.next(&mut batch.block)? || queue.send(batch).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn joined<T>(thread: JoinHandle<T>) -> T {
    thread.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}
