import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { RunConditionsFile } from '../../../../../src-main/features/run-conditions/node/run-conditions-file.ts'
import { RunConditionsService } from '../../../../../src-main/features/run-conditions/node/run-conditions-service.ts'
import { AppError } from '../../../../../src-main/core/errors/errors.ts'
import { runConditionsSchema } from '../../../../../src-main/features/run-conditions/common/run-conditions.ts'
import type { StudySummary } from '../../../../../src-main/core/study/study.ts'
import { withTurn } from '../../../../../src-main/platform/storage/file-turn.ts'
import { catchAppError } from '../../../../helpers/catch-error.ts'
import { calmReadings } from '../../../../helpers/calm-readings.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

/** What becomes of the queue and of held studies where something else happens meanwhile. */
const scratch = useScratchFolders()
let close: () => void = () => undefined
afterEach(() => close())

function open(
  folder = scratch(),
  everyMs: number | null = 1e9,
  takesUpHeld = false,
  startsQueued = true,
) {
  const file = path.join(folder, 'runConditions.json')
  const gone = new Set<number>()
  const running: number[] = []
  const held = new Set<number>()
  const log: unknown[] = []
  let letGo = 0
  const host = {
    begun: new Set<number>(),
    get sessions() {
      return running
    },
    isRunning: (id: number) => running.includes(id),
    isHeldBack: (id: number) => held.has(id),
    hold: (id: number) => void held.add(id),
    takeUpHeld: () => ['fullScreen' as const],
    letGo: () => void letGo++,
    start: (id: number) => {
      running.push(id)
      host.begun.add(id)
    },
  }
  const studyById = (id: number): StudySummary => {
    if (gone.has(id)) throw new AppError('study.notFound', { study: String(id) })
    const objective = id === 9 ? { external: true } : { command: ['true'], resumes: id === 5 }
    return { name: `s${id}`, state: 'created', specification: { objective } } as never
  }
  const service = new RunConditionsService(
    {
      store: { studyById },
      host,
      file,
      takesUpHeld,
      startsQueued,
      sensors: { read: () => calmReadings },
      log: (_, bug) => void log.push(bug),
    },
    everyMs,
  )
  close = () => service.close()
  const end = (): void => void running.splice(0)
  return { service, host, file, folder, gone, running, log, held, end, letGoes: () => letGo }
}

it('a study that a person began, and stopped again, or deleted, has left the queue', () => {
  const { service, host, gone, running, end } = open()
  service.enqueue({ study: 1, priority: 'normal' })
  expect(running).toEqual([1])
  for (const study of [2, 3, 4]) service.enqueue({ study, priority: 'normal' })
  host.start(2)
  gone.add(3)
  end()
  service.look()
  expect(running).toEqual([4])
  end()
  service.look()
  expect(running).toEqual([])
  // One that ran before can be queued again.
  service.enqueue({ study: 2, priority: 'low' })
  expect(running).toEqual([2])
})

it('what waits keeps its place where studies of the queue do not start', () => {
  const reader = open(scratch(), 1e9, false, false)
  for (const study of [1, 2]) reader.service.enqueue({ study, priority: 'normal' })
  reader.service.look()
  expect(reader.running).toEqual([])
  expect(reader.service.studyQueue.map(({ study }) => study)).toEqual([1, 2])
  reader.service.close()
  const { service, running } = open(reader.folder)
  service.look()
  expect(running).toEqual([1])
})

it('who looks on takes nothing from the queue of the one that writes', () => {
  const writer = open()
  writer.service.enqueue({ study: 1, priority: 'normal' })
  writer.service.enqueue({ study: 2, priority: 'normal' })
  const before = readFileSync(writer.file, 'utf8')
  writer.service.close()
  const looker = open(writer.folder, null)
  looker.service.look()
  expect(looker.running).toEqual([])
  expect(readFileSync(writer.file, 'utf8')).toBe(before)
})

it('a file that is damaged keeps nothing held, and is told once', async () => {
  const { service, file, running, log, held, letGoes } = open()
  service.set(runConditionsSchema.parse({ battery: true }))
  service.enqueue({ study: 1, priority: 'normal' })
  writeFileSync(file, '{')
  service.look({ ...calmReadings, onBattery: true })
  expect([...held]).toEqual([1])
  const before = letGoes()
  service.look(calmReadings)
  expect(letGoes()).toBe(before + 1)
  expect(running).toEqual([1])
  expect(log).toHaveLength(1)
  expect((await catchAppError(() => service.runConditions)).code).toBe('file.unreadable')
})

it('before sleep only what would lose nothing is held', () => {
  const { service, running, held } = open()
  running.push(1, 5)
  service.look({ ...calmReadings, isGoingToSleep: true })
  expect([...held]).toEqual([5])
  service.set(runConditionsSchema.parse({ battery: true }))
  service.look({ ...calmReadings, onBattery: true })
  expect([...held]).toEqual([5, 1])
})

it('what the last session held goes on only where it is taken up, and after a while', () => {
  const { service, letGoes } = open(scratch(), 1e9, true)
  service.look(calmReadings)
  expect(service.state.cause).toBe('fullScreen')
  expect(letGoes()).toBe(0)
  service.look({ ...calmReadings, atMs: 120_000 })
  expect(letGoes()).toBe(1)
  service.close()
  const guest = open()
  guest.service.look(calmReadings)
  expect(guest.service.state.cause).toBeNull()
})

it('a study that programs run cannot be queued', async () => {
  const { service } = open()
  const refused = await catchAppError(() => service.enqueue({ study: 9, priority: 'normal' }))
  expect(refused.code).toBe('study.external')
})

it('the file is changed by one process at a time, and never holds more than it can say', async () => {
  const { service, file, running } = open(path.join(scratch(), 'not-there-yet'))
  const runConditionsFile = new RunConditionsFile(file)
  const early = await catchAppError(() =>
    runConditionsFile.change(() => withTurn(file, () => ({}), 10)),
  )
  expect(early.code).toBe('database.locked')
  const studyQueue = Array.from({ length: 1_000 }, (_, index) => ({
    study: index + 1,
    priority: 'low' as const,
  }))
  runConditionsFile.change(() => ({ studyQueue }))
  const refused = await catchAppError(() => service.enqueue({ study: 1_001, priority: 'high' }))
  expect(refused.code).toBe('usage.invalid')
  service.look()
  expect(running).toEqual([1])
  service.enqueue({ study: 1_001, priority: 'high' })
  expect(service.studyQueue[0]?.study).toBe(1_001)
})
