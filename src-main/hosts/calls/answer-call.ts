import type { z } from 'zod'
import type { Calls, Envelope, Serving } from '../../core/processes/call.ts'
import { type Api, requestSchemas } from '../../features/api/common/methods.ts'
import { decodeWire, encodeWire } from '../../core/processes/wire.ts'
import { AppError, plainError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { LARGEST_IMPORT_BYTES } from '../../core/study/import.ts'
import { isObject } from '../../core/values/json.ts'
import { parseWithProblems } from '../../core/errors/schema-problems.ts'
import { withoutEcho } from './without-echo.ts'

/** A file of another program in base 64, with the rest of its call. */
export const LARGEST_CALL_BYTES = Math.ceil(LARGEST_IMPORT_BYTES / 3) * 4 + 64 * 1024
/** A study file of two million characters, each as the longest that JSON makes of it. */
const LARGEST_OTHER_BYTES = 12 * 1024 * 1024 + 64 * 1024

/** How large a call of a method may be. */
export function largestCallBytes(method: string): number {
  return method.startsWith('import.') ? LARGEST_CALL_BYTES : LARGEST_OTHER_BYTES
}

interface CallMessage {
  readonly method: string
  readonly payload: unknown
}

/** The call in a wire text; null if it is none. */
export function parseCall(body: string): CallMessage | null {
  try {
    return toCall(decodeWire(body))
  } catch {
    return null
  }
}

/** The call that a message is; null if it is none. */
export function toCall(message: unknown): CallMessage | null {
  if (!isObject(message)) return null
  const { method, payload } = message
  return typeof method === 'string' ? { method, payload } : null
}

/** The answer, as {@link answerCall} gives it, to a call that could not be read. */
export function answerUnread(error: unknown): string {
  return encodeWire(withoutEcho({ ok: false, error: plainError(error) }))
}

type OnBug = (method: string, error: unknown) => void

/**
 * Answers a call of the back end as every host does, with the envelope as wire text.
 * @param onBug hears of errors that are nobody's input: `internal` ones, with their stack
 */
export async function answerCall(api: Api, message: CallMessage, onBug?: OnBug): Promise<string> {
  return encodeWire(withoutEcho(await perform(requestSchemas, api, message, onBug)))
}

/**
 * Carries out one call, in this order: known method, strict schema, service. Whatever goes wrong comes back as an envelope;
 * the stack stays here, for `onBug`.
 */
export async function perform<Methods extends Calls>(
  schemas: Methods,
  api: Serving<Methods>,
  { method, payload }: CallMessage,
  onBug?: OnBug,
): Promise<Envelope<unknown>> {
  try {
    const schema: z.ZodType | undefined = Object.hasOwn(schemas, method)
      ? schemas[method]
      : undefined
    if (schema === undefined) {
      const name = method.slice(0, 100)
      const problems = [{ path: ['method'], value: name, rule: msg('rule.noMethod') }]
      throw new AppError('request.invalid', { method: name, problems })
    }
    const request = parseWithProblems(schema, payload)
    if (!request.ok) throw new AppError('request.invalid', { method, problems: request.problems })
    // The schema of a method gives the request that this method takes, which the compiler cannot see.
    const service = api[method] as (request: unknown) => Promise<unknown>
    return { ok: true, value: await service(request.value) }
  } catch (error) {
    const plain = plainError(error)
    if (plain.code === 'internal') onBug?.(method, error)
    return { ok: false, error: plain }
  }
}
