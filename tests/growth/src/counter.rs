//! What counts work: the compiler calls it at every branch taken, and the allocator adds the bytes that it hands out.
//!
//! It is the only unsafe code of the project, and none of it is shipped.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

static BRANCHES: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Called by compiled code at every branch; the compiler leaves functions with this beginning of a name uncounted.
#[unsafe(no_mangle)]
pub extern "C" fn __sanitizer_cov_trace_pc() {
    // One thread counts: this is an increment without a lock.
    BRANCHES.store(BRANCHES.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size as u64, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What some work costs: branches taken, and bytes of memory asked for.
pub fn cost(work: impl FnOnce()) -> (u64, u64) {
    let before = (BRANCHES.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    work();
    (BRANCHES.load(Ordering::Relaxed) - before.0, BYTES.load(Ordering::Relaxed) - before.1)
}
