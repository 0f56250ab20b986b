import type { z } from 'zod'
import type { Answers, Api, Envelope, Method } from '../contract/api/methods.ts'
import { requestSchemas } from '../contract/api/methods.ts'
import { AppError, serializeError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import { parseWithProblems } from '../contract/schema-problems.ts'

/**
 * Carries out one call of a face, in this order: known method, strict schema, service. Whatever goes
 * wrong comes back as an envelope; the stack stays here, for `onBug`.
 *
 * @param onBug hears of errors that are nobody's input: `internal` ones, with their stack
 */
export async function callApi(
  api: Api,
  method: string,
  payload: unknown,
  onBug: (method: string, error: unknown) => void = () => undefined,
): Promise<Envelope<Answers[Method]>> {
  try {
    if (!isMethod(method)) {
      const rule = fact('rule.noMethod')
      throw new AppError('request.invalid', {
        method: method.slice(0, 100),
        problems: [{ path: ['method'], value: method.slice(0, 100), rule }],
      })
    }
    const schema: z.ZodType = requestSchemas[method]
    const request = parseWithProblems(schema, payload, [])
    if (!request.ok) throw new AppError('request.invalid', { method, problems: request.problems })
    // The schema of a method gives the request that this method takes, which the compiler cannot see.
    const perform = api[method] as (request: unknown) => Promise<Answers[Method]>
    return { ok: true, value: await perform(request.value) }
  } catch (error) {
    const { stack: _, ...plain } = serializeError(error)
    if (plain.code === 'internal') onBug(method, error)
    return { ok: false, error: plain }
  }
}

function isMethod(method: string): method is Method {
  return Object.hasOwn(requestSchemas, method)
}
