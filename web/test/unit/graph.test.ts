import { describe, expect, it } from 'vitest';
import type { AttackGraph, AttackSummary, GraphSpot, Place, Way } from '../../src/api/types';
import { chokesOf } from '../../src/lib/graph/chokes';
import { onlyWays, trailOf } from '../../src/lib/graph/focus';
import { layout, unit } from '../../src/lib/graph/layout';
import type { Colours } from '../../src/lib/graph/look';
import { neighbour } from '../../src/lib/graph/move';
import { notable, sceneOf, type Scene } from '../../src/lib/graph/scene';
import { svgOf } from '../../src/lib/graph/svg';
import { navigatorLayer, techniquesOf } from '../../src/lib/ways';

const exactly = (value: number) => ({ low: value, value, high: value });

function spot(key: string, depth: number, more: Partial<GraphSpot> = {}): GraphSpot {
  const asset = key.startsWith('asset:') ? Number(key.slice(6)) : null;
  return { key, name: key, kind: asset === null ? 'entry' : 'host', asset, zone: null, gains: key, chance: exactly(0.5), depth, value: 0, share: 0, ...more };
}

/** Links as `[from, to]`, the places of spots. */
function graph(spots: GraphSpot[], links: [number, number][]): AttackGraph {
  return { spots, links: links.map(([from, to]) => ({ from, to, steps: 1, chance: 0.5, share: 0.1, best: true })), techniques: [], spots_left_out: 0, links_left_out: 0 };
}

/** An entry, so many hosts that all lead to one store, which is the crown jewel. */
function hospital(hosts: number): AttackGraph {
  const spots = [spot('internet', 0), ...Array.from({ length: hosts }, (_, index) => spot(`asset:${index + 1}`, 1)), spot('asset:9999', 2, { kind: 'data-store', value: 1000, name: 'patients' })];
  const links = Array.from({ length: hosts }, (_, index) => [[0, index + 1], [index + 1, hosts + 1]] as [number, number][]).flat();
  return graph(spots, links);
}

const together = { together: true, open: new Set<string>(), apart: new Set<string>() };
const draw = (of: AttackGraph, grouping = together, chokes: string[] = []) => sceneOf(of, notable(of, chokes), grouping);
const labels = (scene: Scene) => [...scene.items.values()].map((item) => item.label);

describe('the picture of the attack graph', () => {
  it('shows few places one by one, entries left and crown jewels right', () => {
    const scene = draw(hospital(3));
    expect(labels(scene)).toEqual(['Internet', 'asset:1', 'asset:2', 'asset:3', 'patients']);
    const places = layout(scene);
    const x = (key: string) => places.get(key)?.x;
    expect([x('internet'), x('asset:2'), x('asset:9999')]).toEqual([0, unit.across, 2 * unit.across]);
    expect(scene.items.get('asset:9999')?.role).toBe('crown');
    expect(scene.lines.size).toBe(6);
  });

  it('holds many that are alike together, and opens them', () => {
    const many = hospital(60);
    const folded = draw(many);
    expect(labels(folded)).toEqual(['Internet', '60 hosts', 'patients']);
    expect(folded.lines.size).toBe(2);
    const [, group] = [...folded.items.keys()];
    const opened = draw(many, { ...together, open: new Set([group ?? '']) });
    expect(labels(opened)).toEqual(['Internet', 'patients', '60 hosts alike']);
    const part = [...opened.items.keys()].at(-1) ?? '';
    expect(draw(many, { ...together, open: new Set([group ?? '', part]) }).items.size).toBe(62);
  });

  it('opens a group into those with the same neighbours and the rest one by one', () => {
    const mixed = hospital(50);
    // Two of the hosts lead to each other, too.
    mixed.links.push({ from: 1, to: 2, steps: 1, chance: 1, share: 0, best: false });
    mixed.links.push({ from: 3, to: 0, steps: 1, chance: 1, share: 0, best: false });
    const [, group] = [...draw(mixed).items.keys()];
    const opened = draw(mixed, { ...together, open: new Set([group ?? '']) });
    expect(labels(opened)).toEqual(['Internet', 'patients', 'asset:1', 'asset:2', 'asset:3', '47 hosts alike']);
  });

  it('never hides what is chosen, choke points and zones in a group', () => {
    const many = hospital(60);
    for (const one of many.spots.slice(1, 11)) one.zone = 'ward';
    const scene = draw(many, { ...together, apart: new Set(['asset:30']) }, ['asset:40']);
    expect(labels(scene).sort()).toEqual(['10 hosts in ward', '48 hosts', 'Internet', 'asset:30', 'asset:40', 'patients']);
    expect(scene.items.get('asset:40')?.role).toBe('choke');
  });

  it('draws only the best ways where there are too many lines, and says so', () => {
    const large = hospital(3000);
    for (const link of large.links.slice(0, 4000)) link.best = false;
    const scene = draw(large, { ...together, together: false, apart: new Set(['asset:1']) });
    expect(scene.lines.size + scene.hidden).toBe(6000);
    expect([...scene.lines.values()].filter((line) => !line.best).map((line) => line.key)).toEqual(['internet > asset:1', 'asset:1 > asset:9999']);
  });

  it('keeps ten thousand places apart, in a picture not much wider than high', () => {
    const scene = draw(hospital(9_998), { ...together, together: false });
    const places = [...layout(scene).values()];
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(10_000);
    const span = (values: number[]) => values.reduce((most, one) => Math.max(most, one), -Infinity) - values.reduce((least, one) => Math.min(least, one), Infinity);
    const shape = span(places.map(({ x }) => x)) / span(places.map(({ y }) => y));
    expect(shape).toBeGreaterThan(0.8);
    expect(shape).toBeLessThan(1.6);
  });

  it('goes along the steps with the arrow keys', () => {
    const scene = draw(hospital(3));
    const places = layout(scene);
    const go = (from: string | null, ...directions: ('left' | 'right' | 'up' | 'down')[]) => directions.reduce<string | null>((at, direction) => neighbour(scene, places, at, direction), from);
    expect(go(null, 'right')).toBe('internet');
    expect(go('internet', 'right')).toBe('asset:2');
    expect(go('internet', 'right', 'down')).toBe('asset:3');
    expect(go('asset:3', 'right')).toBe('asset:9999');
    expect(go('asset:9999', 'left', 'left')).toBe('internet');
    expect(go('asset:9999', 'right')).toBe(null);
    expect(go('asset:1', 'up')).toBe(null);
  });
});

