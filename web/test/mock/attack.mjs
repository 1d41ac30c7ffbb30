import { random } from './random.mjs';

const exactly = (value) => ({ low: value / 2, value, high: Math.min(1, value * 1.5) });
const kinds = [['identity', 'user'], ['host', 'ws'], ['host', 'srv'], ['cloud-resource', 'vm'], ['web-application', 'app'], ['network', 'vlan']];
/** The word of each entry, its name, the estimate of the house and its reason. */
const entries = [
  ['internet', 'An attacker on the internet', 1, 'the internet is scanned without pause'],
  ['phished-user', 'A phished user', 0.6, 'in any organisation of size some person is phished in a month'],
  ['supplier', 'A supplier that was broken into', 0.03, 'that a given supplier is broken into is rare'],
  ['insider', 'An insider', 0.01, 'that somebody turns is rare'],
  ['stolen-device', 'A stolen device', 0.05, 'that a given device is lost or stolen is rare'],
];
const zones = ['office', 'wards', 'server room', 'cloud', null];

/**
 * A made-up attack graph with so many places, the same for the same seed: five entries, layers of assets that lead on to two or
 * three of the next, some back, and as many crown jewels as a fiftieth of it.
 */
export function attackGraph(places, seed = 1) {
  const { next, pick, int, chance } = random(seed);
  const spots = entries.map(([key, name, prior]) => ({ key, name, kind: 'entry', asset: null, zone: null, gains: name, chance: exactly(prior), depth: 0, value: 0, share: 0 }));
  const links = [];
  const layers = [spots.map((_, index) => index)];
  const jewels = Math.max(2, Math.round(places / 50));
  const depth = Math.min(8, Math.max(3, Math.round(Math.log2(places))));
  const each = (places - spots.length - jewels) / depth;
  const link = (from, to, best) => links.push({ from, to, steps: int(1, 4), chance: 0.1 + 0.8 * next(), share: 0, best });
  const add = (layer, kind, name, value) => {
    const asset = spots.length + 1;
    const before = layers[layer - 1];
    const index = spots.length;
    const from = pick(before);
    spots.push({ key: `asset:${asset}`, name, kind, asset, zone: value ? null : pick(zones), gains: `controls ${name}`, chance: exactly(spots[from].chance.value * (0.2 + 0.6 * next())), depth: layer, value, share: 0 });
    link(from, index, true);
    for (let more = int(0, 2); more > 0; more -= 1) link(pick(before), index, false);
    if (layer > 2 && chance(0.05)) link(index, pick(layers[layer - 2]), false);
    return index;
  };
  for (let layer = 1; layer <= depth; layer += 1) {
    const [least, most] = [Math.round((layer - 1) * each), Math.round(layer * each)];
    const own = [];
    for (let made = least; made < most; made += 1) {
      const [kind, stem] = kinds[(layer + int(0, 1)) % kinds.length];
      own.push(add(layer, kind, `${stem}-${layer}-${String(made).padStart(5, '0')}`, 0));
    }
    layers.push(own);
  }
  layers.push(Array.from({ length: jewels }, (_, index) => add(depth + 1, 'data-store', ['patients', 'payroll', 'pictures', 'trials'][index % 4] + (index < 4 ? '' : `-${index}`), 1000)));
  passes(spots, links);
  return { spots, links, techniques: [{ technique: 'T1190', steps: 40 }, { technique: 'T1078', steps: 25 }], spots_left_out: 0, links_left_out: 0 };
}

/** Gives each spot and link the share of the loss whose best way passes. */
function passes(spots, links) {
  const before = new Map(links.filter((link) => link.best).map((link) => [link.to, link]));
  const loss = (spot) => spot.value * spot.chance.value;
  const total = spots.reduce((sum, spot) => sum + loss(spot), 0);
  spots.forEach((spot, index) => {
    if (spot.value === 0) return;
    const own = loss(spot) / total;
    spot.share += own;
    for (let link = before.get(index); link; link = before.get(link.from)) {
      link.share += own;
      spots[link.from].share += own;
    }
  });
}

const assetOf = (spot) => (spot.asset === null ? null : { id: spot.asset, name: spot.name, kind: spot.kind });
const place = (spot) => ({ key: spot.key, spot: spot.key, words: spot.gains, asset: assetOf(spot) });

function step(graph, link) {
  const [from, to] = [graph.spots[link.from], graph.spots[link.to]];
  const title = `Take ${from.name} out of the administrators of ${to.name}`;
  return {
    rule: 'local_admin', title: 'use rights of an administrator', technique: 'T1078', needs: [place(from)], gains: place(to), chance: exactly(link.chance), why: `${from.name} is an administrator of ${to.name}.`,
    facts: [{ what: `${from.name} admin to ${to.name}`, exposure: null, reports: [], told: { source: 'bloodhound', as_of: '2026-11-20T08:00:00Z' } }], exposures: [], told: [{ source: 'bloodhound', as_of: '2026-11-20T08:00:00Z' }], fixes: [{ title, kind: 'revoke', cost: 1 }],
  };
}

const losses = (graph) => graph.spots.filter((spot) => spot.value > 0).sort((a, b) => b.value * b.chance.value - a.value * a.chance.value);
const jewel = (spot) => ({ asset: assetOf(spot), value: spot.value, assumed: spot.kind === 'directory-object', chance: spot.chance });
const risk = (graph) => losses(graph).reduce((sum, spot) => sum + spot.value * spot.chance.value, 0);

