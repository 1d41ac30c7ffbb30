import type { Item, Line, Role } from './scene';
import { unit } from './layout';

/** The colours of a picture, from the tokens of the theme. */
export interface Colours {
  ground: string;
  text: string;
  soft: string;
  faint: string;
  line: string;
  accent: string;
  now: string;
  plan: string;
  watch: string;
  good: string;
}

export type Shape = 'circle' | 'square' | 'diamond' | 'triangle';

/** Shape and colour say the same, so that either is enough. */
export const shapes: Record<Role, Shape> = { entry: 'triangle', inside: 'circle', asset: 'circle', choke: 'circle', crown: 'diamond', group: 'square' };

export const roleWords: Record<Role, string> = {
  entry: 'Where attackers begin',
  inside: 'Inside the network',
  asset: 'Asset',
  choke: 'Choke point',
  crown: 'Crown jewel',
  group: 'Several alike: opens',
};

export function colourOf(role: Role, colours: Colours): string {
  return { entry: colours.watch, inside: colours.watch, asset: colours.soft, choke: colours.plan, crown: colours.now, group: colours.soft }[role];
}

/** The colours of the theme that is shown now. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: token('bg'),
    text: token('text'),
    soft: token('text-soft'),
    faint: token('line'),
    line: token('line-strong'),
    accent: token('accent'),
    now: token('now'),
    plan: token('plan'),
    watch: token('watch'),
    good: token('good'),
  };
}

/** How much larger what is notable is among so many that the others are dots. */
const tower = 3;

/** Half the width of an item: what much passes is larger, and a group by how many it has. */
export function sizeOf(item: Item, dense = false): number {
  const by = item.members.length > 1 ? Math.log10(item.members.length) / 3 : Math.sqrt(item.share);
  const notable = dense && (item.role === 'entry' || item.role === 'choke' || (item.role === 'crown' && item.share > 0.01));
  return (unit.item / 2) * (0.6 + 0.5 * Math.min(1, by)) * (notable ? tower : 1);
}

export function widthOf(line: Line): number {
  return 2 + 12 * Math.sqrt(line.share);
}
