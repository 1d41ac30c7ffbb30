import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from './Icon';

/** A button that unfolds a few more. It folds again on Escape, on a click elsewhere, and after a choice. */
export function Menu({ label, children }: { label: string; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const fold = (event: Event) => {
      const element = details.current;
      if (!element?.open) return;
      const inside = event.target instanceof Node && element.contains(event.target);
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        element.querySelector('summary')?.focus();
        event.preventDefault();
        element.open = false;
        return;
      }
      // What only changes the menu itself, as the cross behind a view does, is no choice.
      const isChoice = event.target instanceof Element && event.target.closest('.menu-body :is(a, button):not(.icon)') !== null;
      if (!inside || isChoice) element.open = false;
    };
    document.addEventListener('keydown', fold, true);
    document.addEventListener('click', fold);
    return () => {
      document.removeEventListener('keydown', fold, true);
      document.removeEventListener('click', fold);
    };
  }, []);
  return (
    <details className="menu" ref={details}>
      <summary className="btn">
        {label} <Icon name="down" size={10} />
      </summary>
      <div className="menu-body">{children}</div>
    </details>
  );
}
