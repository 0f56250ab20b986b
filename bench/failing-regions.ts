import {
  type StudySpecification,
  studySpecificationSchema,
} from '../src-main/core/study/study-specification.ts'
import type { Assignment, ParameterGradient } from '../src-main/core/trial/trial.ts'
import { StudySearch } from '../src-main/search/study-search.ts'

/** Spaces in part of which trials fail, with the best value at the edge of that part. */
export interface FailingRegion {
  readonly space: Readonly<Record<string, unknown>>
  readonly fails: (point: Assignment) => boolean
  readonly value: (point: Assignment) => number
  /** Smallest value where trials succeed. */
  readonly best: number
}

const unit = { float: [0, 1] }
const plane = { x: unit, y: unit }

/** −x + (y − 0.3)²: grows toward the failing region of most of these. */
const slope = ({ x, y }: Assignment): number => -Number(x) + (Number(y) - 0.3) ** 2

function inPlane(best: number, fails: (x: number, y: number) => boolean): FailingRegion {
  return { space: plane, fails: ({ x, y }) => fails(Number(x), Number(y)), value: slope, best }
}

export const failingRegions = {
  edge: inPlane(-0.6, x => x > 0.6),
  oblique: inPlane(-0.96, (x, y) => x + y > 1.1),
  steep: inPlane(-0.5125, (x, y) => 2 * x + y > 1.2),
  product: inPlane(-0.99, (x, y) => x * y > 0.2),
  disc: inPlane(-0.727_59, (x, y) => (x - 0.4) ** 2 + (y - 0.5) ** 2 > 0.12),
  ring: inPlane(-1, (x, y) => Math.abs(Math.hypot(x - 0.6, y - 0.5) - 0.25) < 0.08),
  category: {
    space: { ...plane, c: { choice: ['a', 'b'] } },
    fails: ({ x, c }) => c === 'b' && Number(x) > 0.6,
    value: point =>
      slope(point) - (point['c'] === 'b' ? 0.5 * Number(point['x']) : -0.3 * Number(point['x'])),
    best: -0.9,
  },
} as const satisfies Record<string, FailingRegion>

export interface FailingSearch {
  readonly failed: readonly string[]
  /** How far the best value is from the best there is. */
  readonly gap: number
  readonly trials: number
}

const STEP = 1e-6

/** Derivatives by x and y, as an objective with gradients would give them. */
function slopesOf(value: FailingRegion['value'], point: Assignment): ParameterGradient {
  const at = (name: 'x' | 'y', by: number) => value({ ...point, [name]: Number(point[name]) + by })
  const slope = (name: 'x' | 'y') => (at(name, STEP) - at(name, -STEP)) / (2 * STEP)
  return { x: slope('x'), y: slope('y') }
}

/** Asks and tells, as `suggest` does. */
export function searchFailing(
  sampler: StudySpecification['sampler'],
  { space, fails, value, best }: FailingRegion,
  seed: number,
  trials: number,
): FailingSearch {
  const study = new StudySearch()
  study.open(
    studySpecificationSchema.parse({
      name: 'failing',
      objective: { external: true },
      space,
      sampler,
      seed,
      stop: { trials },
      goals: [{ metric: 'v', direction: 'minimize' }],
    }),
    [],
  )
  const failed: string[] = []
  let lowest = Number.POSITIVE_INFINITY
  for (let number = 0; number < trials; number++) {
    const proposal = study.propose(number)
    if ('exhausted' in proposal) return { failed, gap: lowest - best, trials: number }
    const { parameters, origin } = proposal
    study.started(number, parameters, origin === undefined ? {} : { origin })
    if (fails(parameters)) {
      failed.push(JSON.stringify(parameters))
      study.finished(number, 'failed', [])
    } else {
      lowest = Math.min(lowest, value(parameters))
      const gradient = slopesOf(value, parameters)
      study.finished(number, 'complete', [value(parameters)], undefined, { gradient })
    }
  }
  return { failed, gap: lowest - best, trials }
}
