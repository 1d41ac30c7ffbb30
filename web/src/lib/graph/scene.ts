import type { AttackGraph, GraphLink, GraphSpot } from '../../api/types';
import { count, inWords, words } from '../format';

/** What something in the picture is, which gives it its shape and colour. */
export type Role = 'entry' | 'inside' | 'asset' | 'choke' | 'crown' | 'group';

/** One thing in the picture: a spot, or a group of spots. */
export interface Item {
  key: string;
  label: string;
  role: Role;
  /** Whether much of the loss elsewhere passes here: a crown jewel may be a choke point too. */
  choke: boolean;
  /** Whose numbers these are in the graph's spots. */
  members: number[];
  column: number;
  /** The share of the expected loss that passes: of a group, the most of any member. */
  share: number;
  /** How likely somebody comes to stand there: of a group, the most of any member. */
  chance: number;
}

export interface Line {
  key: string;
  from: string;
  to: string;
  share: number;
  steps: number;
  /** The best way to something leads here. */
  best: boolean;
}

export interface Items {
  items: Map<string, Item>;
  /** The item of each spot. */
  itemOf: string[];
  columns: number;
  /** From which item to which the best ways lead, one after another: what gives the picture its order. */
  ties: string[];
}

export interface Lines {
  lines: Map<string, Line>;
  /** Lines off the best ways that are not drawn, because there are too many of them. */
  hidden: number;
}

export type Scene = Items & Lines;

/** What stands by itself in any grouping. */
export interface Notable {
  crowns: Set<number>;
  chokes: Set<number>;
}

export interface Grouping {
  /** Whether alike spots are one item. */
  together: boolean;
  /** Groups that are unfolded. */
  open: ReadonlySet<string>;
  /** Keys of spots that stand by themselves whatever their group. */
  apart: ReadonlySet<string>;
}

/** So few spots are never grouped. */
const few = 40;
/** Of more than this, what is not notable is a dot. */
export const many = 400;
/** Crown jewels that stand by themselves. */
const crowns = 8;
/** A group that is unfolded keeps those together that have the same neighbours, where they are at least so many. */
const alike = 4;
/** More lines than this: only those on the best ways, and those at what is chosen. */
const most = 4000;

/** What stands out: the spots that are worth most, and those that much of the loss passes. */
export function notable(graph: AttackGraph, chokes: readonly string[]): Notable {
  const top = graph.spots.reduce((value, spot) => Math.max(value, spot.value), 0);
  const crown = new Set<number>();
  const choke = new Set<number>();
  const named = new Set(chokes);
  graph.spots.forEach((spot, index) => {
    if (spot.value > 0 && spot.value >= top / 2) crown.add(index);
    if (named.has(spot.key)) choke.add(index);
  });
  return { crowns: crown, chokes: choke };
}

/** The picture of a graph: entries left, crown jewels right, everything else by how far it is from the entries. */
export function sceneOf(graph: AttackGraph, special: Notable, grouping: Grouping): Scene {
  const items = itemsOf(graph, special, grouping);
  return { ...items, ...linesOf(graph.links, items.itemOf, grouping.apart) };
}

