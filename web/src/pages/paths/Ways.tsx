import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { AssetAttack, Way, WayStep } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Name } from '../../components/Name';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { Time } from '../../components/Time';
import { plural } from '../../lib/format';
import { save } from '../../lib/save';
import { navigatorLayer } from '../../lib/ways';
import { WayPicture } from './WayPicture';

/** The ways to one asset: a picture of all of them, and each in words. */
export function Ways({ asset }: { asset: number }) {
  const attack = useQuery(queries.attackOnAsset(asset));
  return <Query of={attack}>{(data) => <Shown data={data} asset={asset} />}</Query>;
}

function Shown({ data, asset }: { data: AssetAttack; asset: number }) {
  const [open, setOpen] = useState(0);
  const [chosen, setChosen] = useState<WayStep | null>(null);
  if (data.ways.length === 0) {
    return (
      <Section title="Ways">
        <p>No way leads there by what is known. That is no proof that there is none: see below what was not collected.</p>
      </Section>
    );
  }
  const way = data.ways[open] ?? data.ways[0];
  return (
    <Section
      title={data.more ? `The ${data.ways.length} best ways` : plural(data.ways.length, 'way')}
      aside={
        <span className="row">
          <button type="button" className="btn quiet" onClick={() => save(`ways-${asset}.json`, JSON.stringify(data, null, 1), 'application/json')}>
            JSON
          </button>
          <button
            type="button"
            className="btn quiet"
            onClick={() => save(`navigator-${asset}.json`, JSON.stringify(navigatorLayer(`Ways to asset ${asset}`, data.ways), null, 1), 'application/json')}
          >
            ATT&amp;CK layer
          </button>
        </span>
      }
    >
      <p className="row">
        {data.by_entry.map((by) => (
          <span key={by.entry} className="tag">
            {by.entry}: <Chance of={by.chance} />
          </span>
        ))}
        <Link to="/assets/$id" params={{ id: String(asset) }}>
          The asset
        </Link>
      </p>
      <WayPicture ways={data.ways} marked={way} chosen={chosen} onChoose={setChosen} name={`ways-${asset}`} />
      <div className="row" role="group" aria-label="Which way">
        {data.ways.map((one, index) => (
          <button key={index} type="button" className="btn quiet" aria-pressed={index === open} onClick={() => setOpen(index)}>
            {index + 1}: <Chance of={one.chance} />
          </button>
        ))}
      </div>
      {way && <Steps way={way} chosen={chosen} />}
      {data.falls_with_it_total > 0 && (
        <p>
          With it fall {plural(data.falls_with_it_total, 'other asset')}:{' '}
          {data.falls_with_it
            .slice(0, 6)
            .map((other) => other.name)
            .join(', ')}
          {data.falls_with_it_total > 6 && ' and more'}.
        </p>
      )}
    </Section>
  );
}

function Steps({ way, chosen }: { way: Way; chosen: WayStep | null }) {
  return (
    <ol className="steps">
      {way.steps.map((step, index) => (
        <li key={index} className={step === chosen ? 'marked' : undefined}>
          <strong>
            <Name text={step.gains.words} />
          </strong>
          <span className="wrap">{step.why}</span>
          <span className="small soft row">
            <span>{step.title}</span>
            <span>{step.technique}</span>
            <Chance of={step.chance} />
            {step.exposures.map((id) => (
              <Link key={id} to="/exposures/$id" params={{ id: String(id) }}>
                exposure {id}
              </Link>
            ))}
            {step.told.map((told) => (
              <span key={told.source}>
                {told.source}, <Time at={told.as_of} />
              </span>
            ))}
          </span>
          {step.fixes.map((fix) => (
            <span key={fix.title} className="small">
              Cut by: {fix.title}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}
