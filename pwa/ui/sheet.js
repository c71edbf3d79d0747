/**
 * A short choice over a list, rising from below. A real dialog: focus goes in and comes back, Escape, back and the scrim close it.
 * Never two; never for a message.
 */
import { useEffect, useId, useRef } from 'preact/hooks';
import { html } from './html.js';

/** @param {{title: any, text?: any, onClose: () => void, children?: any}} props the title is a question */
export function Sheet({ title, text, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement|null} */ (null));
  const close = useRef(onClose);
  close.current = onClose;
  const id = useId();
  useEffect(() => {
    const opener = /** @type {HTMLElement|null} */ (document.activeElement);
    const element = /** @type {HTMLDialogElement} */ (dialog.current);
    element.showModal();
    return () => {
      // Its "close" is told later, when another sheet may already stand in its place.
      close.current = () => undefined;
      if (element.open) element.close();
      opener?.focus({ preventScroll: true });
    };
  }, []);
  const cancelled = (/** @type {Event} */ event) => {
    event.preventDefault();
    close.current();
  };
  const tapped = (/** @type {Event} */ event) => event.target === dialog.current && close.current();
  return html`<dialog class="sheet" ref=${dialog} aria-labelledby=${id} onCancel=${cancelled} onClose=${() => close.current()} onClick=${tapped}>
    <div class="inside"><div><h2 id=${id}>${title}</h2>${text && html`<p class="quiet">${text}</p>`}</div>${children}</div></dialog>`;
}
