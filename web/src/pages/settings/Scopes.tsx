import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Scope } from '../../api/types';
import { Empty } from '../../components/Empty';
import { Failure } from '../../components/Failure';
import { Query } from '../../components/Query';
import { plural, words } from '../../lib/format';
import { useMay } from '../../lib/session';
import { ScopeDialog } from './ScopeDialog';
import { Name } from '../../components/Name';

/** Business services, and what each would cost to lose. */
export function Scopes() {
  const admin = useMay('admin');
  const scopes = useQuery(queries.scopes());
  const [editing, setEditing] = useState<Scope | 'new' | null>(null);
  const add = admin && (
    <button type="button" className="btn primary" onClick={() => setEditing('new')}>
      Add a scope
    </button>
  );
  return (
    <>
      <p className="soft">A scope is a part of the business, such as “Patient records”: the assets that belong to it, and what it would mean to lose them.</p>
      <Query of={scopes}>
        {(data) =>
          data.length === 0 ? (
            <Empty title="No scope yet" action={add}>
              Until somebody says what matters, every asset counts the same, and scores are less certain. Begin with the one thing that must never stop.
            </Empty>
          ) : (
            <>
              <div>{add}</div>
              <ul className="stack loose">
                {data.map((scope) => (
                  <Row key={scope.id} scope={scope} onEdit={admin ? () => setEditing(scope) : null} />
                ))}
              </ul>
            </>
          )
        }
      </Query>
      {editing && <ScopeDialog scope={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function Row({ scope, onEdit }: { scope: Scope; onEdit: (() => void) | null }) {
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const remove = useMutation({ mutationFn: () => api.removeScope(scope.id), onSettled: () => client.invalidateQueries() });
  return (
    <li className="section">
      <div className="between">
        <span className="row">
          <h2 className="wrap">
            <Name text={scope.name} />
          </h2>
          {scope.crown_jewel && <span className="tag strong">Crown jewel</span>}
          {scope.criticality && <span className="tag">{words(scope.criticality)}</span>}
          {scope.data.map((one) => (
            <span key={one} className="tag">
              {words(one)}
            </span>
          ))}
        </span>
        {onEdit && (
          <span className="row">
            <button type="button" className="link" onClick={onEdit}>
              Edit<span className="visually-hidden"> {scope.name}</span>
            </button>
            <button type="button" className="link" onClick={() => (sure ? remove.mutate() : setSure(true))}>
              {sure ? 'Really remove?' : 'Remove'}
              <span className="visually-hidden"> {scope.name}</span>
            </button>
          </span>
        )}
      </div>
      {scope.description && <p className="wrap">{scope.description}</p>}
      <p className="row">
        <Link to="/assets" search={{ q: scope.query }}>
          {plural(scope.assets, 'asset')}
        </Link>
        <code className="soft wrap">{scope.query}</code>
      </p>
      {remove.error && <Failure error={remove.error} />}
    </li>
  );
}
