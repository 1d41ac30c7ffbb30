import { useEffect, useRef, type ReactNode } from 'react';
import { short } from '../lib/format';
import { useTitle } from '../lib/hooks';
import { Name } from './Name';

interface Props {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** Letters of a title that a heading shows. */
const most = 200;

let firstPage = true;

/** One page: its title, heading and actions. The heading takes the focus when the route changes. */
export function Page({ title, lead, actions, wide = false, children }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  useTitle(short(title, 80));
  useEffect(() => {
    if (!firstPage) head.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <div className={wide ? 'page wide' : 'page'}>
      <div className="page-head">
        <div className="stack">
          <h1 ref={head} tabIndex={-1}>
            <Name text={title} most={most} />
          </h1>
          {title.length > most && (
            <details className="small">
              <summary>The whole name</summary>
              <p className="wrap">{title}</p>
            </details>
          )}
          {lead && <div className="soft">{lead}</div>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
