import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { Proposal } from '../../api/types';
import { Empty } from '../../components/Empty';
import { Failure } from '../../components/Failure';
import { Name } from '../../components/Name';
import { Page } from '../../components/Page';
import { Skeleton } from '../../components/Skeleton';
import { useMay } from '../../lib/session';
import { Line, WordDialog, type Word } from './Same';

/** Exposures of different tools that look alike: a person says of each pair whether it is one. */
export function AlikePage() {
  const may = useMay('analyst');
  const alike = useInfiniteQuery(queries.alike());
  const [word, setWord] = useState<(Word & { from: number }) | null>(null);
  const pairs = alike.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="May be the same" lead="What different tools see at the same place of an asset, and what no rule is sure of. Say of each pair whether it is one: it is remembered, and counts from then on.">
      {alike.error && <Failure error={alike.error} retry={() => void alike.refetch()} />}
      {alike.isPending && <Skeleton lines={8} />}
      {alike.data && pairs.length === 0 && !alike.hasNextPage && (
        <Empty title="Nothing to say" action={<Link to="/import" className="btn">Import reports</Link>}>
          No two tools report anything that may be the same, beside what is one already or was told apart.
        </Empty>
      )}
      <ul className="stack" aria-label="Pairs">
        {pairs.map((pair) => (
          <Pair key={`${pair.one.id}-${pair.other.id}`} pair={pair} onWord={may ? (kind) => setWord({ kind, other: pair.other, from: pair.one.id }) : null} />
        ))}
      </ul>
      {alike.hasNextPage && (
        <div>
          <button type="button" className="btn" onClick={() => void alike.fetchNextPage()} disabled={alike.isFetchingNextPage}>
            More pairs
          </button>
        </div>
      )}
      {word && <WordDialog word={word} from={word.from} onClose={() => setWord(null)} onDone={() => void alike.refetch()} />}
    </Page>
  );
}

function Pair({ pair, onWord }: { pair: Proposal; onWord: ((kind: Word['kind']) => void) | null }) {
  const { one, other } = pair;
  return (
    <li className="section">
      <p className="wrap">
        On{' '}
        <Link to="/assets/$id" params={{ id: String(one.asset_id) }} className="inline-link">
          <Name text={pair.asset} />
        </Link>
        : {pair.reason}
      </p>
      <ul className="stack">
        <Line part={one} from={one.asset_id} linked />
        <Line part={other} from={one.asset_id} linked />
      </ul>
      {onWord && (
        <div className="row">
          <button type="button" className="btn" aria-label={`The same: ${one.weakness} and ${other.weakness}`} onClick={() => onWord('same')}>
            The same…
          </button>
          <button type="button" className="btn" aria-label={`Not the same: ${one.weakness} and ${other.weakness}`} onClick={() => onWord('apart')}>
            Not the same…
          </button>
        </div>
      )}
    </li>
  );
}
