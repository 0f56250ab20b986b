import type { Problem } from '../../../core/errors/problem.ts'
import type { UnlocatedProblems } from '../../../core/processes/request-protocol.ts'
import { readStudyText } from '../../../interop/study-file/read-study-text.ts'

/** Gives problems of a study file the lines and columns of their values. */
export function locateProblems({ text, format, problems }: UnlocatedProblems): Problem[] {
  const study = readStudyText(text, format)
  return problems.map(problem => ({ ...problem, ...study.locate(problem.path, 'value') }))
}
