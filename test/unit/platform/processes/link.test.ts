import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PROCESS_PROTOCOL_VERSION } from '../../../../src-main/core/processes/process-apis.ts'
import { Link } from '../../../../src-main/platform/processes/link.ts'

/** A process that says what a test wants, when it wants it: after its end, too. */
class FakeChild extends EventEmitter {
  readonly pid = 2 ** 30
  readonly connected = false
  readonly stderr = new PassThrough()
  kill(): boolean {
    return false
  }
}
const started: { child?: FakeChild } = {}
vi.mock(import('node:child_process'), async original => ({
  ...(await original()),
  spawn: (() => (started.child = new FakeChild())) as never,
}))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('waits for nothing more once its process has ended, whatever still arrives of it', async () => {
  const onSilence = vi.fn<() => void>()
  const onBeat = vi.fn<() => void>()
  const silence = { afterMs: 2_000, onSilence }
  const link = new Link('describe-module', { onBeat, silence })
  const child = started.child as FakeChild
  child.emit('message', { type: 'ready', protocol: PROCESS_PROTOCOL_VERSION })
  child.stderr.write('no luck')
  // Nobody closes standard error: a grandchild holds it.
  child.emit('exit', null, 'SIGKILL')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await link.exited).toMatchObject({ signal: 'SIGKILL', errorTail: 'no luck' })
  expect(child.stderr.destroyed).toBe(true)
  child.emit('message', { type: 'beat', usage: {} })
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(onSilence).not.toHaveBeenCalled()
  expect(onBeat).not.toHaveBeenCalled()
})
