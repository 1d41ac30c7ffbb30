import type { ReactNode } from 'react';
import type { ExposureRow } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Skeleton } from '../../components/Skeleton';
import { plural } from '../../lib/format';

interface Props {
  preview: { data?: { count: number; sample: ExposureRow[] } | undefined; error: unknown };
  /** How it is with them now. */
  now: ReactNode;
}

const named = 4;

/** What a change to many exposures would be about, shown before it is made. */
export function WhatChanges({ preview, now }: Props) {
  const shown = preview.data;
  return (
    <section className="stack" aria-label="What will change" aria-live="polite">
      <h3>What will change</h3>
      {preview.error !== null && <Failure error={preview.error} />}
      {!shown && preview.error === null && <Skeleton lines={2} />}
      {shown && (
        <>
          <p>
            {plural(shown.count, 'exposure')}
            {now}.
          </p>
          <ul className="small soft">
            {shown.sample.slice(0, named).map((row) => (
              <li key={row.id} className="cut">
                <Name text={row.title} /> on <Name text={row.asset} />
              </li>
            ))}
            {shown.count > named && <li>and {shown.count - named} more</li>}
          </ul>
        </>
      )}
    </section>
  );
}
