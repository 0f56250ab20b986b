import type { Problem } from '../../../core/errors/problem.ts'
import type { UnplacedProblems } from '../../../core/processes/request-protocol.ts'
import { readStudyText } from '../../../interop/study-file/read-study-text.ts'

/** Gives problems of a study file the lines and columns of their values. */
export function placeProblems({ text, format, problems }: UnplacedProblems): Problem[] {
  const study = readStudyText(text, format)
  return problems.map(problem => ({ ...problem, ...study.locate(problem.path, 'value') }))
}
