import type { AttackGraph, GraphSpot, Place, Way } from '../../api/types';

/** The spots and links of some ways: what stands out when they are looked at. */
export interface Trail {
  spots: Set<string>;
  /** Pairs of keys, as `from > to`. */
  links: Set<string>;
}

export function trailOf(ways: Way[]): Trail {
  const trail: Trail = { spots: new Set(), links: new Set() };
  for (const step of ways.flatMap((way) => way.steps)) {
    trail.spots.add(step.gains.spot);
    for (const need of step.needs) {
      trail.spots.add(need.spot);
      if (need.spot !== step.gains.spot) trail.links.add(`${need.spot} > ${step.gains.spot}`);
    }
  }
  return trail;
}

/** The part of a graph that some ways pass. What was left out of the graph is put in: nothing of a way is missing. */
export function onlyWays(graph: AttackGraph, ways: Way[]): AttackGraph {
  const spots: GraphSpot[] = [];
  const place = new Map<string, number>();
  const trail = trailOf(ways);
  const add = (spot: GraphSpot) => place.set(spot.key, spots.push(spot) - 1);
  for (const spot of graph.spots) if (trail.spots.has(spot.key)) add(spot);
  for (const step of ways.flatMap((way) => way.steps)) {
    for (const need of step.needs) if (!place.has(need.spot)) add(spotOf(need, 0));
    const before = Math.max(0, ...step.needs.map((need) => spots[place.get(need.spot) ?? -1]?.depth ?? 0));
    if (!place.has(step.gains.spot)) add(spotOf(step.gains, before + 1));
  }
  const known = new Map(graph.links.map((link) => [`${graph.spots[link.from]?.key} > ${graph.spots[link.to]?.key}`, link]));
  const links = [...trail.links].map((key) => {
    const [from = '', to = ''] = key.split(' > ');
    const ends = { from: place.get(from) ?? 0, to: place.get(to) ?? 0 };
    const steps = ways.flatMap((way) => way.steps).filter((step) => step.gains.spot === to && step.needs.some((need) => need.spot === from));
    return { steps: steps.length, chance: Math.max(...steps.map((step) => step.chance.value)), share: 0, best: true, ...known.get(key), ...ends };
  });
  return { ...graph, spots, links, spots_left_out: 0, links_left_out: 0 };
}

function spotOf(place: Place, depth: number): GraphSpot {
  const kind = place.asset ? place.asset.kind : place.spot === 'inside' ? 'inside' : 'entry';
  const name = place.asset ? place.asset.name : place.words;
  return { key: place.spot, name, kind, asset: place.asset?.id ?? null, zone: null, gains: place.words, chance: { low: 0, value: 0, high: 1 }, depth, value: 0, share: 0 };
}
