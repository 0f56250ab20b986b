import type { Problem } from '../errors/problem.ts'
import { parseWithProblems } from '../errors/schema-problems.ts'
import { checkSpecificationRules } from './specification-rules.ts'
import { type StudySpecification, studySpecificationSchema } from './study-specification.ts'

export type ParsedSpecification =
  | { readonly ok: true; readonly specification: StudySpecification }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Checks a raw study file against its schema and against the rules that relate fields; every
 * problem at once, each once, in the order of the schema and then of the rules. Names and options of
 * tasks, functions, samplers and pruners are checked by `study/study-check.ts`.
 */
export function parseSpecification(raw: unknown): ParsedSpecification {
  const parsed = parseWithProblems(studySpecificationSchema, raw)
  const problems = distinct([
    ...(parsed.ok ? [] : parsed.problems),
    ...checkSpecificationRules(raw),
  ])
  return parsed.ok && problems.length === 0
    ? { ok: true, specification: parsed.value }
    : { ok: false, problems }
}

/** Removes problems that say the same of the same place. */
export function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems.filter(({ path, rule }) => {
    const key = JSON.stringify([path, rule])
    return !seen.has(key) && seen.add(key)
  })
}
