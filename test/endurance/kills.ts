import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { sshMissing } from '../helpers/ssh-machine.ts'
import type { Figures } from './figures.ts'
import { type Kind, kinds } from './kinds.ts'
import { markedProcesses, peakMegabytes, type Role, signal } from './marked-processes.ts'
import { outcomeOf, Project } from './project.ts'

/** How often each process is the victim, and whether its session goes on without it. */
const victims: Readonly<Record<Exclude<Role, 'other' | 'job'>, { share: number; ends: boolean }>> =
  {
    launcher: { share: 0.3, ends: true },
    main: { share: 0.7, ends: true },
    trainer: { share: 3, ends: false },
    search: { share: 2, ends: false },
    supervisor: { share: 2, ends: false },
    program: { share: 4, ends: false },
    connection: { share: 3, ends: false },
  }
/** A search process that dies more often in ten minutes ends its session. */
const MAX_SEARCH_KILLS = 4
const MAX_KILLS_OF_SESSION = 20
/** Sessions of a project, after which the last one is left alone. */
const MAX_SESSIONS = 12

/** How far the clock of the machine is set. */
const MAX_JUMP_MS = 30 * 86_400_000

interface Calm {
  readonly durationMs: number
  readonly outcome: readonly unknown[] | null
}

export interface KillOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly figures: Figures
  /** Names of kinds; all if there are none. */
  readonly only: readonly string[]
  /** Processes that are killed; all if there are none. */
  readonly victims: readonly string[]
}

/** Kills and stops processes of studies of every kind, project after project, until the time is over. */
export async function killStudies(options: KillOptions): Promise<void> {
  const { folder, only, untilMs } = options
  const missing = sshMissing()
  const chosen = kinds.filter(({ name, machines }) => {
    if (only.length > 0 && !only.includes(name)) return false
    if (machines === undefined || missing === null) return true
    console.warn(`${name} is not tried: ${missing}`)
    return false
  })
  if (chosen.length === 0) return
  const calm = new Map<Kind, Calm>()
  for (let number = 0; performance.now() < untilMs; number++) {
    const kind = chosen[(number + options.seed) % chosen.length] as Kind
    let whole = calm.get(kind)
    if (whole === undefined) {
      whole = await runCalmly(kind, folder, options.figures)
      calm.set(kind, whole)
    }
    if (performance.now() < untilMs) await killProject(kind, number, whole, options)
  }
}

function openProject(kind: Kind, folder: string, name: string): Project {
  const cache = path.join(folder, 'cache')
  mkdirSync(cache, { recursive: true })
  return new Project(kind, path.join(folder, `${kind.name.replaceAll(' ', '-')}-${name}`), cache)
}

async function runCalmly(kind: Kind, folder: string, figures: Figures): Promise<Calm> {
  const project = openProject(kind, folder, 'calm')
  await project.prepare()
  const sinceMs = performance.now()
  const result = await project.start().result
  const durationMs = performance.now() - sinceMs
  const faults = [...(await project.faults(result)), ...project.faultsAtEnd(null)]
  for (const fault of faults) figures.fault(fault, `${kind.name} without kills, ${project.folder}`)
  const snapshot = project.snapshot()
  if (faults.length === 0) project.remove()
  else await project.end()
  return { durationMs, outcome: snapshot === null ? null : outcomeOf(snapshot) }
}

async function killProject(
  kind: Kind,
  number: number,
  calm: Calm,
  options: KillOptions,
): Promise<void> {
  const { folder, seed, figures } = options
  const random = createRandomStream({ seed, number, purpose: 'kills of a study' })
  const project = openProject(kind, folder, `${seed}-${number}`)
  const where = `${kind.name}, seed ${seed}, project ${number}, ${project.folder}`
  await project.prepare()
  let isSound = true
  for (let session = 0; isSound && !project.isFinished && session <= MAX_SESSIONS; session++) {
    const command = project.start()
    if (session < MAX_SESSIONS)
      await disturb(project, command.result, calm.durationMs, random, options)
    const result = await command.result
    figures.add('sessions')
    for (const fault of await project.faults(result)) {
      isSound = false
      figures.fault(fault, where)
    }
  }
  if (isSound) {
    // A session that was killed between its last trial and its report left that to the next one.
    const last = project.faultsAtEnd(calm.outcome).includes('no report')
      ? await project.faults(await project.start().result)
      : []
    for (const fault of [...last, ...project.faultsAtEnd(calm.outcome)]) {
      isSound = false
      figures.fault(fault, where)
    }
  }
  figures.add('studies')
  figures.save()
  figures.peak('slowest farewell of a process, ms', project.leftoverMs)
  if (isSound) project.remove()
  else await project.end()
}

/** Kills one process after another until the session is over. */
async function disturb(
  project: Project,
  ended: Promise<unknown>,
  calmMs: number,
  random: RandomStream,
  { figures, victims: chosen }: KillOptions,
): Promise<void> {
  const session = { isOver: false }
  const over = ended.then(() => {
    session.isOver = true
  })
  let searches = 0
  for (let kill = 0; kill < MAX_KILLS_OF_SESSION && !session.isOver; kill++) {
    await Promise.race([over, sleep(random.uniform() * (kill === 0 ? 0.6 : 0.06) * calmMs)])
    const processes = markedProcesses(project.folder)
    const fault = random.uniform()
    const isStop = fault < 0.15
    const choice = random.uniform()
    for (const { pid, role } of processes) figures.peak(`peak of ${role}, MB`, peakMegabytes(pid))
    const weighed = processes.flatMap(({ pid, role }) =>
      (chosen.length > 0 && !chosen.includes(role)) ||
      role === 'other' ||
      role === 'job' ||
      (role === 'search' && searches >= MAX_SEARCH_KILLS)
        ? []
        : [{ pid, role, ...victims[role] }],
    )
    let remaining = choice * weighed.reduce((sum, { share }) => sum + share, 0)
    const victim = weighed.find(({ share }) => (remaining -= share) < 0)
    if (victim === undefined) continue
    if (fault > 0.9) {
      project.clock.set((random.uniform() * 2 - 1) * MAX_JUMP_MS)
      figures.add('jumps of the clock')
      continue
    }
    if (isStop) {
      if (!signal(victim.pid, 'SIGSTOP')) continue
      figures.add(`stopped: ${victim.role}`)
      figures.add('stops')
      await sleep(50 + random.uniform() * 2_000)
      signal(victim.pid, 'SIGCONT')
      continue
    }
    if (!signal(victim.pid, 'SIGKILL')) continue
    figures.add(`killed: ${victim.role}`)
    figures.add('kills')
    figures.add(`kills of ${project.kind.name}`)
    if (victim.role === 'search') searches++
    if (victim.ends) return
  }
}
