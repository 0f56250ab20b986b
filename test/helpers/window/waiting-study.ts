import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Desktop } from './desktop.ts'
import type { WindowPage } from './page.ts'

/** A study whose trials end when a test says so, however slow the machine is. */
export interface WaitingStudy {
  readonly id: number
  readonly name: string
  /** Lets its trials end. */
  finish(): void
}

export async function startWaitingStudy(
  desktop: Desktop,
  page: WindowPage,
  trials = 1,
): Promise<WaitingStudy> {
  const name = 'waits'
  const go = path.join(desktop.home, `${name}.go`)
  const program = path.join(desktop.home, `${name}.sh`)
  writeFileSync(
    program,
    `while [ ! -e '${go}' ]; do sleep 0.2; done\necho '{"step": 1, "loss": 0.25}'\n`,
  )
  chmodSync(program, 0o644)
  const text = JSON.stringify({
    name,
    objective: { command: ['sh', program] },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    sampler: { name: 'random' },
    stop: { trials },
    parallelTrials: 1,
    seed: 1,
  })
  const study = { text, format: 'json' }
  const { fingerprint } = await valueOf<{ fingerprint: string }>(page, 'code.describe', {
    source: study,
  })
  await valueOf(page, 'code.trust', { source: study, fingerprint })
  const { studyId } = await valueOf<{ studyId: number }>(page, 'study.create', {
    ...study,
    start: true,
  })
  return {
    id: studyId,
    name,
    finish: () => {
      writeFileSync(go, '')
    },
  }
}

/** What a call gives; one that is refused is an error. */
export async function valueOf<Value>(
  page: WindowPage,
  method: string,
  payload: object,
): Promise<Value> {
  const text = await page.call(method, payload)
  const envelope = JSON.parse(text) as { ok: boolean; value: Value }
  if (!envelope.ok) throw new Error(`${method}: ${text}`)
  return envelope.value
}
