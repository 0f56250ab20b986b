import { type FunctionalComponent, h } from 'vue'
import { codeParts } from '../composables/code-parts.ts'

/** A text of the catalogue whose parts between backticks are code. A template would put blanks around them. */
export const CodeText: FunctionalComponent<{ text: string }> = props =>
  codeParts(props.text).map(({ text, isCode }) => (isCode ? h('code', text) : text))
CodeText.props = ['text']
