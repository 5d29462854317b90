// Dialogs that are done close in the browser's own way, so that the focus goes back to where it was.

/** Closes the dialog that is open; its own onClose does the rest. */
export function closeDialog(): void {
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
}
