//! Many downloads at once, but one at a time from each host.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Does `work` with every item, on at most `at_once` threads; items of one host one after the other, in their order.
pub fn one_per_host<T: Send>(
    items: Vec<T>,
    host: impl Fn(&T) -> String,
    at_once: usize,
    work: impl Fn(T) + Sync,
) {
    let mut by_host: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for item in items {
        by_host.entry(host(&item)).or_default().push(item);
    }
    let threads = at_once.clamp(1, by_host.len().max(1));
    let queue = Mutex::new(by_host.into_values());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(items) = next else { return };
                    items.into_iter().for_each(&work);
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn each_host_is_asked_one_thing_at_a_time() {
        let items: Vec<(usize, usize)> = (0..40).map(|n| (n % 4, n)).collect();
        let busy: [AtomicUsize; 4] = Default::default();
        let all = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        one_per_host(
            items,
            |item| item.0.to_string(),
            2,
            |(host, n)| {
                assert_eq!(busy[host].fetch_add(1, Ordering::SeqCst), 0, "one at a time");
                assert!(all.fetch_add(1, Ordering::SeqCst) < 2, "two threads");
                done.lock().unwrap().push((host, n));
                all.fetch_sub(1, Ordering::SeqCst);
                busy[host].fetch_sub(1, Ordering::SeqCst);
            },
        );
        let done = done.into_inner().unwrap();
        assert_eq!(done.len(), 40);
        for host in 0..4 {
            let order: Vec<_> = done.iter().filter(|item| item.0 == host).map(|item| item.1).collect();
            assert!(order.is_sorted(), "{order:?}");
        }
    }
}
