import type { Colours } from '../../lib/graph/look';
import { colourOf, roleWords, shapes } from '../../lib/graph/look';
import type { Role, Scene } from '../../lib/graph/scene';
import { outline } from '../../lib/graph/svg';

/** What the shapes and colours mean, of those that are in the picture. */
export function Legend({ scene, colours, safer }: { scene: Scene; colours: Colours; safer: boolean }) {
  const shown = new Set([...scene.items.values()].map((item) => item.role));
  const roles = (Object.keys(roleWords) as Role[]).filter((role) => shown.has(role));
  return (
    <ul className="legend small soft" aria-label="Legend">
      {roles.map((role) => (
        <li key={role}>
          <svg width="14" height="14" aria-hidden="true" fill={colourOf(role, colours)}>
            <path d={outline(shapes[role], 7, 7, 6)} />
          </svg>
          {roleWords[role]}
        </li>
      ))}
      {safer && (
        <li>
          <svg width="14" height="14" aria-hidden="true" fill={colours.good}>
            <path d={outline('circle', 7, 7, 6)} />
          </svg>
          Safer with the fixes ticked
        </li>
      )}
      <li>
        <svg width="22" height="14" aria-hidden="true">
          <path d="M1 7h20" stroke={colours.line} strokeWidth="4" />
        </svg>
        The more loss passes, the thicker
      </li>
      {scene.hidden > 0 && <li>Only the best ways are drawn: choose something to see all of its steps</li>}
    </ul>
  );
}
