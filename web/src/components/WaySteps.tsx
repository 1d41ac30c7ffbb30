import type { Way } from '../api/types';
import { Name } from './Name';

/** The steps of a way in a sentence each; one of them may be marked. */
export function WaySteps({ steps, marked = null, mark }: { steps: Way['steps']; marked?: number | null; mark?: string }) {
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <li key={index} aria-current={index === marked ? 'step' : undefined}>
          <span>
            <Name text={step.gains.words} /> {index === marked && <span className="tag strong">{mark}</span>}
          </span>
          <span className="small soft wrap">{step.why}</span>
        </li>
      ))}
    </ol>
  );
}
