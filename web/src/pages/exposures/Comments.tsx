import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/endpoints';
import { queries } from '../../api/queries';
import type { Comment } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Time } from '../../components/Time';
import { useMay } from '../../lib/session';
import { Name } from '../../components/Name';

export function Comments({ exposure, comments }: { exposure: number; comments: Comment[] }) {
  const id = useId();
  const may = useMay('analyst');
  const client = useQueryClient();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => api.comment(exposure, text.trim()),
    onSuccess: async () => {
      setText('');
      await client.invalidateQueries({ queryKey: queries.exposure(exposure).queryKey });
    },
  });
  return (
    <>
      {comments.length === 0 && <p className="soft">No comments yet.</p>}
      <ul className="stack loose">
        {comments.map((comment) => (
          <li key={comment.id} className="stack">
            <p className="small soft">
              <Name text={comment.by} />, <Time at={comment.at} />
            </p>
            <p className="wrap">
              <bdi>{comment.text}</bdi>
            </p>
          </li>
        ))}
      </ul>
      {may && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') add.mutate();
          }}
        >
          <label htmlFor={id} className="visually-hidden">
            Your comment
          </label>
          <textarea id={id} value={text} onChange={(event) => setText(event.target.value)} placeholder="Say what the next person should know" />
          {add.error && <Failure error={add.error} />}
          <div>
            <button type="submit" className="btn" disabled={add.isPending || text.trim() === ''}>
              Add the comment
            </button>
          </div>
        </form>
      )}
    </>
  );
}
