//! Which hosts are one by an address that they had at one time: a name of the web, and the machine that answers to it.
//!
//! A report that resolves a name says what held the address then, and no more. Who was seen with the address at another time may
//! have had it before or after; where two machines had it at one time, it changed hands, and which of them is meant is not told. An
//! address of many names is that of a proxy, and says nothing of what lies behind.

use bartizan_model::time::DAY;
use bartizan_model::{AssetId, Timestamp};

/// A host, and when it was seen with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The host.
    pub host: AssetId,
    /// When it was first seen with it.
    pub first_seen: Timestamp,
    /// When it was last seen with it.
    pub last_seen: Timestamp,
    /// Whether a web application is told to run on it, at this address.
    pub serves: bool,
}

/// Two hosts that had an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// One of them.
    pub one: AssetId,
    /// The other.
    pub other: AssetId,
    /// Whether they had it at one time, and no other machine did.
    pub sure: bool,
}

/// Reports of one night tell of one time, and many tell only the day.
const AT_ONE_TIME: i64 = DAY;
/// An address that nobody was seen to hold for this long may have been given to somebody else, and that is likely.
const LEASE: i64 = 30 * DAY;
/// An address of more hosts is that of a proxy, of a load balancer or of many customers.
const MOST_HOLDERS: usize = 8;

/// The pairs of an address's holders that may be one host; one of the two is always a name at which an application answers.
pub fn shared(holders: &[Holder]) -> Vec<Shared> {
    let mut found = Vec::new();
    let names: Vec<&Holder> = holders.iter().filter(|it| it.serves).take(MOST_HOLDERS + 1).collect();
    // Who had it long before or after says nothing.
    let at_that_time = |it: &&Holder| names.iter().any(|name| between(it, name) <= LEASE);
    let holders: Vec<&Holder> = holders.iter().filter(at_that_time).take(MOST_HOLDERS + 1).collect();
    if holders.len() > MOST_HOLDERS {
        return found;
    }
    for (at, one) in holders.iter().enumerate() {
        for other in &holders[at + 1..] {
            let apart = between(one, other);
            if !(one.serves || other.serves) || apart > LEASE {
                continue;
            }
            // At one time one thing answers at an address, whatever its names: only a second machine makes it two.
            let nearest = |it: &Holder| between(it, one).min(between(it, other));
            let near = holders.iter().filter(|it| nearest(it) <= AT_ONE_TIME);
            let alone = near.filter(|it| !it.serves).count() <= 1;
            found.push(Shared { one: one.host, other: other.host, sure: apart <= AT_ONE_TIME && alone });
        }
    }
    found
}

/// For how long, in microseconds, neither of two was seen with the address between their times; none where the times overlap.
fn between(one: &Holder, other: &Holder) -> i64 {
    let (later, earlier) = (one.first_seen.max(other.first_seen), one.last_seen.min(other.last_seen));
    later.micros().saturating_sub(earlier.micros()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hosts by `FIRST-LAST`, in days; `!` where an application answers.
    fn of(times: &[&str]) -> Vec<(i64, i64, bool)> {
        let holder = |(id, text): (i64, &&str)| {
            let (first, last) = text.trim_end_matches('!').split_once('-').unwrap();
            let day = |text: &str| Timestamp::from_seconds(0).plus_days(text.parse().unwrap());
            Holder {
                host: AssetId(id),
                first_seen: day(first),
                last_seen: day(last),
                serves: text.ends_with('!'),
            }
        };
        let holders: Vec<_> = (1..).zip(times).map(holder).collect();
        shared(&holders).iter().map(|it| (it.one.0, it.other.0, it.sure)).collect()
    }

    #[test]
    fn two_that_had_it_at_one_time_are_one() {
        for (times, sure) in [
            (["1-1!", "1-1"], true),
            (["1-1", "2-2!"], true),
            (["5-5!", "1-40"], true),
            (["1-40!", "5-5"], true),
            (["1-1!", "3-3"], false),
            (["10-30", "1-5!"], false),
        ] {
            assert_eq!(of(&times), [(1, 2, sure)], "{times:?}");
        }
        assert_eq!(of(&["1-1!", "32-40"]), [], "given to somebody else since");
        assert_eq!(of(&["1-1", "1-1"]), [], "no name of the web: two laptops");
    }

    #[test]
    fn who_shares_it_with_another_machine_is_not_sure() {
        assert_eq!(of(&["5-5!", "1-6", "4-4"]), [(1, 2, false), (1, 3, false)]);
        assert_eq!(of(&["11-11!", "1-1", "10-20"]), [(1, 2, false), (1, 3, true)], "it held it before");
        assert_eq!(of(&["1-1!", "1-1!", "1-1"]), [(1, 2, true), (1, 3, true), (2, 3, true)], "two names");
        assert_eq!(of(&["1-1!"; 9]), [], "a proxy");
        let before: Vec<_> = ["100-100!", "100-100"].into_iter().chain(["1-1"; 20]).collect();
        assert_eq!(of(&before), [(1, 2, true)], "who had it long before");
    }
}
