import { type FunctionalComponent, h } from 'vue'
import { splitCode } from '../composables/split-code.ts'

/** A text of the catalog whose parts between backticks are code. A template would put blanks around them. */
export const CodeText: FunctionalComponent<{ text: string }> = props =>
  splitCode(props.text).map(({ text, isCode }) => (isCode ? h('code', text) : text))
CodeText.props = ['text']
