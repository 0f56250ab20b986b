import type { z } from 'zod'
import type { Calls, Envelope, Serving } from '../contract/api/call.ts'
import { type Api, requestSchemas } from '../contract/api/methods.ts'
import { decodeWire, encodeWire } from '../contract/api/wire.ts'
import { AppError, plainError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import { LARGEST_IMPORT_BYTES } from '../contract/import.ts'
import { isObject, type JsonObject, type JsonValue } from '../contract/json.ts'
import { parseWithProblems } from '../contract/schema-problems.ts'

/** A file of another program in base 64, with the rest of its call. */
export const LARGEST_CALL_BYTES = Math.ceil(LARGEST_IMPORT_BYTES / 3) * 4 + 64 * 1024
/** A study file of two million characters, each as the longest that JSON makes of it. */
const LARGEST_OTHER_BYTES = 12 * 1024 * 1024 + 64 * 1024
/** Of an invalid call, so much is repeated in the answer; with the rest of the answer, 1 kB. */
const ECHOED_BYTES = 600
const LONGEST_ESCAPE = '\\u0000'.length

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
    const message = decodeWire(body)
    if (!isObject(message)) return null
    const { method, payload } = message
    return typeof method === 'string' ? { method, payload } : null
  } catch {
    return null
  }
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
      const problems = [{ path: ['method'], value: name, rule: fact('rule.noMethod') }]
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

/** Of an invalid call, an answer repeats the beginning only. */
export function withoutEcho<Answer extends Envelope<unknown>>(answer: Answer): Answer {
  if (answer.ok || answer.error.code !== 'request.invalid') return answer
  return { ...answer, error: { ...answer.error, detail: beginningOf(answer.error.detail) } }
}

/** A value with so much of its texts and lists as an answer repeats of a call; what else there is, is left out. */
function beginningOf(detail: JsonValue): JsonValue {
  let room = ECHOED_BYTES
  const cut = (value: JsonValue): JsonValue => {
    room -= 8
    if (typeof value === 'string') {
      const whole = Buffer.byteLength(JSON.stringify(value.slice(0, ECHOED_BYTES)))
      const isWhole = value.length < ECHOED_BYTES && whole <= room
      const kept = isWhole ? value : value.slice(0, Math.max(0, Math.floor(room / LONGEST_ESCAPE)))
      room -= Buffer.byteLength(JSON.stringify(kept))
      return isWhole ? value : `${kept}…`
    }
    if (Array.isArray(value))
      return (value as JsonValue[]).flatMap(part => (room > 0 ? [cut(part)] : []))
    if (typeof value !== 'object' || value === null) return value
    const parts = Object.entries<JsonValue>(value as JsonObject).flatMap(([name, part]) => {
      if (room <= 0 || name.length > 100) return []
      room -= name.length
      return [[name, cut(part)] as const]
    })
    return Object.fromEntries(parts)
  }
  return cut(detail)
}
