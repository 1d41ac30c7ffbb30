import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { queries } from '../../api/queries';
import type { AssetAttack, AttackGraph, AttackSummary, GraphSpot, WhatIf } from '../../api/types';
import { Icon } from '../../components/Icon';
import { Name } from '../../components/Name';
import { count, plural } from '../../lib/format';
import { chokesOf } from '../../lib/graph/chokes';
import { onlyWays, trailOf } from '../../lib/graph/focus';
import { layout } from '../../lib/graph/layout';
import { itemsOf, linesOf, many, notable, type Scene } from '../../lib/graph/scene';
import { useColours } from '../../lib/graph/colours';
import type { PathsTab } from '../../lib/search';
import { techniquesOf } from '../../lib/ways';
import { Beginning } from './Beginning';
import type { Marks } from './draw';
import { Find } from './Find';
import { GraphPicture } from './GraphPicture';
import { GroupPanel } from './GroupPanel';
import { Legend } from './Legend';
import { LinkPanel } from './LinkPanel';
import { Save } from './Save';
import { SpotPanel } from './SpotPanel';

const nothing: ReadonlySet<string> = new Set();

interface Props {
  graph: AttackGraph;
  attack: AttackSummary;
  /** What would be otherwise with the fixes that are tried. */
  whatIf: WhatIf | undefined;
  /** What to fix. */
  plan: ReactNode;
  /** Where attackers begin. */
  entries: ReactNode;
}

/** The attack graph: a picture of all of it, and beside it what is chosen in it, in words. */
export function Explorer({ graph, attack, whatIf, plan, entries }: Props) {
  const { at, to, show = 'jewels' } = useSearch({ from: '/shell/paths' });
  const navigate = useNavigate();
  const [group, setGroup] = useState<string | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [together, setTogether] = useState(true);
  const [way, setWay] = useState<number | null>(null);
  const [only, setOnly] = useState(false);
  const [target, setTarget] = useState<{ key: string } | null>(null);
  const [ratio, setRatio] = useState(1);
  const colours = useColours();

  const panel = useRef<HTMLElement>(null);
  const asset = at?.startsWith('asset:') ? Number(at.slice(6)) : null;
  const found = useQuery({ ...queries.attackOnAsset(asset ?? 0), enabled: asset !== null && to === undefined }).data;
  const chosen = graph.spots.find((spot) => spot.key === at) ?? (at !== undefined && found ? strayOf(at, found) : undefined);
  const ways = useMemo(() => (asset === null || to !== undefined ? [] : (found?.ways ?? [])), [asset, to, found]);
  const focused = only && ways.length > 0;
  const drawn = useMemo(() => (focused ? onlyWays(graph, ways) : graph), [graph, focused, ways]);
  const trail = useMemo(() => trailOf(ways.filter((_, index) => way === null || index === way)), [ways, way]);
  const chokes = useMemo(() => chokesOf(graph, attack), [graph, attack]);
  const special = useMemo(() => notable(drawn, chokes.map((choke) => choke.spot.key)), [drawn, chokes]);
  const apart = useMemo(() => new Set([...(at ? [at] : []), ...(to ? [to] : []), ...ways.flatMap((one) => one.steps.map((step) => step.gains.spot))]), [at, to, ways]);
  // One by one nothing is in a group to be taken out of: the items stay, and where they are.
  const lifted = together ? apart : nothing;
  const items = useMemo(() => itemsOf(drawn, special, { together, open, apart: lifted }), [drawn, special, together, open, lifted]);
  const places = useMemo(() => layout(items, ratio), [items, ratio]);
  const scene: Scene = useMemo(() => ({ ...items, ...linesOf(drawn.links, items.itemOf, apart) }), [items, drawn, apart]);
  const item = (key: string | undefined) => scene.itemOf[drawn.spots.findIndex((spot) => spot.key === key)];
  const selected = group ?? (to === undefined ? item(at) : `${item(at)} > ${item(to)}`) ?? null;
  const marks = useMemo(() => marksOf(scene, drawn, selected, trail, whatIf), [scene, drawn, selected, trail, whatIf]);

  const choose = (search: { at?: string; to?: string }) => {
    setGroup(null);
    if (search.at !== at) {
      setWay(null);
      setOnly(false);
    }
    void navigate({ to: '/paths', search: (before) => ({ ...before, at: search.at, to: search.to }), replace: at !== undefined, resetScroll: false });
  };
  const turn = (tab: PathsTab) => void navigate({ to: '/paths', search: (before) => ({ ...before, show: tab === 'jewels' ? undefined : tab }), replace: true, resetScroll: false });
  const pick = (key: string) => {
    const spot = graph.spots.find((one) => one.key === key);
    if (spot) choose({ at: key });
    else setGroup(key);
  };
  const unfold = (key: string) => {
    if ((scene.items.get(key)?.members.length ?? 0) < 2) {
      panel.current?.focus();
      return;
    }
    setOpen(new Set([...open, key]));
    setGroup(null);
  };
  const follow = (key: string) => {
    const line = scene.lines.get(key);
    const ends = [line?.from, line?.to].map((end) => drawn.spots.find((spot) => spot.key === end)?.key);
    if (ends[0] && ends[1]) choose({ at: ends[0], to: ends[1] });
    else if (line) pick(ends[1] ? line.from : line.to);
  };
  const opened = group === null ? undefined : scene.items.get(group);
  const other = graph.spots.find((spot) => spot.key === to);
  const title = opened ? opened.label : chosen ? (to === undefined ? chosen.name : `${chosen.name} → ${other?.name ?? to}`) : null;
  const words = `${plural(scene.items.size, 'item')} for ${plural(drawn.spots.length, 'place')}, entries left and crown jewels right.${title ? ` Chosen: ${title}.` : ''}`;

  return (
    <div className="explorer">
      <div className="graph-tools">
        <Find
          spots={graph.spots}
          onFind={(key) => {
            choose({ at: key });
            setTarget({ key });
          }}
        />
        <div className="row">
          {open.size > 0 && (
            <button type="button" className="btn quiet" onClick={() => setOpen(new Set())}>
              Fold all
            </button>
          )}
          <label className="check">
            <input type="checkbox" checked={together} onChange={(event) => setTogether(event.target.checked)} />
            <span>Group alike{drawn.spots.length > many && !together && <span className="soft"> ({count(drawn.spots.length)} one by one)</span>}</span>
          </label>
          <Save
            name={asset === null || !focused ? 'attack-graph' : `ways-${asset}`}
            title={focused && chosen ? `Ways to ${chosen.name}` : 'Attack graph'}
            data={focused && found ? found : graph}
            techniques={focused ? techniquesOf(ways) : graph.techniques}
            scene={scene}
            places={places}
            colours={colours}
            standing={marks}
          />
        </div>
      </div>
      <div className="graph-side">
        <GraphPicture scene={scene} places={places} marks={marks} colours={colours} words={words} target={target} onRatio={setRatio} onItem={pick} onLine={follow} onNothing={() => choose({})} onOpen={unfold} />
        <section ref={panel} className="graph-panel" aria-label="What is chosen" tabIndex={-1}>
          <p className="visually-hidden" aria-live="polite">
            {title ? `Chosen: ${title}` : ''}
          </p>
          {title && (
            <div className="panel-head">
              <h2>
                <Name text={title} most={90} />
              </h2>
              <button type="button" className="btn quiet icon" aria-label="Let go" onClick={() => choose({})}>
                <Icon name="close" />
              </button>
            </div>
          )}
          {opened ? (
            <GroupPanel graph={drawn} item={opened} onOpen={() => unfold(opened.key)} onSpot={(key) => choose({ at: key })} />
          ) : at !== undefined && to !== undefined ? (
            <LinkPanel from={at} to={to} />
          ) : chosen ? (
            <SpotPanel
              graph={graph}
              spot={chosen}
              jewel={attack.jewels.find((one) => one.asset.id === chosen.asset)}
              choke={chokes.some((one) => one.spot.key === chosen.key)}
              way={way}
              onWay={setWay}
              only={only}
              onOnly={setOnly}
              onLink={(from, next) => choose({ at: from, to: next })}
            />
          ) : at !== undefined && asset === null ? (
            <p className="soft">This lies on no way to what matters, by what is known.</p>
          ) : (
            <Beginning attack={attack} chokes={chokes} onSpot={(key) => choose({ at: key })} plan={plan} entries={entries} tab={show} onTab={turn} />
          )}
        </section>
      </div>
      <Legend scene={scene} colours={colours} safer={marks.safer.size > 0} />
      <LeftOut graph={graph} />
    </div>
  );
}

