import type { RequestKind } from '../common/ask-tell-protocol.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'

/** One broken rule of a line that is well formed but does not fit the study. */
export function requestProblem(
  kind: RequestKind,
  path: Problem['path'],
  value: unknown,
  rule: MessageDescriptor,
): AppError<'request.invalid'> {
  const problem = { path: [kind, ...path], value: problemValue(value), rule }
  return new AppError('request.invalid', { method: kind, problems: [problem] })
}
