import { toDisplayString } from 'vue'
import { visibleText } from '../src-main/core/i18n/visible-text.ts'

/** Every `{{ … }}` of the page; `vite.visible-text.ts` puts it in the place of Vue's own function. */
export function shownText(value: unknown): string {
  return visibleText(toDisplayString(value))
}

/** Every bound attribute that is shown or read aloud: text as {@link shownText}, anything else as it is. */
export function shownAttribute<Value>(value: Value): Value | string {
  return typeof value === 'string' ? visibleText(value) : value
}
