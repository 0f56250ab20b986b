import { z } from 'zod'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'

/** A sampler inside another one's options: its name and its own options beside it, as in the study file. */
export interface NestedSampler {
  readonly name: string
  readonly [option: string]: unknown
}

/** @param inner the samplers that can stand there; their options must be strict objects */
export function nestedSamplerSchema<Extra extends z.ZodRawShape>(
  inner: readonly SamplerDefinition[],
  extra: Extra,
): z.ZodType<NestedSampler & z.output<z.ZodObject<Extra>>> {
  const members = inner.map(({ name, optionsSchema }) =>
    (optionsSchema as z.ZodObject).extend({ name: z.literal(name), ...extra }),
  )
  return z.discriminatedUnion('name', members as never)
}

/**
 * Problems of nested samplers with the study: those of their options at `path`, index by index; of the study
 * one problem for each place, however many samplers have it.
 */
export function checkNested(
  inner: readonly SamplerDefinition[],
  nested: readonly NestedSampler[],
  context: SamplerContext,
  path: readonly (string | number)[],
): Problem[] {
  const problems = new Map<string, Problem>()
  nested.forEach(({ name, ...options }, index) => {
    for (const problem of find(inner, name).check(options, context)) {
      const isOption = problem.path[0] === 'sampler'
      const problemPath = isOption ? [...path, index, ...problem.path.slice(1)] : problem.path
      const before = problems.get(JSON.stringify(problemPath))
      const rule = isOption ? problem.rule : msg('rule.of', { name, rule: problem.rule })
      problems.set(JSON.stringify(problemPath), {
        ...problem,
        path: problemPath,
        rule: before === undefined ? rule : msg('rule.both', { first: before.rule, second: rule }),
      })
    }
  })
  return [...problems.values()]
}

export function createNested(
  inner: readonly SamplerDefinition[],
  { name, ...options }: NestedSampler,
  context: SamplerContext,
): Sampler {
  return find(inner, name).create(options, context)
}

function find(inner: readonly SamplerDefinition[], name: string): SamplerDefinition {
  return inner.find(definition => definition.name === name) as SamplerDefinition
}

/**
 * The proposal of a nested sampler in the name of the one around it.
 * @param why says why the nested one was asked, around its own reason
 */
export function inNameOf(
  sampler: string,
  { parameters, provenance }: Proposal,
  why: (reason: MessageDescriptor) => MessageDescriptor,
  detail: JsonObject,
): Proposal {
  return {
    parameters,
    provenance: {
      sampler,
      reason: why(provenance.reason),
      detail: { by: provenance.sampler, ...detail, proposal: provenance.detail ?? {} },
    },
  }
}
