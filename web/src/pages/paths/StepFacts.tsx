import { Link } from '@tanstack/react-router';
import type { WayStep } from '../../api/types';
import { Chance } from '../../components/Chance';
import { Name } from '../../components/Name';
import { Time } from '../../components/Time';

/** One step: what an attacker does, why it works, the facts it rests on, and what would remove it. */
export function StepFacts({ step, needs = false }: { step: WayStep; needs?: boolean }) {
  return (
    <>
      <strong>
        <Name text={step.gains.words} />
      </strong>
      <span className="wrap">{step.why}</span>
      {needs && <span className="small soft">Needs: {step.needs.map((need) => need.words).join(' and ')}</span>}
      <span className="small row">
        <span>{step.title}</span>
        <span className="soft">ATT&amp;CK {step.technique}</span>
        <Chance of={step.chance} />
      </span>
      {step.facts.length > 0 && (
        <ul className="small grounds" aria-label="Facts it rests on">
          {step.facts.map((fact) => (
            <li key={fact.what}>
              {fact.exposure === null ? (
                <Name text={fact.what} />
              ) : (
                <Link to="/exposures/$id" params={{ id: String(fact.exposure) }}>
                  <Name text={fact.what} />
                </Link>
              )}
              {fact.told && (
                <span className="soft">
                  {' '}
                  ({fact.told.source}, <Time at={fact.told.as_of} />)
                </span>
              )}
              {fact.reports.length > 0 && (
                <ul aria-label="Exposures behind it">
                  {fact.reports.map((report) => (
                    <li key={report.exposure}>
                      <span className="soft">Exposure:</span>{' '}
                      <Link to="/exposures/$id" params={{ id: String(report.exposure) }} className="wrap">
                        {report.title}
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
      {step.fixes.map((fix) => (
        <span key={fix.title} className="small wrap">
          <span className="soft">Cut by:</span> {fix.title}
        </span>
      ))}
    </>
  );
}
