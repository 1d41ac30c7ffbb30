import { useEffect, useState } from 'react';
import { useMedia } from '../hooks';
import { usePreferences } from '../preferences';
import { coloursOf, type Colours } from './look';

/** The colours of the theme, anew when it changes. */
export function useColours(): Colours {
  const { theme } = usePreferences();
  const dark = useMedia('(prefers-color-scheme: dark)');
  const [colours, setColours] = useState(() => coloursOf(document.documentElement));
  useEffect(() => setColours(coloursOf(document.documentElement)), [theme, dark]);
  return colours;
}
