import type { ReactNode } from 'react';
import { Brand } from '../../components/Brand';
import { useTitle } from '../../lib/hooks';

/** The frame of the pages before the sign-in. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="door" id="main">
      <div className="stack loose">
        <span className="row brand">
          <Brand />
        </span>
        <h1>{title}</h1>
        {lead && <p className="soft">{lead}</p>}
        {children}
      </div>
    </main>
  );
}
