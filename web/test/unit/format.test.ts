import { describe, expect, it } from 'vitest';
import { actor, age, ago, beginning, bytes, count, duration, fileOf, locus, matching, paragraphs, percent, plural, points, sentence, short, words } from '../../src/lib/format';
import { level, severityStep, ssvcWords } from '../../src/lib/levels';
import { ticks } from '../../src/lib/trend';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('numbers', () => {
  it('never shows the unknown as 0', () => {
    expect([count(null), percent(undefined), bytes(null), duration(null)]).toEqual(['–', '–', '–', '–']);
  });
  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.034, '3.4 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('shows the share %d as %s', (share, text) => expect(percent(share)).toBe(text));
  it('cuts a score, as the query language compares it', () => {
    expect([points(76.99), points(60), points(0)]).toEqual([76, 60, 0]);
  });
  it('says who acted, and whole sentences', () => {
    expect([actor('ada'), actor('system:schedule'), actor('system:other')]).toEqual(['ada', 'the schedule', 'other']);
    expect([matching(1, 'exposure'), matching(2, 'exposure'), sentence('closing it: 7 to 6'), sentence('Done.')]).toEqual(['1 exposure matches', '2 exposures match', 'Closing it: 7 to 6.', 'Done.']);
  });
  it('separates thousands and minds the singular', () => {
    expect([count(1234567), plural(1, 'asset'), plural(0, 'asset'), plural(2, 'entry', 'entries')]).toEqual(['1,234,567', '1 asset', '0 assets', '2 entries']);
  });
  it('shows sizes and times in fitting units', () => {
    expect([bytes(900), bytes(1536), bytes(40 * 1024 * 1024), duration(0.02), duration(4.2), duration(61), duration(7_260)]).toEqual(['900 B', '1.5 KiB', '40.0 MiB', '20 ms', '4.2 s', '1 min 1 s', '2 h 1 min']);
  });
});

describe('times', () => {
  it.each([
    ['2026-11-23T11:59:50Z', 'just now'],
    ['2026-11-23T11:00:00Z', '1 hour ago'],
    ['2026-11-20T12:00:00Z', '3 days ago'],
    ['2026-11-25T12:00:00Z', 'in 2 days'],
    ['nonsense', 'nonsense'],
  ])('%s is %s', (at, text) => expect(ago(at, now)).toBe(text));
  it('has a short form', () => {
    expect([age('2026-11-23T11:58:00Z', now), age('2026-11-22T12:00:00Z', now), age('2024-01-01T00:00:00Z', now)]).toEqual(['2m', '1d', '2y']);
  });
});

describe('short', () => {
  it('keeps the beginning and the end, and whole letters', () => {
    expect(short('abcdefghij', 10)).toBe('abcdefghij');
    expect(short('a'.repeat(50) + 'z', 9)).toBe('aaaaaa…az');
    expect([...short('💉'.repeat(30), 9)]).toHaveLength(9);
  });
});

describe('the beginning of a text', () => {
  const sentence = 'Encode what is put into the page. ';
  it.each([
    ['Short. Text.', 20, 'Short. Text.'],
    [`${sentence.repeat(3)}`, 50, sentence.trim()],
    [`One paragraph\n\n${'x'.repeat(60)}`, 30, 'One paragraph'],
    ['a word after a word without an end', 20, 'a word after a word…'],
    ['x'.repeat(40), 20, `${'x'.repeat(20)}…`],
    ['Version 1.2 of it is '.repeat(4), 30, 'Version 1.2 of it is Version…'],
  ])('ends where it reads well: %j', (text, most, expected) => expect(beginning(text, most)).toBe(expected));
});

describe('paragraphs', () => {
  it('are what blank lines part', () => {
    expect(paragraphs('One\n  goes on.\n \n\nTwo.\n')).toEqual(['One\n  goes on.', 'Two.']);
    expect(paragraphs(' \n')).toEqual([]);
  });
});

describe('fileOf', () => {
  it.each([
    ['/srv/reports/scan.xml', 'scan.xml'],
    ['/srv/ad/collection.zip!2024_users.json', 'collection.zip!2024_users.json'],
    ['nightly.zip!shop/scan.sarif', 'nightly.zip!shop/scan.sarif'],
    ['scan.xml', 'scan.xml'],
    ['https://shop.example/cart', 'https://shop.example/cart'],
    ['folder/', 'folder/'],
    ['a.xml and 2 others', 'a.xml and 2 others'],
  ])('%s is shown as %s', (label, shown) => {
    expect(fileOf(label)).toBe(shown);
  });
});

describe('words', () => {
  it('are plain', () => {
    expect([words('false-positive'), words('first_seen'), words('epss')]).toEqual(['False positive', 'First seen', 'EPSS']);
  });
  it.each([
    ['', ''],
    ['port/tcp/443', 'port 443/tcp'],
    ['pkg:deb/debian/openssl', 'openssl'],
    ['pkg:npm/%40angular/core', '@angular/core'],
    ['pkg:maven/org.apache.logging.log4j/log4j-core', 'log4j-core'],
    ['pkg:golang/github.com/a/b', 'github.com/a/b'],
    ['file:src/a.py#7161b7d92252a228', 'src/a.py'],
    ['file:src/a.py#f', 'src/a.py#f'],
    ['setting:sshd/PermitRootLogin', 'setting sshd/PermitRootLogin'],
  ])('say where %s is', (text, expected) => expect(locus(text)).toBe(expected));
});

describe('levels', () => {
  it('have a word for what the server may say, and one for what it may not', () => {
    expect([level('act-now').word, level('low').word, level('new-band').word, level(null).word]).toEqual(['Act now', 'Low', 'Not rated', 'Not rated']);
    expect(ssvcWords('track_star')?.[0]).toBe('Track*');
    expect(ssvcWords(null)).toBeNull();
    expect([severityStep('Critical'), severityStep('unknown')]).toEqual([4, 0]);
  });
});

describe('ticks', () => {
  it.each([
    [0, [0, 1]],
    [2, [0, 1, 2]],
    [95, [0, 50, 100]],
    [1200, [0, 500, 1000, 1500]],
  ])('of %d begin at 0 and reach it', (largest, expected) => expect(ticks(largest)).toEqual(expected));
});
