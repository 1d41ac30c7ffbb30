import type { Overview } from '../../api/types';
import { count, day } from '../../lib/format';
import { ticks } from '../../lib/trend';

const width = 720;
const height = 180;
const pad = { left: 48, right: 8, top: 8, bottom: 24 };

/** How many are open, day by day, with what came and went; the table with the numbers is one click away. */
export function Trend({ days }: { days: Overview['trend'] }) {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last || days.length < 2) return <p className="soft">A trend needs two days. Come back tomorrow.</p>;
  const scale = ticks(Math.max(...days.map((one) => one.open)));
  const top = scale.at(-1) ?? 1;
  const x = (index: number) => pad.left + (index / (days.length - 1)) * (width - pad.left - pad.right);
  const y = (value: number) => height - pad.bottom - (value / top) * (height - pad.top - pad.bottom);
  const line = days.map((one, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(one.open).toFixed(1)}`).join('');
  const change = last.open - first.open;
  const opened = days.reduce((sum, one) => sum + one.opened, 0);
  const fixed = days.reduce((sum, one) => sum + one.fixed, 0);
  const words = `${change === 0 ? 'As many open as' : `${count(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'} open than`} on ${day(first.day)}: ${count(opened)} first seen or back since, by the dates of the reports; ${count(fixed)} proven fixed.`;
  return (
    <div className="stack">
      <p>{words}</p>
      <figure className="trend">
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Open exposures from ${day(first.day)} to ${day(last.day)}. ${words}`}>
          {scale.map((tick) => (
            <g key={tick}>
              <line className="grid" x1={pad.left} x2={width - pad.right} y1={y(tick)} y2={y(tick)} />
              <text x={pad.left - 8} y={y(tick) + 4} textAnchor="end">
                {count(tick)}
              </text>
            </g>
          ))}
          <path className="area" d={`${line}L${x(days.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`} />
          <path className="line" d={line} />
          <circle className="dot" cx={x(days.length - 1)} cy={y(last.open)} r="3.5" />
          <text x={pad.left} y={height - 6}>
            {day(first.day)}
          </text>
          <text x={width - pad.right} y={height - 6} textAnchor="end">
            {day(last.day)}
          </text>
        </svg>
      </figure>
      <details>
        <summary className="small">The numbers</summary>
        <div className="scroll-x tall" role="region" aria-label="Trend by day" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col" className="number">
                  Open
                </th>
                <th scope="col" className="number">
                  First seen or back
                </th>
                <th scope="col" className="number">
                  Fixed
                </th>
                <th scope="col" className="number">
                  Risk
                </th>
              </tr>
            </thead>
            <tbody>
              {[...days].reverse().map((one) => (
                <tr key={one.day}>
                  <td>{day(one.day)}</td>
                  <td className="number">{count(one.open)}</td>
                  <td className="number">{count(one.opened)}</td>
                  <td className="number">{count(one.fixed)}</td>
                  <td className="number">{one.risk === null ? '–' : Number(one.risk.toPrecision(3))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
