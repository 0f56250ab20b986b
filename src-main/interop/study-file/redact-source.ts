import type { StudySpecification } from '../../core/study/study-specification.ts'
import { isObject } from '../../core/values/json.ts'
import { editStudyYaml, writeStudyYaml } from './write-study-yaml.ts'

/** Shorter values are words of the language, which may stand elsewhere in a file as well. */
const SHORTEST_SECRET = 4

/**
 * A study file without secret values: its objective is written again, everything else stays as it is. Where a value stands elsewhere, too, in a comment or
 * an anchor, the whole file is written again.
 * @param specification without the values
 * @param secrets the values
 */
export function redactSource(
  source: string,
  specification: StudySpecification,
  secrets: readonly string[],
): string {
  const whole = writeStudyYaml(specification)
  if (source === '') return source
  const edited =
    editJson(source, specification) ??
    editStudyYaml(source, { objective: specification.objective }) ??
    whole
  const isLeft = secrets.some(value => value.length >= SHORTEST_SECRET && edited.includes(value))
  return isLeft ? whole : edited
}

/** Null for a text that is no JSON. */
function editJson(source: string, { objective }: StudySpecification): string | null {
  try {
    const raw: unknown = JSON.parse(source)
    return isObject(raw) ? JSON.stringify({ ...raw, objective }, null, 2) : null
  } catch {
    return null
  }
}
