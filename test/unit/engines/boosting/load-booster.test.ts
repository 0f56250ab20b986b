import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, vi } from 'vitest'
import { boosterPackNames } from '../../../../src-main/core/machine/engines/registry.ts'
import {
  type BoosterData,
  type BoosterObjective,
  type BoosterRequest,
  boosterDefaults,
  type BoosterTable,
  scoresPerRow,
} from '../../../../src-main/training/boosting/booster.ts'
import {
  checkBooster,
  fromStored,
  readBoostingCases,
  type BoostingCase,
  type BoostingCases,
} from '../../../../src-main/engines/boosting/check-booster.ts'
import { loadingReason } from '../../../../src-main/engines/boosting/native-library.ts'
import { loadBooster } from '../../../../src-main/engines/boosting/load-booster.ts'
import { boosterPacks } from '../../../helpers/booster-packs.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { askPeer, findPeer } from '../../../helpers/python-peer.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const cases = await readBoostingCases()
const scratch = useScratchFolders()

/** A request out of the stored tables. */
function requestOf(change: Partial<BoosterRequest> = {}, name = 'randomness'): BoosterRequest {
  const { objective, parameters, target } = find(name)
  const training = fromStored(cases.training)
  const data = { ...training, target: Float64Array.from(target), weights: null }
  const validation = fromStored(cases.validation)
  return { data, validation, objective, parameters, start: null, ...change }
}

function find(name: string): BoostingCase {
  return cases.cases.find(candidate => candidate.name === name) as BoostingCase
}

