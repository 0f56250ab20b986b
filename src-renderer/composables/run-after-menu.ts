/**
 * Does what was taken from a menu as soon as the menu has let go of the focus. A menu hands it back to its button in a
 * task after the press, and would take it from a dialog that stood open by then.
 * @param button a dialog gives the focus back to where it was, and the item is gone by then
 */
export function runAfterMenu(button: HTMLElement | undefined, act: () => void): void {
  button?.focus()
  setTimeout(act)
}
