import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { Format } from '../../api/types';
import { DropZone } from '../../components/DropZone';
import { Empty } from '../../components/Empty';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { useSay } from '../../components/Toasts';
import { count, plural } from '../../lib/format';
import { mostFiles, type Handed } from '../../lib/given';
import { addUploads, useUploads } from '../../lib/uploads';
import { useMay } from '../../lib/session';
import { Files } from './Files';

/** Reports of other tools come in here: many at once, of any format that is understood. */
export function ImportPage() {
  const may = useMay('analyst');
  const formats = useQuery(queries.formats());
  const networks = useQuery(queries.networks());
  const uploads = useUploads();
  const say = useSay();
  const [format, setFormat] = useState('');
  const [scope, setScope] = useState('');
  const [network, setNetwork] = useState('');
  const [complete, setComplete] = useState(false);
  if (!may) {
    return (
      <Page title="Import">
        <Empty title="Your role may look, not import">Ask an administrator for the role “analyst”.</Empty>
      </Page>
    );
  }
  const take = ({ files, hidden, unread }: Handed) => {
    const tooMany = files.length > mostFiles;
    if (tooMany) say(`These are more than ${count(mostFiles)} files. Choose the folder with the reports, or use bartizan import on the command line.`);
    else addUploads(files, { ...(format && { format }), ...(scope.trim() && { scope: scope.trim() }), ...(network.trim() && { network: network.trim() }), ...(complete && { complete: 'true' as const }) });
    if (!tooMany && files.length === 0 && unread.length === 0) say('There is no file in it.');
    if (hidden > 0) say(`${plural(hidden, 'hidden file or folder', 'hidden files and folders')} left out.`);
    if (unread.length > 0) say(`The browser cannot read ${unread.slice(0, 3).join(', ')}${unread.length > 3 ? ` and ${count(unread.length - 3)} more` : ''}.`);
  };
  return (
    <Page title="Import" lead="Bring in the reports of your tools. Many at once, also as folders, or as zip or tar archives. The same report twice changes nothing; a newer one shows what was fixed.">
      <DropZone onFiles={take} />
      {uploads.length > 0 && <Files uploads={uploads} />}
      <details>
        <summary>More: say the format, what the reports are about, or of which network they are</summary>
        <div className="form-grid">
          <SelectField
            label="Format"
            value={format}
            onChange={setFormat}
            options={[{ value: '', label: 'Recognise it' }, ...(formats.data ?? []).map((one) => ({ value: one.id, label: one.name }))]}
            hint="Only needed when a file is not recognised."
          />
          <TextField label="What it is about" value={scope} onChange={setScope} hint="A name for the asset of reports that name none, such as a code check; else the file’s name is used, with the folders that it lies in, and nothing is closed on it." />
          <TextField
            label="Network"
            value={network}
            onChange={setNetwork}
            offers={networks.data ?? []}
            hint="A name such as branch-berlin, where several of your networks use the same private addresses: 10.0.0.5 there is then another machine than 10.0.0.5 elsewhere. Say it for every report from there. Empty is your network without a name."
          />
          <label className="check">
            <input type="checkbox" checked={complete} onChange={(event) => setComplete(event.target.checked)} />
            <span>These reports are complete: close what the same tool reported before on the assets in them and does not report now. Not for scans of a part, or with a filter.</span>
          </label>
        </div>
      </details>
      <Section title="What is understood">
        <Query of={formats}>{(data) => <Formats all={data} />}</Query>
      </Section>
    </Page>
  );
}

/** All formats, or those with some words in them. */
function Formats({ all }: { all: Format[] }) {
  const [text, setText] = useState('');
  const sought = text.trim().toLowerCase();
  const found = all.filter((one) => `${one.name} ${one.id} ${one.summary}`.toLowerCase().includes(sought));
  return (
    <>
      <div className="narrow-form">
        <TextField type="search" label="Find your tool" value={text} onChange={setText} hint={sought === '' ? `${count(all.length)} formats` : `${count(found.length)} of ${plural(all.length, 'format')}`} />
      </div>
      {found.length === 0 && <p className="soft">None by this name. Perhaps it writes SARIF, CycloneDX or CSV: of a table you can say what its columns mean.</p>}
      <ul className="formats">
        {found.map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong> <span className="soft small">{one.extensions.join(' ')}</span>
            <p className="soft small">{one.summary}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
