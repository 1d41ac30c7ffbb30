import { describe, expect, it } from 'vitest';
import { calm, press, type Pressed } from '../../src/lib/keys';

const key = (name: string, more: Partial<Pressed> = {}): Pressed => ({ key: name, ctrl: false, alt: false, shift: false, where: 'page', ...more });

describe('press', () => {
  it('goes somewhere after g', () => {
    const first = press(calm, key('g'));
    expect(first).toEqual({ state: { going: true }, action: null });
    expect(press(first.state, key('e'))).toEqual({ state: calm, action: { kind: 'go', to: '/exposures' } });
    expect(press(first.state, key('z'))).toEqual({ state: calm, action: null });
  });
  it('reads e as explain without g', () => expect(press(calm, key('e')).action).toEqual({ kind: 'explain' }));
  it('reads a as assign, and as assets after g', () => {
    expect(press(calm, key('a')).action).toEqual({ kind: 'assign' });
    expect(press({ going: true }, key('a')).action).toEqual({ kind: 'go', to: '/assets' });
  });
  it('opens the palette from anywhere, also while typing', () => {
    expect(press(calm, key('k', { ctrl: true, where: 'text' })).action).toEqual({ kind: 'palette' });
  });
  it('leaves plain keys to a text field', () => {
    for (const name of ['j', 'g', '/', '?', 'Enter']) expect(press(calm, key(name, { where: 'text' })).action).toBeNull();
  });
  it('leaves Enter and Space to a button, but not j', () => {
    expect(press(calm, key('Enter', { where: 'control' })).action).toBeNull();
    expect(press(calm, key(' ', { where: 'control' })).action).toBeNull();
    expect(press(calm, key('j', { where: 'control' })).action).toEqual({ kind: 'next' });
  });
  it('takes the arrows only on a row, so that a page still scrolls', () => {
    expect(press(calm, key('ArrowDown')).action).toBeNull();
    expect(press(calm, key('ArrowDown', { where: 'row' })).action).toEqual({ kind: 'next' });
  });
  it('leaves the keys of the browser alone', () => {
    expect(press(calm, key('d', { ctrl: true })).action).toBeNull();
    expect(press(calm, key('e', { alt: true })).action).toBeNull();
  });
});
