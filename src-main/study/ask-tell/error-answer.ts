import type { ErrorAnswer, RequestKind } from '../../contract/ask-tell-protocol.ts'
import { type AppError, isAppError, toAppError } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'
import { errorFact } from '../../contract/error-fact.ts'
import { createTranslate } from '../../i18n/translate.ts'
import type { JsonValue } from '../../contract/json.ts'
import { formatPath } from '../../contract/problem.ts'

/** A program reads the answers, and the people who wrote it read English. */
const { say } = createTranslate('en')

/**
 * What was wrong with a line, in the words of problems: field, value, rule.
 * @param place number of the line, and what it wanted; null where that is not known
 */
export function errorAnswer(
  error: unknown,
  { line, kind }: { readonly line: number; readonly kind: RequestKind | null },
): ErrorAnswer {
  const known = toAppError(error)
  const problems = problemsOf(known, kind)
  const [first = asAWhole(known)] = problems
  const all = problems.length > 1 ? { problems } : {}
  return { error: { code: known.code, ...first, line, ...all } }
}

interface FieldProblem {
  readonly field: string
  readonly value: JsonValue
  readonly rule: string
}

function problemsOf(error: AppError, kind: RequestKind | null): readonly FieldProblem[] {
  if (isAppError(error, 'request.invalid') || isAppError(error, 'specification.invalid')) {
    return error.detail.problems.map(({ path, value, rule }) => ({
      field: formatPath(path),
      value,
      rule: say(rule),
    }))
  }
  const field = `${kind ?? ''}.trial`
  if (isAppError(error, 'trial.notFound')) {
    const rule = say(fact('rule.askedTrial'))
    return [{ field, value: error.detail.number, rule }]
  }
  if (isAppError(error, 'trial.finished')) {
    const { number, state } = error.detail
    return [{ field, value: number, rule: say(fact('rule.toldBefore', { state })) }]
  }
  return [asAWhole(error)]
}

function asAWhole(error: AppError): FieldProblem {
  return { field: '', value: null, rule: createTranslate('en').say(errorFact(error)) }
}
