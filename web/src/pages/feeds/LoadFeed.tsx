import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/endpoints';
import type { Feed } from '../../api/types';
import { upload } from '../../api/upload';
import { DropZone } from '../../components/DropZone';
import { Failure } from '../../components/Failure';
import { Progress } from '../../components/Progress';
import { useSay } from '../../components/Toasts';

/** A feed out of a file: which one it is, is seen from its content; a bad file replaces nothing. */
export function LoadFeed() {
  const client = useQueryClient();
  const say = useSay();
  const [share, setShare] = useState<number | null>(null);
  const load = useMutation({
    mutationFn: (file: File) => upload<Feed>(api.feedUrl(file.name), file, setShare),
    onSuccess: (feed) => say(`${feed.title} is loaded.`),
    onSettled: async () => {
      setShare(null);
      await client.invalidateQueries();
    },
  });
  return (
    <div className="stack">
      <DropZone label="Drop a feed’s file here" multiple={false} small onFiles={({ files }) => files[0] && load.mutate(files[0].file)} />
      <p className="hint">Each feed below says where it is published. Archives and compressed files are fine; what a file is, is recognised.</p>
      {load.isPending && <Progress share={share === 1 ? null : share} label="Loading the feed" />}
      {load.error && <Failure error={load.error} />}
    </div>
  );
}
