import type { Place, Way, WayStep } from '../api/types';

/** A place in the picture: how far from the beginning, and the how manieth there. */
export interface Spot {
  place: Place;
  rank: number;
  row: number;
}

/** A step in the picture, from each thing it needs to what it gives. */
export interface Line {
  from: string;
  to: string;
  step: WayStep;
}

export interface Picture {
  spots: Map<string, Spot>;
  lines: Line[];
  ranks: number;
  rows: number;
}

/** All ways as one picture: what several ways share is there once, and everything stands right of what it needs. */
export function pictureOf(ways: Way[]): Picture {
  const lines = new Map<string, Line>();
  const places = new Map<string, Place>();
  for (const step of ways.flatMap((way) => way.steps)) {
    places.set(step.gains.key, step.gains);
    for (const need of step.needs) {
      places.set(need.key, need);
      const key = `${need.key} ${step.gains.key} ${step.rule}`;
      if (!lines.has(key)) lines.set(key, { from: need.key, to: step.gains.key, step });
    }
  }
  const rank = ranksOf([...places.keys()], [...lines.values()]);
  const filled: number[] = [];
  const spots = new Map<string, Spot>();
  for (const [key, place] of places) {
    const at = rank.get(key) ?? 0;
    const row = filled[at] ?? 0;
    filled[at] = row + 1;
    spots.set(key, { place, rank: at, row });
  }
  return { spots, lines: [...lines.values()], ranks: filled.length, rows: Math.max(0, ...filled.map((count) => count ?? 0)) };
}

/** The longest way from the beginning to each place. Different ways together can go round in a circle: that is not followed. */
function ranksOf(keys: string[], lines: Line[]): Map<string, number> {
  const rank = new Map(keys.map((key) => [key, 0]));
  for (let round = 0; round < keys.length; round += 1) {
    let moved = false;
    for (const { from, to } of lines) {
      const least = (rank.get(from) ?? 0) + 1;
      if (least < keys.length && least > (rank.get(to) ?? 0)) {
        rank.set(to, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  // Ranks that nothing has leave no empty column.
  const used = [...new Set(rank.values())].sort((a, b) => a - b);
  return new Map([...rank].map(([key, at]) => [key, used.indexOf(at)]));
}

/** A way in one sentence. */
export function sentenceOf(way: Way): string {
  const begin = way.entries.join(' and ') || 'Somebody';
  const parts = way.steps.map((step) => step.why.replace(/\.$/, ''));
  return `${begin}: ${parts.join('; then ')}.`;
}

/** The techniques of the ways as a layer of MITRE's ATT&CK Navigator (layer format 4.5). */
export function navigatorLayer(name: string, ways: Way[]): object {
  const counts = new Map<string, number>();
  for (const step of ways.flatMap((way) => way.steps)) counts.set(step.technique, (counts.get(step.technique) ?? 0) + 1);
  const techniques = [...counts].sort().map(([techniqueID, score]) => ({ techniqueID, score, enabled: true }));
  return { name, versions: { layer: '4.5', navigator: '5.1.0', attack: '18' }, domain: 'enterprise-attack', techniques };
}
