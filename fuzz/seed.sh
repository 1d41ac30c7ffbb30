#!/bin/sh
# Puts the fixtures of the parsers into the corpora, so that the fuzzer begins with real reports.
set -eu
cd "$(dirname "$0")"
for target in detect_and_parse open_and_entries; do
    mkdir -p "corpus/$target"
    for file in ../crates/import/fixtures/*/*; do
        cp "$file" "corpus/$target/$(basename "$(dirname "$file")")-$(basename "$file")"
    done
done
