import { AppError } from '../../../core/errors/errors.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { checkStudyText } from './study-check.ts'

/** @throws AppError `specification.invalid` with every problem */
export function requireSpecification({
  text,
  format,
}: {
  readonly text: string
  readonly format: 'yaml' | 'json'
}): StudySpecification {
  const checked = checkStudyText(text, format, { tasks })
  if (checked.ok) return checked.specification
  throw new AppError('specification.invalid', { problems: checked.problems })
}
