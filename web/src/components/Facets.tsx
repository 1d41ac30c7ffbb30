import { useState } from 'react';
import type { Facet } from '../api/types';
import { count } from '../lib/format';
import { toggle, valuesOf } from '../lib/query';

const few = 6;

/** What the list is made of, counted; a click narrows it, another widens it again. */
export function Facets({ facets, query, onApply }: { facets: Facet[]; query: string; onApply: (query: string) => void }) {
  return (
    <div className="facets">
      {facets
        .filter((facet) => facet.values.length > 0)
        .map((facet) => (
          <FacetGroup key={facet.field} facet={facet} query={query} onApply={onApply} />
        ))}
    </div>
  );
}

function FacetGroup({ facet, query, onApply }: { facet: Facet; query: string; onApply: (query: string) => void }) {
  const [more, setMore] = useState(false);
  const on = valuesOf(query, facet.field);
  const shown = more ? facet.values : facet.values.filter((value, index) => index < few || on.includes(value.value));
  return (
    <fieldset>
      <legend>{facet.label}</legend>
      {shown.map((value) => (
        <label key={value.value} className="facet">
          <input type="checkbox" checked={on.includes(value.value)} onChange={() => onApply(toggle(query, facet.field, value.value))} />
          <bdi className="cut" title={value.label}>
            {value.label}
          </bdi>
          <span className="soft small">{count(value.count)}</span>
        </label>
      ))}
      {facet.values.length > few && (
        <button type="button" className="link small" aria-expanded={more} onClick={() => setMore(!more)}>
          {more ? 'Fewer' : `${facet.values.length - few} more`}
        </button>
      )}
    </fieldset>
  );
}
