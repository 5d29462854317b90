// One key for everything on the desk; none of them works while somebody types.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { Dialog, Fault } from "../../parts/basics";
import { t } from "../../text";

interface Shortcut {
  key: string;
  label: string;
  run: () => void;
}

const shortcuts = signal<ReadonlyMap<string, Shortcut>>(new Map());
const KEPT = "desk.keys";
/** Who speaks to the computer, or types with one switch, may want none of them. */
export const keysOn = signal(localStorage.getItem(KEPT) !== "off");

/** Letters that no button of the desk has; dispositions after the ninth get them. */
export const FREE_KEYS = [..."123456789", ..."abgijluvwxyz"];

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable
      || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])"));
}

function press(event: KeyboardEvent): void {
  const ours = !event.defaultPrevented && !event.repeat && !event.ctrlKey && !event.altKey
    && !event.metaKey && !typing(event.target) && !document.querySelector("dialog[open]");
  const found = shortcuts.value.get(event.key.toLowerCase());
  if (ours && found && (keysOn.value || found.key === "?")) {
    event.preventDefault();
    found.run();
  }
}

/** Listens for as long as the desk is shown. */
export function useKeys(): void {
  useEffect(() => {
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

/** A key for as long as `on`; `label` says in the list of keys what it does. */
export function useShortcut(key: string | undefined, label: string, run: () => void, on = true) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (!key || !on) {
      return undefined;
    }
    const own: Shortcut = { key, label, run: () => latest.current() };
    shortcuts.value = new Map(shortcuts.value).set(key, own);
    return () => {
      if (shortcuts.value.get(key) === own) {
        const rest = new Map(shortcuts.value);
        rest.delete(key);
        shortcuts.value = rest;
      }
    };
  }, [key, label, on]);
}

export function Key(props: { of: string | undefined }) {
  return props.of && keysOn.value
    ? <kbd aria-hidden="true">{props.of.toUpperCase()}</kbd> : null;
}

/**
 * A button that a key presses as well. It is busy while its work runs, and says beside itself what
 * went wrong; `label` names it in the list of keys.
 */
export function KeyButton(props: { of?: string; label: string; run: () => unknown;
  children?: ComponentChildren; class?: string; disabled?: boolean; pressed?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const off = busy || props.disabled === true;
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await props.run();
    } catch (found) {
      setError(found);
    } finally {
      setBusy(false);
    }
  };
  useShortcut(props.of, props.label, () => void run(), !off);
  return (
    <span class="key-button">
      <button type="button" class={props.class} disabled={off} aria-busy={busy}
        aria-pressed={props.pressed} onClick={() => void run()}
        aria-keyshortcuts={keysOn.value ? props.of?.toUpperCase() : undefined}>
        {props.children ?? props.label} <Key of={props.of} />
      </button>
      {error !== null && <Fault error={error} />}
    </span>
  );
}

/** Closes the dialog as its reader would, so that the focus goes back to where it was. */
export function shutDialog(): void {
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
}

/** The keys that work now, and the switch that turns them off. */
export function KeysDialog(props: { onClose: () => void }) {
  const all = [...shortcuts.value.values()].sort((one, other) => one.key.localeCompare(other.key));
  const turn = (on: boolean) => {
    keysOn.value = on;
    localStorage.setItem(KEPT, on ? "on" : "off");
  };
  return (
    <Dialog title={t("desk.keysTitle")} onClose={props.onClose}>
      <p>{t("desk.keysHint")}</p>
      <label class="check">
        <input type="checkbox" checked={keysOn.value}
          onChange={(event) => turn(event.currentTarget.checked)} /> {t("desk.keysOn")}
      </label>
      <table>
        <caption class="quiet">{t("desk.keysNow")}</caption>
        <thead>
          <tr><th scope="col">{t("desk.key")}</th><th scope="col">{t("desk.keyDoes")}</th></tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.key}>
              <th scope="row"><kbd>{one.key.toUpperCase()}</kbd></th><td>{one.label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
