import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { asApiError } from '../api/errors';
import { Failure } from './Failure';
import { Page } from './Page';
import { Skeleton } from './Skeleton';

interface Props<T> {
  of: UseQueryResult<T>;
  lines?: number;
  /** For a whole page: the heading until the data brings its own. */
  page?: string;
  /** Where the things of this kind are listed: the way on when this one is not there. */
  back?: '/exposures' | '/assets' | '/runs';
  children: (data: T) => ReactNode;
}

/** The three states of something fetched. Data that was there stays when a refresh fails, with the failure above it. */
export function Query<T>({ of, lines = 6, page, back, children }: Props<T>) {
  const failure = of.error ? <Failure error={of.error} retry={() => void of.refetch()} /> : null;
  if (of.data === undefined) {
    const waiting = failure ?? <Skeleton lines={lines} />;
    if (!page || !failure) return waiting;
    return (
      <Page title={page}>
        {waiting}
        {back && asApiError(of.error).code === 'not_found' && (
          <p>
            <Link to={back} className="btn">
              All {page.toLowerCase()}s
            </Link>
          </p>
        )}
      </Page>
    );
  }
  return (
    <>
      {failure}
      {children(of.data)}
    </>
  );
}
