/** A page over the page: a real dialog, so that Escape and the phone's own back leave it and focus returns. */
import { useEffect, useRef } from 'preact/hooks';

export function useDialog() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const opener = /** @type {HTMLElement | null} */ (document.activeElement);
    const element = dialog.current;
    element?.showModal();
    return () => {
      if (element?.open) element.close();
      opener?.focus({ preventScroll: true });
    };
  }, []);
  return dialog;
}

/** @param {() => void} onClose @returns {(event: Event) => void} the dialog is taken out by its owner, not by the browser */
export const leaving = (onClose) => (event) => {
  event.preventDefault();
  onClose();
};
