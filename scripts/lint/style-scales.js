/**
 * The page has one scale of space and one of type: names of src-renderer/styles/tokens.css, all in rem, so that a larger font of the
 * reader enlarges everything. This rule reads style sheets, components and scripts as text:
 *   - margins, paddings and gaps have no length of their own, in a style sheet or as a script writes it (`paddingLeft`);
 *   - fonts in style sheets and components have no size of their own;
 *   - names of both scales are in tokens.css;
 *   - in tokens.css itself the steps of space are 4 pixels (a quarter of a rem), and sizes of type are in rem.
 */
import { readFileSync } from 'node:fs'

/** Every margin, padding and gap of a text, with its value. */
const spaces =
  /(?<![\w-])(?:margin|padding|(?:row-|column-)?gap)(?:-[a-z-]+|[A-Z]\w*)?: *((?:\$\{[^}]*\}|[^;}\n])+)/gu
const fonts = /font(?:-size)?:([^;{]*)/gu
const spaceSteps = /(?<![\w-])--space-(\d+): ([^;]+);/gu
const fontSizes = /(?<![\w-])--font-\w+: ([^;]+);/gu

/** A length that no name says: what is left of a value once names, and zero, are taken away. */
function hasLength(value) {
  return /(?:(?<![\w.-])-?(?!0(?![\d.]))[\d.]+|\})(?:px|r?em|pt|ch|vw|vh|%)/u.test(
    value.replaceAll(/var\([^)]*\)/gu, ''),
  )
}

/** Names of a scale in a value that are not in tokens.css. */
function unknownNames(value, scale, tokens) {
  const names = Array.from(value.matchAll(/var\((--[\w-]+)/gu), ([, name]) => name)
  return names.filter(name => name.startsWith(scale) && !tokens.includes(`  ${name}: `))
}

export const styleScales = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps the page to one scale of space and one of type' },
    messages: {
      space: 'Take a space of the scale: var(--space-…) of tokens.css.',
      size: 'Take a size of the scale: var(--font-…) of tokens.css.',
      unknown: '{{name}} is not in tokens.css.',
      step: 'A step of space is a quarter of a rem: {{wanted}}.',
      rem: 'Sizes of type are in rem.',
    },
    schema: [
      {
        type: 'object',
        properties: { tokens: { type: 'string' } },
        required: ['tokens'],
        additionalProperties: false,
      },
    ],
  },
  create(context) {
    const { filename, options, sourceCode } = context
    const text = sourceCode.text
    const report = (index, messageId, data = {}) => {
      context.report({ loc: sourceCode.getLocFromIndex(index), messageId, data })
    }
    function checkTokens() {
      for (const { index, 1: step, 2: size } of text.matchAll(spaceSteps)) {
        const wanted = `${Number(step) / 4}rem`
        if (size !== wanted) report(index, 'step', { wanted })
      }
      for (const { index, 1: size } of text.matchAll(fontSizes)) {
        if (!/^(?:[\d.]+rem|var\(.+\))$/u.test(size)) report(index, 'rem')
      }
    }
    function checkSheet() {
      const tokens = readFileSync(options[0].tokens, 'utf8')
      for (const { index, 1: value } of text.matchAll(spaces)) {
        // Rows out of sight keep their room: no space between things.
        if (hasLength(value) && !value.includes('getVirtualItems')) report(index, 'space')
        for (const name of unknownNames(value, '--space', tokens))
          report(index, 'unknown', { name })
      }
      if (!/\.(?:vue|css)$/u.test(filename)) return
      for (const { index, 1: value } of text.matchAll(fonts)) {
        if (/\d(?:px|rem|em|pt)\b/u.test(value)) report(index, 'size')
        for (const name of unknownNames(value, '--font', tokens)) report(index, 'unknown', { name })
      }
    }
    return {
      Program() {
        if (filename.endsWith('tokens.css')) checkTokens()
        else checkSheet()
      },
    }
  },
}

/** A parser of nothing: rules that read the text alone see style sheets, too. */
export const plainText = {
  meta: { name: 'plain-text', version: '1.0.0' },
  parse(text) {
    const lines = text.split('\n')
    return {
      type: 'Program',
      sourceType: 'module',
      body: [],
      tokens: [],
      comments: [],
      range: [0, text.length],
      loc: {
        start: { line: 1, column: 0 },
        end: { line: lines.length, column: lines.at(-1).length },
      },
    }
  },
}
