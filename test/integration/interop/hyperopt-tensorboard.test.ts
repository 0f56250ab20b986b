import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import { toHyperoptTrials } from '../../../src-main/interop/hyperopt/to-hyperopt.ts'
import { crc32c } from '../../../src-main/core/values/checksums.ts'
import { writeTensorboardFolder } from '../../../src-main/features/exports/node/tensorboard/write-folder.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { askPeer, findPeer } from '../../helpers/python-peer.ts'
import { buildSampleSnapshot } from '../../helpers/sample-snapshot.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const python = findPeer('TUNEWRIGHT_INTEROP_PYTHON')
const newFolder = useScratchFolders()

/** Every state, a NaN and an infinity. */
function snapshot(): StudySnapshot {
  return buildSampleSnapshot({
    name: '调参 study',
    trials: 24,
    epochs: 4,
    chooseState: number =>
      (['pruned', 'failed', 'canceled', 'interrupted'] as const)[number - 3] ?? 'complete',
    chooseValue: (quality, _goal, number) =>
      number === 8 ? Number.NaN : number === 9 ? Number.NEGATIVE_INFINITY : quality,
  })
}

interface HyperoptAnswer {
  readonly before: readonly {
    readonly tid: number
    readonly state: number
    readonly status: string
    readonly loss: number | string | null
    readonly vals: Readonly<Record<string, readonly number[]>>
  }[]
  readonly best: number
  readonly ran: number
  readonly states: readonly number[]
  readonly total: number
  readonly ok: readonly number[]
}

describe.skipIf(python === null)('Hyperopt', () => {
  it('opens our trials and goes on with them', { timeout: 60_000 }, () => {
    const study = snapshot()
    const file = join(newFolder(), 'trials.json')
    writeFileSync(file, toHyperoptTrials(study, createTranslate('en')))
    const answer = askPeer(python ?? '', 'interop_peer.py', [
      'hyperopt-trials',
      file,
    ]) as HyperoptAnswer
    const complete = study.trials.filter(
      ({ state, values }) => state === 'complete' && !Number.isNaN(values[0]),
    )
    expect(answer.before).toHaveLength(24)
    for (const trial of study.trials) {
      const theirs = answer.before[trial.number]
      const isOk = complete.includes(trial)
      const waits = trial.state === 'interrupted'
      expect(theirs?.status).toBe(waits ? 'new' : isOk ? 'ok' : 'fail')
      // The goal is maximized; Hyperopt minimizes.
      const loss = -(trial.values[0] ?? 0)
      if (isOk) expect(theirs?.loss).toBe(Number.isFinite(loss) ? loss : 'Infinity')
      expect(theirs?.vals['learningRate']).toEqual([trial.parameters['learningRate']])
      const isSgd = trial.parameters['optimizer'] === 'sgd'
      expect(theirs?.vals['optimizer']).toEqual([isSgd ? 0 : 1])
      expect(theirs?.vals['momentum']).toEqual(isSgd ? [trial.parameters['momentum']] : [])
      expect(theirs?.vals['epochs']).toBeUndefined()
    }
    const best = complete.reduce((a, b) => ((b.values[0] ?? 0) > (a.values[0] ?? 0) ? b : a))
    expect(answer.best).toBe(best.number)
    // The one that waited runs first, then five new ones.
    expect([answer.total, answer.ran, answer.states]).toEqual([29, 6, [2]])
    expect(answer.ok).toHaveLength(complete.length + 6)
  })
})

interface TensorboardAnswer {
  readonly runs: Readonly<
    Record<string, Readonly<Record<string, readonly [number, number | string][]>>>
  >
  readonly hparams: readonly {
    readonly name: string
    readonly type: string
    readonly interval: readonly number[]
    readonly discrete: readonly unknown[]
  }[]
  readonly metrics: readonly string[]
  readonly sessions: readonly {
    readonly name: string
    readonly status: string
    readonly seconds: number
    readonly hparams: Readonly<Record<string, unknown>>
    readonly metrics: Readonly<Record<string, number | string>>
  }[]
}

describe.skipIf(python === null)('TensorBoard', () => {
  it('shows scalars and hyperparameters of every trial', { timeout: 60_000 }, async () => {
    const study = snapshot()
    const folder = await writeTensorboardFolder(join(newFolder(), 'logs'), study)
    const answer = askPeer(python ?? '', 'interop_peer.py', [
      'tensorboard',
      folder,
    ]) as TensorboardAnswer
    const { space, goals } = study.study.specification
    expect(answer.metrics).toEqual(goals.map(({ metric }) => metric))
    const byName = new Map(answer.hparams.map(hparam => [hparam.name, hparam]))
    // The plugin leaves out what has one value only.
    expect(new Set(byName.keys())).toEqual(new Set(Object.keys(space)))
    expect(byName.get('learningRate')).toMatchObject({
      type: 'DATA_TYPE_FLOAT64',
      interval: [1e-4, 1e-1],
    })
    expect(byName.get('width')).toMatchObject({
      type: 'DATA_TYPE_STRING',
      discrete: ['small', 'medium', 'large'],
    })
    expect(answer.sessions).toHaveLength(24)
    const sessions = new Map(answer.sessions.map(session => [session.name, session]))
    for (const trial of study.trials) {
      const run = `trial-${String(trial.number).padStart(2, '0')}`
      const session = sessions.get(run)
      expect(session?.hparams).toEqual(trial.parameters)
      const failed = trial.state === 'failed' || trial.state === 'canceled'
      expect(session?.status).toBe(
        trial.finishedAtMs === null
          ? 'STATUS_UNKNOWN'
          : failed
            ? 'STATUS_FAILURE'
            : 'STATUS_SUCCESS',
      )
      for (const [tag, { steps, values }] of Object.entries(trial.metrics)) {
        const theirs = answer.runs[run]?.[tag] ?? []
        expect(theirs.map(([step]) => step)).toEqual(steps)
        for (const [index, [, value]] of theirs.entries()) {
          expect(Number(value)).toBe(Math.fround(values[index] ?? 0))
        }
      }
    }
  })

  it('refuses a folder that is there', async () => {
    const error = await catchAppError(() => writeTensorboardFolder(newFolder(), snapshot()))
    expect(error).toMatchObject({ code: 'file.exists' })
  })
})

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['rising', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ])('%s', (_name, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum)
  })
})
