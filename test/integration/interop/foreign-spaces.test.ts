import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../../../src-main/core/trial/trial.ts'
import { readHyperoptSpace } from '../../../src-main/interop/hyperopt/read-hyperopt-space.ts'
import { readSweep } from '../../../src-main/interop/wandb/read-sweep.ts'
import { buildSpace } from '../../../src-main/search/space/build-space.ts'
import { assignmentProblems } from '../../../src-main/search/space/conditions.ts'
import { fromUnit } from '../../../src-main/search/space/unit-cube.ts'
import { askPeer, findPeer } from '../../helpers/python-peer.ts'

const python = findPeer('TUNEWRIGHT_INTEROP_PYTHON')
const draws = 400

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/interop/${name}`, import.meta.url))
}

/**
 * Greatest distance of two empirical distribution functions (Kolmogorov and Smirnov). A sample of n is further than 2/√n from
 * its distribution with probability 0.0007; that a grid of theirs has half a share at each end adds up to 0.05, and on
 * a logarithmic scale, where the first value stands for much, up to 0.1.
 */
function distance(a: readonly number[], b: readonly number[]): number {
  const share = (values: readonly number[], at: number): number =>
    values.filter(value => value <= at * (1 + 1e-9)).length / values.length
  return Math.max(...a.map(at => Math.abs(share(a, at) - share(b, at))))
}

/** Every number of the space is distributed as the other program draws it, and every point of theirs is one of ours. */
function compare(
  specification: SpaceSpecification,
  points: readonly Assignment[],
  exempt: readonly string[],
): void {
  const built = buildSpace(specification)
  const problems = points.flatMap(point => assignmentProblems(built, point))
  expect(problems.slice(0, 5)).toEqual([])
  for (const parameter of built.parameters) {
    const theirs = points.flatMap(point =>
      typeof point[parameter.name] === 'number' ? [point[parameter.name] as number] : [],
    )
    if (theirs.length === 0 || exempt.includes(parameter.name)) continue
    const ours = Array.from(
      { length: draws },
      (_, index) => fromUnit(parameter, (index + 0.5) / draws) as number,
    )
    const isLogGrid =
      'step' in parameter && parameter.step !== null && 'log' in parameter && parameter.log
    const limit = (isLogGrid ? 0.1 : 0.05) + 2 / Math.sqrt(theirs.length)
    expect(distance(theirs, ours), parameter.name).toBeLessThan(limit)
  }
}

describe.skipIf(python === null)('a space of Hyperopt', () => {
  it('holds the points that Hyperopt draws, distributed as there', { timeout: 60_000 }, () => {
    const file = fixture('hyperopt_space.py')
    const specification = readHyperoptSpace(readFileSync(file, 'utf8')).space
    const drawn = askPeer(python ?? '', 'interop_peer.py', ['hyperopt-draws', file, String(draws)])
    const points = (drawn as Record<string, number>[]).map(values =>
      Object.fromEntries(
        Object.entries(values).map(([label, value]): [string, ParameterValue] => {
          const parameter = specification[label]
          if (parameter === undefined || !('choice' in parameter)) return [label, snap(value)]
          return [label, parameter.choice[value] as ParameterValue]
        }),
      ),
    )
    compare(specification, points, [])
    const share = points.filter(point => point['batch norm'] === 'on').length / points.length
    expect(share).toBeGreaterThan(0.17)
    expect(share).toBeLessThan(0.33)
  })
})

describe.skipIf(python === null)('a sweep of W&B', () => {
  it('is valid there and holds the points that W&B draws', { timeout: 60_000 }, () => {
    const file = fixture('sweep.yaml')
    const specification = readSweep(readFileSync(file, 'utf8')).space
    const answer = askPeer(python ?? '', 'interop_peer.py', [
      'sweep-draws',
      file,
      String(draws),
    ]) as {
      violations: string[]
      points: Record<string, unknown>[]
    }
    expect(answer.violations).toEqual([])
    expect(answer.points).toHaveLength(draws)
    const points = answer.points.map(point =>
      Object.fromEntries(
        Object.entries(point).flatMap(([name, value]): [string, ParameterValue][] =>
          typeof value === 'object'
            ? Object.entries(value as Assignment).map(([inner, innerValue]) => [
                `${name}.${inner}`,
                innerValue,
              ])
            : [[name, snap(value as ParameterValue)]],
        ),
      ),
    )
    // Beta distributions are searched evenly, and a note says so.
    compare(specification, points, ['share', 'part'])
  })
})

/** Multiples of a decimal come with the rounding of their arithmetic: 0.30000000000000004. */
function snap<Value extends ParameterValue>(value: Value): ParameterValue {
  return typeof value === 'number' ? Number(value.toPrecision(14)) : value
}
