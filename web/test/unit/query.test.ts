import { describe, expect, it } from 'vitest';
import type { QueryField } from '../../src/api/types';
import { accept, complete, quote, termAt, terms, toggle, valuesOf } from '../../src/lib/query';

const fields: QueryField[] = [
  { name: 'severity', type: 'choice', doc: 'how bad', example: 'severity:high', values: ['unknown', 'info', 'low', 'medium', 'high', 'critical'] },
  { name: 'seen', type: 'duration', doc: 'last seen', example: 'seen:<2w' },
  { name: 'kev', type: 'flag', doc: 'exploited', example: 'kev:true' },
  { name: 'asset', type: 'text', doc: 'name', example: 'asset:web*' },
];

describe('terms', () => {
  it('splits at spaces and brackets, but not inside quotes', () => {
    expect(terms('a:"b c" (d OR -e)').map((term) => term.text)).toEqual(['a:"b c"', 'd', 'OR', '-e']);
  });
  it('keeps an escaped quote inside its quotes', () => {
    expect(terms('a:"b \\" c" d').map((term) => term.text)).toEqual(['a:"b \\" c"', 'd']);
  });
  it('tells the field, the operator and what is typed', () => {
    expect(termAt('x severity:>=hi', 15)).toMatchObject({ field: 'severity', operator: ':>=', typed: 'hi', start: 2 });
    expect(termAt('-kev:t', 6)).toMatchObject({ field: 'kev', negated: true, typed: 't' });
  });
});

describe('complete', () => {
  const labels = (query: string, caret = query.length) => complete(query, caret, fields).map((one) => one.label);
  it('offers every field for an empty query, and none after a space', () => {
    expect(labels('')).toHaveLength(4);
    expect(labels('kev:true ')).toEqual([]);
  });
  it('offers fields that begin so before those that contain it', () => {
    expect(labels('se')).toEqual(['severity:', 'seen:', 'asset:']);
  });
  it('offers the values of a field, and of its last list entry', () => {
    expect(labels('severity:h')).toEqual(['high']);
    expect(complete('severity:high,cr', 16, fields)[0]?.insert).toBe('severity:high,critical');
  });
  it('offers yes and no for a flag that names no values', () => {
    expect(labels('kev:')).toEqual(['true', 'false']);
  });
  it('keeps a negation', () => {
    expect(complete('-sev', 4, fields)[0]?.insert).toBe('-severity:');
  });
  it('offers nothing for an unknown field', () => {
    expect(labels('colour:r')).toEqual([]);
  });
});

describe('accept', () => {
  it('puts the suggestion in place of the word at the caret', () => {
    const [suggestion] = complete('sev kev:true', 3, fields);
    expect(suggestion && accept('sev kev:true', 3, suggestion)).toEqual({ query: 'severity: kev:true', caret: 9 });
  });
  it('adds a space after a finished value', () => {
    const [suggestion] = complete('severity:h', 10, fields);
    expect(suggestion && accept('severity:h', 10, suggestion)).toEqual({ query: 'severity:high ', caret: 14 });
  });
});

describe('toggle', () => {
  it('adds, lists, and removes values', () => {
    const one = toggle('kev:true', 'severity', 'high');
    expect(one).toBe('kev:true severity:high');
    const two = toggle(one, 'severity', 'critical');
    expect(two).toBe('kev:true severity:high,critical');
    expect(toggle(toggle(two, 'severity', 'high'), 'severity', 'critical')).toBe('kev:true');
  });
  it('quotes what is no plain word, and finds it again', () => {
    const name = 'a "b", c';
    const query = toggle('', 'asset', name);
    expect(query).toBe('asset:"a \\"b\\", c"');
    expect(valuesOf(query, 'asset')).toEqual([name]);
    expect(toggle(query, 'asset', name)).toBe('');
  });
  it('leaves a query with brackets as it is and adds a term', () => {
    const query = toggle('(a OR b)', 'kev', 'true');
    expect(query).toBe('(a OR b) kev:true');
    expect(toggle(query, 'kev', 'true')).toBe('(a OR b)');
  });
});

describe('quote', () => {
  it.each([
    ['web-01.example.org', 'web-01.example.org'],
    ['track*', '"track*"'],
    ['-x', '"-x"'],
    ['OR', '"OR"'],
    ['خادم', 'خادم'],
    ['a b', '"a b"'],
  ])('%s', (value, expected) => expect(quote(value)).toBe(expected));
});
