//! What formats share, so that a format's own file only says what is special about it.

pub(crate) mod assets;
pub(crate) mod bill;
pub(crate) mod cloud;
pub(crate) mod cvss;
pub(crate) mod dates;
pub(crate) mod flex;
pub(crate) mod head;
pub(crate) mod ids;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod loci;
pub(crate) mod osv;
pub(crate) mod out;
pub(crate) mod package;
pub(crate) mod purl;
pub(crate) mod scan;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod utf8;
pub(crate) mod vex;
pub(crate) mod walk;
pub(crate) mod xml;
