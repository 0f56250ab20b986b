import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, vi } from 'vitest'
import { loadProcessSystem } from '../../src-main/platform/processes/system/load-process-system.ts'
import type { SystemProcess } from '../../src-main/platform/processes/system/process-system.ts'
import { isRunning } from '../../src-main/platform/files/temporary.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { isSkipped } from '../helpers/skipped-on-windows.ts'

const holder = path.resolve(import.meta.dirname, '../helpers/process-holder.ts')
const patience = { timeout: 60_000, interval: 50 }

/** Ids go to the file as one line each; a daemon outlives its parent in a session of its own. */
const family = (file: string): string => `
const { spawn } = require('node:child_process')
const { appendFileSync } = require('node:fs')
const note = "require('node:fs').appendFileSync(" + JSON.stringify(${JSON.stringify(file)}) + ", process.pid + '\\\\n');"
const stay = note + 'setInterval(() => 0, 1000)'
eval(note)
spawn(process.execPath, ['--eval', stay], { stdio: 'ignore' })
const daemon = "require('node:child_process').spawn(process.execPath, ['--eval', " + JSON.stringify(stay) + "], { stdio: 'ignore', detached: true }).unref()"
spawn(process.execPath, ['--eval', daemon], { stdio: 'ignore', detached: true })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(7))
setInterval(() => appendFileSync(${JSON.stringify(`${file}.ticks`)}, '.'), 20)
`

class Held {
  readonly child
  readonly #answers: ((answer: unknown) => void)[] = []
  exit: unknown = null

