import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { Query } from '../../components/Query';
import { plural } from '../../lib/format';
import { StepFacts } from './StepFacts';

/** The steps from one spot to another, and the facts behind each. */
export function LinkPanel({ from, to }: { from: string; to: string }) {
  const steps = useQuery(queries.attackSteps(from, to));
  return (
    <Query of={steps}>
      {(data) => (
        <>
          <p className="small soft">
            {data.total === 0
              ? 'There is no such step any more: the facts changed.'
              : `${plural(data.total, 'step')}${data.total > 1 ? '; the likeliest to be taken first' : ''}${data.total > data.steps.length ? `, ${data.steps.length} of them shown` : ''}.`}
          </p>
          <ol className="steps">
            {data.steps.map((step, index) => (
              <li key={index}>
                <StepFacts step={step} needs />
              </li>
            ))}
          </ol>
        </>
      )}
    </Query>
  );
}
