import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { ApiError, spanInCharacters } from '../api/errors';
import { queries } from '../api/queries';
import type { QueryField } from '../api/types';
import { useKeys } from '../lib/hooks';
import { accept, complete } from '../lib/query';
import { Icon } from './Icon';

interface Props {
  /** The query in force. */
  value: string;
  onApply: (query: string) => void;
  label: string;
  error: unknown;
  /** Which fields to offer; all, when not given. */
  only?: readonly string[];
  placeholder?: string;
}

/** Where a query is written: completion while typing, Enter applies, an error is shown where it is. */
export function QueryBox({ value, onApply, label, error, only, placeholder = 'Words, or a field: severity:critical kev:true -scope:lab' }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const all = useQuery(queries.queryFields()).data ?? [];
  const people = useQuery(queries.people()).data ?? [];
  const named = (field: QueryField) => (field.name === 'owner' ? { ...field, values: ['me', 'none', ...people.map((person) => person.name)] } : field);
  const fields = (only ? all.filter((field) => only.includes(field.name)) : all).map(named);
  const [draft, setDraft] = useState(value);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const wanted = useRef<number | null>(null);
  useEffect(() => setDraft(value), [value]);
  useEffect(() => {
    if (wanted.current === null) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [draft]);
  useKeys((action) => {
    if (action.kind !== 'query') return false;
    // What is typed next narrows the query; Ctrl-A and typing replaces it.
    const text = draft === '' || draft.endsWith(' ') ? draft : `${draft} `;
    input.current?.focus();
    if (text === draft) input.current?.setSelectionRange(text.length, text.length);
    wanted.current = text.length;
    setDraft(text);
    setCaret(text.length);
    return true;
  });

  const suggestions = open ? complete(draft, caret, fields) : [];
  const apply = (query: string) => {
    setOpen(false);
    setChosen(-1);
    onApply(query.trim());
  };
  const take = (index: number) => {
    const suggestion = suggestions[index];
    if (!suggestion) return;
    const next = accept(draft, caret, suggestion);
    wanted.current = next.caret;
    setDraft(next.query);
    setCaret(next.caret);
    setChosen(-1);
    input.current?.focus();
    if (suggestion.complete) apply(next.query);
  };
  const onKey = (event: React.KeyboardEvent) => {
    const size = suggestions.length;
    if (event.key === 'ArrowDown' && size > 0) setChosen((chosen + 1) % size);
    else if (event.key === 'ArrowUp' && size > 0) setChosen(chosen <= 0 ? size - 1 : chosen - 1);
    else if (event.key === 'Tab' && !event.shiftKey && size > 0 && chosen >= 0) take(chosen);
    else if (event.key === 'Enter') {
      if (chosen >= 0) take(chosen);
      else apply(draft);
    } else if (event.key === 'Escape') {
      if (size > 0) setOpen(false);
      else input.current?.blur();
    } else return;
    event.preventDefault();
  };
  const bad = error instanceof ApiError && error.code === 'bad_query' ? error : null;

  return (
    <div className="query-box">
      <div className="query-input">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-invalid={bad !== null}
          aria-describedby={bad ? `${id}-error` : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={4096}
          placeholder={placeholder}
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setOpen(true);
            setChosen(-1);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKey}
        />
        {draft !== '' ? (
          <button type="button" className="btn quiet icon" aria-label="Clear the query" onClick={() => apply('')}>
            <Icon name="close" />
          </button>
        ) : (
          <kbd>/</kbd>
        )}
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Suggestions" className={suggestions.length > 0 ? 'options floating' : 'options floating none'}>
        {suggestions.map((suggestion, index) => (
          // The keyboard works in the box above: the options are only pointed at.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={suggestion.insert}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(index)}
          >
            <span className="mono">{suggestion.label}</span>
            <span className="doc">{suggestion.doc}</span>
          </div>
        ))}
      </div>
      {bad && (
        <p className="query-error" id={`${id}-error`} role="alert">
          <Marked query={value} span={bad.span} /> {bad.message} {bad.hint}
        </p>
      )}
    </div>
  );
}

function Marked({ query, span }: { query: string; span: [number, number] | null }) {
  if (!span || query === '') return null;
  const [start, end] = spanInCharacters(query, span);
  return (
    <code className="wrap">
      {query.slice(0, start)}
      <mark>{query.slice(start, Math.max(end, start + 1)) || ' '}</mark>
      {query.slice(Math.max(end, start + 1))}
    </code>
  );
}
