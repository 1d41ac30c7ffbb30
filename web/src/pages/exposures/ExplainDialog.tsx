import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { ExposureRow } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { Level } from '../../components/Level';
import { Query } from '../../components/Query';
import { Score } from '../../components/Score';
import { Why } from './Why';
import { Name } from '../../components/Name';

/** The reasons for a score without leaving the list. */
export function ExplainDialog({ row, onClose }: { row: ExposureRow; onClose: () => void }) {
  const exposure = useQuery(queries.exposure(row.id));
  return (
    <Dialog
      title="Why this priority"
      onClose={onClose}
      foot={
        <Link to="/exposures/$id" params={{ id: String(row.id) }} className="btn primary">
          Open the exposure
        </Link>
      }
    >
      <p className="wrap">
        <Name text={row.title} /> on <Name text={row.asset} />
      </p>
      <div className="row">
        <Score value={row.priority} low={row.priority_low} high={row.priority_high} />
        <Level band={row.band} />
      </div>
      <Query of={exposure}>{(data) => (data.explanation ? <Why explanation={data.explanation} /> : <p className="soft">It is not scored.</p>)}</Query>
    </Dialog>
  );
}
