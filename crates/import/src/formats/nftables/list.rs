//! The text of `nft list ruleset`: tables with sets and chains in braces, a rule a line.

use super::terms::{Field, Rule, Value, verdict};
use super::{FORMAT, Rules, full};
use crate::common::filter::Verdict;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;

/// Reads the whole text.
pub(super) fn read(
    json: &mut Json<'_>,
    options: &Options,
    rules: &mut Rules,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut all = String::new();
    while let Some(line) = json.line(options.limits.record.saturating_sub(all.len()))? {
        all.push_str(&line);
    }
    let tokens = tokens(&all);
    let mut list = List { tokens: &tokens, at: 0, found: Vec::new() };
    let mut tables = 0;
    while let Some(word) = list.next() {
        if word == "table" {
            tables += 1;
            list.table(rules)?;
        }
    }
    if tables == 0 {
        let why = "no table begins in it".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    for found in std::mem::take(&mut list.found) {
        out.record(Place { line: found.line, ..Place::default() }, "");
        let mut words = Words { words: found.words, at: 0 };
        words.rule(&mut Rule::new(&found.family, &found.table), rules, &found.chain);
    }
    Ok(())
}

/// A word, a sign, or the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    line: u64,
}

/// Words; `{`, `}`, `,`, `;` and ends of lines by themselves; quoted text with its quotes; comments dropped.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut rest = line;
        loop {
            rest = rest.trim_start();
            let Some(first) = rest.chars().next().filter(|first| *first != '#') else { break };
            let length = match first {
                '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
                '{' | '}' | ',' | ';' => 1,
                _ => rest.find(|c: char| c.is_whitespace() || "{},;\"".contains(c)).unwrap_or(rest.len()),
            };
            let (word, after) = rest.split_at(length);
            tokens.push(Token { text: word, line: number });
            rest = after;
        }
        tokens.push(Token { text: "\n", line: number });
    }
    tokens
}

/// A rule with its place.
struct Found<'a> {
    family: String,
    table: String,
    chain: String,
    words: &'a [Token<'a>],
    line: u64,
}

struct List<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    found: Vec<Found<'a>>,
}

