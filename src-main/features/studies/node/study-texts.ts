import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type {
  ForecastRequest,
  PointCheck,
  StudyFileText,
  UnlocatedProblems,
} from '../../../core/processes/request-protocol.ts'
import type { DiskForecast, StudyPreview } from '../../../core/questions/study-preview.ts'
import type { ParsedSpecification } from '../../../core/study/parse-specification.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { Connection } from '../../../platform/processes/connect.ts'
import { connectRequests, REQUEST_CPU_MS } from '../../../platform/processes/connect-reader.ts'

/** A text is checked, then forecast, then created: its callers ask for the same check. */
const MAX_CACHED = 4

interface CachedCheck extends StudyFileText {
  readonly check: Promise<ParsedSpecification>
}

/** Study files of callers, which a process of its own reads and checks within seconds of CPU time. */
export class StudyTexts {
  readonly #requests: Connection<'requests'>
  #cached: readonly CachedCheck[] = []

  constructor(requests: Connection<'requests'> = connectRequests()) {
    this.#requests = requests
  }

  /** @throws AppError `child.busy`, `child.gone` */
  async check({ text, format }: StudyFileText): Promise<ParsedSpecification> {
    const cached = this.#cached.find(checked => checked.format === format && checked.text === text)
    if (cached !== undefined) return cached.check
    const check = this.#check({ text, format })
    const entry = { text, format, check }
    this.#cached = [entry, ...this.#cached].slice(0, MAX_CACHED)
    check.catch(() => {
      this.#cached = this.#cached.filter(other => other !== entry)
    })
    return check
  }

  /** @throws AppError `specification.invalid` with every problem; `child.busy`, `child.gone` */
  async require(text: StudyFileText): Promise<StudySpecification> {
    const checked = await this.check(text)
    if (checked.ok) return checked.specification
    throw new AppError('specification.invalid', { problems: checked.problems })
  }

  /** Problems with the lines and columns of their values. */
  async locate(problems: UnlocatedProblems): Promise<readonly Problem[]> {
    return this.#requests.call('locate', problems)
  }

  async preview(specification: StudySpecification): Promise<StudyPreview> {
    return this.#requests.call('preview', specification)
  }

  /** Checks a study that is there as a person wants it to be. @throws AppError `child.busy`, `child.gone` */
  async checkChange(specification: StudySpecification): Promise<ParsedSpecification> {
    return withinTime(this.#requests.call('checkChange', specification), problem => ({
      ok: false,
      problems: [problem],
    }))
  }

  /** Checks a point that a person wants to be tried. @throws AppError `child.busy`, `child.gone` */
  async checkPoint(check: PointCheck): Promise<readonly Problem[]> {
    return withinTime(this.#requests.call('checkPoint', check), problem => [problem])
  }

  async forecast(request: ForecastRequest): Promise<DiskForecast> {
    return this.#requests.call('forecast', request)
  }

  async close(): Promise<void> {
    await this.#requests.close()
  }

  async #check(text: StudyFileText): Promise<ParsedSpecification> {
    return withinTime(this.#requests.call('check', text), problem => ({
      ok: false,
      problems: [{ ...problem, line: 1, column: 1 }],
    }))
  }
}

/** @param onTimeout what a check answers that took too long */
async function withinTime<Answer>(
  check: Promise<Answer>,
  onTimeout: (problem: Problem) => Answer,
): Promise<Answer> {
  try {
    return await check
  } catch (error) {
    if (!isAppError(error, 'child.gone')) throw error
    if (error.detail.reason.code !== 'failure.child.cpu') throw error
    const rule = msg('rule.checkTime', { seconds: REQUEST_CPU_MS / 1_000 })
    return onTimeout({ path: [], value: null, rule })
  }
}
