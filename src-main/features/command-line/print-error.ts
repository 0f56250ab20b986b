import process from 'node:process'
import { styleText } from 'node:util'
import type { Command } from 'commander'
import { errorMessage, isAppError, serializeError, toAppError } from '../../core/errors/errors.ts'
import { problemLine } from '../../core/errors/problem.ts'
import { createTranslate } from '../../core/i18n/translate.ts'
import { visibleJson, visibleText } from '../../core/i18n/visible-text.ts'
import { createContext } from './context.ts'

/** An error as a person or, with `--json`, a program reads it. Unknown errors show their stack. */
export function printError(program: Command, error: unknown): void {
  const context = createContext(program)
  const appError = toAppError(error)
  const text = createTranslate(context.language).format(errorMessage(appError))
  const { stack, ...plain } = serializeError(error)
  if (context.json) {
    const json = JSON.stringify({ error: { ...plain, message: text } })
    process.stderr.write(`${visibleJson(json)}\n`)
    return
  }
  const lines = [styleText('red', text, { stream: process.stderr })]
  // Without a file, the text names the problems itself.
  if (isAppError(error, 'specification.invalid') && error.detail.file !== undefined) {
    for (const problem of error.detail.problems) {
      lines.push(problemLine(problem, error.detail.file, createTranslate(context.language)))
    }
  }
  if (appError.code === 'internal' && stack !== undefined) lines.push(visibleText(stack))
  process.stderr.write(`${lines.join('\n')}\n`)
}
