import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { count } from '../../lib/format';

interface Props {
  q: string;
  sort: string;
  /** What the shown list knows. */
  total: number;
  first: number | undefined;
  onShow: () => void;
}

/** Rows never jump: what changed since the list was fetched waits behind a button. */
export function NewsPill({ q, sort, total, first, onShow }: Props) {
  const head = useQuery(queries.exposureHead(q, sort)).data;
  const more = head ? head.total - total : 0;
  const moved = head !== undefined && head.items[0]?.id !== first;
  const text = more > 0 ? `${count(more)} new` : more < 0 ? `${count(-more)} fewer` : moved ? 'The order changed' : null;
  return (
    <div role="status" className="row news">
      {text && (
        <button type="button" className="btn primary pill" onClick={onShow}>
          {text}: show
        </button>
      )}
    </div>
  );
}
