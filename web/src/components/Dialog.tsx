import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Icon } from './Icon';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the end; the last is the main one. */
  foot?: ReactNode;
}

/** A modal dialog. The browser's own element keeps the focus inside, gives it back, and closes on Escape. */
export function Dialog({ title, onClose, children, foot }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser would begin at the close button; what is to be filled in or pressed comes first.
      dialog.querySelector<HTMLElement>('.dialog-body :is(input, textarea, select), .dialog-foot .btn:last-child')?.focus();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-labelledby={id} onCancel={onClose}>
      <div className="dialog-body">
        <div className="between dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="btn quiet icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
        {foot && <div className="dialog-foot">{foot}</div>}
      </div>
    </dialog>
  );
}
