import { useState } from 'react';
import { beginning, paragraphs } from '../lib/format';

/** What reads at a glance. */
const most = 600;

/** A text out of a report, paragraph by paragraph: its beginning, where it is long, and the rest when somebody wants it. */
export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const first = beginning(text, most);
  return (
    <>
      {paragraphs(all ? text : first).map((paragraph) => (
        <p key={paragraph} className="wrap">
          {paragraph}
        </p>
      ))}
      {first !== text.trim() && (
        <div>
          <button type="button" className="link small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Less of it' : 'All of it'}
          </button>
        </div>
      )}
    </>
  );
}
