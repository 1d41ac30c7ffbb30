//! pacman's database: a folder for each installed package, with a file `desc` of `%KEY%` and lines.

use super::os_packages;
use crate::software::extractor::{Extractor, TEXT};
use bartizan_model::host;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pacman",
    name: "pacman's desc",
    docs: "https://wiki.archlinux.org/title/Pacman",
    wants: |path| path.ends_with("/desc") && format!("/{path}").contains("/lib/pacman/local/"),
    magic: &[],
    cap: TEXT,
    kinds: &["alpm"],
    extract: |file| {
        let package = parse(&String::from_utf8_lossy(file.bytes));
        Ok(os_packages(file, &["var/lib/", "usr/lib/"], package.as_slice()))
    },
};

fn parse(text: &str) -> Option<host::Package> {
    let mut lines = text.lines().map(str::trim);
    let (mut name, mut version, mut base, mut arch) = Default::default();
    while let Some(line) = lines.next() {
        let field: &mut String = match line {
            "%NAME%" => &mut name,
            "%VERSION%" => &mut version,
            "%BASE%" => &mut base,
            "%ARCH%" => &mut arch,
            _ => continue,
        };
        *field = lines.next().unwrap_or("").to_owned();
    }
    (!name.is_empty() && !version.is_empty()).then(|| host::Package {
        manager: "alpm".to_owned(),
        source: if base.is_empty() { name.clone() } else { base },
        name,
        source_version: version.clone(),
        module: String::new(),
        version,
        arch,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in};
    use super::*;

    #[test]
    fn a_package() {
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "var/lib/pacman/local/gcc-libs-14.2.1-1/desc",
                "%NAME%\ngcc-libs\n\n%VERSION%\n14.2.1-1\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%DEPENDS%\nglibc>=2.27\n",
                &[("etc/os-release", "ID=arch\n")],
                &["installed pkg:alpm/arch/gcc-libs@14.2.1-1?arch=x86_64&distro=arch&upstream=gcc"],
            ),
            [""; 0]
        );
        check(&EXTRACTOR, "var/lib/pacman/local/x/desc", "%NAME%\ngawk\n\n%VERSION%\n", &[]);
    }
}
