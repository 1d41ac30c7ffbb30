import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import { Chance } from '../../components/Chance';
import { Query } from '../../components/Query';
import { Section } from '../../components/Section';
import { WaySteps } from '../../components/WaySteps';

/** How an attacker comes to use an exposure, and what for. */
export function OnWay({ exposure, asset }: { exposure: number; asset: number }) {
  const attack = useQuery(queries.attackByExposure(exposure));
  return (
    <Section title="How an attacker uses it">
      <Query of={attack}>
        {({ way, uses }) =>
          way ? (
            <>
              <p>
                The best way that uses it: {way.entries.join(' and ')}; all of it succeeds with <Chance of={way.chance} /> within 30 days.
              </p>
              <WaySteps steps={way.steps} marked={uses} mark="by this exposure" />
            </>
          ) : (
            <p className="soft">
              No step of the attack graph rests on this itself, by what is known. That is no proof that there is none:{' '}
              <Link to="/paths" search={{ at: `asset:${asset}` }} className="inline-link">
                what an attacker does with the asset
              </Link>
              .
            </p>
          )
        }
      </Query>
    </Section>
  );
}
