import { writeSync } from 'node:fs'
import { argv } from 'node:process'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { batch, sampleFinish, sampleStudy, sampleTrial } from './store-samples.ts'

/**
 * A process that writes trials until it is killed and says what was acknowledged, one line per
 * call, after the call returned. `node store-writer.ts <database>`.
 */
export const metricsPerTrial = 3
export const rowsPerBatch = 20

/** A reader that is slow on a busy machine leaves the pipe full: the line is written again until there is room. */
function acknowledge(...words: (string | number)[]): void {
  for (;;) {
    try {
      writeSync(1, `${words.join(' ')}\n`)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

function write(path: string): void {
  const store = openStudyStore(path)
  const studies = store.listStudies()
  const studyId = studies[0]?.id ?? store.createStudy(sampleStudy()).id
  acknowledge('open', process.pid)
  for (const number of store.interruptRunning(studyId, 1)) acknowledge('interrupted', number)
  for (let number = store.trials(studyId, { metrics: false }).length; ; number++) {
    store.startTrial(sampleTrial(studyId, number))
    acknowledge('started', number)
    for (let part = 0; part < metricsPerTrial; part++) {
      const rows = Array.from({ length: rowsPerBatch }, (_, row) => [
        part * rowsPerBatch + row,
        number + row / 100,
      ])
      store.appendMetrics(studyId, [batch(number, ['loss'], rows)])
      acknowledge('metrics', number, (part + 1) * rowsPerBatch)
    }
    store.finishTrial(
      sampleFinish(studyId, number, {
        values: [number / 7],
        artifacts: [{ kind: 'weights.best', path: 'w', bytes: number, sha256: 'x' }],
      }),
    )
    acknowledge('finished', number)
  }
}

if (argv[2] !== undefined) write(argv[2])
