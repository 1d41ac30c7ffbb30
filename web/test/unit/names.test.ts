import { describe, expect, it } from 'vitest';
import { placeNames, type Named } from '../../src/lib/graph/names';

const at = (key: string, x: number, y: number, width = 60): Named => ({ key, x, y, half: 6, width, side: 'below' });

describe('names of a picture', () => {
  it('have their place below where there is room', () => {
    expect([...placeNames([at('a', 0, 0), at('b', 100, 0)])]).toEqual([['a', 'below'], ['b', 'below']]);
  });

  it('move to another side rather than over a name or a shape', () => {
    expect([...placeNames([at('a', 0, 0), at('b', 40, 0)])]).toEqual([['a', 'below'], ['b', 'above']]);
    // What is right below takes the place of the name.
    expect(placeNames([at('a', 0, 0), at('b', 0, 18)]).get('a')).toBe('above');
  });

  it('are left out where there is no room, the last of the list first', () => {
    const crowd = Array.from({ length: 12 }, (_, index) => at(`${index}`, (index % 4) * 14, Math.floor(index / 4) * 14));
    const placed = placeNames(crowd);
    expect(placed.has('0')).toBe(true);
    expect(placed.size).toBeLessThan(crowd.length);
  });

  it('do not cross the edge', () => {
    expect(placeNames([at('a', 10, 0)], [0, 400]).get('a')).toBe('right');
    expect(placeNames([at('a', 390, 0)], [0, 400]).get('a')).toBe('left');
    expect(placeNames([at('a', 10, 0, 500)], [0, 400]).size).toBe(0);
  });
});
