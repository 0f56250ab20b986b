import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { MannerFile } from '../../../../../src-main/features/run-conditions/node/manner-file.ts'
import { MannersDesk } from '../../../../../src-main/features/run-conditions/node/manners-desk.ts'
import { AppError } from '../../../../../src-main/core/errors/errors.ts'
import {
  type MannerReadings,
  mannersSchema,
} from '../../../../../src-main/features/run-conditions/common/manners.ts'
import type { StudySummary } from '../../../../../src-main/core/study/study.ts'
import { withTurn } from '../../../../../src-main/platform/storage/file-turn.ts'
import { catchAppError } from '../../../../helpers/catch-error.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

/** What becomes of the queue and of held studies where something else happens meanwhile. */
const scratch = useScratchFolders()
const calm: MannerReadings = {
  ...{ atMs: 0, weekMinute: 0, isGoingToSleep: false, onBattery: false },
  ...{ watts: null, celsius: null, fullScreen: null, otherLoad: null, otherGpuUse: null },
}

let close: () => void = () => undefined
afterEach(() => close())

function open(
  folder = scratch(),
  everyMs: number | null = 1e9,
  takesUpHeld = false,
  startsQueued = true,
) {
  const file = path.join(folder, 'manners.json')
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
  const desk = new MannersDesk(
    {
      ...{ store: { studyById }, host, file, takesUpHeld, startsQueued },
      sensors: { read: () => calm },
      log: (_, bug) => void log.push(bug),
    },
    everyMs,
  )
  close = () => desk.close()
  const end = (): void => void running.splice(0)
  return { desk, host, file, folder, gone, running, log, held, end, letGoes: () => letGo }
}

it('a study that a person began, and stopped again, or deleted, has left the queue', () => {
  const { desk, host, gone, running, end } = open()
  desk.enqueue({ study: 1, priority: 'normal' })
  expect(running).toEqual([1])
  for (const study of [2, 3, 4]) desk.enqueue({ study, priority: 'normal' })
  host.start(2)
  gone.add(3)
  end()
  desk.look()
  expect(running).toEqual([4])
  end()
  desk.look()
  expect(running).toEqual([])
  // One that ran before can be queued again.
  desk.enqueue({ study: 2, priority: 'low' })
  expect(running).toEqual([2])
})

it('what waits keeps its place where studies of the queue do not start', () => {
  const reader = open(scratch(), 1e9, false, false)
  for (const study of [1, 2]) reader.desk.enqueue({ study, priority: 'normal' })
  reader.desk.look()
  expect(reader.running).toEqual([])
  expect(reader.desk.queue.map(({ study }) => study)).toEqual([1, 2])
  reader.desk.close()
  const { desk, running } = open(reader.folder)
  desk.look()
  expect(running).toEqual([1])
})

it('who looks on takes nothing from the queue of the one that writes', () => {
  const writer = open()
  writer.desk.enqueue({ study: 1, priority: 'normal' })
  writer.desk.enqueue({ study: 2, priority: 'normal' })
  const before = readFileSync(writer.file, 'utf8')
  writer.desk.close()
  const looker = open(writer.folder, null)
  looker.desk.look()
  expect(looker.running).toEqual([])
  expect(readFileSync(writer.file, 'utf8')).toBe(before)
})

it('a file that is damaged keeps nothing held, and is told once', async () => {
  const { desk, file, running, log, held, letGoes } = open()
  desk.set(mannersSchema.parse({ battery: true }))
  desk.enqueue({ study: 1, priority: 'normal' })
  writeFileSync(file, '{')
  desk.look({ ...calm, onBattery: true })
  expect([...held]).toEqual([1])
  const before = letGoes()
  desk.look(calm)
  expect(letGoes()).toBe(before + 1)
  expect(running).toEqual([1])
  expect(log).toHaveLength(1)
  expect((await catchAppError(() => desk.manners)).code).toBe('file.unreadable')
})

it('before sleep only what would lose nothing is held', () => {
  const { desk, running, held } = open()
  running.push(1, 5)
  desk.look({ ...calm, isGoingToSleep: true })
  expect([...held]).toEqual([5])
  desk.set(mannersSchema.parse({ battery: true }))
  desk.look({ ...calm, onBattery: true })
  expect([...held]).toEqual([5, 1])
})

it('what the last session held goes on only where it is taken up, and after a while', () => {
  const { desk, letGoes } = open(scratch(), 1e9, true)
  desk.look(calm)
  expect(desk.state.cause).toBe('fullScreen')
  expect(letGoes()).toBe(0)
  desk.look({ ...calm, atMs: 120_000 })
  expect(letGoes()).toBe(1)
  desk.close()
  const guest = open()
  guest.desk.look(calm)
  expect(guest.desk.state.cause).toBeNull()
})

it('a study that programs run cannot be queued', async () => {
  const { desk } = open()
  const refused = await catchAppError(() => desk.enqueue({ study: 9, priority: 'normal' }))
  expect(refused.code).toBe('study.external')
})

it('the file is changed by one process at a time, and never holds more than it can say', async () => {
  const { desk, file, running } = open(path.join(scratch(), 'not-there-yet'))
  const kept = new MannerFile(file)
  const early = await catchAppError(() => kept.change(() => withTurn(file, () => ({}), 10)))
  expect(early.code).toBe('database.locked')
  const queue = Array.from({ length: 1_000 }, (_, index) => ({ study: index + 1, priority: 'low' as const })) // prettier-ignore
  kept.change(() => ({ queue }))
  const refused = await catchAppError(() => desk.enqueue({ study: 1_001, priority: 'high' }))
  expect(refused.code).toBe('usage.invalid')
  desk.look()
  expect(running).toEqual([1])
  desk.enqueue({ study: 1_001, priority: 'high' })
  expect(desk.queue[0]?.study).toBe(1_001)
})
