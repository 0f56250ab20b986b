import type { StudyFileText } from '../../../core/processes/request-protocol.ts'
import type { ParsedSpecification } from '../../../core/study/parse-specification.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { checkStudyText } from './study-check.ts'

/** Checks a study file that a caller sent, as far as that goes without its data. */
export function checkSentStudy({ text, format }: StudyFileText): ParsedSpecification {
  const checked = checkStudyText(text, format, { tasks })
  return checked.ok ? { ok: true, specification: checked.specification } : checked
}
