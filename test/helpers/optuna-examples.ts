import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { expect, onTestFinished } from 'vitest'
import type { StudySummary } from '../../src-main/core/study/study.ts'
import type { StudyReader } from '../../src-main/platform/storage/study-store.ts'

/** Optuna's own examples (fixtures/optuna/examples), unchanged but for the argument `storage=`. */
const examples = path.join(import.meta.dirname, '../fixtures/optuna/examples')
export const exampleNames = [
  'quadratic',
  'pruning',
  'quadratic_multi_objective',
  'quadratic_constraint',
  'sklearn_simple',
] as const
type ExampleName = (typeof exampleNames)[number]

interface Told {
  readonly number: number
  readonly state: 'complete' | 'pruned'
  readonly values: readonly number[]
}

/** A program that runs, and all that Optuna's log says is stored. */
export class OptunaExample {
  readonly name: ExampleName
  readonly told: Told[] = []
  readonly ended: Promise<number | null>
  readonly #program: ChildProcessByStdio<null, null, Readable>

  /** @param folder where its file is written, with its new argument */
  constructor(
    name: ExampleName,
    at: { readonly python: string; readonly port: number; readonly folder: string },
  ) {
    this.name = name
    const { python, port, folder } = at
    const file = path.join(folder, `${name}-${port}.py`)
    const storage = `storage=optuna.storages.GrpcStorageProxy(host="localhost", port=${port}), `
    const source = readFileSync(path.join(examples, `${name}.py`), 'utf8')
    writeFileSync(file, source.replace('create_study(', `create_study(${storage}`))
    const program = spawn(python, ['-W', 'ignore', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#program = program
    onTestFinished(() => void program.kill('SIGKILL'))
    this.ended = new Promise(resolve => program.once('close', resolve))
    createInterface({ input: program.stderr }).on('line', line => {
      this.#hear(line)
    })
  }

  /** As Ctrl-C does, so that processes which scikit-learn has started end, too. */
  async interrupt(): Promise<void> {
    this.#program.kill('SIGINT')
    await this.ended
  }

  #hear(line: string): void {
    const trial =
      /Trial (?<number>\d+) (?:(?<pruned>pruned)|finished with values?: (?<values>\[[^\]]*\]|\S+))/.exec(
        line,
      )?.groups
    if (trial === undefined) return
    const values = trial['values'] ?? '[]'
    this.told.push({
      number: Number(trial['number']),
      state: trial['pruned'] === undefined ? 'complete' : 'pruned',
      values: JSON.parse(values.startsWith('[') ? values : `[${values}]`) as number[],
    })
  }
}

/** Each example among studies that were made in one round; they have names by chance, and tell by what they search. */
export function studiesOfExamples(
  studies: readonly StudySummary[],
): Readonly<Record<ExampleName, StudySummary>> {
  const withParameter = (name: string) => (study: StudySummary) => name in study.specification.space
  const onlyStudy = (wanted: (study: StudySummary) => boolean): StudySummary => {
    const matching = studies.filter(wanted)
    expect(matching).toHaveLength(1)
    return matching[0] as StudySummary
  }
  const quadratics = studies.filter(withParameter('x'))
  expect(quadratics).toHaveLength(3)
  const hasConstraints = ({ specification }: StudySummary): boolean =>
    (specification.constraints?.length ?? 0) > 0
  const isMultiple = ({ specification }: StudySummary): boolean => specification.goals.length === 2
  return {
    quadratic: onlyStudy(
      study => quadratics.includes(study) && !hasConstraints(study) && !isMultiple(study),
    ),
    pruning: onlyStudy(withParameter('alpha')),
    quadratic_multi_objective: onlyStudy(isMultiple),
    quadratic_constraint: onlyStudy(hasConstraints),
    sklearn_simple: onlyStudy(withParameter('classifier')),
  }
}

/** Every trial that the program was told is stored. @returns how many these are */
export function expectStored(
  store: StudyReader,
  { id }: StudySummary,
  { told: reports }: OptunaExample,
): number {
  const trials = store.trials(id)
  for (const { number, state, values } of reports) {
    const trial = trials[number]
    expect(trial?.state).toBe(state)
    if (state === 'complete') expect(trial?.values).toEqual(values)
  }
  return reports.length
}
