import type { Item } from './scene';

/** Where a name stands beside its shape. */
export type Side = 'below' | 'above' | 'right' | 'left';

/** Something with a name, in pixels; y grows downwards. */
export interface Named {
  key: string;
  x: number;
  y: number;
  /** Half the width of its shape. */
  half: number;
  /** How wide its name is. */
  width: number;
  /** Where the name stands best. */
  side: Side;
}

/** The height of a line, how far it is from its shape, and how far from others beside it. */
const line = 15;
const gap = 3;
const apart = 5;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * The sides of those names that have room: each in its turn, so the first of the list goes first, and none over another
 * name, over a shape, or across the edge of what is shown (`[left, right]`, where there is one).
 */
export function placeNames(all: Named[], edge: [number, number] | null = null): Map<string, Side> {
  const shapes = all.map(({ x, y, half }) => ({ left: x - half, right: x + half, top: y - half, bottom: y + half }));
  const taken: Box[] = [];
  const placed = new Map<string, Side>();
  all.forEach((one, own) => {
    for (const side of new Set<Side>([one.side, 'below', 'above', 'right', 'left'])) {
      const box = boxOf(one, side);
      if (edge && (box.left < edge[0] || box.right > edge[1])) continue;
      if (taken.some((other) => meet(box, other)) || shapes.some((shape, index) => index !== own && meet(box, shape))) continue;
      taken.push(box);
      placed.set(one.key, side);
      return;
    }
  });
  return placed;
}

function boxOf({ x, y, half, width }: Named, side: Side): Box {
  if (side === 'right') return { left: x + half + gap, right: x + half + gap + width, top: y - line / 2, bottom: y + line / 2 };
  if (side === 'left') return { left: x - half - gap - width, right: x - half - gap, top: y - line / 2, bottom: y + line / 2 };
  const top = side === 'below' ? y + half + gap : y - half - gap - line;
  return { left: x - width / 2, right: x + width / 2, top, bottom: top + line };
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right + apart && b.left < a.right + apart && a.top < b.bottom && b.top < a.bottom;
}

const ranks: Record<Item['role'], number> = { crown: 4, entry: 3, choke: 2, inside: 1, group: 1, asset: 0 };

/** Which of two items has its name before the other. */
export function before(a: Item, b: Item): number {
  return ranks[b.role] - ranks[a.role] || b.share - a.share || b.members.length - a.members.length;
}
