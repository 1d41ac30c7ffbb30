import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asApiError } from '../../api/errors';
import { queries } from '../../api/queries';
import { BlastRadius } from '../../components/BlastRadius';
import { Chance } from '../../components/Chance';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { WaySteps } from '../../components/WaySteps';
import { plural } from '../../lib/format';

/** How an asset falls, and what falls with it. */
export function OnAttack({ asset }: { asset: number }) {
  const attack = useQuery(queries.attackOnAsset(asset));
  // What is in no graph has neither ways nor a radius: the page says all else there is.
  if (attack.data === undefined && attack.error && asApiError(attack.error).code === 'not_found') return null;
  return (
    <Section
      title="If an attacker comes"
      aside={
        <Link to="/paths" search={{ at: `asset:${asset}` }}>
          In the graph
        </Link>
      }
    >
      <Query of={attack}>
        {(data) => {
          const [best] = data.ways;
          return (
            <>
              {best ? (
                <>
                  <p>
                    Falls within 30 days with a chance of <Chance of={data.chance} />, by {data.more ? 'more than ' : ''}
                    {plural(data.ways.length, 'way')}. The best:
                  </p>
                  <WaySteps steps={best.steps} />
                </>
              ) : (
                <p className="soft">No way leads there by what is known. That is no proof that there is none.</p>
              )}
              <h3>Blast radius</h3>
              <BlastRadius of={data} />
            </>
          );
        }}
      </Query>
    </Section>
  );
}
