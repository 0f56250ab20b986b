// For rooms that import no texts.
export { visibleText } from '../i18n/visible-text.ts'
