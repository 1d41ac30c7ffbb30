import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/endpoints';
import type { Decision } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Time } from '../../components/Time';
import { actor, words } from '../../lib/format';
import { useMay } from '../../lib/session';
import { Name } from '../../components/Name';

export function Decisions({ decisions, onChanged }: { decisions: Decision[]; onChanged: () => void }) {
  const may = useMay('analyst');
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: api.undoDecision,
    onSuccess: () => {
      onChanged();
      void client.invalidateQueries({ queryKey: ['exposures'], refetchType: 'none' });
    },
  });
  if (decisions.length === 0) return <p className="soft">Nobody decided anything about it.</p>;
  return (
    <ul className="stack loose">
      {decisions.map((decision) => (
        <li key={decision.id} className="stack">
          <div className="between">
            <strong>{words(decision.verdict)}</strong>
            {decision.revoked_at ? (
              <span className="tag">
                undone <Time at={decision.revoked_at} />
              </span>
            ) : decision.lapsed_at ? (
              <span className="tag">
                lapsed <Time at={decision.lapsed_at} />
              </span>
            ) : (
              may && (
                <button type="button" className="link" onClick={() => undo.mutate(decision.id)} disabled={undo.isPending}>
                  Undo
                </button>
              )
            )}
          </div>
          <p className="wrap">{decision.reason}</p>
          <p className="small soft">
            <Name text={actor(decision.by)} />, <Time at={decision.at} />
            {decision.document && (
              <>
                , in <Name text={decision.document} />
              </>
            )}
            {decision.until && (
              <>
                , until <Time at={decision.until} style="day" />
              </>
            )}
            {decision.count > 1 && <>, together with {decision.count - 1} more</>}
          </p>
        </li>
      ))}
      {undo.error && <Failure error={undo.error} />}
    </ul>
  );
}
