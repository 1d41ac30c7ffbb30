//! From where a source looked at an asset (see [`Finding::vantage`](crate::Finding::vantage)).

/// A folder or file as a vantage, the same however it is written (`web`, `./web/`). Empty for the folder that the tool stood in:
/// that is all there is.
pub fn folder(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    root.to_owned() + &parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_same_however_it_is_written() {
        for path in ["web/app", "./web/app/", ".\\web\\app", "web//./app"] {
            assert_eq!(folder(path), "web/app", "{path}");
        }
        assert_eq!([".", "./", "", "/", "/src/", "../web"].map(folder), ["", "", "", "/", "/src", "../web"]);
    }
}
