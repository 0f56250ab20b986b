import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { requestSchemas } from '../../api/common/methods.ts'
import { errorCodes } from '../../../core/errors/errors.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'

/** Stands for whatever was left out. */
const GAP = '…'

const installation = fileURLToPath(new URL('../../../../', import.meta.url)).replaceAll('\\', '/')
/** Code of a person may lie in the same folder. */
const ownFolders = /^(?:src-main|dist-main|node_modules)\//
const { has } = createTranslate('en')

const errorClasses = ['Error', 'AppError', 'AggregateError', 'RangeError', 'ReferenceError']
const words = [
  ...Object.keys(requestSchemas),
  ...errorCodes,
  ...Object.keys(os.constants.errno),
  ...errorClasses,
  'SqliteError',
  'SyntaxError',
  'TypeError',
  'page gone',
]
/** All that may stay of a line that is no frame of a stack. */
const safeParts = new RegExp(
  [
    String.raw`^\d{4}-\d\d-\d\dT[\d:.]+Z`,
    String.raw`\bstudy \d+(?=:)`,
    String.raw`(?<="code":")[a-z][\w.]*(?=")`,
    String.raw`\bSQLITE_[A-Z_]+\b`,
    // The longest first: one word may begin another.
    String.raw`(?<![\w.])(?:${words
      .sort((a, b) => b.length - a.length)
      .map(word => word.replaceAll('.', String.raw`\.`))
      .join('|')})(?![\w.]*\w)`,
  ].join('|'),
  'g',
)
const frame =
  /^\s+at (?:(?:async )?(?<called>[\w.$#<>]+) .*?\(|.*\(|(?:async )?)(?<location>.+):(?<line>\d+):(?<column>\d+)\)?$/

/**
 * A log without anything of a person: a message may hold names, values, paths and words of programs, so only times, methods, codes, classes
 * of errors, and the locations in this program stay. Everything else becomes `…`.
 */
export function reviewedLog(text: string): string {
  const lines = text.split('\n').map(reviewedLine)
  return lines.filter((line, index) => line !== GAP || lines[index - 1] !== GAP).join('\n')
}

function reviewedLine(line: string): string {
  if (line.trim() === '') return ''
  const { called = '', location, line: row, column } = frame.exec(line)?.groups ?? {}
  if (location !== undefined) {
    const relativePath = ownLocation(location)
    return relativePath === null
      ? `    at ${GAP}`
      : `    at ${called === '' ? '' : `${called} `}(${relativePath}:${row}:${column})`
  }
  const parts: string[] = []
  let end = 0
  for (const { 0: word, index } of line.matchAll(safeParts)) {
    // Codes that the catalog knows are ours; others came from elsewhere.
    if (line.slice(0, index).endsWith('"code":"') && !has(word)) continue
    if (/\w/.test(line.slice(end, index))) parts.push(GAP)
    parts.push(word)
    end = index + word.length
  }
  if (end === 0 || /\w/.test(line.slice(end))) parts.push(GAP)
  return parts.join(' ')
}

/** A location within this program or Node, without the folders that it was installed in; null for any other. */
function ownLocation(location: string): string | null {
  if (location.startsWith('node:')) return location
  const file = (location.startsWith('file:') ? fileURLToPath(location) : location).replaceAll(
    '\\',
    '/',
  )
  const relativePath = file.startsWith(installation) ? file.slice(installation.length) : ''
  return ownFolders.test(relativePath) ? relativePath : null
}