describe.each(boosterPacks)('%s', name => {
  const library = loadBooster(name)

  function train(request: BoosterRequest, rounds: number) {
    const booster = library.train(request)
    while (booster.rounds < rounds && booster.boostRound());
    return booster
  }

  it('computes what its own Python package computes', () => {
    expect(checkBooster(library, cases)).toEqual({ passed: cases.cases.length, failed: [] })
  })

  it('computes the same beside its Python package, on other data', () => {
    const python = findPeer('TUNEWRIGHT_BOOSTING_PYTHON')
    if (python === null) return
    const other = otherCases()
    const file = path.join(scratch(), 'cases.json')
    writeFileSync(file, JSON.stringify(other))
    const { source, expected } = askPeer(python, '../boosting/generate_native.py', [file]) as {
      readonly source: readonly string[]
      readonly expected: readonly BoostingCase['expected'][]
    }
    if (!source.includes(`${name} ${library.version}`)) {
      console.warn(`Skipped: ${python} has ${source.join(', ')}, not ${name} ${library.version}`)
      return
    }
    const cases = other.cases.map((boostingCase, at) => ({
      ...boostingCase,
      expected: expected[at] ?? {},
    }))
    expect(checkBooster(library, { ...other, cases }).failed).toEqual([])
  })

  it.each(cases.cases.map(boostingCase => boostingCase.name))(
    'goes on as if it had never stopped: %s',
    caseName => {
      const request = requestOf({}, caseName)
      const whole = train(request, 12)
      const resumed = train({ ...request, start: whole.save(5) }, 5)
      expect(resumed.rounds).toBe(5)
      while (resumed.rounds < 12 && resumed.boostRound());
      expect(resumed.save(12)).toEqual(whole.save(12))
      expect(resumed.scores('validation')).toEqual(whole.scores('validation'))
      whole.dispose()
      resumed.dispose()
    },
  )

  it.each(['logistic', 'softmax'])('grows on from a model of other parameters: %s', caseName => {
    const request = requestOf({}, caseName)
    const parent = train(request, 6)
    const parameters = { ...request.parameters, learningRate: 0.02, seed: 2 ** 32 - 1 }
    const child = library.train({ ...request, parameters, start: parent.save(4) })
    expect(child.rounds).toBe(4)
    const model = library.load(parent.save(4))
    const before = model.predict(request.validation)
    const distance = (scores: Float64Array) =>
      Math.max(...scores.map((score, at) => Math.abs(score - (before[at] as number))))
    expect(distance(child.scores('validation'))).toBeLessThan(1e-6)
    child.boostRound()
    expect(child.rounds).toBe(5)
    const step = distance(child.scores('validation'))
    expect(step).toBeGreaterThan(1e-6)
    expect(step).toBeLessThan(0.2)
    // Its rounds are those of the parent, and one.
    const grown = library.load(child.save(5))
    expect(distance(grown.predict(request.validation))).toBeCloseTo(step, 6)
    for (const trained of [parent, child, model, grown]) trained.dispose()
  })

  it('says that rounds done again gave another model', async () => {
    const request = requestOf()
    const whole = train(request, 4)
    const [model, ...others] = whole.save(3)
    const [other] = whole.save(2)
    expect(model?.name).toBe(other?.name)
    const start = [other!, ...others]
    const error = await catchAppError(async () => library.train({ ...request, start }))
    expect(error).toMatchObject({ code: 'training.invalid', detail: { field: 'checkpoint' } })
    whole.dispose()
  })

  it('saves the first rounds alone, and predicts from them what they had scored', () => {
    const request = requestOf({}, 'softmax')
    const early = train(request, 3)
    const scores = Float64Array.from(early.scores('validation'))
    while (early.rounds < 9 && early.boostRound());
    const model = library.load(early.save(3))
    expect(model.trees).toBe(9)
    expect(model.leaves).toBeGreaterThan(9)
    const predicted = model.predict(request.validation)
    expect(Math.max(...predicted.map((value, at) => Math.abs(value - scores[at]!)))).toBeLessThan(
      1e-6,
    )
    early.dispose()
    model.dispose()
  })

  it.each<BoosterObjective>([{ kind: 'logistic' }, { kind: 'softmax', classes: 3 }])(
    'scores its training rows as its model does: $kind',
    objective => {
      const request = requestOf({}, objective.kind)
      const booster = train(request, 6)
      const model = library.load(booster.save(6))
      const got = booster.scores('training')
      const predicted = model.predict(request.data)
      const width = scoresPerRow(objective)
      // Scores of classes may all be moved by the same.
      const relative = (all: Float64Array) =>
        all.map((score, at) => (width === 1 ? score : score - all[at - (at % width)]!))
      const expected = relative(predicted)
      const worst = relative(got).map((value, at) => Math.abs(value - expected[at]!))
      expect(Math.max(...worst)).toBeLessThan(1e-5)
      booster.dispose()
      model.dispose()
    },
  )

  it('tells its loss over the rows of training, unless they have weights', () => {
    const request = requestOf({}, 'logistic')
    const booster = train(request, 4)
    const scores = booster.scores('training')
    const { target } = request.data
    const losses = scores.map((score, row) =>
      Math.log1p(Math.exp(target[row] === 1 ? -score : score)),
    )
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
    const reportedLoss = booster.trainingLoss?.()
    if (reportedLoss !== undefined) expect(reportedLoss).toBeCloseTo(mean, 9)
    booster.dispose()
    const weights = new Float64Array(target.length).fill(2)
    const weighted = train({ ...request, data: { ...request.data, weights } }, 1)
    expect(weighted.trainingLoss?.() ?? null).toBeNull()
    weighted.dispose()
  })

  it('adds SHAP values up to the score', () => {
    const request = requestOf({}, 'softmax')
    const booster = train(request, 5)
    const model = library.load(booster.save(5))
    const [values, scores] = [
      model.contributions!(request.validation),
      model.predict(request.validation),
    ]
    const width = request.validation.columns.length + 1
    for (const [at, score] of scores.entries()) {
      const sum = values.subarray(at * width, (at + 1) * width).reduce((a, b) => a + b, 0)
      expect(sum).toBeCloseTo(score, 4)
    }
    booster.dispose()
    model.dispose()
  })

  it('keeps its bins for the next training, and trains beside another on the same rows', () => {
    const request = requestOf()
    const [first, second] = [train(request, 2), train(request, 8)]
    while (first.rounds < 8 && first.boostRound());
    expect(first.save(8)).toEqual(second.save(8))
    first.dispose()
    const third = train({ ...request, parameters: { ...request.parameters, maxBins: 15 } }, 2)
    second.dispose()
    third.dispose()
    const again = train(request, 8)
    expect(again.rounds).toBe(8)
    again.dispose()
  })

  it('knows its own models', () => {
    const booster = train(requestOf(), 1)
    expect(library.reads(booster.save(1))).toBe(true)
    expect(library.reads([])).toBe(false)
    booster.dispose()
  })

  it('refuses a damaged model and another number of columns', async () => {
    const request = requestOf()
    const booster = train(request, 2)
    const stored = booster.save(2)
    const damaged = stored.map(tensor => ({ ...tensor, data: tensor.data.map(() => 7) }))
    const refusal = { code: 'data.invalid', detail: { field: name } }
    expect(await catchAppError(async () => library.load([]))).toMatchObject(refusal)
    const garbled = stored.map(tensor => {
      const data = Int32Array.from(tensor.data)
      return { ...tensor, data: data.fill(0x20202020, 1) }
    })
    for (const brokenModel of [damaged, garbled]) {
      expect(await catchAppError(async () => library.load(brokenModel))).toMatchObject(refusal)
    }
    const model = library.load(stored)
    const narrow: BoosterTable = { rows: 1, columns: request.data.columns.slice(0, 2) }
    const error = await catchAppError(async () => model.predict(narrow))
    expect(error).toMatchObject({
      code: 'training.invalid',
      detail: { field: 'columns', value: 2 },
    })
    booster.dispose()
    model.dispose()
  })

  it('learns nothing from a constant column, and says that nothing is left to split', () => {
    const column = { name: 'x', kind: 'numeric', levels: 0, values: new Float64Array(50) } as const
    const table = { rows: 50, columns: [column] }
    const data: BoosterData = { ...table, target: new Float64Array(50).fill(3), weights: null }
    const objective = { kind: 'squaredError' } as const
    const request = { data, validation: table, objective, parameters: boosterDefaults, start: null }
    const booster = train(request, 3)
    const model = library.load(booster.save(booster.rounds))
    expect(model.predict(table)[0]).toBeCloseTo(3, 5)
    expect([...model.gains()]).toEqual([0])
    booster.dispose()
    model.dispose()
  })
})

