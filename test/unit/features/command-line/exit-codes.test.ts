import { expect, it } from 'vitest'
import { AppError } from '../../../../src-main/core/errors/errors.ts'
import { verbatim } from '../../../../src-main/core/errors/message.ts'
import {
  exitCodeOfError,
  exitCodes,
} from '../../../../src-main/features/command-line/exit-codes.ts'

const reason = verbatim('x')

it.each([
  [new AppError('database.future', { path: 'a', found: 99, supported: 1 }), exitCodes.badInput],
  [new AppError('database.corrupt', { path: 'a', reason }), exitCodes.badInput],
  [new AppError('database.locked', { path: 'a', reason }), exitCodes.databaseBusy],
  [new AppError('study.notFound', { study: 'a' }), exitCodes.badInput],
  [new AppError('internal', { reason }), exitCodes.internalError],
  [new Error('bug'), exitCodes.internalError],
])('%s ends a command with its code', (error, code) => {
  expect(exitCodeOfError(error)).toBe(code)
})
