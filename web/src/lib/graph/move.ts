import type { Point } from './layout';
import type { Scene } from './scene';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * What the arrow keys reach from an item: to the left and right what it is tied to, nearest first, and where nothing is the
 * nearest at all; up and down the next in its column. From nothing, the leftmost.
 */
export function neighbour(scene: Scene, places: Map<string, Point>, from: string | null, direction: Direction): string | null {
  const here = from === null ? undefined : places.get(from);
  if (from === null || !here) return [...places].sort(([, a], [, b]) => a.x - b.x || b.y - a.y)[0]?.[0] ?? null;
  const tied = new Set<string>();
  for (const line of scene.lines.values()) {
    if (line.from === from) tied.add(line.to);
    if (line.to === from) tied.add(line.from);
  }
  const forward = ({ x, y }: Point) => ({ left: here.x - x, right: x - here.x, up: y - here.y, down: here.y - y })[direction];
  const aside = ({ x, y }: Point) => (direction === 'left' || direction === 'right' ? Math.abs(y - here.y) : Math.abs(x - here.x));
  const level = direction === 'up' || direction === 'down';
  const ahead = [...places].filter(([, at]) => forward(at) > 0 && (!level || aside(at) === 0));
  const near = level ? ahead : ahead.filter(([key]) => tied.has(key));
  const [best] = (near.length > 0 ? near : level ? [] : ahead).sort(([, a], [, b]) => forward(a) + 2 * aside(a) - forward(b) - 2 * aside(b));
  return best?.[0] ?? null;
}
