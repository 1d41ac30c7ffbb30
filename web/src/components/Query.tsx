import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './Failure';
import { Page } from './Page';
import { Skeleton } from './Skeleton';

interface Props<T> {
  of: UseQueryResult<T>;
  lines?: number;
  /** For a whole page: the heading until the data brings its own. */
  page?: string;
  children: (data: T) => ReactNode;
}

/** The three states of something fetched. Data that was there stays when a refresh fails, with the failure above it. */
export function Query<T>({ of, lines = 6, page, children }: Props<T>) {
  const failure = of.error ? <Failure error={of.error} retry={() => void of.refetch()} /> : null;
  if (of.data === undefined) {
    const waiting = failure ?? <Skeleton lines={lines} />;
    return page && failure ? <Page title={page}>{waiting}</Page> : waiting;
  }
  return (
    <>
      {failure}
      {children(of.data)}
    </>
  );
}
