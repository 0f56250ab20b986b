import type { Scope } from '../../features/access/common/access.ts'
import type { Envelope } from '../../core/processes/call.ts'
import {
  type Api,
  type Method,
  methods,
  requestSchemas,
  scopeOf,
} from '../../features/api/common/methods.ts'
import {
  AppError,
  deserializeError,
  errorMessage,
  plainError,
  type PlainError,
} from '../../core/errors/errors.ts'
import type { MessageDescriptor as Message } from '../../core/errors/message.ts'
import { perform } from './answer-call.ts'
import { halvesWithoutEcho } from './without-echo.ts'

/** A program that showed a token, with the API that acts in its name. */
export interface Program {
  readonly scopes: readonly Scope[]
  readonly api: Api
}

/** The words of an error, as much as is useful. */
const MAX_MESSAGE_CHARACTERS = 2_000

/** What a program hears when a call failed. */
export interface Refusal extends PlainError {
  /** In the language that the program asked for. */
  readonly message: string
}

/**
 * Carries out a call of a program as `perform` does, after a look at what its token allows: every endpoint for programs answers through here.
 */
export async function answerProgram(
  program: Program,
  message: { readonly method: string; readonly payload: unknown },
  format: (message: Message) => string,
  onBug?: (method: string, error: unknown) => void,
): Promise<
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Refusal }
> {
  const answer = await permitted(program, message, onBug)
  return answer.ok ? answer : { ok: false, error: toRefusal(answer.error, format) }
}

/** An error as a program hears it. */
export function toRefusal(error: PlainError, format: (message: Message) => string): Refusal {
  const { answerError, messageError } = halvesWithoutEcho(error)
  const words = format(errorMessage(deserializeError(messageError)))
  return { ...answerError, message: words.slice(0, MAX_MESSAGE_CHARACTERS) }
}

/** @throws AppError `access.peopleOnly`, `access.scope` */
export function requireScope({ scopes }: Pick<Program, 'scopes'>, method: Method): void {
  const scope = scopeOf(method)
  if (scope === null) throw new AppError('access.peopleOnly', { method })
  if (!scopes.includes(scope)) throw new AppError('access.scope', { method, scope })
}

async function permitted(
  program: Program,
  message: { readonly method: string; readonly payload: unknown },
  onBug?: (method: string, error: unknown) => void,
): Promise<Envelope<unknown>> {
  const { method } = message
  try {
    if (Object.hasOwn(methods, method)) requireScope(program, method as Method)
  } catch (error) {
    return { ok: false, error: plainError(error) }
  }
  return perform(requestSchemas, program.api, message, onBug)
}
