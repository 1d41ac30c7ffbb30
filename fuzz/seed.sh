#!/usr/bin/env bash
# seed.sh: what the fuzzer begins with, all from this repository: the fixtures of the parsers, the texts that stand in the sources and
# tests of what a target reads, and the short ones of these as words that belong together. Made anew each time; what the fuzzer found
# itself stays beside it.
set -euo pipefail
cd "$(dirname "$0")"

# texts TARGET LEAST PATH...: what stands in quotes in these sources. Those of at least so many characters are inputs, short ones the
# words of the target.
texts() {
  local target=$1 least=$2
  shift 2
  mkdir -p "corpus/$target"
  # shellcheck disable=SC2016 # the variables are Perl's
  find "$@" -name '*.rs' -print0 | sort -z | xargs -0 perl -0777 -ne '
    BEGIN { ($folder, $least) = ("corpus/'"$target"'", '"$least"'); open D, ">", "$folder.dict" or die; }
    while (/b?r(#+)"(.*?)"\1|"((?:[^"\\]|\\.)*)"/sg) {
      my $text = $2;
      if (!defined $text) {
        $text = $3;
        $text =~ s/\\\n\s*//g;
        my %plain = (n => "\n", r => "\r", t => "\t", 0 => "\0");
        $text =~ s/\\(?:x(..)|u\{(\w+)\}|(.))/defined $1 ? chr hex $1 : defined $2 ? "?" : $plain{$3} \/\/ $3/ges;
      }
      next if length $text < 2 || $seen{$text}++;
      if (length $text < 40) {
        printf D "\"%s\"\n", join "", map { sprintf "\\x%02x", ord } split //, $text;
      }
      next if length $text < $least;
      open F, ">", sprintf("%s/text-%05d", $folder, ++$count) or die;
      print F $text;
    }'
}

# files TARGET PATH...: these files as they are.
files() {
  local target=$1 file
  shift
  mkdir -p "corpus/$target"
  for file; do
    cp "$file" "corpus/$target/$(basename "$(dirname "$file")")-$(basename "$file")"
  done
}

crates=../crates
fixtures=("$crates"/import/fixtures/*/*)
for target in damaged_reports detect_and_parse open_and_entries tables; do
  files "$target" "${fixtures[@]}"
done
files attack_graph "$crates"/import/fixtures/{aws_ec2,aws_iam,azurehound,estate,iptables,kubernetes_rbac,nftables,repository_members,sharphound}/good*
files open_and_entries seeds/open_and_entries/*

texts attack_graph 40 "$crates"/graph/src "$crates"/import/src/formats/{sharphound,azurehound,aws_iam,kubernetes_rbac}
texts cvss 2 "$crates"/advisory/src/cvss "$crates"/advisory/src/cvss.rs
texts detect_and_parse 40 "$crates"/import/src/common "$crates"/import/src/formats
cp corpus/detect_and_parse.dict corpus/damaged_reports.dict
texts extractors 20 "$crates"/discover/src/software
texts feeds 40 "$crates"/advisory/src
texts host 20 "$crates"/discover/src/host "$crates"/discover/src/software/rpm
texts http 2 "$crates"/server/src "$crates"/model/src/query.rs "$crates"/app/src/asset_query.rs
texts images 20 "$crates"/discover/src/software/image
texts names 2 "$crates"/model/src "$crates"/advisory/src/ecosystem.rs
texts policies 2 "$crates"/graph/src/iam "$crates"/graph/src/rbac "$crates"/graph/tests
texts query 2 "$crates"/model/src/query.rs "$crates"/model/src/query "$crates"/prioritize/tests
texts tables 20 "$crates"/import/src/columns.rs "$crates"/import/src/common/fields.rs
texts versions 2 "$crates"/advisory/src/version "$crates"/advisory/src/version.rs

# One call of each operation of the API.
awk '$2 ~ /^\// { gsub(/\{[a-z]+\}/, "1", $2); print $1, $2 }' "$crates"/server/tests/api/snapshots/*who_may_call_what.snap |
  while read -r method path; do
    printf '%s %s?q=severity:high&limit=5\n{"exposures":[1],"query":"severity:high","name":"x"}' "$method" "$path" \
      >"corpus/http/$method${path//\//-}"
  done

# A layer of an image, and an archive of reports.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/etc" "$folder/lib/apk/db"
printf 'ID=alpine\nVERSION_ID=3.18.4\n' >"$folder/etc/os-release"
printf 'P:musl\nV:1.2.4-r2\nA:x86_64\n' >"$folder/lib/apk/db/installed"
mkdir -p corpus/images
tar -C "$folder" -cf corpus/images/layer.tar etc lib
tar -C "$folder" -czf corpus/open_and_entries/reports.tar.gz etc lib
