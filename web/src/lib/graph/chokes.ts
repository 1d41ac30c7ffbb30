import type { AttackGraph, AttackSummary, GraphSpot } from '../../api/types';

/** A spot that much of the loss elsewhere passes. */
export interface Choke {
  spot: GraphSpot;
  /** The share of the expected loss whose best way passes here, without what is lost here itself. */
  share: number;
  /** Whether there is no way around it. */
  necessary: boolean;
}

/** So many are named, and stand out. */
const most = 8;
/** What passes less of the expected loss than this is no choke point. */
const least = 0.05;

/** The choke points of a graph, the greatest first. Where attackers begin is none: nobody can close it. */
export function chokesOf(graph: AttackGraph, attack: AttackSummary): Choke[] {
  const necessary = new Set(attack.choke_points.filter((point) => point.necessary).map((point) => point.place.spot));
  const passing = (spot: GraphSpot) => spot.share - (attack.risk > 0 ? (spot.value * spot.chance.value) / attack.risk : 0);
  return graph.spots
    .filter((spot) => spot.kind !== 'entry' && passing(spot) >= least)
    .map((spot) => ({ spot, share: passing(spot), necessary: necessary.has(spot.key) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
