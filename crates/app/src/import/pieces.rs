//! Bytes from a reader that cannot leave its thread, for work on another one.

use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};

/// Bytes travel between the threads in pieces of this size ...
const PIECE: usize = 256 * 1024;
/// ... of which so many may wait.
const WAITING: usize = 4;

/// Does `work` on another thread with what `source`, which cannot leave this one, gives. A failure of `source` arrives
/// as a failure, never as an early end.
pub fn handed_over<T: Send>(
    source: &mut dyn Read,
    work: impl FnOnce(Box<dyn Read + Send>) -> T + Send,
) -> Option<T> {
    let (sender, receiver) = sync_channel::<std::io::Result<Vec<u8>>>(WAITING);
    std::thread::scope(|scope| {
        let worker =
            scope.spawn(move || work(Box::new(Pieces { receiver, piece: Vec::new(), at: 0, ended: false })));
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let read = source.take(PIECE as u64).read_to_end(&mut piece).map(|_| piece);
            let last = read.as_ref().map_or(true, Vec::is_empty);
            // Nobody listens any more where the work failed early; its own error says why.
            if sender.send(read).is_err() || last {
                break;
            }
        }
        worker.join().ok()
    })
}

/// The other end: an empty piece is the end, a channel that breaks off is an error.
struct Pieces {
    receiver: Receiver<std::io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() && !self.ended {
            let broken = |_| std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
            self.piece = self.receiver.recv().map_err(broken)??;
            self.at = 0;
            self.ended = self.piece.is_empty();
        }
        let count = buffer.len().min(self.piece.len() - self.at);
        buffer[..count].copy_from_slice(&self.piece[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Breaks(usize);

    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::Error::other("bad checksum"));
            }
            let count = buffer.len().min(self.0);
            buffer[..count].fill(b'x');
            self.0 -= count;
            Ok(count)
        }
    }

    #[test]
    fn hands_everything_over_and_failures_too() {
        let read = |mut reader: Box<dyn Read + Send>| {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).map(|_| all.len()).map_err(|error| error.to_string())
        };
        assert_eq!(handed_over(&mut std::io::repeat(b'x').take(1_000_001), read), Some(Ok(1_000_001)));
        assert_eq!(handed_over(&mut std::io::empty(), read), Some(Ok(0)));
        assert_eq!(handed_over(&mut Breaks(600_000), read), Some(Err("bad checksum".to_owned())));
        // The work may end before the source does.
        assert_eq!(handed_over(&mut std::io::repeat(b'x'), |_| 7), Some(7));
    }
}
