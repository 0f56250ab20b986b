const textFields = ['input', 'textarea', 'select', '[contenteditable]', '.takes-text'].join()

/** Whether a person types there. The editor of the study file has its field in a shadow, so that events name its place only. */
export function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(textFields) !== null
}
