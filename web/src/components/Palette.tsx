import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/endpoints';
import { queries } from '../api/queries';
import { inWords } from '../lib/format';
import { places } from '../lib/keys';
import { useSettled } from '../lib/hooks';
import { setPreference } from '../lib/preferences';
import { quote } from '../lib/query';
import { Name } from './Name';

interface Command {
  key: string;
  label: string;
  doc: string;
  run: () => void;
}

/** One box for everything: pages, exposures, assets, saved views, appearance. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const settled = useSettled(typed.trim(), 150);
  const text = settled === '' ? '' : quote(settled);
  const views = useQuery(queries.views());
  const assets = useQuery(queries.assetSearch(text));
  const exposures = useQuery({
    queryKey: ['exposures', 'search', text],
    queryFn: ({ signal }) => api.exposures({ q: text, limit: 8, sort: '-priority' }, { signal }),
    enabled: text !== '',
  });

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const commands: Command[] = [
    ...places.map((place) => ({ key: place.to, label: place.name, doc: `g ${place.key}`, run: () => void navigate({ to: place.to }) })),
    ...(views.data ?? []).map((view) => ({ key: `v${view.id}`, label: view.name, doc: 'saved view', run: () => void navigate({ to: '/exposures', search: { q: view.query, sort: view.sort } }) })),
    { key: 'alike', label: 'Exposures that may be the same', doc: 'tools', run: () => void navigate({ to: '/exposures/alike' }) },
    { key: 'light', label: 'Light theme', doc: 'appearance', run: () => setPreference({ theme: 'light' }) },
    { key: 'dark', label: 'Dark theme', doc: 'appearance', run: () => setPreference({ theme: 'dark' }) },
    { key: 'system', label: 'Theme of the system', doc: 'appearance', run: () => setPreference({ theme: 'system' }) },
  ].filter((command) => command.label.toLowerCase().includes(typed.trim().toLowerCase()));
  const found: Command[] =
    typed.trim() === ''
      ? []
      : [
          { key: 'q', label: `Exposures that match “${typed.trim()}”`, doc: 'search', run: () => void navigate({ to: '/exposures', search: { q: quote(typed.trim()) } }) },
          ...(assets.data?.items ?? []).map((row) => ({ key: `a${row.id}`, label: row.name, doc: inWords(row.kind), run: () => void navigate({ to: '/assets/$id', params: { id: String(row.id) } }) })),
          ...(exposures.data?.items ?? []).map((row) => ({ key: `e${row.id}`, label: `${row.title} on ${row.asset}`, doc: row.weakness, run: () => void navigate({ to: '/exposures/$id', params: { id: String(row.id) } }) })),
        ];
  const all = [...commands, ...found];
  const current = Math.min(chosen, all.length - 1);
  const act = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };

  return (
    <dialog ref={dialog} className="palette" aria-label="Search and commands" onCancel={onClose}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-options"
        aria-activedescendant={all[current] ? `palette-${current}` : undefined}
        aria-label="Search and commands"
        placeholder="Go to a page, an asset, an exposure…"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setChosen((current + 1) % Math.max(1, all.length));
          else if (event.key === 'ArrowUp') setChosen((current - 1 + all.length) % Math.max(1, all.length));
          else if (event.key === 'Enter') act(all[current]);
          else return;
          event.preventDefault();
        }}
      />
      <div className="options" id="palette-options" role="listbox" aria-label="Results">
        {all.map((command, index) => (
          // The keyboard works in the box above: the options are only pointed at.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div key={command.key} id={`palette-${index}`} role="option" aria-selected={index === current} onClick={() => act(command)} onMouseMove={() => setChosen(index)}>
            <span className="cut">
              <Name text={command.label} />
            </span>
            <span className="doc nowrap">{command.doc}</span>
          </div>
        ))}
      </div>
    </dialog>
  );
}
