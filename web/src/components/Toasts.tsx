import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { Icon } from './Icon';

interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

type Say = (text: string, action?: Toast['action']) => void;

const Context = createContext<Say>(() => undefined);

/** Says something in passing, aloud for screen readers too, with an undo where there is one. */
export function useSay(): Say {
  return useContext(Context);
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Say>(
    (text, action) => {
      const id = next.current;
      next.current += 1;
      setToasts((all) => [...all.slice(-2), { id, text, ...(action && { action }) }]);
      // What can be undone stays longer: a person has to read it and to reach the button.
      setTimeout(() => drop(id), action ? 20_000 : 6_000);
    },
    [drop],
  );
  const value = useMemo(() => say, [say]);
  return (
    <Context.Provider value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className="toast">
            <span className="wrap">{toast.text}</span>
            <span className="row">
              {toast.action && (
                <button
                  type="button"
                  className="btn"
                  onClick={() => {
                    toast.action?.run();
                    drop(toast.id);
                  }}
                >
                  {toast.action.label}
                </button>
              )}
              <button type="button" className="btn quiet icon" aria-label="Dismiss" onClick={() => drop(toast.id)}>
                <Icon name="close" />
              </button>
            </span>
          </div>
        ))}
      </div>
    </Context.Provider>
  );
}
