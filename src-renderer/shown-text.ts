import { toDisplayString } from 'vue'
import { visibleText } from '../src-main/core/i18n/visible-text.ts'

/** Every `{{ … }}` of the page; `vite.visible-text.ts` puts it in the place of Vue's own function. */
export function shownText(value: unknown): string {
  return visibleText(toDisplayString(value))
}