impl<'a> List<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token.text)
    }

    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|token| token.text)
    }

    fn must<T>(&self, what: Option<T>) -> Result<T, ParseError> {
        let line = self.tokens.last().map_or(0, |token| token.line);
        let at = Place { line, ..Place::default() };
        what.ok_or_else(|| ParseError::Truncated { at, what: "a brace is never closed".to_owned() })
    }

    /// The words up to a brace that opens.
    fn name(&mut self) -> Result<Vec<&'a str>, ParseError> {
        let mut words = Vec::new();
        loop {
            let word = self.next();
            match self.must(word)? {
                "{" => return Ok(words),
                "\n" => {}
                word => words.push(word.trim_matches('"')),
            }
        }
    }

    /// Passes over what follows, up to the end of the line or of its braces.
    fn skip(&mut self) -> Result<(), ParseError> {
        let mut depth = 0_usize;
        loop {
            if depth == 0 && self.peek() == Some("}") {
                return Ok(());
            }
            let word = self.next();
            match self.must(word)? {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                "\n" | ";" if depth == 0 => return Ok(()),
                _ => {}
            }
        }
    }

    fn table(&mut self, rules: &mut Rules) -> Result<(), ParseError> {
        let words = self.name()?;
        let (family, table) = match words.as_slice() {
            [family, table, ..] => (*family, *table),
            [table] => ("ip", *table),
            [] => ("ip", ""),
        };
        loop {
            let word = self.next();
            match self.must(word)? {
                "}" => return Ok(()),
                "chain" => self.chain(family, table, rules)?,
                "set" => self.set(family, table, rules)?,
                "\n" | ";" => {}
                _ => self.skip()?,
            }
        }
    }

    /// A set with its elements; without any it is empty.
    fn set(&mut self, family: &str, table: &str, rules: &mut Rules) -> Result<(), ParseError> {
        let words = self.name()?;
        let name = full(family, table, words.first().copied().unwrap_or_default());
        let mut elements = Vec::new();
        loop {
            let word = self.next();
            match self.must(word)? {
                "}" => break,
                "elements" => {
                    self.name()?;
                    let mut first = true;
                    loop {
                        let word = self.next();
                        match self.must(word)? {
                            "}" => break,
                            "," => first = true,
                            "\n" => {}
                            // What follows an element says for how long it is in.
                            word if first => {
                                elements.push(Value::of(word));
                                first = false;
                            }
                            _ => {}
                        }
                    }
                }
                "\n" | ";" => {}
                _ => self.skip()?,
            }
        }
        rules.sets.insert(name, elements);
        Ok(())
    }

    fn chain(&mut self, family: &str, table: &str, rules: &mut Rules) -> Result<(), ParseError> {
        let words = self.name()?;
        let name = full(family, table, words.first().copied().unwrap_or_default());
        rules.filter.chains.entry(name.clone()).or_default();
        let (mut kind, mut hook, mut policy) = ("", "", "");
        loop {
            let from = self.at;
            let word = self.next();
            match self.must(word)? {
                "}" => break,
                "\n" | ";" => {}
                "type" => {
                    kind = self.next().unwrap_or_default();
                    if self.peek() == Some("hook") {
                        self.at += 1;
                        hook = self.next().unwrap_or_default();
                    }
                    self.skip()?;
                }
                "policy" => policy = self.next().unwrap_or_default(),
                "comment" | "devices" | "device" => self.skip()?,
                _ => {
                    let words = self.statement(from)?;
                    let line = words.first().map_or(0, |token| token.line);
                    let (family, table, chain) = (family.to_owned(), table.to_owned(), name.clone());
                    self.found.push(Found { family, table, chain, words, line });
                }
            }
        }
        if !hook.is_empty() {
            rules.base(family, name, [kind, hook, policy]);
        }
        Ok(())
    }

    /// A rule: up to the end of its line outside of braces.
    fn statement(&mut self, from: usize) -> Result<&'a [Token<'a>], ParseError> {
        self.at = from;
        let mut depth = 0_usize;
        loop {
            match self.must(self.peek())? {
                "{" => depth += 1,
                "}" if depth == 0 => break,
                "}" => depth -= 1,
                "\n" | ";" if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        Ok(self.tokens.get(from..self.at).unwrap_or_default())
    }
}

/// The words of one rule.
struct Words<'a> {
    words: &'a [Token<'a>],
    at: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> &'a str {
        let rest = self.words.get(self.at..).unwrap_or_default();
        rest.iter().map(|token| token.text).find(|word| *word != "\n").unwrap_or_default()
    }

    /// The next word; empty at the end.
    fn next(&mut self) -> &'a str {
        while let Some(token) = self.words.get(self.at) {
            self.at += 1;
            if token.text != "\n" {
                return token.text;
            }
        }
        ""
    }

    fn passes(&mut self, words: &[&str]) -> bool {
        let is = words.contains(&self.peek());
        if is {
            self.next();
        }
        is
    }

    fn rule(&mut self, rule: &mut Rule, rules: &mut Rules, chain: &str) {
        while !rule.is_done() {
            match self.next() {
                "" => return,
                "counter" => {
                    while matches!(self.peek(), "packets" | "bytes" | "name") {
                        self.next();
                        self.next();
                    }
                }
                "log" => {
                    while matches!(
                        self.peek(),
                        "prefix" | "level" | "flags" | "group" | "snaplen" | "queue-threshold"
                    ) {
                        self.next();
                        self.next();
                    }
                }
                "comment" => {
                    self.next();
                }
                "limit" | "quota" => {
                    rule.limits();
                    while self.peek().starts_with(|c: char| c.is_ascii_digit())
                        || matches!(
                            self.peek(),
                            "rate"
                                | "over"
                                | "until"
                                | "burst"
                                | "packets"
                                | "bytes"
                                | "kbytes"
                                | "mbytes"
                                | "used"
                                | "name"
                        )
                    {
                        self.next();
                    }
                }
                // A set that remembers who came how often.
                "add" | "update" | "delete" | "meter" => {
                    rule.limits();
                    while !matches!(self.peek(), "{" | "") {
                        self.next();
                    }
                    self.braces();
                }
                "jump" => {
                    let to = Verdict::Jump(rule.chain(self.next()));
                    rule.decide(rules, chain, to);
                }
                "goto" => {
                    let to = Verdict::Goto(rule.chain(self.next()));
                    rule.decide(rules, chain, to);
                }
                "dnat" | "redirect" | "tproxy" => {
                    rules.filter.unknown("a rule sends packets to another port or machine");
                    return;
                }
                "snat" | "masquerade" | "notrack" => return,
                word => match verdict(word) {
                    Some(verdict) => rule.decide(rules, chain, verdict),
                    None => self.condition(word, rule, rules, chain),
                },
            }
        }
    }

    /// `tcp dport { 22, 443 }`, `ip saddr != 10.0.0.0/8`, `ct state vmap { established : accept }`.
    fn condition(&mut self, word: &str, rule: &mut Rule, rules: &mut Rules, chain: &str) {
        let Some(field) = self.field(word, rule, rules) else { return };
        if field == Field::Flags {
            return self.flags(rule, rules);
        }
        if self.peek() == "." {
            rule.unknown("several fields at once");
            while !matches!(self.peek(), "{" | "") && !self.peek().starts_with('@') {
                self.next();
            }
            if self.peek() == "{" {
                self.braces();
            } else {
                self.next();
            }
            return;
        }
        if self.passes(&["vmap"]) {
            if self.peek() != "{" {
                self.next();
                rule.unknown("a map of verdicts");
                rule.decide(rules, chain, Verdict::Unknown);
                return;
            }
            let choices = self.choices(rule);
            rule.choose(rules, chain, &field, &choices);
            return;
        }
        let negated = self.passes(&["!="]);
        self.passes(&["==", "in"]);
        let values = self.values();
        rule.ask(rules, &field, negated, &values);
    }

    /// What a rule looks at; `None` where the words change something instead.
    fn field(&mut self, word: &str, rule: &mut Rule, rules: &Rules) -> Option<Field> {
        let field = match word {
            "ip" | "ip6" => {
                rule.family(word == "ip6");
                match self.next() {
                    "saddr" => Field::Source,
                    "daddr" => Field::Destination,
                    "protocol" | "nexthdr" => Field::Protocol,
                    other => Field::Other(format!("{word} {other}")),
                }
            }
            "tcp" | "udp" | "th" => {
                let with = match word {
                    "tcp" => Some("tcp"),
                    "udp" => Some("udp"),
                    _ => None,
                };
                match self.next() {
                    "dport" => Field::Port(with),
                    other => {
                        let name = with.map(|with| vec![Value::One(with.to_owned())]);
                        name.into_iter().for_each(|name| rule.ask(rules, &Field::Protocol, false, &name));
                        match other {
                            "sport" => Field::Part,
                            "flags" => Field::Flags,
                            other => Field::Other(format!("{word} {other}")),
                        }
                    }
                }
            }
            "icmp" | "icmpv6" | "sctp" | "dccp" | "igmp" | "esp" | "ah" => {
                self.next();
                Field::Foreign
            }
            "iif" | "iifname" => Field::Interface,
            "pkttype" => Field::Kind,
            "fib" => {
                while !matches!(self.next(), "type" | "oif" | "oifname" | "") {}
                Field::Kind
            }
            "meta" | "ct" => {
                let key = self.next();
                if self.passes(&["set"]) {
                    self.values();
                    return None;
                }
                match (word, key) {
                    ("meta", "l4proto") => Field::Protocol,
                    ("meta", "nfproto" | "protocol") => Field::Family,
                    ("meta", "iif" | "iifname") => Field::Interface,
                    ("meta", "pkttype") => Field::Kind,
                    ("ct", "state") => Field::State,
                    ("ct", "count") => {
                        rule.limits();
                        self.passes(&["over"]);
                        self.next();
                        return None;
                    }
                    (_, key) => Field::Other(format!("{word} {key}")),
                }
            }
            "mark" => {
                if self.passes(&["set"]) {
                    self.values();
                    return None;
                }
                Field::Other("mark".to_owned())
            }
            other => {
                rule.unknown(format!("the condition {}", text::name(other)));
                return None;
            }
        };
        Some(field)
    }

    /// A condition on TCP flags, in any of its forms: whether a packet with SYN alone fits.
    fn flags(&mut self, rule: &mut Rule, rules: &Rules) {
        let mut words = Vec::new();
        while !self.peek().is_empty() && !ENDS.contains(&self.peek()) {
            words.push(self.next());
        }
        let text = words.join(" ");
        let begins = text == "syn" || text.ends_with("== syn") || text.starts_with("syn /");
        rule.ask(rules, &Field::Flags, !begins, &[Value::One("syn".to_owned())]);
    }

    /// One value, several with commas between them, or a set in braces.
    fn values(&mut self) -> Vec<Value> {
        if self.peek() == "{" {
            let mut values = Vec::new();
            let mut first = true;
            self.next();
            loop {
                match self.next() {
                    "}" | "" => return values,
                    "," => first = true,
                    word if first => {
                        values.push(Value::of(word));
                        first = false;
                    }
                    _ => {}
                }
            }
        }
        let mut values = vec![Value::of(self.next())];
        while self.passes(&[","]) {
            values.push(Value::of(self.next()));
        }
        values
    }

    /// `{ 22 : accept, 80 : jump web }`.
    fn choices(&mut self, rule: &Rule) -> Vec<(Vec<Value>, Verdict)> {
        let mut choices = Vec::new();
        self.next();
        loop {
            let key = self.next();
            if matches!(key, "}" | "") {
                return choices;
            }
            while !matches!(self.peek(), ":" | "}" | "") {
                self.next();
            }
            self.next();
            let decides = match self.next() {
                "jump" => Some(Verdict::Jump(rule.chain(self.next()))),
                "goto" => Some(Verdict::Goto(rule.chain(self.next()))),
                word => verdict(word),
            };
            choices.extend(decides.map(|decides| (vec![Value::of(key)], decides)));
            while !matches!(self.peek(), "," | "}" | "") {
                self.next();
            }
            self.passes(&[","]);
        }
    }

    /// Passes over what stands in braces.
    fn braces(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.next() {
                "{" => depth += 1,
                "}" if depth <= 1 => return,
                "}" => depth -= 1,
                "" => return,
                _ => {}
            }
        }
    }
}

/// Words with which something new begins after a condition on flags.
const ENDS: [&str; 22] = [
    "accept", "drop", "reject", "return", "continue", "queue", "jump", "goto", "counter", "log", "limit",
    "ct", "ip", "ip6", "meta", "comment", "tcp", "udp", "th", "iif", "iifname", "fib",
];
