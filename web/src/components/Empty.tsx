import type { ReactNode } from 'react';

/** Nothing here yet: what this is, and the one thing to do. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <div className="stack">
        <h2>{title}</h2>
        <p className="soft">{children}</p>
      </div>
      {action}
    </div>
  );
}
