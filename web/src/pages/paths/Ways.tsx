import type { Way } from '../../api/types';
import { Chance } from '../../components/Chance';
import { plural } from '../../lib/format';
import { StepFacts } from './StepFacts';

interface Props {
  ways: Way[];
  more: boolean;
  /** Which one stands out; all, where none does. */
  chosen: number | null;
  onChoose: (way: number | null) => void;
}

/** The ways to one asset in words, one of them at a time. */
export function Ways({ ways, more, chosen, onChoose }: Props) {
  if (ways.length === 0) return <p>No way leads there by what is known. That is no proof that there is none: see below what was not collected.</p>;
  const way = ways[chosen ?? 0];
  return (
    <>
      <h3>{more ? `The ${ways.length} best ways` : plural(ways.length, 'way')}</h3>
      <div className="row tight" role="group" aria-label="Which way">
        {ways.length > 1 && (
          <button type="button" className="btn quiet small" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
            All
          </button>
        )}
        {ways.map((_, index) => (
          <button key={index} type="button" className="btn quiet small" aria-pressed={index === chosen} onClick={() => onChoose(index)}>
            {index + 1}
          </button>
        ))}
      </div>
      {way && (
        <>
          <p className="small">
            {chosen === null && ways.length > 1 ? 'The best: ' : ''}
            {way.entries.join(' and ')}; all of it succeeds with <Chance of={way.chance} />
          </p>
          <ol className="steps">
            {way.steps.map((step, index) => (
              <li key={index}>
                <StepFacts step={step} />
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}
