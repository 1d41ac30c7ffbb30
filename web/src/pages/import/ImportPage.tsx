import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { DropZone } from '../../components/DropZone';
import { Empty } from '../../components/Empty';
import { Page } from '../../components/Page';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { SelectField } from '../../components/SelectField';
import { TextField } from '../../components/TextField';
import { addUploads, clearUploads, useUploads } from '../../lib/uploads';
import { useMay } from '../../lib/session';
import { UploadRow } from './UploadRow';

/** Reports of other tools come in here: many at once, of any format that is understood. */
export function ImportPage() {
  const may = useMay('analyst');
  const formats = useQuery(queries.formats());
  const uploads = useUploads();
  const [format, setFormat] = useState('');
  const [scope, setScope] = useState('');
  if (!may) {
    return (
      <Page title="Import">
        <Empty title="Your role may look, not import">Ask an administrator for the role “analyst”.</Empty>
      </Page>
    );
  }
  const take = (files: File[]) => addUploads(files, { ...(format && { format }), ...(scope.trim() && { scope: scope.trim() }) });
  return (
    <Page title="Import" lead="Bring in the reports of your tools. Many at once, also as zip or tar archives. The same report twice changes nothing; a newer one shows what was fixed.">
      <DropZone onFiles={take} />
      {uploads.length > 0 && (
        <Section
          title="Files"
          aside={
            <span className="row">
              <Link to="/exposures" search={{ q: 'status:open', sort: '-first_seen' }}>
                See the newest exposures
              </Link>
              <button type="button" className="link" onClick={clearUploads}>
                Clear the list
              </button>
            </span>
          }
        >
          <ul className="stack loose" aria-label="Files">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </ul>
        </Section>
      )}
      <details>
        <summary>More: say the format, or what the reports are about</summary>
        <div className="form-grid">
          <SelectField
            label="Format"
            value={format}
            onChange={setFormat}
            options={[{ value: '', label: 'Recognise it' }, ...(formats.data ?? []).map((one) => ({ value: one.id, label: one.name }))]}
            hint="Only needed when a file is not recognised."
          />
          <TextField label="What it is about" value={scope} onChange={setScope} hint="A name for the asset of reports that name none, such as a code check; else the file’s name is used." />
        </div>
      </details>
      <Section title="What is understood">
        <Query of={formats}>
          {(data) => (
            <ul className="formats">
              {data.map((one) => (
                <li key={one.id}>
                  <strong>{one.name}</strong> <span className="soft small">{one.extensions.join(' ')}</span>
                  <p className="soft small">{one.summary}</p>
                </li>
              ))}
            </ul>
          )}
        </Query>
      </Section>
    </Page>
  );
}
