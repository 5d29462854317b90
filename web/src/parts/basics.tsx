// Small parts that every page is made of.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import { go } from "../route";
import { type Said, sayAlone } from "../said";
import { instant, t } from "../text";

/** A link that changes the page without loading it anew. */
export function Link(props: { to: string; current?: boolean; children: ComponentChildren;
  class?: string }) {
  const follow = (event: MouseEvent) => {
    // Who asks for a new tab or window gets one.
    if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      go(props.to);
    }
  };
  return (
    <a href={props.to} class={props.class} onClick={follow}
      aria-current={props.current ? "page" : undefined}>{props.children}</a>
  );
}

/** An instant for people, with its zone; programs read the exact one. */
export function Time(props: { at: string; zone?: string; seconds?: boolean }) {
  return <time dateTime={props.at}>{instant(props.at, props.zone, props.seconds ?? true)}</time>;
}

/** The words for an error: those of the engine where it has some. */
export function words(error: unknown): string {
  if (error instanceof ApiError) {
    return error.code === "unreachable" ? t("error.unreachable")
      : sayAlone(error.more.said as Said | undefined, error.message) || t("error.unknown");
  }
  return t("error.unknown");
}

export function Fault(props: { error: unknown; retry?: () => void }) {
  return (
    <p class="fault" role="alert">
      {words(props.error)}
      {props.retry && <button type="button" onClick={props.retry}>{t("app.retry")}</button>}
    </p>
  );
}

type InputProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput" | "value"> & {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  fault?: string;
  type?: string;
  autocomplete?: string;
  required?: boolean;
};

/** A labelled input with its hint and its fault, tied together for screen readers. */
export function Field({ label, value, onInput, hint, fault, ...rest }: InputProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...rest} id={id} value={value} aria-invalid={fault ? true : undefined}
        aria-describedby={hint || fault ? `${id}-more` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)} />
      {(hint || fault) && <p id={`${id}-more`} class={fault ? "fault" : "hint"}>{fault || hint}</p>}
    </div>
  );
}

/** A choice among few. */
export function Choice<T extends string>(props: { label: string; value: T;
  options: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}>
        {props.options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </div>
  );
}

/** A button that is busy while its work runs; a fault of it is shown beside it. */
export function Action(props: { children: ComponentChildren; run: () => Promise<unknown>;
  class?: string; disabled?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
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
  return (
    <>
      <button type="button" class={props.class} disabled={busy || props.disabled} aria-busy={busy}
        onClick={run}>{props.children}</button>
      {error !== null && <Fault error={error} />}
    </>
  );
}

/** What a page loads before it can be shown: loading, fault with another try, or the value. */
export function useLoad<T>(load: () => Promise<T>, inputs: readonly unknown[]) {
  const [value, setValue] = useState<T | undefined>();
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(0);
  const again = () => {
    const turn = ++latest.current; // an answer that was overtaken is dropped
    setError(null);
    load().then(
      (found) => turn === latest.current && setValue(() => found),
      (found) => turn === latest.current && setError(found),
    );
  };
  useEffect(again, inputs);
  useEffect(() => () => void ++latest.current, []);
  return { value, error, again };
}

/** A dialog in the browser's own way: focus stays inside, Escape closes it. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = box.current;
    shown?.showModal();
    return () => shown?.close(); // the focus goes back to where it was
  }, []);
  return (
    <dialog ref={box} aria-labelledby={id} onClose={props.onClose}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
      <form method="dialog"><button>{t("app.close")}</button></form>
    </dialog>
  );
}