/** Where attackers may begin, with what people set; `state.entries` holds that by the word of the entry. */
export function entriesOf(state) {
  return entries.map(([entry, title, prior, reason]) => {
    const set = state.entries.get(entry);
    const why = set ? `set by ${set.by} on ${set.at.slice(0, 10)}` : `estimate: ${reason}`;
    return { entry, title, on: set?.on ?? true, chance: set?.chance ?? exactly(prior), estimate: exactly(prior), reason, set_by: set?.by ?? null, set_at: set?.at ?? null, why };
  });
}

/** Sets an entry, or takes back what was set; the graph is as much likelier as its likeliest entry is. */
export function change(state, entry, set) {
  const likeliest = () => Math.max(...entriesOf(state).map(({ on, chance }) => (on ? chance.value : 0)));
  const before = likeliest();
  if (set) state.entries.set(entry, set);
  else state.entries.delete(entry);
  const factor = before > 0 ? likeliest() / before : 1;
  for (const spot of state.attack.spots) if (spot.kind !== 'entry') spot.chance = exactly(spot.chance.value * factor);
  return entriesOf(state).find((one) => one.entry === entry);
}

/** What is otherwise than on a past day: the most valuable is likelier to fall, by a way that was not there. */
export function comparedSince(graph, since) {
  const [worse, better] = losses(graph);
  const way = (spot) => ({ goal: place(spot), way: attackOn(graph, spot.asset).ways[0] });
  const changed = [[worse, 0.2], [better, 1.5]].filter(([spot]) => spot);
  return {
    at: `${since}T23:59:59Z`, risk_then: risk(graph) * 0.5, risk_now: risk(graph), assets_total: changed.length,
    assets: changed.map(([spot, share]) => ({ asset: assetOf(spot), value: spot.value, then: exactly(spot.chance.value * share), now: spot.chance })),
    new: worse ? [{ ...way(worse), facts: [`CVE-2026-0001 is open on ${worse.name}`] }] : [],
    gone: better ? [{ ...way(better), facts: [] }] : [],
    unknown: ['how likely a weakness is used (EPSS, KEV, CVSS) counts as it is known now'],
  };
}

export function summaryOf(graph) {
  const chokes = graph.spots.filter((spot) => spot.asset !== null && spot.value === 0 && spot.share > 0).sort((a, b) => b.share - a.share);
  return {
    risk: risk(graph), footholds: graph.spots.length * 3, steps: graph.links.length * 3, jewels: losses(graph).map(jewel), leading_nowhere: 7, exposures: 40, missing: [{ what: 'in_zone', rules: ['network_reach'] }], partial: [{ run: 1, name: 'collection.zip!users.json', source: 'sharphound', left_out: ['a computer (5 times): PortNotOpen'], total: 4 }], lacks: [{ what: 'first-step:supplier', help: 'No access of a supplier is known.' }],
    choke_points: chokes.slice(0, 12).map((spot) => ({ place: place(spot), share: spot.share, necessary: false })),
  };
}

export function attackOn(graph, id) {
  const index = graph.spots.findIndex((spot) => spot.asset === id);
  if (index < 0) return null;
  const back = (links) => (links[0].from >= 5 ? back([graph.links.find((link) => link.best && link.to === links[0].from), ...links]) : links);
  const ways = graph.links.filter((link) => link.to === index && graph.spots[link.from].depth < graph.spots[index].depth).map((link) => back([link]));
  const fallen = graph.spots.filter((spot) => spot.value > 0 && spot.asset !== id).slice(0, 30);
  return {
    asset: assetOf(graph.spots[index]), chance: graph.spots[index].chance, by_entry: [{ entry: 'A phished user', chance: graph.spots[index].chance }], more: false,
    ways: ways.map((links) => ({ chance: graph.spots[index].chance, entries: [graph.spots[links[0].from].name], steps: links.map((link) => step(graph, link)) })),
    falls_with_it: fallen.map(assetOf), falls_with_it_total: fallen.length, valued_with_it: fallen.map(jewel), valued_with_it_total: fallen.length, worth_with_it: fallen.reduce((sum, spot) => sum + spot.value, 0), loss: 1234,
  };
}

/** The best way that uses an exposure: the one to the most valuable place, by its second step. */
export function throughOf(graph) {
  const found = losses(graph)[0] && attackOn(graph, losses(graph)[0].asset);
  return { way: found?.ways[0] ?? null, uses: found?.ways[0] ? Math.min(1, found.ways[0].steps.length - 1) : null };
}

export function stepsBetween(graph, { from, to }) {
  const is = (place, key) => key === undefined || graph.spots[place].key === key;
  const found = graph.links.filter((link) => is(link.from, from) && is(link.to, to));
  return { steps: found.slice(0, 50).map((link) => step(graph, link)), total: found.length };
}

export function planOf(graph) {
  const stages = [...graph.links].sort((a, b) => b.share - a.share).slice(0, 6).map((link, index) => ({ fix: step(graph, link).fixes[0], risk_after: risk(graph) * 0.8 ** (index + 1), share: link.share }));
  return { risk_before: risk(graph), stages };
}

export function whatIf(graph, fixes) {
  return { risk_before: risk(graph), risk_after: risk(graph) * 0.8 ** fixes.length, changed: losses(graph).slice(0, fixes.length).map((spot) => ({ asset: assetOf(spot), before: spot.chance, after: exactly(0) })), unknown: [] };
}
