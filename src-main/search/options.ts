import { ownValue } from '../core/values/named-values.ts'
import type { z } from 'zod'
import { unknownName } from '../core/values/closest-name.ts'
import { type Problem, problemValue } from '../core/errors/problem.ts'
import { parseWithProblems } from '../core/errors/schema-problems.ts'

interface Definition {
  readonly name: string
  readonly optionsSchema: z.ZodType
}

export type Resolved<Kind extends Definition> =
  | { readonly ok: true; readonly definition: Kind; readonly options: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Finds a sampler or pruner by the name in a study file and checks the options beside the name;
 * defaults filled in.
 * @param kind where the entry stands in the file
 * @param entry name and options, as in the file
 */
export function resolveOptions<Kind extends Definition>(
  kind: 'sampler' | 'pruner',
  registry: Readonly<Record<string, Kind>>,
  entry: { readonly name: string; readonly [option: string]: unknown },
): Resolved<Kind> {
  const { name, ...options } = entry
  const definition = ownValue(registry, name)
  if (definition === undefined) {
    const rule = unknownName(kind, name, Object.keys(registry))
    return { ok: false, problems: [{ path: [kind, 'name'], value: problemValue(name), rule }] }
  }
  const parsed = parseWithProblems(definition.optionsSchema, options, [kind])
  return parsed.ok ? { ok: true, definition, options: parsed.value } : parsed
}