it.runIf(process.platform === 'linux')('names the package of a missing OpenMP', () => {
  const words = 'libgomp.so.1: cannot open shared object file: No such file or directory'
  const values = { library: 'libgomp.so.1' }
  expect(loadingReason(new Error(words))).toEqual({ code: 'failure.openMp.debian', values })
  const other = 'libz.so.1: cannot open shared object file'
  expect(loadingReason(new Error(other))).toEqual({ code: 'verbatim', values: { text: other } })
})

it.each(boosterPackNames)('names a pack that is not installed: %s', async engine => {
  vi.stubEnv('TUNEWRIGHT_ENGINES', scratch())
  const error = await catchAppError(async () => loadBooster(engine))
  expect(error).toMatchObject({ code: 'engine.notInstalled', detail: { engine } })
  vi.unstubAllEnvs()
})

/** Larger than the stored ones; Park and Miller's generator. */
function otherCases(): BoostingCases {
  let state = 7
  const draw = () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
  const table = (rows: number): BoostingCases['training'] => ({
    columns: Array.from({ length: 8 }, (_, at) => ({
      name: `column ${at}`,
      ...(at < 6 ? { kind: 'numeric', levels: 0 } : { kind: 'categorical', levels: 40 }),
      values: Array.from({ length: rows }, () => {
        if (draw() < 0.1) return null
        return at < 6 ? draw() * 10 ** at : Math.floor(draw() * draw() * 40)
      }),
    })),
  })
  const [training, validation] = [table(3_000), table(300)]
  const value = (column: number, row: number) => training.columns[column]?.values[row] ?? 0
  const signal = Array.from({ length: 3_000 }, (_, row) => {
    return value(0, row) * 3 + (value(6, row) % 3) + value(1, row) * value(0, row) * 0.2 + draw()
  })
  const seven = {
    learningRate: 0.2,
    leaves: 20,
    featureFraction: 0.7,
    baggingFraction: 0.6,
    seed: 5,
  }
  const parameters = { ...boosterDefaults, ...seven }
  const shared = { rounds: 40, weights: null, parameters, expected: {} }
  return {
    training,
    validation,
    cases: [
      { ...shared, name: 'numbers', objective: { kind: 'squaredError' }, target: signal },
      {
        ...shared,
        name: 'two classes',
        objective: { kind: 'logistic' },
        target: signal.map(at => Number(at > 3)),
      },
      {
        ...shared,
        name: 'four classes',
        objective: { kind: 'softmax', classes: 4 },
        target: signal.map(at => Math.min(3, Math.floor(at / 1.5))),
      },
    ],
  }
}
