//! The brake on guessing passwords: after a few failures, each further try must wait twice as long as the last.
//!
//! A name and an address are counted apart, so that neither one address trying many names nor many addresses trying one
//! name gets far. The table is bounded: the entries that matter least go first.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// Failures of one name before it has to wait.
const FREE_FOR_NAME: u32 = 5;
/// Failures from one address before it has to wait: several people may share one.
const FREE_FOR_ADDRESS: u32 = 20;
/// Longest wait, so that nobody can shut another person out for a day.
const LONGEST: u64 = 15 * 60;
/// After this long without a failure, all is forgotten.
const FORGET: u64 = 60 * 60;
/// Most names and addresses that are remembered.
const CAPACITY: usize = 20_000;

/// The try came too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When to try again.
    pub after: Duration,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone)]
enum Key {
    Name(blake3::Hash),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: u64,
}

/// Counts failed logins by name and by address. Times are seconds of any steady clock.
#[derive(Debug, Default)]
pub struct LoginLimiter {
    failures: HashMap<Key, Failures>,
}

impl LoginLimiter {
    /// Takes a try, or says how long to wait. A try counts as failed until [`Self::succeeded`], so tries at the same
    /// time cannot slip through together.
    pub fn begin(&mut self, name: &str, address: IpAddr, now: u64) -> Result<(), Wait> {
        let keys = [(name_key(name), FREE_FOR_NAME), (address_key(address), FREE_FOR_ADDRESS)];
        let wait = keys.iter().map(|(key, free)| self.wait(key, *free, now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(Wait { after: Duration::from_secs(wait) });
        }
        if self.failures.len() + keys.len() > CAPACITY {
            self.make_room(now);
        }
        for (key, _) in keys {
            let entry = self.failures.entry(key).or_insert(Failures { count: 0, last: now });
            if now.saturating_sub(entry.last) >= FORGET {
                entry.count = 0;
            }
            *entry = Failures { count: entry.count.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// The try was right: the name starts afresh, and the address gets this one try back.
    ///
    /// The address does not start afresh, else who has one account could guess at all others between two own logins.
    pub fn succeeded(&mut self, name: &str, address: IpAddr) {
        self.failures.remove(&name_key(name));
        if let Some(entry) = self.failures.get_mut(&address_key(address)) {
            entry.count = entry.count.saturating_sub(1);
        }
    }

    /// How many names and addresses are remembered.
    pub fn len(&self) -> usize {
        self.failures.len()
    }

    /// Whether nobody failed lately.
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty()
    }

    fn wait(&self, key: &Key, free: u32, now: u64) -> u64 {
        let Some(Failures { count, last }) = self.failures.get(key) else { return 0 };
        if now.saturating_sub(*last) >= FORGET || *count < free {
            return 0;
        }
        let delay = 1_u64.checked_shl(count - free).unwrap_or(LONGEST).min(LONGEST);
        (last + delay).saturating_sub(now)
    }

    /// Forgets what is old, then the half that failed least and longest ago.
    fn make_room(&mut self, now: u64) {
        self.failures.retain(|_, f| now.saturating_sub(f.last) < FORGET);
        if self.failures.len() <= CAPACITY / 2 {
            return;
        }
        let mut order: Vec<_> = self.failures.values().map(|f| (f.count, f.last)).collect();
        let middle = order.len() / 2;
        let (_, bar, _) = order.select_nth_unstable(middle);
        let bar = *bar;
        self.failures.retain(|_, f| (f.count, f.last) > bar);
    }
}

/// Names are kept as digests: a password typed into the wrong field must not stay in memory.
fn name_key(name: &str) -> Key {
    Key::Name(blake3::hash(name.trim().to_lowercase().as_bytes()))
}

/// An IPv6 customer has a whole /64.
fn address_key(address: IpAddr) -> Key {
    Key::Address(match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        },
        v4 => v4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn address(n: u32) -> IpAddr {
        Ipv4Addr::from(n).into()
    }

    #[test]
    fn waits_double_and_a_right_try_clears_them() {
        let mut limiter = LoginLimiter::default();
        for _ in 0..5 {
            limiter.begin("ada", address(1), 100).unwrap();
        }
        assert_eq!(limiter.begin("ADA ", address(2), 100), Err(Wait { after: Duration::from_secs(1) }));
        limiter.begin("ada", address(2), 101).unwrap();
        assert_eq!(limiter.begin("ada", address(2), 101), Err(Wait { after: Duration::from_secs(2) }));
        assert!(limiter.begin("bob", address(2), 101).is_ok(), "another name is free");
        limiter.begin("ada", address(2), 103).unwrap();
        limiter.succeeded("ada", address(2));
        assert!(limiter.begin("ada", address(2), 103).is_ok());
    }

    #[test]
    fn one_address_cannot_try_many_names() {
        let mut limiter = LoginLimiter::default();
        let tried = (0..100).filter(|n| limiter.begin(&n.to_string(), address(1), 5).is_ok()).count();
        assert_eq!(tried, FREE_FOR_ADDRESS as usize);
        let v6 = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut limiter = LoginLimiter::default();
        let tried = (0..100)
            .filter(|n| limiter.begin(&n.to_string(), v6(&format!("2001:db8::{n}")), 5).is_ok())
            .count();
        assert_eq!(tried, FREE_FOR_ADDRESS as usize, "a /64 is one address");
    }

    #[test]
    fn nobody_is_shut_out_for_longer_than_the_longest_wait() {
        let mut limiter = LoginLimiter::default();
        let mut now = 0;
        for _ in 0..60 {
            if let Err(wait) = limiter.begin("ada", address(1), now) {
                assert!(wait.after.as_secs() <= LONGEST);
                now += wait.after.as_secs();
            }
        }
        assert!(limiter.begin("ada", address(1), now + FORGET).is_ok());
        assert!(limiter.begin("ada", address(1), now + FORGET).is_ok(), "all was forgotten");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn memory_is_bounded_and_a_failing_name_stays_known(seed: u32) {
            let mut limiter = LoginLimiter::default();
            for _ in 0..8 {
                let _ = limiter.begin("ada", address(0), 1000);
            }
            for n in 0..30_000_u32 {
                let _ = limiter.begin(&format!("{seed}-{n}"), address(n.wrapping_mul(2_654_435_761) | 1), 1000);
                prop_assert!(limiter.len() <= CAPACITY);
            }
            prop_assert!(limiter.begin("ada", address(7), 1000).is_err());
        }
    }
}
