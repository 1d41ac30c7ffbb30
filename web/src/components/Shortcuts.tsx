import { places } from '../lib/keys';
import { Dialog } from './Dialog';

const groups: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'search and commands'],
      ['/', 'to the query box'],
      ['?', 'this help'],
      ['Esc', 'close, or clear the selection'],
    ],
  },
  {
    title: 'In a list, or on an exposure',
    keys: [
      ['j  k', 'next and previous row'],
      ['Enter', 'open the row'],
      ['x', 'select the row'],
      ['X', 'select up to the row'],
      ['a', 'assign the selection to a person'],
      ['d', 'decide about the selection'],
      ['e', 'why this priority'],
    ],
  },
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {groups.map((group) => (
        <section key={group.title} className="stack">
          <h3>{group.title}</h3>
          <Keys keys={group.keys} />
        </section>
      ))}
      <section className="stack">
        <h3>Go to</h3>
        <Keys keys={places.map((place) => [`g ${place.key}`, place.name])} />
      </section>
    </Dialog>
  );
}

function Keys({ keys }: { keys: [string, string][] }) {
  return (
    <dl className="facts">
      {keys.map(([key, meaning]) => (
        <div key={key} style={{ display: 'contents' }}>
          <dt>
            {key.split(/\s+/).map((one) => (
              <kbd key={one}>{one}</kbd>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
