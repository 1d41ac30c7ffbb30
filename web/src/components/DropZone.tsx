import { useId, useState } from 'react';
import { chosen, dropped, type Handed } from '../lib/given';
import { Icon } from './Icon';

interface Props {
  onFiles: (handed: Handed) => void;
  label?: string;
  /** Many files at once, and folders of them. */
  multiple?: boolean;
  small?: boolean;
}

/** Files dropped here, or chosen with the buttons, go to the server at once. */
export function DropZone({ onFiles, label = 'Drop reports, archives or folders of them here', multiple = true, small = false }: Props) {
  const [over, setOver] = useState(false);
  const give = (handed: Handed) => {
    if (handed.files.length + handed.hidden + handed.unread.length > 0) onFiles(multiple ? handed : { ...handed, files: handed.files.slice(0, 1) });
  };
  return (
    // The buttons inside do the same from the keyboard.
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
        void dropped(event.dataTransfer).then(give);
      }}
    >
      <Icon name="import" size={24} />
      <p>
        <strong>{label}</strong>, or
      </p>
      <div className="row">
        <Choose label={multiple ? 'Choose files' : 'Choose a file'} kind="primary" multiple={multiple} onFiles={give} />
        {multiple && <Choose label="Choose a folder" folder multiple onFiles={give} />}
      </div>
    </div>
  );
}

function Choose({ label, kind = '', folder = false, multiple, onFiles }: { label: string; kind?: string; folder?: boolean; multiple: boolean; onFiles: Props['onFiles'] }) {
  const id = useId();
  return (
    <span className="choose">
      <input
        id={id}
        type="file"
        className="visually-hidden"
        multiple={multiple}
        {...(folder && { webkitdirectory: '' })}
        onChange={(event) => {
          const handed = chosen(event.target.files);
          event.target.value = '';
          onFiles(handed);
        }}
      />
      <label className={`btn ${kind}`} htmlFor={id}>
        {label}
      </label>
    </span>
  );
}
