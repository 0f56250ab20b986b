import type { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { parseWithProblems } from '../../core/errors/schema-problems.ts'
import type { LongRequest } from '../../core/processes/request-protocol.ts'
import { decodeWire } from '../../core/processes/wire.ts'
import { isObject } from '../../core/values/json.ts'
import { largestCallBytes } from './answer-call.ts'
import { requestSchemas } from '../../features/api/common/methods.ts'

/** What is long are texts; nothing that a method takes has so many values. */
export const MAX_REQUEST_VALUES = 20_000

/**
 * Parses a long request, and checks it as its method will, so that what comes back costs little: few values, and none that breaks a rule.
 * @returns null for what is no JSON
 * @throws AppError `request.invalid`
 */
export function readLongRequest({ body, form, method }: LongRequest): { value: unknown } | null {
  let value: unknown
  try {
    value = decodeWire(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
  const called = calledIn(value, form, method)
  // Refused by whoever asks.
  if (body.length > largestCallBytes(called.method)) return { value: { method: called.method } }
  requireFewValues(called.method, value)
  const schema: z.ZodType | undefined = Object.hasOwn(requestSchemas, called.method)
    ? requestSchemas[called.method as keyof typeof requestSchemas]
    : undefined
  if (schema === undefined) return { value }
  const request = parseWithProblems(schema, called.payload)
  if (request.ok) return { value }
  throw new AppError('request.invalid', { method: called.method, problems: request.problems })
}

function calledIn(
  value: unknown,
  form: LongRequest['form'],
  method: string,
): { readonly method: string; readonly payload: unknown } {
  if (form === 'payload') return { method, payload: value }
  const message = isObject(value) ? value : {}
  if (form === 'call') return { method: textOf(message['method']), payload: message['payload'] }
  const { name, arguments: payload = {} } = isObject(message['params']) ? message['params'] : {}
  return { method: textOf(name).replace('_', '.'), payload }
}

/** An unknown method is answered as such. */
function textOf(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 100) : ''
}

function requireFewValues(method: string, value: unknown): void {
  const waiting = [value]
  for (let count = 0; waiting.length > 0; count++) {
    if (count > MAX_REQUEST_VALUES) {
      const rule = msg('rule.values.atMost', { count: MAX_REQUEST_VALUES })
      const problems = [{ path: [], value: null, rule }]
      throw new AppError('request.invalid', { method, problems })
    }
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const part of Object.values(next)) waiting.push(part)
  }
}
