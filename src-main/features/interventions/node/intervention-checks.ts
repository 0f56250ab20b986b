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
interface RemoteChecks {
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

/** Of a study without relations, as JSON: its checks take a few milliseconds, whatever stands in it. */
const MAX_LOCAL_CHARACTERS = 4_000

/** Ends an intervention that needs the answer to a check first; it is done again with it. */
class Unchecked extends Error {
  readonly answer: Promise<unknown>

  constructor(answer: Promise<unknown>) {
    super('unchecked')
    this.answer = answer
  }
}

/**
 * Does interventions whose checks, unless they are short, another process makes. Each is done in one go: it begins anew whenever an answer is there
 * that it needed, so that what changed meanwhile is checked as it is then.
 * @param work stores nothing before its last check
 */
export async function withRemoteChecks<Answer>(
  remote: RemoteChecks,
  work: (checks: InterventionChecks) => Answer,
): Promise<Answer> {
  const answers = new Map<string, unknown>()
  const answerTo = <Checked>(key: string, ask: () => Promise<Checked>): Checked => {
    if (answers.has(key)) return answers.get(key) as Checked
    throw new Unchecked(ask().then(checked => answers.set(key, checked)))
  }
  const checks: InterventionChecks = {
    study(specification) {
      const text = JSON.stringify(specification)
      if (isShort(specification, text)) return localChecks.study(specification)
      return answerTo(`study ${text}`, async () => remote.study(specification))
    },
    point(check) {
      const text = JSON.stringify(check)
      if (isShort(check.specification, text)) return localChecks.point(check)
      return answerTo(`point ${text}`, async () => remote.point(check))
    },
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

function isShort({ relations }: Pick<StudySpecification, 'relations'>, text: string): boolean {
  return relations.length === 0 && text.length <= MAX_LOCAL_CHARACTERS
}