/** An asset that is not in the picture: nothing valued falls by way of it, or too little. */
function strayOf(key: string, found: AssetAttack): GraphSpot {
  const gains = found.ways[0]?.steps.at(-1)?.gains.words ?? 'comes to nothing here';
  const { id, name, kind } = found.asset;
  return { key, name, kind, asset: id, zone: null, gains, chance: found.chance, depth: 0, value: 0, share: 0 };
}

function LeftOut({ graph }: { graph: AttackGraph }) {
  if (graph.spots_left_out === 0 && graph.links_left_out === 0) return null;
  return (
    <p className="small soft">
      Not in the picture: {plural(graph.spots_left_out, 'more place')} and {plural(graph.links_left_out, 'more link')} by way of which less is lost. All numbers count them.
    </p>
  );
}

/** What stands out: the ways to what is chosen, else what it is tied to. */
function marksOf(scene: Scene, drawn: AttackGraph, selected: string | null, trail: ReturnType<typeof trailOf>, whatIf: WhatIf | undefined): Marks {
  const place = new Map(drawn.spots.map((spot, index) => [spot.key, scene.itemOf[index] ?? '']));
  const items = new Set<string>();
  const lines = new Set<string>();
  for (const key of trail.spots) items.add(place.get(key) ?? '');
  for (const key of trail.links) {
    const [from = '', to = ''] = key.split(' > ');
    lines.add(`${place.get(from)} > ${place.get(to)}`);
  }
  if (items.size === 0 && selected !== null) {
    for (const line of scene.lines.values()) {
      if (line.key !== selected && line.from !== selected && line.to !== selected) continue;
      lines.add(line.key);
      items.add(line.from).add(line.to);
    }
  }
  const safer = new Set((whatIf?.changed ?? []).map((changed) => place.get(`asset:${changed.asset.id}`) ?? ''));
  return { selected, items, lines, safer };
}