describe('choke points', () => {
  it('are what the loss of others passes, without their own', () => {
    const one = graph(
      [spot('internet', 0, { share: 1 }), spot('asset:1', 1, { share: 0.5 }), spot('asset:2', 1, { share: 0.4, value: 80 }), spot('asset:3', 1, { share: 0.02 }), spot('asset:4', 2, { share: 0.5, value: 100 })],
      [[0, 1], [0, 2], [0, 3], [1, 4]],
    );
    const place = { key: '9', spot: 'asset:1', words: 'controls it', asset: null };
    const attack = { risk: 100, choke_points: [{ place, share: 0.5, necessary: true }] } as unknown as AttackSummary;
    expect(chokesOf(one, attack).map((choke) => [choke.spot.key, choke.share, choke.necessary])).toEqual([['asset:1', 0.5, true]]);
  });
});

describe('ways in the graph', () => {
  const place = (at: string): Place => ({ key: at, spot: at, words: `controls ${at}`, asset: at.startsWith('asset:') ? { id: Number(at.slice(6)), name: at, kind: 'host' } : null });
  const way = (...through: string[]): Way => ({
    chance: exactly(0.5),
    entries: [],
    steps: through.slice(1).map((gained, index) => ({
      rule: 'r', title: 't', technique: index === 0 ? 'T1190' : 'T1078', needs: [place(through[index] ?? '')], gains: place(gained), chance: exactly(0.5), why: 'w', facts: [], exposures: [], told: [], fixes: [],
    })),
  });

  it('are told as spots and links, steps on one spot as none', () => {
    const trail = trailOf([way('internet', 'asset:1', 'asset:1', 'asset:9999')]);
    expect([...trail.spots].sort()).toEqual(['asset:1', 'asset:9999', 'internet']);
    expect([...trail.links]).toEqual(['internet > asset:1', 'asset:1 > asset:9999']);
  });

  it('are shown alone, with what the graph itself left out', () => {
    const only = onlyWays(hospital(3), [way('internet', 'asset:2', 'asset:77', 'asset:9999')]);
    expect(only.spots.map((one) => one.key)).toEqual(['internet', 'asset:2', 'asset:9999', 'asset:77']);
    expect(only.links.map((link) => `${only.spots[link.from]?.key} > ${only.spots[link.to]?.key}`)).toEqual(['internet > asset:2', 'asset:2 > asset:77', 'asset:77 > asset:9999']);
    expect(only.spots.find((one) => one.key === 'asset:77')?.depth).toBe(2);
  });

  it('become a layer of the ATT&CK Navigator', () => {
    const techniques = techniquesOf([way('internet', 'asset:1', 'asset:2', 'asset:3')]);
    expect(techniques).toEqual([{ technique: 'T1078', steps: 2 }, { technique: 'T1190', steps: 1 }]);
    expect(navigatorLayer('x', techniques)).toMatchObject({ name: 'x', domain: 'enterprise-attack', gradient: { minValue: 0, maxValue: 2 }, techniques: [{ techniqueID: 'T1078', score: 2 }, { techniqueID: 'T1190', score: 1 }] });
  });
});

describe('a saved picture', () => {
  const colours = Object.fromEntries(['ground', 'text', 'soft', 'faint', 'line', 'accent', 'now', 'plan', 'watch', 'good'].map((name) => [name, `#${name}`])) as unknown as Colours;
  it('has every item and line, and names are text in it', () => {
    const one = hospital(2);
    const first = one.spots[1];
    if (first) first.name = '<script>&"\u0007';
    const scene = draw(one);
    const svg = svgOf(scene, layout(scene), colours, { items: new Set(), lines: new Set(), safer: new Set(['asset:1']) }, 'The graph');
    expect(svg.match(/<g fill="#/g)).toHaveLength(4);
    expect(svg.match(/stroke-width/g)).toHaveLength(4);
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    for (const words of ['The graph', 'Where attackers begin', 'Crown jewel', 'Safer with the fixes ticked']) expect(svg).toContain(`>${words}</text>`);
    expect(svg.match(/fill="#good"/g)?.length).toBeGreaterThan(0);
    expect([svg.includes('<script'), svg.includes('\u0007')]).toEqual([false, false]);
  });
});
