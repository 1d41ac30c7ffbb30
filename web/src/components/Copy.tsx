import { useState } from 'react';
import { Icon } from './Icon';

/** A text to take along: a command, a token. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      // Without a secure address the browser gives no clipboard; the text stands beside the button to be marked.
      setCopied(false);
    }
  };
  return (
    <div className="command">
      <code>{text}</code>
      <button type="button" className="btn quiet icon" aria-label={copied ? 'Copied' : label} onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
    </div>
  );
}
