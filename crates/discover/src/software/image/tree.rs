//! The files of an image as its layers leave them: of each that an extractor may want, where its bytes are kept, and which
//! layer brought it.
//!
//! Only such files and symbolic links are remembered. Their bytes go to a file without a name as the layers stream by, so
//! memory does not grow with the image.

use super::path;
use crate::software::files::Files;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// Symbolic links followed in one path, as the kernel does.
const LINKS: u32 = 40;
/// The most bytes that are kept of one image.
const KEPT: u64 = 16 << 30;

/// The files.
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    kept: File,
    end: u64,
    /// The folder that was asked for last, and where it really is.
    last: RefCell<Option<(String, String)>>,
}

enum Node {
    Link {
        layer: usize,
        target: String,
    },
    /// Its forms, each by a higher layer than the one before.
    File(Vec<Form>),
}

/// A file as one layer has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The layer's number.
    pub(super) layer: usize,
    at: u64,
    /// How many bytes it has.
    pub(super) size: u64,
    /// Whether its bytes were kept: those of a file beyond the limits were not.
    pub(super) kept: bool,
}

impl Tree {
    /// An empty one, which keeps bytes in `kept`.
    pub(super) fn new(kept: File) -> Self {
        Self { nodes: BTreeMap::new(), kept, end: 0, last: RefCell::default() }
    }

