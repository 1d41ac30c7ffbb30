import { describe, expect, it } from 'vitest';
import { lossWords, shareOf, typed, wrongWith } from '../../src/lib/entries';

describe('where attackers begin', () => {
  it('percent are read as people type them', () => {
    expect(['60', ' 0,5 ', '2.5 %', '0', '100%'].map(shareOf)).toEqual([0.6, 0.005, 0.025, 0, 1]);
    expect(['', 'x', '-1', '101', '1e3', 'NaN'].map(shareOf)).toEqual([null, null, null, null, null, null]);
    expect([0.6, 0.005, 1, 0.123456].map(typed)).toEqual(['60', '0.5', '100', '12.346']);
  });

  it('the likely value lies between its bounds', () => {
    expect(wrongWith('1', '2', '3')).toBeNull();
    expect(wrongWith('2', '2', '2')).toBeNull();
    expect(wrongWith('3', '2', '4')).toMatch(/lies between/);
    expect(wrongWith('', '2', '4')).toMatch(/0 to 100/);
  });

  it('a loss that moved is told in words', () => {
    expect(lossWords(100, 40)).toBe('the expected loss is 60 % lower: 100 before, 40 now');
    expect(lossWords(4, 10)).toBe('the expected loss is 150 % higher: 4.0 before, 10 now');
    expect(lossWords(100, 100)).toBe('the expected loss is the same, 100');
    expect(lossWords(0, 0.01)).toBe('no loss was known of before; < 0.1 is expected now');
    expect(lossWords(0, 0)).toBe('no loss was known of, and none is now');
  });
});
