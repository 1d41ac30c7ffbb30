import { useMemo, useRef } from 'react';
import type { Way, WayStep } from '../../api/types';
import { short } from '../../lib/format';
import { save } from '../../lib/save';
import { pictureOf, type Line, type Picture, type Spot } from '../../lib/ways';

interface Props {
  ways: Way[];
  /** The way that stands out. */
  marked: Way | undefined;
  chosen: WayStep | null;
  onChoose: (step: WayStep) => void;
  name: string;
}

const box = { width: 208, height: 40, across: 256, down: 56, edge: 8 };

const left = (spot: Spot) => box.edge + spot.rank * box.across;
const top = (spot: Spot) => box.edge + spot.row * box.down;

/** All ways in one picture, entries left and the goal right. The list below says the same in words. */
export function WayPicture({ ways, marked, chosen, onChoose, name }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const picture = useMemo(() => pictureOf(ways), [ways]);
  const way = useMemo(() => keysOf(marked), [marked]);
  const width = 2 * box.edge + (picture.ranks - 1) * box.across + box.width;
  const height = 2 * box.edge + (picture.rows - 1) * box.down + box.height;
  const download = () => svg.current && save(`${name}.svg`, new XMLSerializer().serializeToString(svg.current), 'image/svg+xml');
  return (
    <div className="way-picture" tabIndex={0} role="region" aria-label="The ways as a picture; the list below says the same in words">
      <svg ref={svg} xmlns="http://www.w3.org/2000/svg" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {picture.lines.map((line) => (
          <Arrow key={`${line.from} ${line.to} ${line.step.rule}`} line={line} picture={picture} marked={way.has(`${line.from} ${line.to}`)} chosen={line.step === chosen} onChoose={onChoose} />
        ))}
        {[...picture.spots].map(([key, spot]) => (
          <g key={key} className={way.has(key) ? 'spot marked' : 'spot'} transform={`translate(${left(spot)} ${top(spot)})`}>
            <title>{spot.place.words}</title>
            <rect width={box.width} height={box.height} rx="6" />
            <text x={box.width / 2} y={box.height / 2} dominantBaseline="central" textAnchor="middle">
              {short(spot.place.words, 26)}
            </text>
          </g>
        ))}
      </svg>
      <button type="button" className="btn quiet small" onClick={download}>
        Save the picture (SVG)
      </button>
    </div>
  );
}

function Arrow({ line, picture, marked, chosen, onChoose }: { line: Line; picture: Picture; marked: boolean; chosen: boolean; onChoose: (step: WayStep) => void }) {
  const [from, to] = [picture.spots.get(line.from), picture.spots.get(line.to)];
  if (!from || !to) return null;
  const [x1, y1, x2, y2] = [left(from) + box.width, top(from) + box.height / 2, left(to), top(to) + box.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  const name = ['arrow', marked && 'marked', chosen && 'chosen'].filter(Boolean).join(' ');
  return (
    <path className={name} d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} onClick={() => onChoose(line.step)}>
      <title>{line.step.why}</title>
    </path>
  );
}

/** The places and lines of one way. */
function keysOf(way: Way | undefined): Set<string> {
  const keys = new Set<string>();
  for (const step of way?.steps ?? []) {
    keys.add(step.gains.key);
    for (const need of step.needs) keys.add(need.key).add(`${need.key} ${step.gains.key}`);
  }
  return keys;
}
