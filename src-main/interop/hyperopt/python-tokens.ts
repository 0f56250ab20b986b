import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { ForeignFileError } from '../foreign-study-file.ts'

export interface PythonToken {
  readonly kind: 'name' | 'number' | 'text' | 'sign'
  /** Of a text: what it says, without quotes. */
  readonly text: string
  readonly line: number
}

/** A statement: a line, or several where brackets are open or a backslash ends it. */
export interface PythonLine {
  /** Characters of white space before it; > 0 inside of a block. */
  readonly indent: number
  readonly tokens: readonly PythonToken[]
}

const LONGEST_FILE = 200_000
const number = /^(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/
const name = /^[\p{L}_][\p{L}\p{N}_]*/u
const string = /^([rRbBuUfF]{0,2})("""|'''|"|')/
const sign = /^(?:\*\*|\/\/|==|!=|<=|>=|->|:=|.)/su
const unicodeEscape = /^(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' }

/**
 * The statements of a Python file, as far as assignments and calls need them; nothing of it is run.
 * @throws ForeignFileError where a text or a bracket has no end
 */
export function readPythonLines(source: string): PythonLine[] {
  if (source.length > LONGEST_FILE)
    throw new ForeignFileError(
      'file',
      source.length,
      msg('rule.characters.atMost', { count: LONGEST_FILE }),
    )
  const lines: PythonLine[] = []
  let tokens: PythonToken[] = []
  let [at, line, depth, indent] = [0, 1, 0, 0]
  const end = (): void => {
    if (tokens.length > 0) lines.push({ indent, tokens })
    tokens = []
  }
  while (at < source.length) {
    const remainingText = source.slice(at, at + 2_000)
    const first = remainingText[0] ?? ''
    if (first === '\n') {
      if (depth === 0) end()
      at++
      line++
      indent = depth === 0 ? (/^[ \t]*/.exec(source.slice(at, at + 200))?.[0].length ?? 0) : indent
    } else if (/^\\\r?\n/.test(remainingText)) {
      at += remainingText.indexOf('\n') + 1
      line++
    } else if (/^\s/.test(remainingText)) at++
    else if (first === '#') {
      const newline = source.indexOf('\n', at)
      at = newline < 0 ? source.length : newline
    } else if (string.test(remainingText)) {
      const [opening = '', prefix = '', quote = ''] = string.exec(remainingText) ?? []
      const { text, length } = readString(source.slice(at + opening.length), quote, prefix, line)
      tokens.push({ kind: 'text', text, line })
      const whole = source.slice(at, at + opening.length + length)
      line += whole.split('\n').length - 1
      at += whole.length
    } else {
      const match =
        number.exec(remainingText) ?? name.exec(remainingText) ?? sign.exec(remainingText)
      const text = match?.[0] ?? first
      const kind = number.test(text) ? 'number' : name.test(text) ? 'name' : 'sign'
      if (kind === 'sign') depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0
      if (depth === 0 && text === ';') end()
      else tokens.push({ kind, text, line })
      at += text.length
    }
  }
  if (depth > 0)
    throw new ForeignFileError('file', source.slice(-60), msg('rule.import.openBracket'))
  end()
  return lines
}

function readString(
  remainingText: string,
  quote: string,
  prefix: string,
  line: number,
): { readonly text: string; readonly length: number } {
  let text = ''
  for (let at = 0; at < remainingText.length; at++) {
    if (remainingText.startsWith(quote, at)) return { text, length: at + quote.length }
    const character = remainingText[at] ?? ''
    if (character === '\n' && quote.length === 1) break
    if (character !== '\\' || /[rR]/.test(prefix)) text += character
    else {
      at++
      const [code] = unicodeEscape.exec(remainingText.slice(at, at + 9)) ?? []
      if (code === undefined)
        text += ownValue(escapes, remainingText[at] ?? '') ?? remainingText[at] ?? ''
      else {
        text += String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff))
        at += code.length - 1
      }
    }
  }
  throw new ForeignFileError('file', remainingText.slice(0, 60), msg('rule.import.openText'), line)
}
