import { asApiError } from '../api/errors';
import { Icon } from './Icon';

/** What went wrong, what to try, and an id to quote. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const failure = asApiError(error);
  const forbidden = failure.code === 'forbidden' || failure.status === 403;
  return (
    <div className={forbidden ? 'note warn' : 'note bad'} role="alert">
      <Icon name="info" />
      <div className="stack">
        <p>
          <strong>{failure.message}</strong> {failure.hint}
        </p>
        {failure.requestId && (
          <p className="small soft">
            To ask about this, quote <code>{failure.requestId}</code>.
          </p>
        )}
        {retry && !forbidden && failure.code !== 'not_found' && (
          <div>
            <button type="button" className="btn" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