  constructor(platform: string, program: string) {
    this.child = spawn(process.execPath, [holder, platform, program], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    this.child.on('message', (message: { answer?: unknown; exit?: unknown }) => {
      if ('exit' in message) this.exit = message.exit
      else this.#answers.shift()?.(message.answer)
    })
  }

  call(name: string): Promise<unknown> {
    return new Promise(resolve => {
      this.#answers.push(resolve)
      this.child.send(name)
    })
  }

  async list(): Promise<SystemProcess[]> {
    return (await this.call('list')) as SystemProcess[]
  }
}

/** @param holds what the adapter promises beyond a program and its group */
export function processSystemSuite(
  platform: NodeJS.Platform,
  holds: {
    readonly daemons: boolean
    readonly dieWithHolder: boolean
    readonly weighs: boolean
  },
): void {
  const scratch = useScratchFolders()

  /** A program, its child and a daemon, all of them there. */
  async function started(): Promise<{ held: Held; pids: readonly number[]; file: string }> {
    const file = path.join(scratch(), 'pids')
    const held = new Held(platform, family(file))
    const read = (): number[] =>
      existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []
    await vi.waitUntil(() => read().length === 3, patience)
    return { held, pids: read(), file }
  }

  async function over({ child }: Held, pids: readonly number[]): Promise<void> {
    child.kill('SIGKILL')
    for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
    await vi.waitUntil(() => !isRunning(child.pid ?? 0), patience)
  }

  describe(`processes of ${platform}`, () => {
    it('are found below the one that answers for them, with their memory, and killed', async () => {
      const { held, pids } = await started()
      try {
        const listed = async (): Promise<number[]> => {
          const processes = await held.list()
          return pids.filter(pid => processes.some(listedProcess => listedProcess.pid === pid))
        }
        const wanted = holds.daemons ? 3 : 2
        await vi.waitUntil(async () => (await listed()).length >= wanted, patience)
        for (const { residentBytes } of await held.list()) {
          expect(residentBytes).toBeGreaterThan(5e6)
          expect(residentBytes).toBeLessThan(5e9)
        }
        expect((await held.list()).length).toBe(wanted)
        await held.call('killAll')
        await vi.waitUntil(async () => (await listed()).length === 0, patience)
        await vi.waitUntil(() => held.exit !== null, patience)
        // Windows keeps one that has ended for as long as somebody looks at it.
        await expect.poll(() => held.call('gone'), patience).toEqual([false, false, false])
      } finally {
        await over(held, pids)
      }
    }, 120_000)

    it('are held and let go on', async () => {
      const { held, pids, file } = await started()
      const ticks = (): number => readFileSync(`${file}.ticks`).length
      try {
        expect(await held.call('suspend')).toBe(true)
        await vi.waitUntil(async () => {
          const before = ticks()
          await new Promise(resolve => setTimeout(resolve, 500))
          return ticks() === before
        }, patience)
        const before = ticks()
        expect(await held.call('resume')).toBe(true)
        await vi.waitUntil(() => ticks() > before, patience)
      } finally {
        await over(held, pids)
      }
    }, 120_000)

    it('hear that they are to end', async () => {
      const { held, pids } = await started()
      try {
        await held.call('askToEnd')
        await vi.waitUntil(() => held.exit !== null, patience)
        expect(held.exit).toBe(7)
      } finally {
        await over(held, pids)
      }
    }, 120_000)

    it('are weighed by what they hold', async () => {
      const { heldBytes } = await loadProcessSystem(platform)
      const hold =
        'globalThis.held = Buffer.alloc(2e8, 1); console.log(held.length); setInterval(() => held, 1000)'
      const child = spawn(process.execPath, ['--eval', hold], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const pid = child.pid ?? 0
      try {
        await once(child.stdout, 'data')
        const held = heldBytes(pid)
        if (!holds.weighs) return void expect(held).toBeNull()
        expect(held).toBeGreaterThan(2e8)
        expect(held).toBeLessThan(1e9)
      } finally {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      await vi.waitUntil(() => heldBytes(pid) === null, patience)
    }, 120_000)

    it('say what this process has used', async () => {
      const { cpuMs } = await loadProcessSystem(platform)
      const { user, system } = process.cpuUsage()
      // Some systems count whole seconds.
      expect(Math.abs((cpuMs(process.pid) ?? 0) - (user + system) / 1_000)).toBeLessThan(1_100)
    })

    it('are counted by the time that they use, with those below them', async () => {
      const { used, list, cpuMs } = await loadProcessSystem(platform)
      const spin =
        'const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }; while (used() < 2200) for (let turn = 0; turn < 1e7; turn++); setInterval(() => 0, 1000); console.log(used())'
      const start = `require('node:child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(spin)}], { stdio: ['ignore', 'inherit', 'ignore'] }).on('exit', () => process.exit())`
      const parent = spawn(process.execPath, ['--eval', start], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const pid = parent.pid ?? 0
      try {
        const [answer] = (await once(parent.stdout, 'data')) as [Buffer]
        const printedMs = Number(answer.toString())
        // Some systems count whole seconds, of each process.
        const minMs = printedMs - 1_000
        const below = list(pid).map(child => child.pid)
        if (!isSkipped('othersTime')) {
          expect(used(pid).ms).toBeGreaterThan(minMs)
          // The parent has used some, too.
          expect(used(pid).ms).toBeLessThan(printedMs + 3_000)
          // Each by itself, without those below it.
          expect(cpuMs(pid)).toBeLessThan(1_500)
          expect(cpuMs(below[0] ?? 0)).toBeGreaterThan(minMs)
        }
        const { forgotten } = used(pid)
        if (platform === 'linux') expect(forgotten).toEqual([])
        else expect(forgotten).toEqual(expect.arrayContaining([pid, ...below]))
      } finally {
        for (const child of list(pid)) process.kill(child.pid, 'SIGKILL')
        parent.kill('SIGKILL')
      }
      await vi.waitUntil(() => used(pid).ms === 0, patience)
      expect(cpuMs(pid) ?? 0).toBe(0)
    }, 120_000)

    it.runIf(holds.dieWithHolder)(
      'die with the one that answers for them',
      async () => {
        const { held, pids } = await started()
        held.child.kill('SIGKILL')
        await vi.waitUntil(() => pids.every(pid => !isRunning(pid)), patience)
      },
      120_000,
    )
  })
}
