//! Walking an XML report: every element under a root that is the format's own.

use super::out::Out;
use super::xml::{Element, Node, Xml};
use crate::error::ParseError;
use crate::format::Options;
use std::io::BufRead;

/// What is done with an element that begins: read it whole (`subtree`), pass over it (`skip`), or go into it (nothing).
pub(crate) type Each<'a> = dyn FnMut(Element, &mut Xml<'_>, &mut Out<'_>) -> Result<(), ParseError> + 'a;

/// Hands over every element, the root first. A document with another root is another format.
pub(crate) fn walk(
    input: &mut dyn BufRead,
    options: &Options,
    out: &mut Out<'_>,
    format: &'static str,
    roots: &[&str],
    each: &mut Each<'_>,
) -> Result<(), ParseError> {
    let mut xml = Xml::new(input, &options.limits);
    let mut in_root = false;
    loop {
        match xml.next()? {
            Node::Eof => break,
            Node::End => {}
            Node::Start(element) => {
                if !in_root && !roots.contains(&element.name.as_str()) {
                    let name = super::text::name(&element.name);
                    let why = format!("its root element is <{name}>, not <{}>", roots.join("> or <"));
                    return Err(ParseError::WrongFormat { format, why });
                }
                in_root = true;
                each(element, &mut xml, out)?;
            }
        }
    }
    if !in_root {
        return Err(ParseError::Empty { format });
    }
    out.damaged(xml.damaged());
    Ok(())
}
