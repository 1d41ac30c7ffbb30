import { ChoiceField } from '../../components/ChoiceField';
import { setPreference, usePreferences } from '../../lib/preferences';

export function Appearance() {
  const { theme, density } = usePreferences();
  return (
    <div className="stack loose">
      <p className="soft">Kept in this browser, for you alone.</p>
      <ChoiceField
        legend="Theme"
        value={theme}
        onChange={(next) => setPreference({ theme: next })}
        options={[
          { value: 'system', label: 'As the system has it' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <ChoiceField
        legend="Lists"
        value={density}
        onChange={(next) => setPreference({ density: next })}
        options={[
          { value: 'comfortable', label: 'Comfortable', hint: 'two lines a row' },
          { value: 'compact', label: 'Compact', hint: 'one line a row' },
        ]}
      />
    </div>
  );
}
