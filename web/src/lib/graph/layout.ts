import type { Item, Items } from './scene';

export interface Point {
  x: number;
  y: number;
}

/** Distances between centres. Sizes of items are in the same unit. */
export const unit = { across: 220, part: 110, down: 60, item: 40 };

/** A column has at least so many rows before it is broken into several. */
const rows = 12;
/** A column may be so much higher than the box before it is broken: it is then drawn smaller, with every name in its place. */
const over = 1.7;
/** How far apart rows are drawn at most, where there is room: in a box so many times as wide as high, in a narrower one farther. */
const loose = { most: 2.5, ratio: 1.5 };
/** How often the columns are put in the order of their neighbours. */
const sweeps = 6;

/**
 * Places for a box that is so many times as wide as high.
 *
 * From left to right by columns, within a column next to what it is tied to: the barycentre heuristic for layered graphs
 * (Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", 1981).
 */
export function layout(scene: Items, ratio = 1.5): Map<string, Point> {
  const columns: Item[][] = Array.from({ length: scene.columns }, () => []);
  for (const item of scene.items.values()) columns[item.column]?.push(item);
  for (const column of columns) column.sort((a, b) => b.share - a.share || (a.label < b.label ? -1 : 1));
  order(columns, scene);
  const counts = columns.map((column) => column.length);
  const high = rowsOf(counts, ratio);
  const fullest = Math.min(high, counts.reduce((most, one) => Math.max(most, one), 1));
  const down = unit.down * Math.min(loose.most * Math.max(1, loose.ratio / ratio), Math.max(1, widthOf(counts, high) / ratio / (fullest * unit.down)));
  const at = new Map<string, Point>();
  let x = 0;
  columns.forEach((column, place) => {
    const parts = Math.max(1, Math.ceil(column.length / high));
    const each = Math.ceil(column.length / parts);
    // Every other column stands a little lower: names beside each other do not meet.
    const lower = place % 2 === 1 && parts === 1 ? down / 3 : 0;
    // A short column beside a long one is spread over the middle of it.
    const spread = parts === 1 ? Math.max(down, (0.6 * fullest * down) / column.length) : down;
    column.forEach((item, index) => {
      const [part, row] = [Math.floor(index / each), index % each];
      const inPart = Math.min(each, column.length - part * each);
      // Parts are nearer to each other than names are long, so every other part stands between the rows of the one before.
      const between = part % 2 === 1 ? spread / 2 : 0;
      at.set(item.key, { x: x + part * unit.part, y: ((inPart - 1) / 2 - row) * spread - lower - between });
    });
    x += (parts - 1) * unit.part + unit.across;
  });
  return at;
}

/** Puts each column in the order of the middle of what it is tied to, to and fro. */
function order(columns: Item[][], scene: Items): void {
  const tied = new Map<string, string[]>();
  for (const key of scene.items.keys()) tied.set(key, []);
  for (let tie = 0; tie < scene.ties.length; tie += 2) {
    const [from = '', to = ''] = [scene.ties[tie], scene.ties[tie + 1]];
    tied.get(from)?.push(to);
    tied.get(to)?.push(from);
  }
  const height = new Map<string, number>();
  const note = (column: Item[]) => column.forEach((item, row) => height.set(item.key, (row + 0.5) / column.length));
  columns.forEach(note);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (let step = 0; step < columns.length; step += 1) {
      const column = columns[sweep % 2 === 0 ? step : columns.length - 1 - step] ?? [];
      const middle = new Map(column.map((item) => [item.key, middleOf(item, tied, height, scene)]));
      column.sort((a, b) => (middle.get(a.key) ?? 0) - (middle.get(b.key) ?? 0));
      note(column);
    }
  }
}

function middleOf(item: Item, tied: Map<string, string[]>, height: Map<string, number>, scene: Items): number {
  const own = height.get(item.key) ?? 0;
  const others = (tied.get(item.key) ?? []).filter((key) => scene.items.get(key)?.column !== item.column);
  if (others.length === 0) return own;
  return others.reduce((sum, key) => sum + (height.get(key) ?? own), 0) / others.length;
}

function widthOf(counts: number[], high: number): number {
  const parts = counts.reduce((sum, count) => sum + Math.max(0, Math.ceil(count / high) - 1), 0);
  return Math.max(1, counts.length - 1) * unit.across + parts * unit.part;
}

/** How many rows a column has, so that the whole is not wider than the box. */
function rowsOf(counts: number[], ratio: number): number {
  let high = Math.max(rows, Math.floor((over * widthOf(counts, Infinity)) / ratio / unit.down));
  const broken = () => counts.some((count) => count > high);
  while (broken() && widthOf(counts, high) > ratio * high * unit.down) high = Math.ceil(high * 1.05);
  return high;
}
