//! Where files are read from: a folder, or the layers of an image.

use crate::root::Root;

/// Files by their path relative to the root, parts separated by `/`. Nothing outside the root is ever read.
pub(crate) trait Files {
    /// The bytes of a regular file of at most `cap` bytes; `None` where it is not there, or its first bytes are not
    /// wanted. A larger file is an error, never cut short.
    fn bytes_if(
        &self,
        path: &str,
        cap: u64,
        wanted: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, String>;

    /// The names of what is in a folder, none where it is not there.
    fn names(&self, folder: &str) -> Result<Vec<String>, String>;

    /// The target of a symbolic link.
    fn link(&self, path: &str) -> Option<String>;

    /// Like `bytes_if`, whatever its first bytes are.
    fn bytes(&self, path: &str, cap: u64) -> Result<Option<Vec<u8>>, String> {
        self.bytes_if(path, cap, &|_| true)
    }
}

impl Files for Root {
    fn bytes_if(
        &self,
        path: &str,
        cap: u64,
        wanted: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, String> {
        self.bytes_if(&format!("/{path}"), cap, wanted)
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, String> {
        Ok(self.list(&format!("/{folder}"))?.unwrap_or_default())
    }

    fn link(&self, path: &str) -> Option<String> {
        self.link(&format!("/{path}"))
    }
}
