import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Comment } from '../api/types';
import { actor } from '../lib/format';
import { useMay } from '../lib/session';
import { Failure } from './Failure';
import { Name } from './Name';
import { Time } from './Time';

interface Props {
  /** What one of them is called: "comment", "note". */
  noun: string;
  remarks: Comment[];
  /** What belongs here, said while there is nothing. */
  placeholder: string;
  /** Keeps one and shows it. */
  onAdd: (text: string) => Promise<unknown>;
}

/** What people wrote, and where the next one writes. */
export function Remarks({ noun, remarks, placeholder, onAdd }: Props) {
  const id = useId();
  const may = useMay('analyst');
  const [text, setText] = useState('');
  const add = useMutation({ mutationFn: () => onAdd(text.trim()), onSuccess: () => setText('') });
  return (
    <>
      {remarks.length === 0 ? (
        <p className="soft">No {noun}s yet.</p>
      ) : (
        <ul className="stack loose">
          {remarks.map((remark) => (
            <li key={remark.id} className="stack">
              <p className="small soft">
                <Name text={actor(remark.by)} />, <Time at={remark.at} />
              </p>
              <p className="wrap lines">
                <bdi>{remark.text}</bdi>
              </p>
            </li>
          ))}
        </ul>
      )}
      {may && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') add.mutate();
          }}
        >
          <label htmlFor={id} className="visually-hidden">
            Your {noun}
          </label>
          <textarea id={id} value={text} onChange={(event) => setText(event.target.value)} placeholder={placeholder} maxLength={10_000} />
          {add.error && <Failure error={add.error} />}
          <div>
            <button type="submit" className="btn" disabled={add.isPending || text.trim() === ''}>
              Add the {noun}
            </button>
          </div>
        </form>
      )}
    </>
  );
}
