import type { Explanation } from '../../api/types';
import { Icon } from '../../components/Icon';
import { Time } from '../../components/Time';
import { inWords, sentence, words } from '../../lib/format';

const figure = (value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(2))));

/** Why the score is what it is: each factor with its source, its age and how sure it is; and what would move it. */
export function Why({ explanation }: { explanation: Explanation }) {
  const { factors, unknown, counterfactual, notes } = explanation;
  return (
    <div className="stack loose">
      {counterfactual && (
        <div className="note">
          <Icon name="info" />
          <div>
            <strong>What would change it.</strong> {sentence(counterfactual.words)}
          </div>
        </div>
      )}
      <div className="scroll-x">
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">Factor</th>
              <th scope="col" className="number">
                Value
              </th>
              <th scope="col">Interval</th>
              <th scope="col">Source</th>
              <th scope="col">As of</th>
            </tr>
          </thead>
          <tbody>
            {factors.map((factor) => (
              <tr key={factor.name}>
                <td className="full">
                  <strong>{words(factor.name)}</strong>
                  <div className="soft wrap">{factor.words}</div>
                </td>
                <td className="number" data-label="Value">
                  {figure(factor.value)}
                </td>
                <td className="nowrap" data-label="Interval">
                  {factor.low === null || factor.high === null ? <span className="soft">unknown</span> : factor.low === factor.high ? <span className="soft">exact</span> : `${figure(factor.low)} to ${figure(factor.high)}`}
                </td>
                <td data-label="Source">{factor.source ?? <span className="soft">nobody said</span>}</td>
                <td data-label="As of">
                  <Time at={factor.as_of} none="–" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {unknown.length > 0 && (
        <p>
          <strong>Not known:</strong> {unknown.map((name) => inWords(name)).join(', ')}. That is why the score is an interval.
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
    </div>
  );
}
