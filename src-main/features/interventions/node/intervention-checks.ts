import { isExternal } from '../../../core/objectives/external/external.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { PointCheck } from '../../../core/processes/request-protocol.ts'
import type { ParsedSpecification } from '../../../core/study/parse-specification.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { checkQueuedPoint } from '../../../search/proposals/proposal-settings.ts'
import { searchedSpace } from '../../../search/space/fix-parameters.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { checkStudy } from '../../studies/node/study-check.ts'

/** The checks of interventions that may take long: a relation that hardly any point keeps, thousands of names. */
export interface InterventionChecks {
  /** Of a changed specification, as if it came from a file. */
  study(specification: StudySpecification): ParsedSpecification
  /** Of a point that is to be tried. */
  point(check: PointCheck): readonly Problem[]
}

/** The same by another process. @throws AppError `child.busy`, `child.gone` */
export interface RemoteChecks {
  study(specification: StudySpecification): Promise<ParsedSpecification>
  point(check: PointCheck): Promise<readonly Problem[]>
}

/** In this process. */
export const localChecks: InterventionChecks = {
  study(specification) {
    const checked = checkStudy(specification, {
      tasks,
      external: isExternal(specification.objective),
    })
    return checked.ok ? { ok: true, specification: checked.specification } : checked
  },
  point: ({ parameters, specification }) =>
    checkQueuedPoint(parameters, specification, searchedSpace(specification)),
}

/** Ends an intervention that needs the answer to a check first; it is done again with it. */
class Unchecked extends Error {
  readonly answer: Promise<unknown>

  constructor(answer: Promise<unknown>) {
    super('the check is made elsewhere')
    this.answer = answer
  }
}

/**
 * Does interventions whose checks another process makes, and does them in one go: each begins anew whenever an answer is there that it needed.
 * What changed meanwhile is checked as it is then.
 * @param work stores nothing before its last check
 */
export async function withRemoteChecks<Answer>(
  remote: RemoteChecks,
  work: (checks: InterventionChecks) => Answer,
): Promise<Answer> {
  const answers = new Map<string, unknown>()
  const answerTo = <Checked>(question: unknown, ask: () => Promise<Checked>): Checked => {
    const key = JSON.stringify(question)
    if (answers.has(key)) return answers.get(key) as Checked
    throw new Unchecked(ask().then(answer => answers.set(key, answer)))
  }
  const checks: InterventionChecks = {
    study: specification =>
      answerTo({ study: specification }, async () => remote.study(specification)),
    point: check => answerTo({ point: check }, async () => remote.point(check)),
  }
  for (;;) {
    try {
      return work(checks)
    } catch (error) {
      if (!(error instanceof Unchecked)) throw error
      await error.answer
    }
  }
}