export function itemsOf(graph: AttackGraph, { crowns: crown, chokes: choke }: Notable, grouping: Grouping): Items {
  const columnOf = columns(graph.spots, crown);
  const loss = (index: number) => (graph.spots[index]?.value ?? 0) * (graph.spots[index]?.chance.value ?? 0);
  const shown = new Set([...crown].sort((a, b) => loss(b) - loss(a)).slice(0, crowns));
  const role = (spot: GraphSpot, index: number): Role =>
    spot.kind === 'entry' ? 'entry' : spot.kind === 'inside' ? 'inside' : crown.has(index) ? 'crown' : choke.has(index) ? 'choke' : 'asset';
  const groups = new Map<string, number[]>();
  graph.spots.forEach((spot, index) => {
    const single = !grouping.together || graph.spots.length <= few || grouping.apart.has(spot.key) || shown.has(index) || spot.asset === null || choke.has(index);
    push(groups, single ? spot.key : `${columnOf[index]} ${crown.has(index) ? 'crown ' : ''}${spot.kind} ${spot.zone ?? ''}`, index);
  });
  const itemOf: string[] = [];
  const items = new Map<string, Item>();
  const add = (key: string, members: number[], note: string) => {
    const [first] = members;
    const spot = first === undefined ? undefined : graph.spots[first];
    if (first === undefined || spot === undefined) return;
    const one = members.length === 1;
    const item: Item = {
      key: one ? spot.key : key,
      label: one ? (spot.kind === 'entry' ? words(spot.key) : spot.name) : `${count(members.length)} ${kinds(spot.kind)}${spot.zone ? ` in ${spot.zone}` : ''}${note}`,
      role: one ? role(spot, first) : crown.has(first) ? 'crown' : 'group',
      choke: one && choke.has(first),
      members,
      column: columnOf[first] ?? 0,
      share: members.reduce((share, member) => Math.max(share, graph.spots[member]?.share ?? 0), 0),
      chance: members.reduce((chance, member) => Math.max(chance, graph.spots[member]?.chance.value ?? 0), 0),
    };
    items.set(item.key, item);
    for (const member of members) itemOf[member] = item.key;
  };
  for (const [key, members] of groups) add(key, members, '');
  for (const [key, members] of groups) {
    if (members.length < 2 || !grouping.open.has(key)) continue;
    items.delete(key);
    for (const [part, own] of unfolded(key, members, graph.links, itemOf)) {
      if (grouping.open.has(part) || own.length < alike) for (const member of own) add('', [member], '');
      else add(part, own, ' alike');
    }
  }
  const ties = graph.links.filter((link) => link.best).flatMap((link) => [itemOf[link.from] ?? '', itemOf[link.to] ?? '']);
  return { items, itemOf, columns: columnOf.reduce((most, column) => Math.max(most, column + 1), 0), ties };
}

/** Members of a group that lead from the same to the same, together. */
function unfolded(key: string, members: number[], links: GraphLink[], itemOf: string[]): Map<string, number[]> {
  const around = new Map<number, Set<string>>(members.map((member) => [member, new Set()]));
  for (const link of links) {
    around.get(link.to)?.add(`from ${itemOf[link.from]}`);
    around.get(link.from)?.add(`to ${itemOf[link.to]}`);
  }
  const bySame = new Map<string, number[]>();
  for (const [member, neighbours] of around) push(bySame, [...neighbours].sort().join('\n'), member);
  return new Map([...bySame.values()].map((own, number) => [`${key} / ${number}`, own]));
}

/** Columns without gaps; the crown jewels have the last one for themselves. */
function columns(spots: GraphSpot[], crown: Set<number>): number[] {
  const depths = [...new Set(spots.filter((_, index) => !crown.has(index)).map((spot) => spot.depth))].sort((a, b) => a - b);
  const place = new Map(depths.map((depth, index) => [depth, index]));
  return spots.map((spot, index) => (crown.has(index) ? depths.length : (place.get(spot.depth) ?? 0)));
}

/** The lines between items; where there are too many, those of the best ways and at what stands apart. */
export function linesOf(links: GraphLink[], itemOf: string[], apart: ReadonlySet<string>): Lines {
  const lines = new Map<string, Line>();
  for (const link of links) {
    const [from, to] = [itemOf[link.from], itemOf[link.to]];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from} > ${to}`;
    const line = lines.get(key);
    if (line) {
      line.steps += link.steps;
      line.share = Math.max(line.share, link.share);
      line.best ||= link.best;
    } else lines.set(key, { key, from, to, share: link.share, steps: link.steps, best: link.best });
  }
  const all = lines.size;
  if (all > most) for (const line of lines.values()) if (!line.best && !apart.has(line.from) && !apart.has(line.to)) lines.delete(line.key);
  return { lines, hidden: all - lines.size };
}

const irregular: Record<string, string> = { identity: 'identities', repository: 'repositories', 'third-party': 'third parties', library: 'libraries' };

/** Several of a kind, in words. */
export function kinds(kind: string): string {
  return irregular[kind] ?? `${inWords(kind)}s`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
