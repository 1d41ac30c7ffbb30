import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ApiError } from '../api/errors';
import { Failure } from './Failure';
import { Page } from './Page';

/** A page that could not be shown at all: the server is not there, or a fault of ours. */
export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="main">
      <Page title="This page could not be shown">
        {!(error instanceof ApiError) && <p>That is a fault of ours, not of your data. Reload the page; if it stays, please report it with the text below.</p>}
        <Failure error={error} retry={retry} />
      </Page>
    </div>
  );
}
