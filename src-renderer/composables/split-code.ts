/** A text, what stands between backticks apart: it is shown as code, without them. */
export function splitCode(text: string): { readonly text: string; readonly isCode: boolean }[] {
  return text.split('`').map((part, at) => ({ text: part, isCode: at % 2 === 1 }))
}