    /// The files and their forms, in the order of their paths.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[Form])> {
        self.nodes.iter().filter_map(|(path, node)| match node {
            Node::File(forms) => Some((path.as_str(), forms.as_slice())),
            Node::Link { .. } => None,
        })
    }

    /// Where a path really is: links in its folders are followed, inside the image only.
    pub(super) fn place(&self, path: &str) -> Result<String, String> {
        let Some((folder, name)) = path.rsplit_once('/') else { return Ok(path.to_owned()) };
        let known =
            self.last.borrow().as_ref().filter(|(asked, _)| asked == folder).map(|(_, is)| is.clone());
        let real = match known {
            Some(real) => real,
            None => {
                let real = self.resolve(folder)?;
                *self.last.borrow_mut() = Some((folder.to_owned(), real.clone()));
                real
            }
        };
        Ok(if real.is_empty() { name.to_owned() } else { format!("{real}/{name}") })
    }

    /// Follows all links of a path.
    fn resolve(&self, path: &str) -> Result<String, String> {
        let mut todo: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let mut at = String::new();
        let mut links = 0;
        while let Some(part) = todo.pop() {
            match part.as_str() {
                "" | "." => continue,
                // The root is its own parent.
                ".." => {
                    at.truncate(at.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let length = at.len();
            if length > 0 {
                at.push('/');
            }
            at.push_str(&part);
            if let Some(Node::Link { target, .. }) = self.nodes.get(&at) {
                links += 1;
                if links > LINKS {
                    return Err("too many symbolic links".to_owned());
                }
                at.truncate(if target.starts_with('/') { 0 } else { length });
                todo.extend(target.rsplit('/').map(str::to_owned));
            }
        }
        Ok(at)
    }

    /// Everything at and below a path that lower layers brought is gone.
    pub(super) fn whiteout(&mut self, path: &str, layer: usize) {
        self.lose(path, Some(layer));
        self.empty(path, layer);
    }

    /// Everything below a folder that lower layers brought is gone.
    pub(super) fn empty(&mut self, folder: &str, layer: usize) {
        for path in self.below(folder) {
            self.lose(&path, Some(layer));
        }
    }

    /// A folder takes the place of what was no folder.
    pub(super) fn folder(&mut self, path: &str) {
        self.lose(path, None);
    }

    /// What is neither a folder nor anything to remember takes the place of whatever was there.
    pub(super) fn nothing(&mut self, path: &str) {
        self.lose(path, None);
        for path in self.below(path) {
            self.lose(&path, None);
        }
    }

    /// A symbolic link takes the place of whatever was there.
    pub(super) fn link(&mut self, path: String, target: String, layer: usize) {
        self.nothing(&path);
        *self.last.borrow_mut() = None;
        self.nodes.insert(path, Node::Link { layer, target });
    }

    /// A file takes the place of whatever was there; its forms in lower layers stay known.
    pub(super) fn file(&mut self, path: String, form: Form) {
        for path in self.below(&path) {
            self.lose(&path, None);
        }
        if let Some(Node::File(forms)) = self.nodes.get_mut(&path) {
            forms.retain(|known| known.layer < form.layer);
            forms.push(form);
        } else {
            self.lose(&path, None);
            self.nodes.insert(path, Node::File(vec![form]));
        }
    }

    /// A hard link: the same bytes under another path. Whether there is such a file.
    pub(super) fn hard_link(&mut self, path: &str, target: &str, layer: usize) -> bool {
        let form = match self.nodes.get(target) {
            Some(Node::File(forms)) => forms.last().copied(),
            _ => None,
        };
        match form {
            // A link to itself changes nothing.
            Some(_) if path == target => {}
            Some(form) => self.file(path.to_owned(), Form { layer, ..form }),
            None => self.nothing(path),
        }
        form.is_some()
    }

    /// Keeps the bytes of a file.
    pub(super) fn keep(&mut self, reader: &mut dyn Read, layer: usize) -> io::Result<Form> {
        let at = self.end;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    self.kept.write_all_at(&buffer[..count], self.end)?;
                    self.end += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.end > KEPT {
                let why = format!("it has more than {} GiB of files to be read", KEPT >> 30);
                return Err(io::Error::other(why));
            }
        }
        Ok(Form { layer, at, size: self.end - at, kept: true })
    }

    /// The form of a file whose bytes are not kept.
    pub(super) const fn unkept(layer: usize, size: u64) -> Form {
        Form { layer, at: 0, size, kept: false }
    }

    /// The bytes of one form of a file.
    pub(super) fn read(&self, form: Form, cap: u64) -> Result<Vec<u8>, String> {
        if !form.kept || form.size > cap {
            return Err(crate::software::reading::too_large(cap));
        }
        let mut bytes = vec![0; usize::try_from(form.size).map_err(|error| error.to_string())?];
        self.kept.read_exact_at(&mut bytes, form.at).map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// What is below a folder.
    fn below(&self, folder: &str) -> Vec<String> {
        if folder.is_empty() {
            return self.nodes.keys().cloned().collect();
        }
        let begin = format!("{folder}/");
        let range = self.nodes.range(begin.clone()..);
        range.map(|(path, _)| path).take_while(|path| path.starts_with(&begin)).cloned().collect()
    }

    /// Forgets what is at a path; where `higher` is given, only what layers below it brought.
    fn lose(&mut self, path: &str, higher: Option<usize>) {
        let gone = match self.nodes.get_mut(path) {
            None => return,
            Some(Node::Link { layer, .. }) => {
                *self.last.borrow_mut() = None;
                higher.is_none_or(|higher| *layer < higher)
            }
            Some(Node::File(forms)) => {
                forms.retain(|form| higher.is_some_and(|higher| form.layer >= higher));
                forms.is_empty()
            }
        };
        if gone {
            self.nodes.remove(path);
        }
    }
}

impl Files for Tree {
    fn bytes_if(
        &self,
        path: &str,
        cap: u64,
        wanted: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, String> {
        let Some(Node::File(forms)) = self.nodes.get(&self.resolve(path)?) else { return Ok(None) };
        let Some(form) = forms.last() else { return Ok(None) };
        Ok(Some(self.read(*form, cap)?).filter(|bytes| wanted(bytes)))
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, String> {
        let folder = path::join("", folder).unwrap_or_default();
        let below = self.below(&folder);
        let names = below.iter().filter_map(|path| path.get(folder.len() + 1..)?.split('/').next());
        Ok(names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn link(&self, path: &str) -> Option<String> {
        match self.nodes.get(path)? {
            Node::Link { target, .. } => Some(target.clone()),
            Node::File(_) => None,
        }
    }
}
