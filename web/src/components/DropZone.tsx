import { useId, useState } from 'react';
import { Icon } from './Icon';

interface Props {
  onFiles: (files: File[]) => void;
  label?: string;
  multiple?: boolean;
  small?: boolean;
}

/** Files dropped here, or chosen with the button, go to the server at once. */
export function DropZone({ onFiles, label = 'Drop reports or archives of them here', multiple = true, small = false }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    // The button inside does the same from the keyboard.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={`drop${over ? ' over' : ''}${small ? ' small' : ''}`}
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
      }}
    >
      <Icon name="import" size={24} />
      <p>
        <strong>{label}</strong>, or
      </p>
      <label className="btn primary" htmlFor={id}>
        Choose {multiple ? 'files' : 'a file'}
      </label>
      <input
        id={id}
        type="file"
        className="visually-hidden"
        multiple={multiple}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </div>
  );
}
