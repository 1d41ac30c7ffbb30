import { describe, expect, it } from 'vitest';
import { line, readFact, summary } from '../../src/lib/facts';
import { listSearch, parseSearch, stringifySearch } from '../../src/lib/search';
import { addRange, flip, has, none, sizeOf } from '../../src/lib/selection';

describe('selection', () => {
  const loaded = [1, 2, 3, 4];
  it('switches rows and ranges', () => {
    const one = flip(none, 2, loaded);
    expect([has(one, 2), sizeOf(one)]).toEqual([true, 1]);
    expect(sizeOf(flip(one, 2, loaded))).toBe(0);
    expect(sizeOf(addRange(one, loaded, 3, 1))).toBe(3);
  });
  it('of everything has every row, and taking one out leaves the loaded rest', () => {
    const all = { kind: 'all', q: 'x', count: 4000 } as const;
    expect([has(all, 99), sizeOf(all)]).toEqual([true, 4000]);
    expect(sizeOf(flip(all, 1, loaded))).toBe(3);
  });
});

describe('the address', () => {
  it('stays readable and comes back as it was', () => {
    const search = { q: 'status:open severity:high,critical asset:"a b"', sort: '-priority' };
    const text = stringifySearch(search);
    expect(text).toContain('status:open');
    expect(parseSearch(text)).toEqual(search);
  });
  it('tells an empty query from none', () => {
    expect(listSearch(parseSearch(stringifySearch({ q: '' })))).toEqual({ q: '' });
    expect(listSearch({})).toEqual({});
  });
});

describe('facts of a host', () => {
  it('tell the unknown from the empty', () => {
    expect(readFact({ unknown: 'permission denied' })).toEqual({ unknown: 'permission denied' });
    expect(readFact({ known: [] })).toEqual({ known: [] });
    expect(readFact(true)).toEqual({ known: true });
  });
  it('are told in short', () => {
    expect([summary([1, 2]), summary(null), summary({ pretty_name: 'Debian 12' }), summary(true)]).toEqual(['2 entries', 'not there', 'Debian 12', 'yes']);
    expect(line({ path: '/usr/bin/sudo', mode: 0o4755, package: null })).toBe('path /usr/bin/sudo · mode 4755');
  });
});
